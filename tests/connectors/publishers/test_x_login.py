"""X's OAuth 2 against the sandbox: consent with PKCE, and one use for each refresh token."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connectors.contracts.publisher import Call
from connectors.publishers.conftest import NewHttp
from connectors.publishers.x_stand import XStand
from pressrun.connectors.base import App, Grant, Login
from pressrun.domain.failures import LoginExpired, Misconfigured, Reach, Transient

CALLBACK = "http://127.0.0.1:8000/accounts/callback"
APP = App("pressrun-demo", "pressrun-demo-secret")
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0"
TOKEN = Call("POST", "/oauth2/token$")


@pytest.fixture
async def stand(sandbox: httpx.Client, new_http: NewHttp, tmp_path: Path) -> XStand:
    return XStand(sandbox, new_http, tmp_path)


def consent(stand: XStand, app: App = APP, **changes: Any) -> dict[str, str]:
    """What X sends back to Pressrun after a person decided on its page."""
    (sign_in,) = stand.publisher.sign_ins
    address = sign_in.address(app, state="s1", redirect_uri=CALLBACK, verifier=VERIFIER)
    chosen = {"account_id": stand.login.external_id, "decision": "allow"} | changes
    answer = stand.sandbox.post(address, data=chosen)
    assert answer.status_code == 302, answer.text
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def granted(stand: XStand, app: App = APP, *, verifier: str = VERIFIER, **changes: Any) -> Grant:
    (sign_in,) = stand.publisher.sign_ins
    said = consent(stand, app, **changes)
    assert said["state"] == "s1"
    (grant,) = await sign_in.exchange(app, code=said["code"], redirect_uri=CALLBACK, verifier=verifier)
    return grant


async def test_a_consent_gives_the_account_with_everything_it_needs(stand: XStand) -> None:
    grant = await granted(stand)
    assert (grant.profile.external_id, grant.profile.handle) == (stand.login.external_id, stand.handle)
    assert set(grant.credentials) == set(stand.login.credentials)
    assert grant.expires_at is not None
    assert (
        timedelta(hours=1, minutes=55) < grant.expires_at - datetime.now(UTC) < timedelta(hours=2, minutes=5)
    )
    assert await stand.publisher.identify(grant.credentials) == grant.profile


async def test_an_app_without_a_secret_proves_itself_by_its_verifier_alone(stand: XStand) -> None:
    asked = {"platform": "x", "redirect_uris": [CALLBACK], "public": True}
    app = App(stand.sandbox.post("/_sandbox/apps", json=asked).json()["client_id"])
    grant = await granted(stand, app)
    renewed = await stand.publisher.renew(Login("a", grant.profile.external_id, grant.credentials))
    assert renewed.credentials["access_token"] != grant.credentials["access_token"]


async def test_a_person_may_refuse(stand: XStand) -> None:
    assert consent(stand, decision="deny") == {"error": "access_denied", "state": "s1"}


async def test_another_verifier_gives_nothing(stand: XStand) -> None:
    with pytest.raises((LoginExpired, Misconfigured)):
        await granted(stand, verifier="b" * 50)


async def test_a_code_is_good_once(stand: XStand) -> None:
    (sign_in,) = stand.publisher.sign_ins
    code = consent(stand)["code"]
    await sign_in.exchange(APP, code=code, redirect_uri=CALLBACK, verifier=VERIFIER)
    with pytest.raises(LoginExpired):
        await sign_in.exchange(APP, code=code, redirect_uri=CALLBACK, verifier=VERIFIER)


async def test_a_renewal_brings_a_new_refresh_token_and_keeps_the_rest(stand: XStand) -> None:
    first = await stand.publisher.renew(stand.login)
    again = await stand.publisher.renew(first)
    tokens = {login.credentials["refresh_token"] for login in (stand.login, first, again)}
    assert len(tokens) == 3
    assert again.credentials["user_id"] == stand.login.external_id
    assert again.expires_at is not None
    await stand.publisher.identify(again.credentials)


@pytest.mark.parametrize("word", ["invalid_request", "invalid_grant"])
async def test_a_refresh_token_that_was_used_needs_a_person(stand: XStand, word: str) -> None:
    stand.set_state(rules={"refresh_error": word})
    await stand.publisher.renew(stand.login)
    with pytest.raises(LoginExpired) as dead:
        await stand.publisher.renew(stand.login)
    assert dead.value.reach is Reach.ANSWERED


async def test_an_expired_token_is_renewed_and_a_revoked_one_is_not(stand: XStand) -> None:
    stand.set_state(token="expired")
    renewed = await stand.publisher.renew(stand.login)
    await stand.publisher.identify(renewed.credentials)
    stand.set_state(token="revoked")
    with pytest.raises(LoginExpired):
        await stand.publisher.renew(renewed)


@pytest.mark.parametrize("app", [{"client_secret": "wrong"}, {"client_id": "nobody"}, {"client_secret": ""}])
async def test_wrong_keys_of_the_app_are_the_operators_matter(stand: XStand, app: dict[str, str]) -> None:
    login = Login("a", stand.login.external_id, {**stand.login.credentials, **app})
    with pytest.raises(Misconfigured):
        await stand.publisher.renew(login)


@pytest.mark.parametrize("missing", ["refresh_token", "client_id"])
async def test_what_can_not_be_renewed_is_not_tried(stand: XStand, missing: str) -> None:
    login = Login("a", stand.login.external_id, {**stand.login.credentials, missing: ""})
    with pytest.raises(LoginExpired) as expired:
        await stand.publisher.renew(login)
    assert expired.value.reach is Reach.NOT_SENT


@pytest.mark.parametrize(
    ("effect", "reach"),
    [
        ({"kind": "drop_after"}, Reach.SENT),
        ({"kind": "answer", "status": 503}, Reach.ANSWERED),
        ({"kind": "answer", "status": 200, "body": {"access_token": "t"}}, Reach.ANSWERED),
        ({"kind": "answer", "status": 200, "body": []}, Reach.ANSWERED),
        ({"kind": "answer", "status": 403, "body": "<html>"}, Reach.ANSWERED),
    ],
)
async def test_what_passes_says_how_far_it_got(stand: XStand, effect: dict[str, Any], reach: Reach) -> None:
    stand.fault(effect, TOKEN)
    with pytest.raises(Transient) as passing:
        await stand.publisher.renew(stand.login)
    assert passing.value.reach is reach


async def test_tokens_are_in_no_failure(stand: XStand) -> None:
    stand.set_state(token="revoked")
    with pytest.raises(LoginExpired) as dead:
        await stand.publisher.renew(stand.login)
    assert not any(str(value) in str(dead.value) for value in stand.login.credentials.values() if value)
