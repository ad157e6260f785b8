"""Each answer of Meta's Graph API becomes a failure with its decision, its time and its words (S2.7 to S2.9).

The rows are those of `platforms`, section 4, for Instagram, Threads and Facebook, and the answers are in the
shapes that were seen. Where a row belongs to the publishing call, it says what counts once a look at the
platform has shown that nothing went out: every failed publishing call is looked up before it is decided upon
(docs/decisions/0003).
"""

import asyncio
import json
import socket
from collections.abc import Mapping
from datetime import timedelta
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
    assert_same,
    each_row,
    read_by,
    said,
)
from connectors.publishers.conftest import NewHttp
from pressrun.connectors.http import HttpAnswer
from pressrun.connectors.publishers.instagram import Hosts
from pressrun.connectors.publishers.instagram.graph import Graph
from pressrun.connectors.publishers.meta_answers import (
    CONTAINER_STAGES,
    ProcessingFailed,
    of_container,
    translate,
)
from pressrun.domain.decisions import Confirm, Decision, Fail, RetryAt, RetryPolicy, Tried, decide
from pressrun.domain.failures import (
    AccountSuspended,
    Answer,
    Duplicate,
    Failure,
    LoginExpired,
    MediaBroken,
    MediaUnreachable,
    Misconfigured,
    RateLimited,
    Reach,
    Refused,
    Transient,
    message_code,
)
from pressrun.domain.persona import Language

ESTIMATE = "estimated_time_to_regain_access"
IN_30_SECONDS = RetryAt(NOW + timedelta(seconds=30), spends=True)
IN_19_MINUTES = RetryAt(NOW + timedelta(minutes=19), spends=False)
NEW_CONTAINER = Transient(start_over=CONTAINER_STAGES)
POLL = Transient(after=timedelta(seconds=30), start_over=("polling",))
FULL_DAY = RateLimited(until=IN_A_DAY.at)
APP = RateLimited(whose="app")
SIGN_IN_THERE = LoginExpired(reason="platform_checks_login")
PAGE_CHECKS = LoginExpired(reason="page_checks_missing")
TOO_LONG = Refused(reason="text_too_long")


def error(code: Any, subcode: Any = None, message: str = "Something", **more: Any) -> dict[str, Any]:
    """The body that all of Meta shares; nearly every error has this one type."""
    fields = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "Tr4ce"}
    if subcode is not None:
        fields["error_subcode"] = subcode
    return {"error": fields | more}


def publishing_error(code: int, subcode: int, title: str, text: str, **more: Any) -> HttpAnswer:
    """As "Error Codes" of the Instagram Platform shows it: general words, and others for a person."""
    for_people = {"error_user_title": title, "error_user_msg": text}
    return said(error(code, subcode, "Fatal", **{"is_transient": False} | for_people | more))


def usage(kind: str, *, minutes: int) -> Mapping[str, str]:
    item = {"type": kind, "call_count": 100, "total_cputime": 25, "total_time": 25, ESTIMATE: minutes}
    return {"x-business-use-case-usage": json.dumps({"17841400000000000": [item]})}


def session(subcode: int, why: str, status: int = 400) -> HttpAnswer:
    return said(error(190, subcode, f"Error validating access token: {why}"), status)


def setting(field: str, *, start_over: tuple[str, ...] = ()) -> Refused:
    return Refused(reason="setting_refused", values={"field": field}, start_over=start_over)


TABLE: list[tuple[str, HttpAnswer, Failure, Decision]] = [
    # It passes.
    (
        "Instagram's own error",
        publishing_error(
            -1, 2207001, "Instagram server error", "Instagram server error. Try again.", is_transient=True
        ),
        Transient(),
        IN_5_MINUTES,
    ),
    ("unknown", said(error(1, None, "An unknown error occurred"), 500), Transient(), IN_5_MINUTES),
    ("unknown, to be asked again", said(error(1, 99, "Please reduce the data")), Transient(), IN_5_MINUTES),
    (
        "service down",
        said(error(2, None, "An unexpected error has occurred. Please retry later.", is_transient=True), 503),
        Transient(),
        IN_5_MINUTES,
    ),
    ("transient of a new code", said(error(7777, is_transient=True)), Transient(), IN_5_MINUTES),
    ("words of a server error", said(error(7777, message="locked row"), 500), Transient(), IN_5_MINUTES),
    ("no code and 500", said({"error": {"message": "Hm"}}, 500), Transient(), IN_5_MINUTES),
    ("HTML of a gateway", said("<html><h1>502 Bad Gateway</h1></html>", 502), Transient(), IN_5_MINUTES),
    (
        "HTML of a page of excuses",
        said("<!DOCTYPE html><title>Error</title>", 500),
        Transient(),
        IN_5_MINUTES,
    ),
    # It passes, in a new container.
    (
        "download took too long",
        publishing_error(-2, 2207003, "Timeout", "It takes too long to download the media."),
        NEW_CONTAINER,
        IN_5_MINUTES,
    ),
    (
        "media expired",
        publishing_error(-2, 2207020, "Media expired", "The media you are trying to access has expired."),
        NEW_CONTAINER,
        IN_5_MINUTES,
    ),
    (
        "container creation failed",
        publishing_error(-1, 2207032, "Create media fail", "Failed to create a media container."),
        NEW_CONTAINER,
        IN_5_MINUTES,
    ),
    (
        "unknown upload error",
        publishing_error(-1, 2207053, "Unknown upload error", "The video could not be uploaded."),
        NEW_CONTAINER,
        IN_5_MINUTES,
    ),
    ("negative code as text", said(error("-2")), NEW_CONTAINER, IN_5_MINUTES),
    # Nobody knows why: the login shows whether it is good when the new container is made with it.
    (
        "media not found",
        publishing_error(24, 2207006, "Media Not Found", "The media with this id can't be found."),
        NEW_CONTAINER,
        IN_5_MINUTES,
    ),
    (
        "object not visible",
        said(error(100, 33, "Unsupported get request. Object with ID '179' does not exist")),
        NEW_CONTAINER,
        IN_5_MINUTES,
    ),
    # It passes soon: the container is asked for its state once more.
    (
        "not ready",
        publishing_error(9007, 2207027, "Media not ready", "The media is not ready for publishing."),
        POLL,
        IN_30_SECONDS,
    ),
    ("not ready without a sub-code", said(error(9007)), POLL, IN_30_SECONDS),
    (
        "container missing",
        publishing_error(24, 2207008, "Media Not Found", "The media builder with creation id = 179"),
        POLL,
        IN_30_SECONDS,
    ),
    # Limits.
    (
        "app limit with an estimate",
        said(
            error(4, None, "(#4) Application request limit reached", is_transient=True),
            headers=usage("instagram", minutes=19),
        ),
        RateLimited(until=IN_19_MINUTES.at, whose="app"),
        IN_19_MINUTES,
    ),
    (
        "app limit without a header",
        said(error(4, None, "(#4) Application request limit reached", is_transient=True), 403),
        APP,
        IN_AN_HOUR,
    ),
    ("user limit", said(error(17, None, "(#17) User request limit reached"), 429), RateLimited(), IN_AN_HOUR),
    ("page limit", said(error(32, None, "(#32) Page request limit reached"), 403), RateLimited(), IN_AN_HOUR),
    ("temporary app limit", said(error(341, None, "Application limit reached")), APP, IN_AN_HOUR),
    (
        "custom limit",
        said(error(613, None, "(#613) Calls to this api have exceeded the rate limit.")),
        RateLimited(),
        IN_AN_HOUR,
    ),
    (
        "a Page's use case limit",
        said(
            error(80001, None, "There have been too many calls to this Page account."),
            headers=usage("pages", minutes=19),
        ),
        RateLimited(until=IN_19_MINUTES.at),
        IN_19_MINUTES,
    ),
    (
        "Instagram's use case limit",
        said(error(80002, None, "There have been too many calls to this Instagram account.")),
        RateLimited(),
        IN_AN_HOUR,
    ),
    (
        "Facebook, posting too fast",
        said(error(368, 1390008, "Your account is limited")),
        RateLimited(),
        IN_AN_HOUR,
    ),
    ("rate limit in words", said(error(7777, message="Rate limit exceeded")), RateLimited(), IN_AN_HOUR),
    (
        "the day's posts",
        publishing_error(9, 2207042, "Limit Reached", "You reached the maximum of posts allowed by the API."),
        FULL_DAY,
        IN_A_DAY,
    ),
    (
        "Threads: the day's posts, without a sub-code",
        said(error(9, None, "The user has reached the maximum number of posts")),
        FULL_DAY,
        IN_A_DAY,
    ),
    ("a new code with 429", said(error(7777), 429), RateLimited(), IN_AN_HOUR),
    ("nothing, 420", said("", 420), RateLimited(), IN_AN_HOUR),
    ("nothing, 429", said("", 429), RateLimited(), IN_AN_HOUR),
    # The login.
    (
        "token expired, as 400",
        session(463, "Session has expired on Friday, 20-Nov-26 00:00:00 PST."),
        LoginExpired(),
        RENEW,
    ),
    ("token expired, as 401", session(463, "Session has expired.", 401), LoginExpired(), RENEW),
    ("token expired, within a 200", session(463, "Session has expired.", 200), LoginExpired(), RENEW),
    ("codes as text", said(error("190", "463")), LoginExpired(), RENEW),
    (
        "password changed",
        session(460, "The session has been invalidated because the user changed their password."),
        LoginExpired(),
        RENEW,
    ),
    ("app removed", session(458, "The user has not authorized application 17."), LoginExpired(), RENEW),
    ("token of no use", session(467, "The session is invalid."), LoginExpired(), RENEW),
    ("no role at the Page any more", session(492, "The user must be an admin."), LoginExpired(), RENEW),
    ("token of a sub-code nobody knows", session(99999, "Hm."), LoginExpired(), RENEW),
    ("no token", said(error(190, None, "Invalid OAuth access token."), 401), LoginExpired(), RENEW),
    ("session", said(error(102, None, "Session key invalid")), LoginExpired(), RENEW),
    (
        "a call without any token",
        said(error(2500, None, "An active access token must be used to query information")),
        LoginExpired(),
        RENEW,
    ),
    ("a new code with 401", said(error(7777), 401), LoginExpired(), RENEW),
    ("an empty error", said({"error": {}}, 403), LoginExpired(), RENEW),
    ("nothing, 401", said("", 401), LoginExpired(), RENEW),
    ("nothing, 403", said("", 403), LoginExpired(), RENEW),
    # A person has to sign in at the platform first.
    ("checkpoint", session(459, "You cannot access the app till you log in"), SIGN_IN_THERE, RENEW),
    ("unconfirmed user", session(464, "Sessions are not allowed: unconfirmed."), SIGN_IN_THERE, RENEW),
    (
        "Facebook's checkpoint",
        said(error(490, None, "User is enrolled in a checkpoint")),
        SIGN_IN_THERE,
        RENEW,
    ),
    # A permission is missing, or a check of the Page.
    ("no capability", said(error(3, None, "Application does not have the capability")), NO_PERMISSION, RENEW),
    (
        "permission",
        said(error(10, None, "(#10) Application does not have permission for this action"), 403),
        NO_PERMISSION,
        RENEW,
    ),
    (
        "permission 200",
        said(
            error(200, None, "(#200) The user hasn't authorized the application to perform this action"), 403
        ),
        NO_PERMISSION,
        RENEW,
    ),
    ("permission 299", said(error(299), 500), NO_PERMISSION, RENEW),
    ("300 is no permission", said(error(300)), Refused(), Fail()),
    (
        "the Page lacks its authorization",
        said(error(200, None, "(#200) This Page needs to complete Page Publishing Authorization"), 403),
        PAGE_CHECKS,
        RENEW,
    ),
    ("the same for short", said(error(10, None, "PPA is required for this page")), PAGE_CHECKS, RENEW),
    (
        "the Page wants two factors",
        said(error(3, None, "Turn on two-factor authentication", error_user_msg="2단계 인증을 켜세요")),
        PAGE_CHECKS,
        RENEW,
    ),
    ("the same for short, to people", said(error(10, error_user_msg="Use 2FA")), PAGE_CHECKS, RENEW),
    (
        "a word that only looks like it",
        said(error(10, None, "Wrappa is not permitted")),
        NO_PERMISSION,
        RENEW,
    ),
    # Blocked.
    (
        "the account itself",
        publishing_error(25, 2207050, "Restricted", "The account is inactive, checkpointed or restricted."),
        AccountSuspended(),
        PAUSE,
    ),
    ("the same without a sub-code", said(error(25)), AccountSuspended(), PAUSE),
    (
        # Posts have gone out all the same: here too the look comes first.
        "spam block, not a rate limit",
        publishing_error(4, 2207051, "Action is blocked", "We restrict certain activity."),
        AccountSuspended(),
        PAUSE,
    ),
    (
        "policy block",
        said(error(368, None, "The action attempted has been deemed abusive or is otherwise disallowed")),
        AccountSuspended(),
        PAUSE,
    ),
    ("Facebook: abusive", said(error(1, 1346003, "Content flagged")), AccountSuspended(), PAUSE),
    ("Facebook: security check", said(error(1, 1404006)), AccountSuspended(), PAUSE),
    ("Facebook: policy", said(error(1, 1404078)), AccountSuspended(), PAUSE),
    ("Facebook: policy of another kind", said(error(1, 1404102)), AccountSuspended(), PAUSE),
    ("in words", said(error(7777, message="Your account is suspended.")), AccountSuspended(), PAUSE),
    ("in words to people", said(error(7777, error_user_msg="Account LOCKED")), AccountSuspended(), PAUSE),
    (
        "in words of both kinds",
        said(error(7777, message="User is restricted", error_user_msg="제한된 계정")),
        AccountSuspended(),
        PAUSE,
    ),
    # Files.
    (
        "video format",
        publishing_error(352, 2207026, "Unsupported format", "The video format is not supported."),
        MediaBroken(),
        Fail(),
    ),
    ("video without a sub-code", said(error(352)), MediaBroken(), Fail()),
    (
        "image too large",
        publishing_error(36000, 2207004, "Image size too large", "It should be less than 8 MiB."),
        MediaBroken(),
        Fail(),
    ),
    (
        "image format",
        publishing_error(36001, 2207005, "Image format not supported", "Use the latest app, permissions."),
        MediaBroken(),
        Fail(),
    ),
    (
        "ratio",
        publishing_error(36003, 2207009, "Invalid aspect ratio", "It must be within 4:5 to 1.91:1."),
        MediaBroken(),
        Fail(),
    ),
    ("video not processed", said(error(352, 2207076)), MediaBroken(), Fail()),
    ("video not processed, of late", said(error(352, 2207085)), MediaBroken(), Fail()),
    (
        "Facebook: the photo",
        said(error(1, 1366046, "Photos should be less than 4 MB")),
        MediaBroken(),
        Fail(),
    ),
    ("nothing, 413", said("", 413), MediaBroken(), Fail()),
    ("nothing, 415", said("", 415), MediaBroken(), Fail()),
    # Files that Meta could not fetch, and retries once they lie elsewhere (S2.9).
    (
        "the address",
        publishing_error(
            9004, 2207052, "Media download failed", "The media could not be fetched from this uri"
        ),
        MediaUnreachable(),
        IN_5_MINUTES,
    ),
    ("the address without a sub-code", said(error(9004)), MediaUnreachable(), IN_5_MINUTES),
    ("a video's address", said(error(352, 2207077)), MediaUnreachable(), IN_5_MINUTES),
    # Files that may be good: another container, once. The second time is told below.
    ("audio", said(error(352, 2207082)), NEW_CONTAINER, IN_5_MINUTES),
    ("bytes", said(error(1, 1363008)), NEW_CONTAINER, IN_5_MINUTES),
    # What was asked for.
    (
        "caption",
        publishing_error(36004, 2207010, "Caption too long", "The caption exceeds the limit."),
        TOO_LONG,
        Fail(),
    ),
    ("caption without a sub-code", said(error(36004)), TOO_LONG, Fail()),
    (
        "thumbnail outside the video",
        publishing_error(1, 2207057, "Thumbnail offset", "It must be within the video."),
        setting("thumb_offset"),
        Fail(),
    ),
    ("unknown media type", said(error(100, 2207023)), setting("media_type"), Fail()),
    ("carousel size", said(error(100, 2207028)), setting("carousel"), Fail()),
    *(
        (f"product tags, {subcode}", said(error(100, subcode)), setting("product_tags"), Fail())
        for subcode in (2207035, 2207036, 2207037)
    ),
    *((f"tags, {subcode}", said(error(100, subcode)), Refused(), Fail()) for subcode in (2207038, 2207039)),
    ("too many tags", said(error(100, 2207040)), setting("user_tags"), Fail()),
    ("collaborator", said(error(100, 2207018)), setting("collaborators"), Fail()),
    ("trial reels", said(error(100, 2207081)), setting("trial_params"), Fail()),
    ("parameter", said(error(100, None, "(#100) Param image_url must be a URL")), Refused(), Fail()),
    (
        "Threads: too many links",
        said(error(100, None, "THREADS_API__LINK_LIMIT_EXCEEDED", error_user_msg="Too many links")),
        Refused(),
        Fail(),
    ),
    ("Facebook: the link can't be read", said(error(100, 1609005)), setting("link"), Fail()),
    ("Facebook: a bad link", said(error(100, 1609008)), setting("link"), Fail()),
    ("a new code", said(error(7777)), Refused(), Fail()),
    ("no code", said({"error": {"message": "Hm"}}), Refused(), Fail()),
    # There already.
    ("duplicate", said(error(506, None, "Duplicate status message")), Duplicate(), Confirm()),
    ("duplicate in words", said(error(7777, message="Duplicate status message")), Duplicate(), Confirm()),
    # Bodies that are no error of Meta's, and statuses with nothing else to go by.
    ("codes of no sense", said(error([], {"a": 1}), 502), Transient(), IN_5_MINUTES),
    ("a code that is true", said(error(True), 503), Transient(), IN_5_MINUTES),
    ("error as text", said({"error": "invalid_request"}), Refused(), Fail()),
    ("error as nothing", said({"error": None}, 500), Transient(), IN_5_MINUTES),
    ("a list", said([1, 2], 200), Transient(), IN_5_MINUTES),
    ("a number", said(5, 404), Refused(), Fail()),
    ("JSON that was cut", said('{"error":{"message":"An unex', 400), Refused(), Fail()),
    ("JSON of a success that was cut", said('{"id":"1789', 200), Transient(), IN_5_MINUTES),
    ("HTML that is a success", said("<html>Sorry</html>", 200), Transient(), IN_5_MINUTES),
    ("a redirect", said("", 302), Transient(), IN_5_MINUTES),
    ("nothing, 400", said(""), Refused(), Fail()),
    ("nothing, 402", said("", 402), Misconfigured(), Fail()),
    ("nothing, 404", said("", 404), Refused(), Fail()),
    ("nothing, 408", said("", 408), Transient(), IN_5_MINUTES),
    ("nothing, 409", said("", 409), Transient(), IN_5_MINUTES),
    ("nothing, 425", said("", 425), Transient(), IN_5_MINUTES),
    ("nothing, 500", said("", 500), Transient(), IN_5_MINUTES),
]

UPLOAD_FAILED = "Error: Media upload has failed with error code"
BROKEN = MediaBroken(start_over=CONTAINER_STAGES)
UNREACHABLE = MediaUnreachable(start_over=CONTAINER_STAGES)
REFUSED = Refused(start_over=CONTAINER_STAGES)
UNPROCESSED = ProcessingFailed(start_over=CONTAINER_STAGES)

CONTAINERS: list[tuple[str, str, Failure, Decision]] = [
    ("no reason", "Error", NEW_CONTAINER, IN_5_MINUTES),
    ("nothing", "", NEW_CONTAINER, IN_5_MINUTES),
    ("expired", "Expired: Media has not been published within 24 hours", NEW_CONTAINER, IN_5_MINUTES),
    ("Instagram's own error", f"{UPLOAD_FAILED} 2207001", NEW_CONTAINER, IN_5_MINUTES),
    ("unknown upload error", f"{UPLOAD_FAILED} 2207053", NEW_CONTAINER, IN_5_MINUTES),
    ("a number nobody knows", f"{UPLOAD_FAILED} 2207999", NEW_CONTAINER, IN_5_MINUTES),
    ("video format", f"{UPLOAD_FAILED} 2207026", BROKEN, Fail()),
    ("ratio", f"{UPLOAD_FAILED} 2207009", BROKEN, Fail()),
    ("not processed", f"{UPLOAD_FAILED} 2207076", BROKEN, Fail()),
    ("not fetched", "Error: Media download has failed with error code 2207052", UNREACHABLE, IN_5_MINUTES),
    ("thumbnail", "Error: 2207057 something", setting("thumb_offset", start_over=CONTAINER_STAGES), Fail()),
    ("blocked", f"{UPLOAD_FAILED} 2207051", AccountSuspended(start_over=CONTAINER_STAGES), PAUSE),
    ("Threads: not fetched", "FAILED_DOWNLOADING_VIDEO", UNREACHABLE, IN_5_MINUTES),
    *(
        (f"Threads: {word}", word, BROKEN, Fail())
        for word in (
            "FAILED_PROCESSING_AUDIO",
            "FAILED_PROCESSING_VIDEO",
            "INVALID_ASPEC_RATIO",
            "INVALID_BIT_RATE",
            "INVALID_DURATION",
            "INVALID_FRAME_RATE",
            "INVALID_AUDIO_CHANNELS",
            "INVALID_AUDIO_CHANNEL_LAYOUT",
        )
    ),
    ("Threads: links", "THREADS_API__LINK_LIMIT_EXCEEDED", REFUSED, Fail()),
]

MAYBE_GOOD = [f"{UPLOAD_FAILED} 2207082", "UNKNOWN"]

READ = {
    "transient": (
        ("플랫폼에 잠시 문제가 있어 실패했어요.", "자동으로 다시 시도해요."),
        ("The platform had a passing problem.", "It retries by itself."),
    ),
    "rate_limited": (
        ("게시 한도를 넘었어요.", "한도가 풀리면 자동으로 다시 시도해요."),
        ("A publishing limit was reached.", "It retries by itself when the limit frees up."),
    ),
    "login_expired": (
        ("계정 인증 만료, 재인증 필요.", "계정을 다시 연결하면"),
        ("Sign-in expired, reconnect.", "Reconnect the account"),
    ),
    "platform_checks_login": (
        ("플랫폼이 이 계정의 로그인을 확인하고 있어요.", "앱이나 웹에서 직접 로그인해 확인을 마친 뒤"),
        (
            "The platform wants to check this account's sign-in.",
            "Sign in there yourself and finish the check",
        ),
    ),
    "permissions_missing": (
        ("계정에 필요한 권한이 빠져 있어요.", "계정을 다시 연결하면서 동의 화면의 모든 항목을 허용해"),
        ("The account lacks a permission", "Reconnect the account and allow everything"),
    ),
    "page_checks_missing": (
        (
            "Facebook 페이지에 필요한 확인(페이지 게시 승인 PPA나 2단계 인증)",
            "Facebook에서 그 확인을 마친 뒤",
        ),
        ("The Facebook Page lacks a check that Meta asks for", "Finish that check on Facebook"),
    ),
    "account_suspended": (
        ("페르소나 ‘하루’ 계정 정지됨.", "플랫폼에서 정지를 푼 뒤"),
        ("Account of persona ‘하루’ suspended.", "Lift the suspension on the platform"),
    ),
    "some_media_unusable": (
        ("이미지 재생성 필요.", "플랫폼이 어느 파일인지 말하지 않았어요."),
        ("Image must be made again", "The platform does not say which one"),
    ),
    "media_unreachable": (
        ("플랫폼이 파일을 가져가지 못했어요.", "공개 주소(PRESSRUN_PUBLIC_URL)가 밖에서 열리는지"),
        ("The platform could not fetch the file.", "Check that the public address (PRESSRUN_PUBLIC_URL)"),
    ),
    "refused": (
        ("플랫폼이 게시물을 거절했어요.", "내용을 고친 뒤 다시 시도해 주세요."),
        ("The platform refused the post.", "Change the post, then retry."),
    ),
    "setting_refused": (
        ("플랫폼이 받지 않은 항목이 있어요:", "그 항목을 고친 뒤"),
        ("The platform did not accept this:", "Change it, then retry."),
    ),
    "text_too_long": (
        ("플랫폼이 글이 너무 길다고 해요.", "글을 줄이거나"),
        ("The platform says that the text is too long.", "Shorten it"),
    ),
    "duplicate": (
        ("플랫폼이 이미 있는 게시물이라고 해요.", "이미 올라가 있는지 확인하고 있어요."),
        ("The platform says it already has this post.", "It is being checked whether it is already there."),
    ),
    "misconfigured": (
        ("연결 설정이 잘못됐어요.", "운영자가 앱 키와 결제 상태를"),
        ("The connection is set up wrongly.", "The operator must check"),
    ),
}
"""How the texts begin that people read: what happened, then what to do."""


@each_row("answer expected decision", TABLE)
def test_an_answer_means(answer: HttpAnswer, expected: Failure, decision: Decision) -> None:
    met = translate(answer, now=NOW)
    assert_means(met, expected, decision)
    assert met.answer.status == answer.status


@each_row("status expected decision", CONTAINERS)
def test_a_container_that_failed_means(status: str, expected: Failure, decision: Decision) -> None:
    met = of_container(status, Answer(code="ERROR", message=status), now=NOW)
    assert_means(met, expected, decision)
    assert met.answer.message == status


@pytest.mark.parametrize("status", MAYBE_GOOD)
def test_a_file_that_may_be_good_gets_another_container_once(status: str) -> None:
    """2207082 and Threads' UNKNOWN: said of good files too, so it is the file's fault the second time."""
    met = of_container(status, Answer(code="ERROR", message=status), now=NOW)
    assert_same(met, UNPROCESSED)
    assert isinstance(met, ProcessingFailed)
    met.which = 2
    assert_means(met.meant(before=False), NEW_CONTAINER, IN_5_MINUTES)
    assert_means(met.meant(before=True), MediaBroken(which=2, start_over=CONTAINER_STAGES), Fail())


@pytest.mark.parametrize("language", Language)
@each_row("answer expected decision", TABLE)
def test_people_read(answer: HttpAnswer, expected: Failure, decision: Decision, language: Language) -> None:
    met = translate(answer, now=NOW)
    korean, english = READ[message_code(met)]
    begins = korean if language is Language.KO else english
    for text, beginning in zip(read_by(met, language), begins, strict=True):
        assert text.startswith(beginning)


async def test_where_nothing_listens_nothing_was_sent(new_http: NewHttp) -> None:
    """No answer at all, S2.7: it surely never left, so nothing needs to be looked up."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        await _fails_with(new_http, taken.getsockname()[1], Reach.NOT_SENT)


async def test_an_answer_that_never_came_may_still_have_been_heard(new_http: NewHttp) -> None:
    """No answer at all, S2.7: it may be on its way, so a publishing call is looked up first."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        await _fails_with(new_http, server.sockets[0].getsockname()[1], Reach.SENT)


async def _fails_with(new_http: NewHttp, port: int, reach: Reach) -> None:
    graph = Graph(new_http(5), Hosts(), now=lambda: NOW)
    with pytest.raises(Transient) as caught:
        await graph.ask("GET", f"http://127.0.0.1:{port}/v25.0/me")
    assert_same(caught.value, Transient(reach=reach))
    assert decide(caught.value, tried=Tried(), now=NOW, policy=RetryPolicy()) == IN_5_MINUTES


def test_what_was_said_is_kept_for_a_person() -> None:
    failure = translate(said(error(36004, 2207010, error_user_msg="캡션이 너무 길어요")), now=NOW)
    kept = failure.answer
    assert (kept.status, kept.code, kept.message, kept.trace) == (
        400,
        "36004/2207010",
        "캡션이 너무 길어요",
        "Tr4ce",
    )


@pytest.mark.parametrize("where", ["message", "error_user_msg"])
def test_a_token_that_meta_quotes_is_not_kept(where: str) -> None:
    token = "EAAB" + "x9Z-_" * 30
    failure = translate(said(error(190, **{where: f"Malformed access token {token}"})), now=NOW)
    assert "Malformed access token" in failure.answer.message
    assert "x9Z" not in str(failure)


def test_a_token_in_a_page_is_not_kept() -> None:
    token = "IGQV" + "a" * 150
    assert token not in str(translate(said(f"<html>?access_token={token}</html>", 502), now=NOW))


@pytest.mark.parametrize(
    ("usage", "until"),
    [
        ('{"1":[{"type":"instagram","estimated_time_to_regain_access":19}]}', timedelta(minutes=19)),
        (
            json.dumps({"1": [{"type": "pages"}, {ESTIMATE: 5}], "2": [{ESTIMATE: "40"}]}),
            timedelta(minutes=40),
        ),
        ('{"1":[{"estimated_time_to_regain_access":0}]}', None),
        ('{"1":[{"estimated_time_to_regain_access":-5}]}', None),
        ('{"1":[{"estimated_time_to_regain_access":1e400}]}', None),
        ('{"1":[{"estimated_time_to_regain_access":99999999999999999}]}', timedelta(days=7)),
        ('{"1":[{"estimated_time_to_regain_access":"soon"}]}', None),
        ("{}", None),
        ("[]", None),
        ('{"1":null}', None),
        ("not JSON", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("code", [4, 80002])
def test_the_time_meta_names_is_kept_where_it_makes_sense(
    code: int, usage: str, until: timedelta | None
) -> None:
    failure = translate(said(error(code), 400, {"x-business-use-case-usage": usage}), now=NOW)
    assert isinstance(failure, RateLimited)
    assert failure.until == (None if until is None else NOW + until)
