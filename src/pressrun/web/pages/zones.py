"""In which zone a list of many personas is read, and where its days begin."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from pressrun.store.personas import Persona

DEFAULT_ZONE = ZoneInfo("Asia/Seoul")


def reading_zone(personas: Sequence[Persona], persona_id: str = "") -> ZoneInfo:
    """The zone of the chosen persona, else the one that most personas live in."""
    chosen = [persona for persona in personas if persona.id == persona_id] or personas
    common = Counter(persona.timezone for persona in chosen).most_common(1)
    return ZoneInfo(common[0][0]) if common else DEFAULT_ZONE


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which a day begins in `zone`."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
