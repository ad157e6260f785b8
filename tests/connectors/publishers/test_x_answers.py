"""Real shapes of X's answers: the failure each means, what follows, when, and what people read (S2.7)."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.publishers.answer_tables import (
    IN_5_MINUTES,
    IN_AN_HOUR,
    NO_PERMISSION,
    NOW,
    PAUSE,
    RENEW,
    assert_means,
    assert_same,
    each_row,
    said,
)
from pressrun.connectors.http import HttpAnswer
from pressrun.connectors.publishers.x.answers import MEDIA_STAGES, is_gone, translate, translate_login
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

PROBLEMS = "https://api.twitter.com/2/problems/"
NEW_PROBLEMS = "https://api.x.com/2/problems/"
NOT_PERMITTED = Refused(reason="not_permitted")
NO_CREDITS = Misconfigured(reason="credits_depleted")
FORGOTTEN = Transient(start_over=MEDIA_STAGES)


def problem(status: int, detail: str, *, kind: str = "", title: str = "Forbidden", **more: Any) -> HttpAnswer:
    of = f"{PROBLEMS}{kind}" if kind else "about:blank"
    return said({"title": title, "detail": detail, "type": of, "status": status, **more}, status)


def invalid(parameter: str, message: str = "is wrong") -> HttpAnswer:
    errors = [{"message": message, "parameters": {parameter: ["1"]}}]
    detail = "One or more parameters to your request was invalid."
    return problem(400, detail, kind="invalid-request", title="Invalid Request", errors=errors)


def older(code: Any, message: str = "Something", status: int = 403) -> HttpAnswer:
    return said({"errors": [{"code": code, "message": message}]}, status)


def partial(kind: str, **more: Any) -> HttpAnswer:
    error = {"title": "Not Found Error", "detail": "Could not find it.", "type": NEW_PROBLEMS + kind}
    return said({"errors": [error | more]}, 200)


def at(seconds: int) -> str:
    return str(int((NOW + timedelta(seconds=seconds)).timestamp()))


def limited(**windows: tuple[int, str]) -> HttpAnswer:
    """A 429; each window is what remains and when it resets."""
    headers = {}
    for name, (remaining, reset) in windows.items():
        prefix = name.replace("_", "-")
        headers |= {f"{prefix}-remaining": str(remaining), f"{prefix}-reset": reset}
    body = {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}
    return said(body, 429, headers)


def until(seconds: int, whose: str = "account") -> tuple[Failure, Decision]:
    at = NOW + timedelta(seconds=seconds)
    return RateLimited(until=at, whose=whose), RetryAt(at, spends=False)


def setting(field: str) -> Refused:
    return Refused(reason="setting_refused", values={"field": field})


def missing(what: str) -> Refused:
    return Refused(reason="thing_missing", values={"what": what})


TABLE: list[tuple[str, HttpAnswer, Failure, Decision]] = [
    # The service itself.
    ("500 as a problem", problem(500, "Something is broken", title="Internal"), Transient(), IN_5_MINUTES),
    ("internal-error", problem(500, "Oops", kind="internal-error"), Transient(), IN_5_MINUTES),
    ("503 over capacity", older(130, "Over capacity", 503), Transient(), IN_5_MINUTES),
    ("500 internal", older(131, "Internal error", 500), Transient(), IN_5_MINUTES),
    ("502 of a gateway", said("<html>502 Bad Gateway</html>", 502), Transient(), IN_5_MINUTES),
    ("504 of nobody", said("", 504), Transient(), IN_5_MINUTES),
    ("500 that speaks of locks", problem(500, "row is locked"), Transient(), IN_5_MINUTES),
    ("408", said("", 408), Transient(), IN_5_MINUTES),
    ("409", said("", 409), Transient(), IN_5_MINUTES),
    # Limits.
    ("429 that names no time", limited(), RateLimited(), IN_AN_HOUR),
    ("429 of the older shape", older(88, "Rate limit exceeded", 429), RateLimited(), IN_AN_HOUR),
    ("429 and HTML", said("<html>Slow down</html>", 429), RateLimited(), IN_AN_HOUR),
    ("420", said("", 420), RateLimited(), IN_AN_HOUR),
    ("429 in a quarter", limited(x_rate_limit=(0, at(500))), *until(500)),
    ("429 with places left", limited(x_rate_limit=(12, at(500))), RateLimited(), IN_AN_HOUR),
    (
        "429 of the user's day",
        limited(x_rate_limit=(99, at(500)), x_user_limit_24hour=(0, at(40_000))),
        *until(40_000),
    ),
    (
        "429 of two windows",
        limited(x_rate_limit=(0, at(500)), x_user_limit_24hour=(0, at(9_000))),
        *until(9_000),
    ),
    ("429 of the app's day", limited(x_app_limit_24hour=(0, at(70_000))), *until(70_000, "app")),
    ("429 until next year", limited(x_rate_limit=(0, at(10**8))), *until(7 * 86_400)),
    ("429 until the past", limited(x_rate_limit=(0, at(-60))), until(-60)[0], RetryAt(NOW, spends=False)),
    ("429 until whenever", limited(x_rate_limit=(0, "soon")), RateLimited(), IN_AN_HOUR),
    ("429 until never", limited(x_rate_limit=(0, "9" * 40)), RateLimited(), IN_AN_HOUR),
    (
        "rate-limit-exceeded",
        problem(429, "Too many", kind="rate-limit-exceeded"),
        RateLimited(),
        IN_AN_HOUR,
    ),
    (
        "usage-capped",
        problem(429, "Usage cap exceeded: Monthly product cap", kind="usage-capped"),
        RateLimited(whose="app"),
        IN_AN_HOUR,
    ),
    ("185", older(185, "User is over daily status update limit."), RateLimited(), IN_AN_HOUR),
    ("185 in words", problem(403, "User is over daily post limit."), RateLimited(), IN_AN_HOUR),
    # Logins.
    ("401", problem(401, "Unauthorized", title="Unauthorized"), LoginExpired(), RENEW),
    ("401 and nothing", said("", 401), LoginExpired(), RENEW),
    ("32", older(32, "Could not authenticate you.", 401), LoginExpired(), RENEW),
    ("89", older(89, "Invalid or expired token.", 401), LoginExpired(), RENEW),
    ("99", older(99, "Unable to verify your credentials."), LoginExpired(), RENEW),
    ("215", older(215, "Bad Authentication data.", 400), LoginExpired(), RENEW),
    ("401 that speaks of locks", problem(401, "The token is locked"), LoginExpired(), RENEW),
    (
        "not permitted",
        problem(403, "You are not permitted to perform this action."),
        NO_PERMISSION,
        RENEW,
    ),
    ("93", older(93, "This application may not use direct messages"), NO_PERMISSION, RENEW),
    ("261", older(261, "Application cannot perform write actions."), NO_PERMISSION, RENEW),
    (
        "app-only token",
        problem(403, "OAuth 2.0 Application-Only is forbidden", kind="unsupported-authentication"),
        NO_PERMISSION,
        RENEW,
    ),
    ("403 and nothing", said("", 403), NO_PERMISSION, RENEW),
    # Accounts.
    ("64", older(64, "Your account is suspended"), AccountSuspended(), PAUSE),
    ("64 in words", problem(403, "Your account is SUSPENDED and may not."), AccountSuspended(), PAUSE),
    ("326", older(326, "To protect our users, log in"), AccountSuspended(), PAUSE),
    ("326 in words", problem(403, "this account is temporarily locked."), AccountSuspended(), PAUSE),
    ("226", older(226, "This request looks like it might be"), AccountSuspended(), PAUSE),
    ("226 in words", problem(403, "This request looks automated."), AccountSuspended(), PAUSE),
    # The operator.
    (
        "no credits",
        problem(402, "Your enrolled account does not have any credits", title="CreditsDepleted"),
        NO_CREDITS,
        Fail(),
    ),
    ("402 and nothing", said("", 402), NO_CREDITS, Fail()),
    ("no credits as 403", problem(403, "Sorry", title="CreditsDepleted"), NO_CREDITS, Fail()),
    (
        "not enrolled",
        problem(403, "needs an App that is attached to a Project", kind="client-forbidden"),
        Misconfigured(),
        Fail(),
    ),
    ("453", older(453, "You have access to a subset of endpoints"), Misconfigured(), Fail()),
    ("416", older(416, "Invalid / suspended application"), Misconfigured(), Fail()),
    ("416 in words", problem(403, "This App has been suspended."), Misconfigured(), Fail()),
    # Twice.
    (
        "duplicate",
        problem(403, "You are not allowed to create a Tweet with duplicate content."),
        Duplicate(),
        Confirm(),
    ),
    ("187", older(187, "Status is a duplicate."), Duplicate(), Confirm()),
    # Media.
    ("323", older(323, "Only one animated GIF"), MediaBroken(), Fail()),
    ("324", older(324, "The validation of media ids failed.", 400), MediaBroken(), Fail()),
    ("413", said("", 413), MediaBroken(), Fail()),
    ("413 as a problem", problem(413, "The segment is too large"), MediaBroken(), Fail()),
    ("415", said("", 415), MediaBroken(), Fail()),
    ("a file that is none", invalid("media", "The file is damaged."), MediaBroken(), Fail()),
    ("325", older(325, "A media id was not found."), FORGOTTEN, IN_5_MINUTES),
    ("forgotten media", invalid("media.media_ids", "Your media IDs are invalid."), FORGOTTEN, IN_5_MINUTES),
    (
        "forgotten media in words",
        problem(400, "Your media IDs are invalid.", title="Invalid Request"),
        FORGOTTEN,
        IN_5_MINUTES,
    ),
    (
        "an upload that is over",
        problem(404, "Could not find media", kind="resource-not-found", parameter="media_id"),
        FORGOTTEN,
        IN_5_MINUTES,
    ),
    # What was asked.
    ("a field", invalid("reply_settings"), setting("reply_settings"), Fail()),
    ("two errors of one field", invalid("text", "text is required"), setting("text"), Fail()),
    ("a text that is too long", invalid("text", "is too long"), Refused(reason="text_too_long"), Fail()),
    ("186", older(186, "Tweet needs to be a bit shorter."), Refused(reason="text_too_long"), Fail()),
    ("38", older(38, "status parameter is missing.", 400), Refused(), Fail()),
    ("44", older(44, "attachment_url parameter is invalid", 400), Refused(), Fail()),
    ("386", older(386, "The Tweet exceeds the number of attachments"), Refused(), Fail()),
    ("400 and nothing", said("", 400), Refused(), Fail()),
    ("422", said("", 422), Refused(), Fail()),
    ("404", problem(404, "no", kind="resource-not-found", parameter="id"), missing("id"), Fail()),
    ("404 and nothing", said("", 404), Refused(), Fail()),
    ("144", older(144, "No status found with that ID.", 404), Refused(), Fail()),
    ("a second cashtag", problem(403, "A post may have one cashtag at most."), NOT_PERMITTED, Fail()),
    ("a second cashtag, 453", older(453, "one cashtag at most"), NOT_PERMITTED, Fail()),
    ("a reply", problem(403, "Reply to this conversation is not allowed"), NOT_PERMITTED, Fail()),
    ("a quote", problem(403, "Quoting this post is not allowed for this App."), NOT_PERMITTED, Fail()),
    ("385", older(385, "You attempted to reply to a Tweet that is deleted"), NOT_PERMITTED, Fail()),
    ("disallowed", problem(400, "no", kind="disallowed-resource"), NOT_PERMITTED, Fail()),
    # A success that is none.
    ("not found within a 200", partial("resource-not-found", parameter="id"), missing("id"), Fail()),
    ("not yours within a 200", partial("not-authorized-for-resource"), NOT_PERMITTED, Fail()),
    ("an error of a new kind within a 200", partial("brand-new"), Transient(), IN_5_MINUTES),
    ("nothing within a 200", said({}, 200), Transient(), IN_5_MINUTES),
    ("a list", said([], 200), Transient(), IN_5_MINUTES),
    ("HTML that is a success", said("<html>Hello</html>", 200), Transient(), IN_5_MINUTES),
    ("a redirect", said("", 302), Transient(), IN_5_MINUTES),
    # Shapes of no sense.
    ("errors as text", said({"errors": "no"}, 500), Transient(), IN_5_MINUTES),
    ("errors of errors", said({"errors": [[1], "x", {"code": {}}]}, 400), Refused(), Fail()),
    ("a number as text", older("64"), AccountSuspended(), PAUSE),
    ("a number that is true", older(True), NO_PERMISSION, RENEW),
    ("a type that is a number", said({"title": 1, "type": 2, "detail": 3}, 400), Refused(), Fail()),
]


@each_row("answer failure decision", TABLE)
def test_an_answer_means(answer: HttpAnswer, failure: Failure, decision: Decision) -> None:
    met = translate(answer, now=NOW)
    assert_means(met, failure, decision)
    assert met.answer.status == answer.status


LOGIN_TABLE: list[tuple[str, HttpAnswer, Failure]] = [
    (
        "dead token",
        said({"error": "invalid_request", "error_description": "Value passed for the token was invalid."}),
        LoginExpired(),
    ),
    ("dead grant", said({"error": "invalid_grant", "error_description": "?"}), LoginExpired()),
    (
        "code used twice",
        said(
            {
                "error": "invalid_request",
                "error_description": "Value passed for the authorization code was invalid.",
            }
        ),
        LoginExpired(),
    ),
    ("refused consent", said({"error": "access_denied"}), NO_PERMISSION),
    ("wrong secret", said({"error": "invalid_client"}, 401), Misconfigured()),
    (
        "public where confidential",
        said(
            {"error": "unauthorized_client", "error_description": "Missing valid authorization header"}, 401
        ),
        Misconfigured(),
    ),
    (
        "another address",
        said(
            {
                "error": "invalid_request",
                "error_description": "Value passed for the redirect uri did not match the uri of the code",
            }
        ),
        Misconfigured(),
    ),
    ("grant type", said({"error": "unsupported_grant_type"}), Misconfigured()),
    ("scope", said({"error": "invalid_scope"}), Misconfigured()),
    ("later", said({"error": "temporarily_unavailable"}, 400), Transient()),
    ("invalid_grant of a broken server", said({"error": "invalid_grant"}, 503), Transient()),
    ("a gateway", said("<html>403</html>", 403), Transient()),
    ("a problem", problem(401, "Unauthorized"), Transient()),
    ("nothing", said("", 400), Transient()),
    ("nothing good", said({"token_type": "bearer"}, 200), Transient()),
    ("too often", said("", 429), RateLimited()),
    ("error as an object", said({"error": {"code": 1}}), Transient()),
]


@each_row("answer expected", LOGIN_TABLE)
def test_an_answer_of_the_token_endpoint_means(answer: HttpAnswer, expected: Failure) -> None:
    assert_same(translate_login(answer, now=NOW), expected)


def test_what_was_said_is_kept_for_a_person() -> None:
    headers = {"x-transaction-id": "Tr4ce"}
    body = {"title": "Forbidden", "detail": "No", "type": "about:blank", "errors": [{"message": "Why"}]}
    kept = translate(said(body, 403, headers), now=NOW).answer
    assert (kept.status, kept.code, kept.message, kept.trace) == (403, None, "No Why", "Tr4ce")
    assert translate(older(187, "Status is a duplicate."), now=NOW).answer.code == "187"
    assert translate(invalid("text"), now=NOW).answer.code == "invalid-request"


@pytest.mark.parametrize("status", [400, 401, 502])
def test_a_token_in_an_answer_is_not_kept(status: int) -> None:
    token = "bGl2ZS1hY2Nlc3M" * 6
    for body in (f"<p>{token}</p>", {"title": "No", "detail": f"Token {token}"}, {"error": token}):
        answer = said(body, status)
        assert token not in str(translate(answer, now=NOW))
        assert token not in translate_login(answer, now=NOW).answer.message


def test_only_what_x_says_is_missing_is_gone() -> None:
    gone = [
        partial("resource-not-found"),
        older(144, status=404),
        problem(404, "", kind="resource-not-found"),
    ]
    there = [partial("not-authorized-for-resource"), said("", 404), said({"data": {}}, 200), older(64)]
    assert all(is_gone(answer, now=NOW) for answer in gone)
    assert not any(is_gone(answer, now=NOW) for answer in there)
