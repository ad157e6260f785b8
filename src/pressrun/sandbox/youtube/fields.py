"""What a video resource must satisfy, property by property, before any byte of the video is sent."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from pressrun.sandbox.youtube.categories import ASSIGNABLE
from pressrun.sandbox.youtube.errors import ApiError, bad_field, bad_parameter, bad_request
from pressrun.sandbox.youtube.times import read_instant, rfc3339

MAX_TITLE = 100
MAX_DESCRIPTION_BYTES = 5000
MAX_TAGS = 500
PRIVACY = ("public", "unlisted", "private")
LICENSES = ("youtube", "creativeCommon")
INSERT_PARTS = (
    "snippet",
    "status",
    "localizations",
    "recordingDetails",
    "contentDetails",
    "processingDetails",
    "statistics",
    "fileDetails",
    "player",
    "topicDetails",
    "liveStreamingDetails",
    "suggestions",
)
_KNOWN: dict[str, frozenset[str]] = {
    "snippet": frozenset(
        [
            "title",
            "description",
            "tags",
            "categoryId",
            "defaultLanguage",
            "defaultAudioLanguage",
            "publishedAt",
            "channelId",
            "channelTitle",
            "thumbnails",
            "liveBroadcastContent",
            "localized",
        ]
    ),
    "status": frozenset(
        [
            "privacyStatus",
            "publishAt",
            "selfDeclaredMadeForKids",
            "containsSyntheticMedia",
            "license",
            "embeddable",
            "publicStatsViewable",
            "uploadStatus",
            "failureReason",
            "rejectionReason",
            "madeForKids",
        ]
    ),
    "recordingDetails": frozenset(["recordingDate", "location", "locationDescription"]),
}


def read_resource(sent: Mapping[str, Any], parts: Collection[str], now: datetime) -> dict[str, Any]:
    """The writable properties of a video, checked; raises ApiError for the first that breaks a rule."""
    check_names(sent, parts)
    snippet = read_snippet(sent.get("snippet") or {})
    described = {"snippet": snippet, "status": read_status(sent.get("status") or {}, now)}
    if sent.get("localizations"):
        described["localizations"] = read_localizations(sent["localizations"], snippet)
    if sent.get("recordingDetails"):
        described["recordingDetails"] = read_recording(sent["recordingDetails"])
    return described


def check_names(sent: Mapping[str, Any], parts: Collection[str]) -> None:
    for section, value in sent.items():
        if section in ("id", "kind", "etag"):
            continue
        if section not in INSERT_PARTS:
            raise _unknown_name(section, "resource")
        if section not in parts:
            raise bad_parameter("unexpectedPart", "part", section, domain="youtube.part")
        if not isinstance(value, Mapping):
            raise bad_request(f"Invalid value at 'resource.{section}': an object is expected.")
        for name in value if section in _KNOWN else ():
            if name not in _KNOWN[section]:
                raise _unknown_name(name, f"resource.{section}")


def _unknown_name(name: str, where: str) -> ApiError:
    return bad_request(
        f"Invalid JSON payload received. Unknown name \"{name}\" at '{where}': Cannot find field."
    )


def read_snippet(sent: Mapping[str, Any], *, updating: bool = False) -> dict[str, Any]:
    """An update replaces the whole snippet and must name the category again."""
    title = sent.get("title", "")
    _check_title(title, "snippet.title")
    description = sent.get("description", "")
    _check_description(description, "snippet.description")
    tags = sent.get("tags") or []
    _check_tags(tags)
    category = sent.get("categoryId", None if updating else "22")
    if category not in ASSIGNABLE:
        message = "The snippet.categoryId property specifies an invalid category ID."
        raise bad_field("invalidCategoryId", "snippet.categoryId", message)
    read = {"title": title, "description": description, "tags": list(tags), "categoryId": category}
    return read | {name: sent[name] for name in ("defaultLanguage", "defaultAudioLanguage") if sent.get(name)}


def _check_title(title: Any, field: str) -> None:
    if not isinstance(title, str) or not title.strip() or len(title) > MAX_TITLE or _angled(title):
        raise bad_field("invalidTitle", field, "The request metadata specifies an invalid or empty title.")


def _check_description(description: Any, field: str) -> None:
    """The limit counts bytes, of which a Korean syllable has three."""
    if (
        not isinstance(description, str)
        or len(description.encode()) > MAX_DESCRIPTION_BYTES
        or _angled(description)
    ):
        message = "The request metadata specifies an invalid video description."
        raise bad_field("invalidDescription", field, message)


def _angled(text: str) -> bool:
    return "<" in text or ">" in text


def _check_tags(tags: Any) -> None:
    valid = isinstance(tags, list) and all(isinstance(tag, str) and tag and not _angled(tag) for tag in tags)
    if not valid or tags_length(tags) > MAX_TAGS:
        message = "The request metadata specifies invalid video keywords."
        raise bad_field("invalidTags", "snippet.tags", message)


def tags_length(tags: list[str]) -> int:
    """As the platform counts: with commas between, and quotes around a tag that has a space."""
    return sum(len(tag) + (2 if " " in tag else 0) for tag in tags) + max(len(tags) - 1, 0)


def read_status(sent: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """An omitted privacy is public, which is why clients should always name it."""
    privacy, license_ = sent.get("privacyStatus", "public"), sent.get("license", "youtube")
    if privacy not in PRIVACY:
        raise _invalid_metadata("status.privacyStatus")
    if license_ not in LICENSES:
        raise _invalid_metadata("status.license")
    read: dict[str, Any] = {"privacyStatus": privacy, "license": license_}
    for name, default in (
        ("embeddable", True),
        ("publicStatsViewable", True),
        ("selfDeclaredMadeForKids", None),
        ("containsSyntheticMedia", None),
    ):
        value = sent.get(name, default)
        if value is not None and not isinstance(value, bool):
            raise _invalid_metadata(f"status.{name}")
        if value is not None:
            read[name] = value
    return read | _read_publish_at(sent.get("publishAt"), privacy, now)


def _read_publish_at(written: Any, privacy: str, now: datetime) -> dict[str, Any]:
    if written is None:
        return {}
    instant = read_instant(written)
    if instant is None or privacy != "private":
        message = "The request metadata specifies an invalid scheduled publishing time."
        raise bad_field("invalidPublishAt", "status.publishAt", message)
    if instant <= now:
        return {"privacyStatus": "public"}
    return {"publishAt": rfc3339(instant)}


def _invalid_metadata(field: str) -> ApiError:
    return bad_field("invalidVideoMetadata", field, "The request metadata is invalid.")


def read_localizations(sent: Mapping[str, Any], snippet: Mapping[str, Any]) -> dict[str, Any]:
    if not snippet.get("defaultLanguage"):
        message = "Localized video details need the default language to be set."
        raise bad_field("defaultLanguageNotSet", "snippet.defaultLanguage", message)
    read = {}
    for language, texts in sent.items():
        if not isinstance(texts, Mapping):
            raise _invalid_metadata(f"localizations.{language}")
        _check_title(texts.get("title", ""), f"localizations.{language}.title")
        _check_description(texts.get("description", ""), f"localizations.{language}.description")
        read[language] = {"title": texts["title"], "description": texts.get("description", "")}
    return read


def read_recording(sent: Mapping[str, Any]) -> dict[str, Any]:
    date = sent.get("recordingDate")
    if date is not None and read_instant(date) is None:
        message = "The recordingDetails object in the API request specifies invalid recording details."
        raise bad_field("invalidRecordingDetails", "recordingDetails.recordingDate", message)
    return {"recordingDate": date} if date else {}
