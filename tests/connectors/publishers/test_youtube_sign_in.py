"""Google's consent, and fresh tokens for old ones (S2.7)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from clips import MakeVideo
from connectors.contracts.publisher import Call, Memory
from connectors.publishers.conftest import NewHttp
from connectors.publishers.youtube_stand import YouTubeStand
from pressrun.connectors.base import App, Grant, SignIn
from pressrun.domain.failures import (
    Failure,
    LoginExpired,
    Misconfigured,
    RateLimited,
    Reach,
    Refused,
    Transient,
)
from pressrun.domain.post import Format

REDIRECT = "http://127.0.0.1:8000/connect/youtube/google"
VERIFIER = "v" * 43
TOKEN = Call("POST", "/google-oauth/token$")
CHANNELS = Call("GET", "/channels$")


@pytest.fixture
async def stand(
    sandbox: httpx.Client, new_http: NewHttp, make_video: MakeVideo, tmp_path: Path
) -> YouTubeStand:
    return YouTubeStand(sandbox, new_http, make_video, tmp_path)


@pytest.fixture
def google(stand: YouTubeStand) -> SignIn:
    (way,) = stand.publisher.sign_ins
    return way


@pytest.fixture
def app(sandbox: httpx.Client) -> App:
    asked = {"platform": "youtube", "redirect_uris": [REDIRECT]}
    return App(**sandbox.post("/_sandbox/apps", json=asked).json())


def consent(stand: YouTubeStand, address: str, **form: str | list[str]) -> Mapping[str, str]:
    """What the browser brings back from the consent page."""
    fields = {"account_id": stand.login.external_id, "decision": "allow", **form}
    answer = stand.sandbox.post(address, data=fields)
    assert answer.status_code == 302, answer.text
    sent_back = urlsplit(answer.headers["location"])
    assert address.startswith(f"{stand.url}/google-accounts/")
    return {name: values[0] for name, values in parse_qs(sent_back.query).items()}


def address(google: SignIn, app: App) -> str:
    return google.address(app, state="the-state", redirect_uri=REDIRECT, verifier=VERIFIER)


async def exchange(google: SignIn, app: App, code: str, verifier: str = VERIFIER) -> Grant:
    (grant,) = await google.exchange(app, code=code, redirect_uri=REDIRECT, verifier=verifier)
    return grant


def test_consent_is_asked_for_what_renews_itself(google: SignIn, app: App) -> None:
    asked = parse_qs(urlsplit(address(google, app)).query)
    assert (asked["access_type"], asked["prompt"], asked["response_type"]) == (
        ["offline"],
        ["consent"],
        ["code"],
    )
    assert (asked["state"], asked["redirect_uri"]) == (["the-state"], [REDIRECT])
    assert asked["code_challenge_method"] == ["S256"]
    assert VERIFIER not in str(asked)
    kinds = ("upload", "readonly", "force-ssl")
    assert asked["scope"] == [" ".join(f"https://www.googleapis.com/auth/youtube.{kind}" for kind in kinds)]


def test_the_challenge_is_that_of_the_standard(google: SignIn) -> None:
    """The example of RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    asked = parse_qs(
        urlsplit(google.address(App("a"), state="s", redirect_uri=REDIRECT, verifier=verifier)).query
    )
    assert asked["code_challenge"] == ["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"]


async def test_a_consent_gives_the_chosen_channel_with_all_that_renews_it(
    stand: YouTubeStand, google: SignIn, app: App
) -> None:
    brought = consent(stand, address(google, app))
    assert brought["state"] == "the-state"
    grant = await exchange(google, app, brought["code"])
    assert (grant.profile.external_id, grant.profile.handle) == (stand.login.external_id, stand.handle)
    assert grant.expires_at is not None
    assert timedelta(minutes=59) < grant.expires_at - datetime.now(UTC) <= timedelta(hours=1)
    assert set(grant.credentials) == {
        "access_token",
        "refresh_token",
        "client_id",
        "client_secret",
        "channel_id",
        "expires_at",
    }
    assert grant.credentials["channel_id"] == stand.login.external_id
    assert set(stand.publisher.required_credentials) <= set(grant.credentials)
    login = replace(stand.login, credentials=grant.credentials, expires_at=grant.expires_at)
    published = await stand.publisher.publish(stand.draft(Format.VIDEO), login, Memory())
    assert published.notes == ()
    renewed = await stand.publisher.renew(login)
    assert renewed.credentials["access_token"] != grant.credentials["access_token"]


@pytest.mark.parametrize("left_out", ["upload", "readonly", "force-ssl"])
async def test_a_permission_that_was_unticked_is_noticed(
    stand: YouTubeStand, google: SignIn, app: App, left_out: str
) -> None:
    scopes = parse_qs(urlsplit(address(google, app)).query)["scope"][0].split()
    kept = [scope for scope in scopes if not scope.endswith(left_out)]
    brought = consent(stand, address(google, app), choosing="1", scope=kept)
    with pytest.raises(LoginExpired) as caught:
        await exchange(google, app, brought["code"])
    assert caught.value.reason == "permissions_missing"
    assert left_out in caught.value.answer.message


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"code": "4/0wrong"}, LoginExpired),
        ({"verifier": "w" * 43}, LoginExpired),
        ({"client_secret": "wrong"}, Misconfigured),
        ({"client_id": "nobody"}, Misconfigured),
    ],
)
async def test_a_code_is_good_only_for_whoever_asked(
    stand: YouTubeStand, google: SignIn, app: App, changes: dict[str, str], expected: type[Failure]
) -> None:
    code = consent(stand, address(google, app))["code"]
    asking = replace(
        app, **{name: changes[name] for name in ("client_id", "client_secret") if name in changes}
    )
    with pytest.raises(expected):
        await exchange(google, asking, changes.get("code", code), changes.get("verifier", VERIFIER))


async def test_a_code_is_good_once(stand: YouTubeStand, google: SignIn, app: App) -> None:
    code = consent(stand, address(google, app))["code"]
    await exchange(google, app, code)
    with pytest.raises(LoginExpired):
        await exchange(google, app, code)


@pytest.mark.parametrize("body", [{"items": []}, {}, {"items": [{"snippet": {}}]}])
async def test_an_account_without_a_channel_is_told_to_choose_another(
    stand: YouTubeStand, google: SignIn, app: App, body: dict[str, Any]
) -> None:
    code = consent(stand, address(google, app))["code"]
    stand.fault({"kind": "answer", "status": 200, "body": body}, CHANNELS, times=2)
    with pytest.raises(LoginExpired) as caught:
        await exchange(google, app, code)
    assert caught.value.reason == "channel_missing"
    with pytest.raises(LoginExpired):
        await stand.publisher.identify(stand.login.credentials)


@pytest.mark.parametrize(
    ("snippet", "handle"),
    [
        ({"title": "산책하루", "customUrl": "@walk"}, "walk"),
        ({"title": "산책하루"}, "산책하루"),
        ({}, ""),
    ],
)
async def test_a_channel_is_called_by_its_handle_or_its_title(
    stand: YouTubeStand, snippet: dict[str, Any], handle: str
) -> None:
    body = {"items": [{"id": "UC1", "snippet": snippet}]}
    stand.fault({"kind": "answer", "status": 200, "body": body}, CHANNELS)
    profile = await stand.publisher.identify(stand.login.credentials)
    assert (profile.external_id, profile.handle) == ("UC1", handle)


async def test_without_a_refresh_token_the_grant_is_not_taken(
    stand: YouTubeStand, google: SignIn, app: App
) -> None:
    body = {"access_token": "t", "expires_in": 3599, "scope": _all_scopes(google, app)}
    stand.fault({"kind": "answer", "status": 200, "body": body}, TOKEN)
    with pytest.raises(LoginExpired):
        await exchange(google, app, "code")


def _all_scopes(google: SignIn, app: App) -> str:
    return parse_qs(urlsplit(address(google, app)).query)["scope"][0]


# Renewing


async def test_a_renewed_login_works_and_keeps_everything_else(stand: YouTubeStand) -> None:
    stand.set_state(token="expired")
    with pytest.raises(LoginExpired):
        await stand.publisher.identify(stand.login.credentials)
    fresh = await stand.publisher.renew(stand.login)
    assert (await stand.publisher.identify(fresh.credentials)).handle == stand.handle
    kept = ("refresh_token", "client_id", "client_secret", "channel_id")
    assert {name: fresh.credentials[name] for name in kept} == {
        name: stand.login.credentials[name] for name in kept
    }
    assert fresh.expires_at is not None
    assert fresh.credentials["expires_at"] == fresh.expires_at.isoformat()
    assert (fresh.account_id, fresh.external_id) == (stand.login.account_id, stand.login.external_id)


async def test_a_refresh_token_that_changes_is_kept(stand: YouTubeStand) -> None:
    stand.set_state(rules={"refresh_rotates": True})
    first = await stand.publisher.renew(stand.login)
    assert first.credentials["refresh_token"] != stand.login.credentials["refresh_token"]
    await stand.publisher.renew(first)
    with pytest.raises(LoginExpired):
        await stand.publisher.renew(stand.login)


async def test_only_a_person_renews_what_was_revoked(stand: YouTubeStand) -> None:
    stand.set_state(token="revoked")
    with pytest.raises(LoginExpired):
        await stand.publisher.renew(stand.login)


@pytest.mark.parametrize("name", ["refresh_token", "client_id", "client_secret"])
async def test_a_login_that_can_not_renew_itself_asks_nobody(stand: YouTubeStand, name: str) -> None:
    lacking = {key: value for key, value in stand.login.credentials.items() if key != name}
    with pytest.raises(LoginExpired) as caught:
        await stand.publisher.renew(replace(stand.login, credentials=lacking))
    assert caught.value.reach is Reach.NOT_SENT
    assert name in caught.value.answer.message


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        ({"kind": "answer", "status": 400, "body": {"error": "invalid_grant"}}, LoginExpired),
        ({"kind": "answer", "status": 401, "body": {"error": "invalid_client"}}, Misconfigured),
        ({"kind": "answer", "status": 400, "body": {"error": "temporarily_unavailable"}}, Transient),
        ({"kind": "answer", "status": 503, "body": "<html>busy</html>"}, Transient),
        ({"kind": "answer", "status": 429, "body": ""}, RateLimited),
        ({"kind": "answer", "status": 400, "body": {"error": "unsupported_grant_type"}}, Refused),
        ({"kind": "drop_before"}, Transient),
        ({"kind": "answer", "status": 200, "body": ""}, Transient),
        ({"kind": "answer", "status": 200, "body": {"access_token": 5, "expires_in": 9}}, Transient),
        ({"kind": "answer", "status": 200, "body": {"access_token": "t", "expires_in": "soon"}}, Transient),
    ],
)
async def test_a_renewal_that_fails_says_whether_it_passes(
    stand: YouTubeStand, effect: dict[str, Any], expected: type[Failure]
) -> None:
    stand.fault(effect, TOKEN)
    with pytest.raises(Failure) as caught:
        await stand.publisher.renew(stand.login)
    assert type(caught.value) is expected
    assert str(stand.login.credentials["refresh_token"]) not in repr(caught.value)
