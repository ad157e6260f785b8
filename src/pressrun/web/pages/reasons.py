"""Why posts do not go out, in the few words of the failure screen, and what cures each (S2.4, ui/UI.md)."""

from dataclasses import dataclass

from pressrun.domain.post import PostStatus
from pressrun.web.pages.post_view import PostView
from pressrun.web.templating import msgid


@dataclass(frozen=True)
class Reason:
    """`blocks` says that no retry helps before a person has acted on the account."""

    key: str
    word: str
    icon: str
    tone: str = "failed"
    of_account: bool = False
    blocks: bool = False


_API = Reason("api", msgid("API error"), "gear", "attention")
_LIMIT = Reason("limit", msgid("Rate limit"), "clock", "attention", of_account=True)
_SUSPENDED = Reason("suspended", msgid("Suspended"), "ban", of_account=True, blocks=True)
_LOGIN = Reason("login", msgid("Sign-in expired"), "key", "attention", of_account=True, blocks=True)
_MEDIA = Reason("media", msgid("Image or video"), "image")
_REFUSED = Reason("refused", msgid("Refused"), "edit")
_SETUP = Reason("setup", msgid("Set up wrongly"), "gear")
_UNKNOWN = Reason("unknown", msgid("Outcome unknown"), "warn")

REASONS = {
    reason.key: reason for reason in (_UNKNOWN, _SUSPENDED, _LOGIN, _SETUP, _MEDIA, _REFUSED, _LIMIT, _API)
}
"""The most urgent first."""

_BY_CODE = {
    "transient": _API,
    "rate_limited": _LIMIT,
    "login_expired": _LOGIN,
    "needs_reauth": _LOGIN,
    "account_suspended": _SUSPENDED,
    "media_unusable": _MEDIA,
    "video_unusable": _MEDIA,
    "some_media_unusable": _MEDIA,
    "some_video_unusable": _MEDIA,
    "media_unreachable": _MEDIA,
    "misconfigured": _SETUP,
    "credits_depleted": _SETUP,
    "outcome_unknown": _UNKNOWN,
}


def reason_of(it: PostView) -> Reason:
    """Why this post is not out."""
    if it.post.status is PostStatus.UNCONFIRMED:
        return _UNKNOWN
    if it.post.status is PostStatus.HELD and it.post.status_reason:
        return _BY_CODE.get(it.post.status_reason, _REFUSED)
    return _BY_CODE.get(it.trouble.code, _REFUSED) if it.trouble else _REFUSED
