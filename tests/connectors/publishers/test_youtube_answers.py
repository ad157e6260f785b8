"""Every answer of YouTube and Google's login becomes a failure with its decision, its time and its words.

The rows are those of `platforms`, section 4, and the answers are in the shapes that were seen (S2.7 to S2.9).
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.publishers.answer_tables import (
    IN_5_MINUTES,
    IN_A_DAY,
    IN_AN_HOUR,
    NO_PERMISSION,
    NOW,
    PAUSE,
    RENEW,
    assert_means,
    each_row,
    said,
)
from pressrun.connectors.http import HttpAnswer
from pressrun.connectors.publishers.youtube.answers import of_video, translate, translate_login
from pressrun.domain.decisions import Confirm, Decision, Fail, RetryAt
from pressrun.domain.failures import (
    AccountSuspended,
    Duplicate,
    Failure,
    LoginExpired,
    MediaBroken,
    Misconfigured,
    RateLimited,
    Refused,
    Transient,
)

MIDNIGHT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
PER_DAY = (
    "Quota exceeded for quota metric 'Video Uploads' and limit 'Video Uploads per day' of service "
    "'youtube.googleapis.com' for consumer 'project_number:123456789'."
)


def error(status: int, reason: str, message: str = "No.", *, domain: str = "youtube.video") -> HttpAnswer:
    """The usual shape."""
    entry = {"message": message, "domain": domain, "reason": reason}
    return said({"error": {"code": status, "message": message, "errors": [entry]}}, status)


def rpc(status: int, name: str, detail: str = "", message: str = "No.", reason: str = "") -> HttpAnswer:
    """The newer shape, with Google's own word for the status."""
    fields: dict[str, Any] = {"code": status, "message": message, "status": name}
    if detail:
        kind = "type.googleapis.com/google.rpc.ErrorInfo"
        fields["details"] = [{"@type": kind, "reason": detail, "domain": "googleapis.com"}]
    if reason:
        fields["errors"] = [{"message": message, "domain": "global", "reason": reason}]
    return said({"error": fields}, status)


AT_MIDNIGHT = RetryAt(MIDNIGHT, spends=False)
USED_UP = RateLimited(until=MIDNIGHT, whose="app")
NO_CHANNEL = LoginExpired(reason="channel_missing")


def field(name: str) -> Refused:
    return Refused(reason="setting_refused", values={"field": name})


def missing(what: str) -> Refused:
    return Refused(reason="thing_missing", values={"what": what})


TABLE: list[tuple[str, HttpAnswer, Failure, Decision]] = [
    # It passes.
    ("500", error(500, "internalError"), Transient(), IN_5_MINUTES),
    ("503", error(503, "backendError"), Transient(), IN_5_MINUTES),
    ("503 by name", rpc(503, "UNAVAILABLE", "SERVICE_UNAVAILABLE"), Transient(), IN_5_MINUTES),
    ("HTML of a gateway", said("<html>502</html>", 502), Transient(), IN_5_MINUTES),
    ("504 without a body", said("", 504), Transient(), IN_5_MINUTES),
    ("a success that can't be read", said("", 200), Transient(), IN_5_MINUTES),
    ("timeout at Google", said("", 408), Transient(), IN_5_MINUTES),
    ("a conflict of some kind", error(409, "conflict"), Transient(), IN_5_MINUTES),
    # Quotas of the project, until midnight there.
    ("units", error(403, "quotaExceeded", domain="youtube.quota"), USED_UP, AT_MIDNIGHT),
    ("day", error(403, "dailyLimitExceeded"), USED_UP, AT_MIDNIGHT),
    (
        "the day's uploads as the field reports it",
        rpc(429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", PER_DAY, "rateLimitExceeded"),
        USED_UP,
        AT_MIDNIGHT,
    ),
    (
        "the day's uploads with only a name",
        rpc(429, "RESOURCE_EXHAUSTED", message=PER_DAY),
        USED_UP,
        AT_MIDNIGHT,
    ),
    ("the day's uploads as 403", error(403, "rateLimitExceeded", PER_DAY), USED_UP, AT_MIDNIGHT),
    # Speed, and limits of the channel.
    ("speed", error(429, "rateLimitExceeded", "Too fast"), RateLimited(), IN_AN_HOUR),
    ("speed as 403", error(403, "userRateLimitExceeded"), RateLimited(), IN_AN_HOUR),
    ("exhausted", rpc(429, "RESOURCE_EXHAUSTED"), RateLimited(), IN_AN_HOUR),
    ("429 without a word", said("", 429), RateLimited(), IN_AN_HOUR),
    ("uploads of the channel", error(400, "uploadLimitExceeded"), RateLimited(until=IN_A_DAY.at), IN_A_DAY),
    ("thumbnails", error(429, "uploadRateLimitExceeded"), RateLimited(until=IN_A_DAY.at), IN_A_DAY),
    # The login.
    ("token", rpc(401, "UNAUTHENTICATED", reason="authError"), LoginExpired(), RENEW),
    ("no token", rpc(401, "UNAUTHENTICATED", reason="required"), LoginExpired(), RENEW),
    ("old token", error(401, "expired"), LoginExpired(), RENEW),
    ("authorization", error(401, "authorizationRequired"), LoginExpired(), RENEW),
    ("401 without a word", said("", 401), LoginExpired(), RENEW),
    ("permission", error(403, "insufficientPermissions"), NO_PERMISSION, RENEW),
    (
        "scope",
        rpc(403, "PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT", reason="forbidden"),
        NO_PERMISSION,
        RENEW,
    ),
    ("no channel", error(401, "youtubeSignupRequired"), NO_CHANNEL, RENEW),
    ("not a channel", error(403, "authenticatedUserNotChannel"), NO_CHANNEL, RENEW),
    ("another's channel", error(403, "accountDelegationForbidden"), NO_CHANNEL, RENEW),
    # Blocked.
    ("account suspended", error(403, "authenticatedUserAccountSuspended"), AccountSuspended(), PAUSE),
    ("account closed", error(403, "authenticatedUserAccountClosed"), AccountSuspended(), PAUSE),
    ("channel suspended", error(403, "channelSuspended"), AccountSuspended(), PAUSE),
    ("channel closed", error(403, "channelClosed"), AccountSuspended(), PAUSE),
    ("suspended", error(403, "accountSuspended"), AccountSuspended(), PAUSE),
    ("suspended in words", error(403, "newReason", "This account is suspended."), AccountSuspended(), PAUSE),
    # The operator.
    ("API switched off", error(403, "accessNotConfigured", domain="usageLimits"), Misconfigured(), Fail()),
    (
        "API switched off by name",
        rpc(403, "PERMISSION_DENIED", "SERVICE_DISABLED", reason="forbidden"),
        Misconfigured(),
        Fail(),
    ),
    ("billing", said("", 402), Misconfigured(), Fail()),
    # What was asked for.
    ("title", error(400, "invalidTitle"), field("title"), Fail()),
    ("description", error(400, "invalidDescription"), field("description"), Fail()),
    ("tags", error(400, "invalidTags"), field("tags"), Fail()),
    ("category", error(400, "invalidCategoryId"), field("category_id"), Fail()),
    ("time", error(400, "invalidPublishAt"), field("publish_at"), Fail()),
    ("metadata", error(400, "invalidVideoMetadata"), field("metadata"), Fail()),
    ("file name", error(400, "invalidFilename"), field("file name"), Fail()),
    ("recording", error(400, "invalidRecordingDetails"), field("recordingDetails"), Fail()),
    ("rating", error(400, "invalidVideoGameRating"), field("gameRating"), Fail()),
    ("language", error(400, "defaultLanguageNotSet"), field("default_language"), Fail()),
    ("privacy", error(403, "forbiddenPrivacySetting"), field("privacy"), Fail()),
    ("licence", error(403, "forbiddenLicenseSetting"), field("license"), Fail()),
    ("forbidden", error(403, "forbidden"), Refused(reason="not_permitted"), Fail()),
    ("video gone", error(404, "videoNotFound"), missing("video"), Fail()),
    ("playlist gone", error(404, "playlistNotFound"), missing("playlist"), Fail()),
    ("channel gone", error(404, "channelNotFound"), missing("channel"), Fail()),
    ("400 of a new reason", error(400, "somethingNew"), Refused(), Fail()),
    ("404 without a word", said("", 404), Refused(), Fail()),
    # Files.
    ("no file", error(400, "mediaBodyRequired"), MediaBroken(which=1), Fail()),
    ("thumbnail", error(400, "invalidImage"), MediaBroken(which=1), Fail()),
    ("too large", said("", 413), MediaBroken(), Fail()),
    ("not a video", said("", 415), MediaBroken(), Fail()),
    # There already.
    ("captions", error(409, "captionExists"), Duplicate(), Confirm()),
]  # fmt: skip

LOGIN: list[tuple[str, HttpAnswer, Failure, Decision]] = [
    (
        "revoked",
        said({"error": "invalid_grant", "error_description": "Token has been expired or revoked."}, 400),
        LoginExpired(),
        RENEW,
    ),
    ("policy", said({"error": "admin_policy_enforced"}, 400), LoginExpired(), RENEW),
    ("scope", said({"error": "invalid_scope"}, 400), NO_PERMISSION, RENEW),
    ("wrong secret", said({"error": "invalid_client"}, 401), Misconfigured(), Fail()),
    ("app deleted", said({"error": "deleted_client"}, 401), Misconfigured(), Fail()),
    ("another app's token", said({"error": "unauthorized_client"}, 401), Misconfigured(), Fail()),
    ("wrong address", said({"error": "redirect_uri_mismatch"}, 400), Misconfigured(), Fail()),
    ("busy", said({"error": "temporarily_unavailable"}, 400), Transient(), IN_5_MINUTES),
    ("broken", said({"error": "server_error"}, 500), Transient(), IN_5_MINUTES),
    ("a grant that a broken server names", said({"error": "invalid_grant"}, 500), Transient(), IN_5_MINUTES),
    ("HTML", said("<html>503</html>", 503), Transient(), IN_5_MINUTES),
    ("too fast", said("", 429), RateLimited(), IN_AN_HOUR),
    ("a word nobody knows", said({"error": "something_new"}, 401), LoginExpired(), RENEW),
    ("a list", said([], 400), Refused(), Fail()),
]


def rejected(why: str) -> dict[str, Any]:
    return {"uploadStatus": "rejected", "rejectionReason": why}


VIDEOS: list[tuple[str, dict[str, Any], dict[str, Any], Failure | None, Decision | None]] = [
    ("uploaded", {"uploadStatus": "uploaded"}, {"processingStatus": "processing"}, None, None),
    ("processed", {"uploadStatus": "processed"}, {"processingStatus": "succeeded"}, None, None),
    ("nothing is said", {}, {}, None, None),
    ("codec", {"uploadStatus": "failed", "failureReason": "codec"}, {}, MediaBroken(which=1), Fail()),
    ("failed without a reason", {"uploadStatus": "failed"}, {}, MediaBroken(which=1), Fail()),
    ("processing failed", {}, {"processingStatus": "failed"}, MediaBroken(which=1), Fail()),
    ("processing ended", {}, {"processingStatus": "terminated"}, MediaBroken(which=1), Fail()),
    ("there already", rejected("duplicate"), {}, Duplicate(), Confirm()),
    *(
        (why, rejected(why), {}, AccountSuspended(), PAUSE)
        for why in ("uploaderAccountSuspended", "uploaderAccountClosed")
    ),
    *(
        (
            why,
            rejected(why),
            {},
            Refused(reason="video_rejected", values={"why": why}),
            Fail(),
        )
        for why in ("copyright", "claim", "termsOfUse", "inappropriate", "legal", "trademark", "length")
    ),
]  # fmt: skip


@each_row("answer expected decision", TABLE)
def test_an_answer_of_the_api(answer: HttpAnswer, expected: Failure, decision: Decision) -> None:
    met = translate(answer, now=NOW)
    assert_means(met, expected, decision)
    assert met.answer.status == answer.status


@each_row("answer expected decision", LOGIN)
def test_an_answer_of_the_token_endpoint(answer: HttpAnswer, expected: Failure, decision: Decision) -> None:
    met = translate_login(answer)
    assert_means(met, expected, decision)
    assert met.answer.status == answer.status


@each_row("status processing expected decision", VIDEOS)
def test_what_became_of_a_video(
    status: dict[str, Any],
    processing: dict[str, Any],
    expected: Failure | None,
    decision: Decision | None,
) -> None:
    met = of_video(status, processing)
    if met is None or decision is None or expected is None:
        assert (met, expected, decision) == (None, None, None)
        return
    assert_means(met, expected, decision)


def test_the_exact_reason_is_kept_with_the_attempt() -> None:
    exact = translate(
        rpc(403, "PERMISSION_DENIED", "SERVICE_DISABLED", "Enable it.", "forbidden"), now=NOW
    ).answer
    assert (exact.status, exact.code, exact.message) == (403, "SERVICE_DISABLED", "Enable it.")
    unknown = translate(error(400, "somethingNew", "Hm."), now=NOW).answer
    assert (unknown.code, unknown.message) == ("somethingNew", "Hm.")


@pytest.mark.parametrize(
    "secret", ["ya29.a0AfH6SNz-x_Y", "1//0gXyZ-abc_DEF", "4/0AX4XfWh-code", "AEnB2UpSession_Secret-1"]
)
def test_no_secret_stays_in_what_is_kept(secret: str) -> None:
    message = f"Bad thing at https://youtube.googleapis.com/upload?upload_id={secret}&x=1 with {secret}"
    for met in (
        translate(error(400, "badRequest", message), now=NOW),
        translate(said(message, 500), now=NOW),
        translate_login(said({"error": "invalid_grant", "error_description": message}, 400)),
    ):
        assert secret not in met.answer.message
        assert "Bad thing" in met.answer.message


def test_a_long_answer_is_kept_short() -> None:
    assert len(translate(said("x" * 100_000, 500), now=NOW).answer.message) <= 500


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"error": None},
        {"error": []},
        {"error": {}},
        {"error": {"errors": "no", "details": {}, "status": 7}},
        {"error": {"errors": [None, {"reason": 5}], "message": None}},
    ],
)
def test_a_shape_that_nobody_expected_goes_by_its_status(body: Any) -> None:
    assert type(translate(said(body, 400), now=NOW)) is Refused
    assert type(translate(said(body, 503), now=NOW)) is Transient
