"""The options of a post: what they are called, in which formats they count, and what Instagram would refuse.

They are told in docs/writing-a-connector.md. What can't be read keeps its default and is a flaw.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pressrun.connectors.base import Draft
from pressrun.domain.media import MediaKind
from pressrun.domain.post import Format
from pressrun.domain.problems import Flaw

MAX_USER_TAGS = 20
MAX_COLLABORATORS = 3
MAX_AUDIO_NAME = 100

_REEL = frozenset({Format.REEL})
_IN_THE_GRID = frozenset({Format.FEED, Format.CAROUSEL, Format.REEL})
FORMATS = {
    "location_id": _IN_THE_GRID,
    "user_tags": _IN_THE_GRID,
    "collaborators": frozenset({Format.FEED, Format.REEL}),
    "cover_asset_id": _REEL,
    "thumb_offset": _REEL,
    "share_to_feed": _REEL,
    "audio_name": _REEL,
    "is_ai_generated": frozenset({Format.FEED, Format.CAROUSEL, Format.REEL, Format.STORY}),
}
"""Every option, with the formats that know it."""

_SAYS_NOTHING: dict[str, list[Any]] = {name: [None, "", [], False] for name in FORMATS} | {
    "share_to_feed": [None, "", True, "yes"]
}
"""What a form sends where nothing was chosen."""

_YES_OR_NO = {"yes": True, "no": False}
_USERNAME = re.compile(r"[A-Za-z0-9._]{1,30}")


@dataclass(frozen=True)
class UserTag:
    """Somebody who is on file `media`, counted from 1; `x` and `y` from 0 to 1, for pictures only."""

    username: str
    media: int = 1
    x: float | None = None
    y: float | None = None

    def as_sent(self) -> dict[str, Any]:
        """As the Graph API takes it."""
        place = {} if self.x is None or self.y is None else {"x": self.x, "y": self.y}
        return {"username": self.username, **place}


@dataclass(frozen=True)
class Options:
    """What a person chose; empty means that Instagram decides."""

    location_id: str = ""
    user_tags: tuple[UserTag, ...] = ()
    collaborators: tuple[str, ...] = ()
    thumb_offset: int | None = None
    share_to_feed: bool = True
    audio_name: str = ""
    is_ai_generated: bool = False


def read(draft: Draft) -> tuple[Options, list[Flaw]]:
    """The options of a draft, and everything in them that Instagram would refuse."""
    given = _Given(draft)
    options = Options(
        location_id=given.location(),
        user_tags=given.user_tags(),
        collaborators=given.collaborators(),
        thumb_offset=given.thumb_offset(),
        share_to_feed=given.switch("share_to_feed") is not False,
        audio_name=given.audio_name(),
        is_ai_generated=bool(given.switch("is_ai_generated")),
    )
    return options, [*_misplaced(draft), *given.flaws]


def _misplaced(draft: Draft) -> Iterator[Flaw]:
    for name, formats in FORMATS.items():
        if draft.options.get(name) not in _SAYS_NOTHING[name] and draft.format not in formats:
            values = {"option": name, "format": draft.format.value}
            yield Flaw("setting_misplaced", f"options.{name}", values)


@dataclass
class _Given:
    """A draft's options, read one by one; what can't be used becomes a flaw."""

    draft: Draft
    flaws: list[Flaw] = field(default_factory=list)

    def value(self, name: str) -> Any:
        value = self.draft.options.get(name) if self.draft.format in FORMATS[name] else None
        return None if value == "" else value

    def switch(self, name: str) -> bool | None:
        value = self.value(name)
        if isinstance(value, str):
            value = _YES_OR_NO.get(value, value)
        if value is None or isinstance(value, bool):
            return value
        self.malformed(name)
        return None

    def location(self) -> str:
        value = self.value("location_id")
        if value is None:
            return ""
        if isinstance(value, str | int) and not isinstance(value, bool) and re.fullmatch(r"\d+", str(value)):
            return str(value)
        self.malformed("location_id")
        return ""

    def audio_name(self) -> str:
        value = self.value("audio_name")
        if value is None or (isinstance(value, str) and value.strip() and len(value) <= MAX_AUDIO_NAME):
            return (value or "").strip()
        self.malformed("audio_name")
        return ""

    def thumb_offset(self) -> int | None:
        value = self.value("thumb_offset")
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self.malformed("thumb_offset")
            return None
        lengths = [media.facts.duration for media in self.draft.media if media.facts.duration is not None]
        if lengths and value >= lengths[0] * 1000:
            values = {"offset": value, "seconds": round(lengths[0], 1)}
            self.flaws.append(Flaw("thumb_offset_outside", "options.thumb_offset", values))
        return value

    def collaborators(self) -> tuple[str, ...]:
        value = self.value("collaborators")
        listed = value.replace(",", " ").split() if isinstance(value, str) else self.sequence("collaborators")
        names = [_username(name) for name in listed]
        if None in names:
            self.malformed("collaborators")
            return ()
        self.at_most(MAX_COLLABORATORS, "collaborators", names)
        return tuple(name for name in names if name)

    def user_tags(self) -> tuple[UserTag, ...]:
        tags = [_user_tag(tag, self.draft) for tag in self.sequence("user_tags")]
        if None in tags:
            self.malformed("user_tags")
            return ()
        self.at_most(MAX_USER_TAGS, "user_tags", tags)
        return tuple(tag for tag in tags if tag)

    def sequence(self, name: str) -> Sequence[Any]:
        value = self.value(name)
        if value is None or isinstance(value, list | tuple):
            return value or ()
        self.malformed(name)
        return ()

    def at_most(self, limit: int, name: str, values: Sequence[Any]) -> None:
        if len(values) > limit:
            count = {"option": name, "count": len(values), "limit": limit}
            self.flaws.append(Flaw("setting_too_many", f"options.{name}", count))

    def malformed(self, name: str) -> None:
        self.flaws.append(Flaw("setting_malformed", f"options.{name}", {"option": name}))


def _username(said: object) -> str | None:
    name = said.removeprefix("@") if isinstance(said, str) else ""
    return name if _USERNAME.fullmatch(name) else None


def _user_tag(said: object, draft: Draft) -> UserTag | None:
    """A tag on a video has no place on it; one on a picture needs it."""
    if not isinstance(said, Mapping):
        return None
    username, media = _username(said.get("username")), said.get("media", 1)
    if username is None or not isinstance(media, int) or not 1 <= media <= max(len(draft.media), 1):
        return None
    if draft.media and draft.media[media - 1].facts.kind is MediaKind.VIDEO:
        return UserTag(username, media)
    place = [said.get("x"), said.get("y")]
    if not all(_is_part(at) for at in place):
        return None
    return UserTag(username, media, *place)


def _is_part(said: object) -> bool:
    return isinstance(said, int | float) and not isinstance(said, bool) and 0 <= said <= 1
