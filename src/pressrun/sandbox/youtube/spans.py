"""Content-Range of an upload request: which bytes it brings, or the question how many have arrived."""

import re
from dataclasses import dataclass

from starlette.datastructures import Headers

from pressrun.sandbox.youtube.errors import ApiError, bad_request, too_large
from pressrun.sandbox.youtube.sessions import Session

GRANULE = 256 * 1024
_BYTES = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass(frozen=True, kw_only=True)
class Span:
    """`size` None: as many as come. `total` None: the sender does not know yet."""

    first: int
    size: int | None
    total: int | None
    asks: bool = False


def read_span(headers: Headers) -> Span:
    """A request without Content-Range brings the whole file."""
    length = headers.get("content-length")
    size = int(length) if length is not None and length.isdigit() else None
    written = headers.get("content-range")
    if written is None:
        return Span(first=0, size=size, total=size)
    read = _BYTES.fullmatch(written.strip())
    if read is None:
        raise bad_request(f"Failed to parse Content-Range header: {written}")
    total = None if read[3] == "*" else int(read[3])
    if read[1] is None:
        return Span(first=0, size=0, total=total, asks=True)
    first, last = int(read[1]), int(read[2])
    if last < first or (total is not None and last >= total) or size not in (None, last - first + 1):
        raise bad_request(f"Content-Range {written} does not describe the {length} bytes of this request.")
    return Span(first=first, size=last - first + 1, total=total)


def check_span(span: Span, session: Session, *, received: int, overlap: bool) -> None:
    """Raises ApiError for a gap, another total, a chunk of a size that is not allowed, and for an overlap
    where it is not allowed."""
    if None not in (span.total, session.total) and span.total != session.total:
        raise bad_request(f"The upload was announced with {session.total} bytes, not {span.total}.")
    if span.asks:
        return
    if span.size is not None and span.first + span.size > session.limit:
        raise too_large()
    if span.first > received:
        raise _wrong_offset(span, received, "exceeds")
    if span.first < received and not overlap:
        raise _wrong_offset(span, received, "lies before the")
    is_last = span.total is not None and span.size is not None and span.first + span.size == span.total
    if not is_last and span.size is not None and span.size % GRANULE:
        raise bad_request(
            f"Invalid request. A chunk that is not the last one must be a multiple of {GRANULE} bytes;"
            f" this one has {span.size}."
        )


def _wrong_offset(span: Span, received: int, how: str) -> ApiError:
    return bad_request(
        f"Invalid request. According to the Content-Range header, the upload offset is {span.first}"
        f" byte(s), which {how} already uploaded size of {received} byte(s)."
    )
