"""What `POST /2/tweets` may be sent: which fields there are, their form, and which exclude each other."""

from collections.abc import Mapping
from typing import Any

from pressrun.sandbox.x.errors import forbidden, invalid
from pressrun.sandbox.x.weighted import cashtags, has_forbidden, weighted_length

MAX_PHOTOS = 4
MAX_TAGGED = 10
REPLY_SETTINGS = ("following", "mentionedUsers", "subscribers", "verified")
_FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "text": str,
    "media": dict,
    "reply": dict,
    "reply_settings": str,
    "quote_tweet_id": str,
    "poll": dict,
    "made_with_ai": bool,
    "paid_partnership": bool,
    "community_id": str,
    "share_with_followers": bool,
    "edit_options": dict,
    "for_super_followers_only": bool,
    "nullcast": bool,
    "geo": dict,
    "card_uri": str,
    "direct_message_deep_link": str,
}
_EXCLUSIVE = ("media", "poll", "quote_tweet_id", "card_uri")


def check_body(sent: Mapping[str, Any], *, max_length: int) -> None:
    """Everything that the body alone decides; raises XError."""
    for name, value in sent.items():
        if name not in _FIELDS:
            raise invalid(f"$.{name}: is not defined in the schema", parameter=name)
        if value is not None and not isinstance(value, _FIELDS[name]):
            raise invalid(f"$.{name}: has the wrong type", parameter=name, value=value)
    given = [name for name in _EXCLUSIVE if sent.get(name) is not None]
    if len(given) > 1:
        raise invalid(f"{' and '.join(given)} exclude each other", parameter=given[1])
    if sent.get("reply_settings") and sent["reply_settings"] not in REPLY_SETTINGS:
        raise invalid(
            f"must be one of {', '.join(REPLY_SETTINGS)}",
            parameter="reply_settings",
            value=sent["reply_settings"],
        )
    if sent.get("edit_options"):
        raise invalid("This account cannot edit posts.", parameter="edit_options")
    _check_text(sent, max_length=max_length)
    _check_media(sent.get("media"))
    _check_poll(sent.get("poll"))


def _check_text(sent: Mapping[str, Any], *, max_length: int) -> None:
    text = sent.get("text") or ""
    if not text.strip():
        if not sent.get("media"):
            raise invalid("text is required unless there is media", parameter="text")
        return
    if has_forbidden(text):
        raise invalid("text has a character that is not allowed", parameter="text")
    if weighted_length(text) > max_length:
        raise invalid(
            "Your post is too long. Make it shorter.", parameter="text", code=186, legacy_status=403
        )
    if len(cashtags(text)) > 1:
        raise forbidden("A post may have one cashtag at most.", 453)


def _check_media(media: Mapping[str, Any] | None) -> None:
    if media is None:
        return
    ids = media.get("media_ids")
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        raise invalid("must be a list of ids", parameter="media.media_ids", value=ids)
    if not 1 <= len(ids) <= MAX_PHOTOS or len(set(ids)) < len(ids):
        raise invalid(f"must name 1 to {MAX_PHOTOS} different media", parameter="media.media_ids", value=ids)
    tagged = media.get("tagged_user_ids") or []
    if not isinstance(tagged, list) or len(tagged) > MAX_TAGGED:
        raise invalid(f"must name at most {MAX_TAGGED} users", parameter="media.tagged_user_ids")


def _check_poll(poll: Mapping[str, Any] | None) -> None:
    if poll is None:
        return
    options, minutes = poll.get("options"), poll.get("duration_minutes")
    if not isinstance(options, list) or not 2 <= len(options) <= 4:
        raise invalid("must have 2 to 4 options", parameter="poll.options")
    if not all(isinstance(option, str) and 1 <= len(option) <= 25 for option in options):
        raise invalid("An option has 1 to 25 characters.", parameter="poll.options", value=options)
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 5 <= minutes <= 10_080:
        raise invalid("must lie between 5 and 10080", parameter="poll.duration_minutes", value=minutes)
