"""The options of a video: `title`, `tags`, `category_id`, `privacy`, `publish_at` and what else is set.

Read from a post's options with every flaw named; what can't be read keeps its default.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from pressrun.connectors.base import Draft
from pressrun.connectors.publishers.youtube.captions import Track, read_tracks
from pressrun.domain.problems import Flaw

MAX_TITLE = 100
MAX_TAGS = 500
PRIVACY = ("public", "unlisted", "private")
LICENSES = ("youtube", "creativeCommon")

_ANGLES = re.compile("[<>]")
_CATEGORY = re.compile(r"\d{1,3}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_PLAYLIST = re.compile(r"[\w-]{2,64}", re.ASCII)


@dataclass(frozen=True)
class VideoOptions:
    """What a person chose for a video; empty means that YouTube decides."""

    title: str = ""
    tags: tuple[str, ...] = ()
    category_id: str = "22"
    privacy: str = "public"
    publish_at: datetime | None = None
    made_for_kids: bool = False
    synthetic_media: bool | None = None
    default_language: str = ""
    license: str = ""
    embeddable: bool | None = None
    notify_subscribers: bool = True
    captions: tuple[Track, ...] = ()
    playlist_id: str = ""


def read(draft: Draft) -> tuple[VideoOptions, list[Flaw]]:
    """The options of a draft, and everything in them that YouTube would refuse."""
    given = _Given(draft.options)
    publish_at = _publish_at(given)
    options = VideoOptions(
        title=_title(given, draft.caption),
        tags=_tags(given),
        category_id=given.text("category_id", _CATEGORY) or "22",
        privacy=given.choice("privacy", PRIVACY) or ("private" if publish_at else "public"),
        publish_at=publish_at,
        made_for_kids=bool(given.switch("made_for_kids")),
        synthetic_media=given.switch("synthetic_media"),
        default_language=given.text("default_language", _LANGUAGE),
        license=given.choice("license", LICENSES),
        embeddable=given.switch("embeddable"),
        notify_subscribers=given.switch("notify_subscribers") is not False,
        captions=_captions(given),
        playlist_id=given.text("playlist_id", _PLAYLIST),
    )
    if options.publish_at and options.privacy != "private":
        given.flaws.append(Flaw("publish_at_needs_private", "options.publish_at"))
    return options, given.flaws


def resource(draft: Draft) -> dict[str, Any]:
    """The video as `videos.insert` takes it. What YouTube would guess, such as privacy, is always said."""
    options, _ = read(draft)
    snippet = {
        "title": options.title,
        "description": draft.text,
        "categoryId": options.category_id,
        "tags": list(options.tags),
        "defaultLanguage": options.default_language,
    }
    status = {
        "privacyStatus": options.privacy,
        "selfDeclaredMadeForKids": options.made_for_kids,
        "publishAt": options.publish_at.strftime("%Y-%m-%dT%H:%M:%SZ") if options.publish_at else None,
        "containsSyntheticMedia": options.synthetic_media,
        "license": options.license,
        "embeddable": options.embeddable,
    }
    return {"snippet": _said(snippet), "status": _said(status)}


def title_from(caption: str) -> str:
    """The first line of a caption as a title, cut between words where it is too long."""
    line = next((line for line in caption.splitlines() if line.strip()), "")
    whole = " ".join(line.split())
    if len(whole) <= MAX_TITLE:
        return whole
    cut = whole[: MAX_TITLE - 1]
    at = cut.rfind(" ")
    return (cut[:at] if at >= MAX_TITLE // 2 else cut).rstrip(" ,.;:-–") + "…"


@dataclass
class _Given:
    """A post's options, read one by one; what can't be used becomes a flaw."""

    options: Mapping[str, Any]
    flaws: list[Flaw] = field(default_factory=list)

    def value(self, name: str) -> Any:
        value = self.options.get(name)
        return None if value == "" else value

    def text(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self.value(name)
        if value is None:
            return ""
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        self.malformed(name)
        return ""

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        value = self.value(name)
        if value is None or value in choices:
            return value or ""
        known = {"option": name, "choices": ", ".join(choices)}
        self.flaws.append(Flaw("setting_choice", f"options.{name}", known))
        return ""

    def switch(self, name: str) -> bool | None:
        value = self.value(name)
        if value is None or isinstance(value, bool):
            return value
        self.malformed(name)
        return None

    def malformed(self, name: str) -> None:
        self.flaws.append(Flaw("setting_malformed", f"options.{name}", {"option": name}))


def _title(given: _Given, caption: str) -> str:
    value = given.value("title")
    if value is not None and not isinstance(value, str):
        given.malformed("title")
        return ""
    title = value.strip() if value else title_from(_ANGLES.sub("", caption))
    if not title:
        given.flaws.append(Flaw("video_title_missing", "options.title"))
    if len(title) > MAX_TITLE:
        length = {"length": len(title), "limit": MAX_TITLE}
        given.flaws.append(Flaw("video_title_too_long", "options.title", length))
    if _ANGLES.search(title):
        given.flaws.append(Flaw("angle_brackets", "options.title"))
    return title


def _tags(given: _Given) -> tuple[str, ...]:
    value = given.value("tags") or []
    if isinstance(value, str):
        # As a person types them into one line.
        value = [tag for tag in value.split(",") if tag.strip()]
    if not isinstance(value, list) or not all(isinstance(tag, str) and tag.strip() for tag in value):
        given.malformed("tags")
        return ()
    tags = tuple(dict.fromkeys(tag.strip() for tag in value))
    if any(_ANGLES.search(tag) for tag in tags):
        given.flaws.append(Flaw("angle_brackets", "options.tags"))
    # Commas count, and the quotes around a tag with a blank.
    length = sum(len(tag) + 2 * (" " in tag) for tag in tags) + max(len(tags) - 1, 0)
    if length > MAX_TAGS:
        given.flaws.append(Flaw("tags_too_long", "options.tags", {"length": length, "limit": MAX_TAGS}))
    return tags


def _publish_at(given: _Given) -> datetime | None:
    value = given.value("publish_at")
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        pass
    given.flaws.append(Flaw("publish_at_malformed", "options.publish_at"))
    return None


def _captions(given: _Given) -> tuple[Track, ...]:
    tracks, flaws = read_tracks(given.value("captions"))
    given.flaws.extend(flaws)
    return tracks


def _said(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value not in (None, "", [])}
