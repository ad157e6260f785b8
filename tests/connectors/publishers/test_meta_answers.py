"""Real shapes of Meta's answers, and the failure each of them means (platforms: Instagram 7, errors 4)."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pressrun.connectors.http import HttpAnswer
from pressrun.connectors.publishers.meta_answers import CONTAINER_STAGES, translate
from pressrun.domain.failures import (
    AccountSuspended,
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
)

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ESTIMATE = "estimated_time_to_regain_access"
NEW_CONTAINER = Transient(start_over=CONTAINER_STAGES)
POLL = Transient(after=timedelta(seconds=30), start_over=("polling",))
A_DAY = RateLimited(until=NOW + timedelta(hours=24))
APP = RateLimited(whose="app")


def said(body: Any, status: int = 400, headers: dict[str, str] | None = None) -> HttpAnswer:
    is_json = not isinstance(body, str)
    return HttpAnswer(
        status,
        headers or {},
        body if is_json else None,
        (json.dumps(body) if is_json else body).encode(),
    )


def error(code: Any, subcode: Any = None, **more: Any) -> dict[str, Any]:
    fields = {"message": "Something", "type": "OAuthException", "code": code, "fbtrace_id": "Tr4ce"}
    if subcode is not None:
        fields["error_subcode"] = subcode
    return {"error": fields | more}


TABLE: list[tuple[str, HttpAnswer, Failure]] = [
    # The "Error Codes" page, row by row.
    ("download too slow", said(error(-2, 2207003)), NEW_CONTAINER),
    ("media expired", said(error(-2, 2207020)), NEW_CONTAINER),
    ("Instagram's own error", said(error(-1, 2207001, is_transient=True)), Transient()),
    ("container creation failed", said(error(-1, 2207032)), NEW_CONTAINER),
    ("unknown upload error", said(error(-1, 2207053)), NEW_CONTAINER),
    ("thumbnail outside the video", said(error(1, 2207057)), Refused()),
    ("spam block, not a rate limit", said(error(4, 2207051)), AccountSuspended()),
    ("daily limit", said(error(9, 2207042)), A_DAY),
    ("media not found", said(error(24, 2207006)), NEW_CONTAINER),
    ("container missing", said(error(24, 2207008)), POLL),
    ("checkpoint", said(error(25, 2207050)), AccountSuspended()),
    ("unknown media type", said(error(100, 2207023)), Refused()),
    ("carousel size", said(error(100, 2207028)), Refused()),
    ("product tags", said(error(100, 2207035)), Refused()),
    ("too many tags", said(error(100, 2207040)), Refused()),
    ("video format", said(error(352, 2207026)), MediaBroken()),
    ("can't be fetched", said(error(9004, 2207052)), MediaUnreachable()),
    ("not ready", said(error(9007, 2207027)), POLL),
    ("too large", said(error(36000, 2207004)), MediaBroken()),
    ("image format", said(error(36001, 2207005)), MediaBroken()),
    ("ratio", said(error(36003, 2207009)), MediaBroken()),
    ("caption", said(error(36004, 2207010)), Refused()),
    # Known from the community.
    ("collaborator", said(error(100, 2207018)), Refused()),
    ("video not downloaded", said(error(352, 2207077)), MediaUnreachable()),
    ("video not processed", said(error(352, 2207076)), MediaBroken()),
    ("trial reels", said(error(100, 2207081)), Refused()),
    ("audio", said(error(352, 2207082)), NEW_CONTAINER),
    ("rupload", said(error(1, 1363008)), NEW_CONTAINER),
    # Generic Graph codes; the status means nothing.
    ("unknown", said(error(1), 500), Transient()),
    ("service down", said(error(2), 503), Transient()),
    ("app limit as 400", said(error(4, is_transient=True)), APP),
    ("app limit as 403", said(error(4), 403), APP),
    ("user limit", said(error(17), 429), RateLimited()),
    ("page limit", said(error(32), 403), RateLimited()),
    ("custom limit", said(error(613)), RateLimited()),
    ("temporary app limit", said(error(341)), APP),
    ("page use case limit", said(error(80001)), RateLimited()),
    ("Instagram use case limit", said(error(80002)), RateLimited()),
    ("session", said(error(102)), LoginExpired()),
    ("token expired as 400", said(error(190, 463)), LoginExpired()),
    ("token expired as 401", said(error(190, 463), 401), LoginExpired()),
    ("password changed", said(error(190, 460)), LoginExpired()),
    ("app removed", said(error(190, 458)), LoginExpired()),
    ("checkpointed user", said(error(190, 459)), LoginExpired()),
    ("token of a sub-code nobody knows", said(error(190, 99999)), LoginExpired()),
    ("no capability", said(error(3)), LoginExpired()),
    ("permission", said(error(10), 403), LoginExpired()),
    ("permission 200", said(error(200), 403), LoginExpired()),
    ("permission 299", said(error(299), 500), LoginExpired()),
    ("no token at all", said(error(2500)), LoginExpired()),
    ("490", said(error(490)), LoginExpired()),
    ("parameter", said(error(100)), Refused()),
    ("object not visible", said(error(100, 33)), NEW_CONTAINER),
    ("policy block", said(error(368)), AccountSuspended()),
    ("duplicate post", said(error(506)), Duplicate()),
    # A code that lost its sub-code still tells.
    ("daily limit without a sub-code", said(error(9)), A_DAY),
    ("checkpoint without a sub-code", said(error(25)), AccountSuspended()),
    ("not ready without a sub-code", said(error(9007)), POLL),
    ("video without a sub-code", said(error(352)), MediaBroken()),
    ("codes as text", said(error("190", "463")), LoginExpired()),
    ("negative code as text", said(error("-2")), NEW_CONTAINER),
    # What no row knows.
    ("transient of a new code", said(error(7777, is_transient=True)), Transient()),
    ("suspended in words", said(error(7777, message="Your account is suspended.")), AccountSuspended()),
    ("locked in words", said(error(7777, error_user_msg="Account LOCKED")), AccountSuspended()),
    ("duplicate in words", said(error(7777, message="Duplicate status message")), Duplicate()),
    ("rate limit in words", said(error(7777, message="Rate limit exceeded")), RateLimited()),
    ("words of a server error", said(error(7777, message="locked row"), 500), Transient()),
    ("a new code", said(error(7777)), Refused()),
    ("a new code with 401", said(error(7777), 401), LoginExpired()),
    ("a new code with 429", said(error(7777), 429), RateLimited()),
    ("no code", said({"error": {"message": "Hm"}}), Refused()),
    ("no code and 500", said({"error": {"message": "Hm"}}, 500), Transient()),
    ("codes of no sense", said(error([], {"a": 1}), 502), Transient()),
    ("a code that is true", said(error(True), 503), Transient()),
    ("an empty error", said({"error": {}}, 403), LoginExpired()),
    ("an error within a 200", said(error(190, 463), 200), LoginExpired()),
    # Bodies that are no error of Meta's.
    ("error as text", said({"error": "invalid_request"}), Refused()),
    ("error as nothing", said({"error": None}, 500), Transient()),
    ("a list", said([1, 2], 200), Transient()),
    ("a number", said(5, 404), Refused()),
    ("HTML of a proxy", said("<html><h1>502 Bad Gateway</h1></html>", 502), Transient()),
    ("HTML that is a success", said("<html>Sorry</html>", 200), Transient()),
    ("a redirect", said("", 302), Transient()),
    ("nothing, 400", said(""), Refused()),
    ("nothing, 401", said("", 401), LoginExpired()),
    ("nothing, 402", said("", 402), Misconfigured()),
    ("nothing, 403", said("", 403), LoginExpired()),
    ("nothing, 404", said("", 404), Refused()),
    ("nothing, 408", said("", 408), Transient()),
    ("nothing, 409", said("", 409), Transient()),
    ("nothing, 413", said("", 413), MediaBroken()),
    ("nothing, 415", said("", 415), MediaBroken()),
    ("nothing, 420", said("", 420), RateLimited()),
    ("nothing, 425", said("", 425), Transient()),
    ("nothing, 429", said("", 429), RateLimited()),
    ("nothing, 500", said("", 500), Transient()),
]


@pytest.mark.parametrize(("answer", "expected"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_an_answer_means(answer: HttpAnswer, expected: Failure) -> None:
    failure = translate(answer, now=NOW)
    assert type(failure) is type(expected)
    assert vars(failure) | {"answer": None} == vars(expected) | {"answer": None}
    assert failure.reach is Reach.ANSWERED
    assert failure.answer.status == answer.status


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
