"""What YouTube lets one Google Cloud project do in a day, all channels together, and what a post costs.

Uploads have a bucket of their own; everything else shares the units ("Quota Calculator", June 2026).
"""

from collections.abc import Mapping

from pressrun.connectors.base import AppQuota, Draft
from pressrun.connectors.publishers.youtube.options import read

ZONE = "America/Los_Angeles"
UPLOADS, UNITS = "uploads", "units"
READ_UNITS = 1
UPLOADS_PER_DAY, UNITS_PER_DAY = 100, 10_000
"""What every project has; Google grants more to those it has audited."""

_WRITE_UNITS = 50
_CAPTION_UNITS = 400
_USUAL_READS = 5
"""Looks at a video until YouTube has processed it, as a rule."""


def quotas(*, uploads_per_day: int, units_per_day: int) -> tuple[AppQuota, ...]:
    """The buckets of a project that was granted so much."""
    return (
        AppQuota(UPLOADS, uploads_per_day, ZONE),
        AppQuota(UNITS, units_per_day, ZONE, per_read=READ_UNITS),
    )


def costs(draft: Draft) -> Mapping[str, int]:
    """One upload, and the units of what is read and added afterwards."""
    options, _ = read(draft)
    units = _USUAL_READS * READ_UNITS + len(options.captions) * _CAPTION_UNITS
    if "thumbnail" in draft.attachments:
        units += _WRITE_UNITS
    if options.playlist_id:
        units += READ_UNITS + _WRITE_UNITS
    return {UPLOADS: 1, UNITS: units}
