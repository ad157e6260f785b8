"""What YouTube and Google's login say when something is wrong, translated.

The reason decides (`errors[].reason`, or the more exact one in `details[]`), then the HTTP status.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from pressrun.connectors.http import HttpAnswer
from pressrun.connectors.publishers.fallback import by_status, by_words
from pressrun.connectors.publishers.youtube.quota import ZONE
from pressrun.domain.failures import (
    AccountSuspended,
    Answer,
    Duplicate,
    Failure,
    LoginExpired,
    MediaBroken,
    Misconfigured,
    RateLimited,
    Refused,
    Transient,
)
from pressrun.domain.quotas import next_day

NO_CHANNEL = "channel_missing"
NO_PERMISSION = "permissions_missing"

Make = Callable[[Answer, datetime], Failure]

_DAY = timedelta(hours=24)
_SECRET = re.compile(r"ya29\.[\w.-]+|1//[\w.-]+|4/0[\w.-]+|(?<=upload_id=)[\w.-]+|AEnB2U[\w-]+")
_PER_DAY = re.compile(r"per\s?day", re.IGNORECASE)


def translate(answer: HttpAnswer, *, now: datetime) -> Failure:
    """The failure that an unsuccessful answer of the API means."""
    error = answer.body.get("error") if isinstance(answer.body, dict) else None
    if not isinstance(error, dict):
        return by_status(Answer(status=answer.status, message=without_secrets(answer.text)))
    reasons = list(_reasons(error))
    message = without_secrets(str(error.get("message") or ""))
    for reason in reasons:
        make = _BY_REASON.get(reason)
        if make is not None:
            return make(Answer(answer.status, reason, message), now)
    said = Answer(answer.status, reasons[0] if reasons else None, message)
    return by_words(said) or by_status(said)


def translate_login(answer: HttpAnswer) -> Failure:
    """The failure that an unsuccessful answer of the token endpoint means."""
    body = answer.body if isinstance(answer.body, dict) else {}
    error = body.get("error")
    code = error if isinstance(error, str) else None
    said = Answer(answer.status, code, without_secrets(str(body.get("error_description") or answer.text)))
    make = _OF_LOGIN.get(code or "")
    if make is not None and answer.status < 500:
        return make(said)
    return by_status(said)


def of_video(status: Mapping[str, Any], processing: Mapping[str, Any]) -> Failure | None:
    """What became of an uploaded video, where YouTube will not show it; None while it may."""
    match status.get("uploadStatus"):
        case "failed":
            return MediaBroken(answer=_about_video("failed", status.get("failureReason")), which=1)
        case "rejected":
            return _rejected(str(status.get("rejectionReason") or ""))
    if processing.get("processingStatus") in ("failed", "terminated"):
        why = processing.get("processingFailureReason") or processing["processingStatus"]
        return MediaBroken(answer=_about_video("failed", why), which=1)
    return None


def without_secrets(text: str) -> str:
    """What may be kept of a text: short, and without tokens and upload sessions."""
    return _SECRET.sub("…", text[:2000])[:500]


def _reasons(error: Mapping[str, Any]) -> Iterator[str]:
    """The most exact one first."""
    for name in ("details", "errors"):
        found = error.get(name)
        for item in found if isinstance(found, list) else ():
            if isinstance(item, dict) and isinstance(item.get("reason"), str):
                yield item["reason"]
    if isinstance(error.get("status"), str):
        yield error["status"]


def _about_video(code: str, why: object) -> Answer:
    return Answer(code=f"{code}/{why}" if why else code)


def _rejected(why: str) -> Failure:
    said = _about_video("rejected", why)
    if why == "duplicate":
        return Duplicate(answer=said)
    if why in ("uploaderAccountSuspended", "uploaderAccountClosed"):
        return AccountSuspended(answer=said)
    return Refused(answer=said, reason="video_rejected", values={"why": why or "?"})


def _transient(said: Answer, _now: datetime) -> Failure:
    return Transient(answer=said)


def _until_midnight(said: Answer, now: datetime) -> Failure:
    """The day's quota of the project, whatever channel used it."""
    return RateLimited(answer=said, until=next_day(now, ZONE), whose="app")


def _limited(said: Answer, now: datetime) -> Failure:
    """The bucket of uploads is called a rate limit too; only its words tell."""
    return _until_midnight(said, now) if _PER_DAY.search(said.message) else RateLimited(answer=said)


def _day_limited(said: Answer, now: datetime) -> Failure:
    return RateLimited(answer=said, until=now + _DAY)


def _expired(said: Answer, _now: datetime) -> Failure:
    return LoginExpired(answer=said)


def _no_channel(said: Answer, _now: datetime) -> Failure:
    return LoginExpired(answer=said, reason=NO_CHANNEL)


def _no_permission(said: Answer, _now: datetime) -> Failure:
    return LoginExpired(answer=said, reason=NO_PERMISSION)


def _suspended(said: Answer, _now: datetime) -> Failure:
    return AccountSuspended(answer=said)


def _misconfigured(said: Answer, _now: datetime) -> Failure:
    return Misconfigured(answer=said)


def _broken(said: Answer, _now: datetime) -> Failure:
    return MediaBroken(answer=said, which=1)


def _duplicate(said: Answer, _now: datetime) -> Failure:
    return Duplicate(answer=said)


def _not_permitted(said: Answer, _now: datetime) -> Failure:
    return Refused(answer=said, reason="not_permitted")


def _setting(field: str) -> Make:
    return lambda said, _now: Refused(answer=said, reason="setting_refused", values={"field": field})


def _missing(what: str) -> Make:
    return lambda said, _now: Refused(answer=said, reason="thing_missing", values={"what": what})


_BY_REASON: dict[str, Make] = {
    "internalError": _transient,
    "backendError": _transient,
    "UNAVAILABLE": _transient,
    "SERVICE_UNAVAILABLE": _transient,
    "quotaExceeded": _until_midnight,
    "dailyLimitExceeded": _until_midnight,
    "rateLimitExceeded": _limited,
    "userRateLimitExceeded": _limited,
    "RATE_LIMIT_EXCEEDED": _limited,
    "RESOURCE_EXHAUSTED": _limited,
    "uploadLimitExceeded": _day_limited,
    "uploadRateLimitExceeded": _day_limited,
    "authError": _expired,
    "expired": _expired,
    "authorizationRequired": _expired,
    "insufficientPermissions": _no_permission,
    "ACCESS_TOKEN_SCOPE_INSUFFICIENT": _no_permission,
    "youtubeSignupRequired": _no_channel,
    "authenticatedUserNotChannel": _no_channel,
    "accountDelegationForbidden": _no_channel,
    "authenticatedUserAccountSuspended": _suspended,
    "authenticatedUserAccountClosed": _suspended,
    "channelSuspended": _suspended,
    "channelClosed": _suspended,
    "accountSuspended": _suspended,
    "accessNotConfigured": _misconfigured,
    "SERVICE_DISABLED": _misconfigured,
    "invalidTitle": _setting("title"),
    "invalidDescription": _setting("description"),
    "invalidTags": _setting("tags"),
    "invalidCategoryId": _setting("category_id"),
    "invalidPublishAt": _setting("publish_at"),
    "invalidVideoMetadata": _setting("metadata"),
    "invalidFilename": _setting("file name"),
    "invalidRecordingDetails": _setting("recordingDetails"),
    "invalidVideoGameRating": _setting("gameRating"),
    "defaultLanguageNotSet": _setting("default_language"),
    "forbiddenPrivacySetting": _setting("privacy"),
    "forbiddenLicenseSetting": _setting("license"),
    "forbidden": _not_permitted,
    "videoNotFound": _missing("video"),
    "playlistNotFound": _missing("playlist"),
    "channelNotFound": _missing("channel"),
    "mediaBodyRequired": _broken,
    "invalidImage": _broken,
    "captionExists": _duplicate,
}

_OF_LOGIN: dict[str, Callable[[Answer], Failure]] = {
    "invalid_grant": lambda said: LoginExpired(answer=said),
    "invalid_scope": lambda said: LoginExpired(answer=said, reason=NO_PERMISSION),
    "access_denied": lambda said: LoginExpired(answer=said, reason=NO_PERMISSION),
    "admin_policy_enforced": lambda said: LoginExpired(answer=said),
    "invalid_client": lambda said: Misconfigured(answer=said),
    "deleted_client": lambda said: Misconfigured(answer=said),
    "disabled_client": lambda said: Misconfigured(answer=said),
    "unauthorized_client": lambda said: Misconfigured(answer=said),
    "redirect_uri_mismatch": lambda said: Misconfigured(answer=said),
    "temporarily_unavailable": lambda said: Transient(answer=said),
    "server_error": lambda said: Transient(answer=said),
    "internal_failure": lambda said: Transient(answer=said),
}
