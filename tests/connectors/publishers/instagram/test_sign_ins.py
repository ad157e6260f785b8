"""Signing in through the consent pages of both flavours: what a person may do there, and what comes of it."""

import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from connectors.contracts.publisher import Call
from connectors.publishers.instagram.stand import NOW, InstagramStand, NewStand, graph_error
from pressrun.connectors.base import App, Grant, SignIn
from pressrun.domain.failures import Failure, LoginExpired, Misconfigured, Transient
from pressrun.domain.logins import access_ends_at

APP = App("pressrun-demo", "pressrun-demo-secret")
CALLBACK = "http://127.0.0.1:8000/accounts/connect/callback"
FLAVOURS = ["facebook", "instagram"]
TOKENS = {"facebook": Call("GET", r"oauth/access_token$"), "instagram": Call("POST", r"oauth/access_token$")}


def way(stand: InstagramStand) -> SignIn:
    flavour = stand.login.credentials["login"]
    return next(each for each in stand.publisher.sign_ins if each.name == flavour)


def consented(stand: InstagramStand, *more: InstagramStand, **form: Any) -> str:
    """The code that a person's consent to these accounts gives."""
    address = way(stand).address(APP, state="s1", redirect_uri=CALLBACK, verifier="v")
    ids = [each.login.external_id for each in (stand, *more)]
    with httpx.Client(trust_env=False, timeout=20) as browser:
        answer = browser.post(address, data={"account_id": ids, "decision": "allow", **form})
    given = parse_qs(urlsplit(answer.headers["location"]).query)
    assert given["state"] == ["s1"]
    return given["code"][0]


async def exchanged(stand: InstagramStand, code: str, app: App = APP) -> list[Grant]:
    return list(await way(stand).exchange(app, code=code, redirect_uri=CALLBACK, verifier="v"))


async def test_a_consent_gives_an_account_that_can_publish(stand: InstagramStand) -> None:
    (grant,) = await exchanged(stand, consented(stand))
    assert (grant.profile.external_id, grant.profile.handle) == (stand.login.external_id, stand.handle)
    flavour = stand.login.credentials["login"]
    expected = {"ig_user_id": stand.login.external_id, "login": flavour}
    expected |= {"app_id": APP.client_id, "app_secret": APP.client_secret}
    assert expected.items() <= grant.credentials.items()
    assert (await stand.publisher.identify(grant.credentials)).handle == stand.handle


async def test_a_pages_token_has_no_end_and_the_other_has_sixty_days(stand: InstagramStand) -> None:
    (grant,) = await exchanged(stand, consented(stand))
    if stand.login.credentials["login"] == "facebook":
        assert grant.expires_at is None
        # But the app may act for 90 days only, of which people are told (S2.7). The stand-in's time is real.
        left = grant.credentials["data_access_expires_at"] - time.time()
        assert 89.9 * 86400 < left <= 90 * 86400
        return
    assert grant.expires_at is not None
    assert timedelta(days=59) < grant.expires_at - NOW <= timedelta(days=60)
    assert grant.credentials["expires_at"] == grant.expires_at.isoformat()


@pytest.mark.parametrize(
    "effect",
    [
        {"kind": "answer", "status": 500},
        graph_error(190),
        {"kind": "drop_before"},
        {"kind": "answer", "status": 200, "body": {}},
        {"kind": "answer", "status": 200, "body": {"data": []}},
        {"kind": "answer", "status": 200, "body": {"data": {"is_valid": True}}},
        {"kind": "answer", "status": 200, "body": {"data": {"data_access_expires_at": 0}}},
        {"kind": "answer", "status": 200, "body": {"data": {"data_access_expires_at": "soon"}}},
        {"kind": "answer", "status": 200, "body": {"data": {"data_access_expires_at": True}}},
    ],
)
async def test_an_account_is_connected_all_the_same_where_the_end_of_access_is_not_told(
    cafe: InstagramStand, effect: dict[str, Any]
) -> None:
    code = consented(cafe)
    cafe.fault(effect, Call("GET", r"/debug_token$"))
    (grant,) = await exchanged(cafe, code)
    assert grant.profile.external_id == cafe.login.external_id
    assert access_ends_at(grant.credentials) is None


async def test_one_consent_at_facebook_gives_every_account_that_was_chosen(new_stand: NewStand) -> None:
    cafe, shop = (new_stand(login="facebook", handle=handle) for handle in ("하루", "봄"))
    new_stand(login="facebook", handle="여름")
    grants = await exchanged(cafe, consented(cafe, shop))
    assert [grant.profile.external_id for grant in grants] == [
        cafe.login.external_id,
        shop.login.external_id,
    ]
    assert len({grant.credentials["access_token"] for grant in grants}) == 2
    for grant in grants:
        assert (await cafe.publisher.identify(grant.credentials)) == grant.profile


async def test_pages_without_a_professional_account_are_passed_over(cafe: InstagramStand) -> None:
    code = consented(cafe)
    pages = [{"id": "1", "name": "Bare", "access_token": "t"}, {"id": "2"}, "nonsense"]
    cafe.fault({"kind": "answer", "status": 200, "body": {"data": pages}}, Call("GET", "me/accounts"))
    assert await exchanged(cafe, code) == []


@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_a_permission_that_was_left_out_is_named(new_stand: NewStand, flavour: str) -> None:
    stand = new_stand(login=flavour)
    only = {"facebook": ["instagram_basic", "pages_show_list"], "instagram": ["instagram_business_basic"]}
    code = consented(stand, choosing="1", scope=only[flavour])
    with pytest.raises(LoginExpired) as caught:
        await exchanged(stand, code)
    assert caught.value.reason == "permissions_missing"
    assert "content_publish" in caught.value.answer.message


async def test_the_app_s_wrong_secret_is_the_operators_to_mend(stand: InstagramStand) -> None:
    with pytest.raises(Misconfigured) as caught:
        await exchanged(stand, consented(stand), App(APP.client_id, "wrong"))
    assert "wrong" not in str(caught.value)


async def test_a_code_is_good_once(stand: InstagramStand) -> None:
    code = consented(stand)
    await exchanged(stand, code)
    with pytest.raises(Failure) as caught:
        await exchanged(stand, code)
    assert not isinstance(caught.value, Transient | Misconfigured)
    assert "authorization code" in caught.value.answer.message


async def test_the_marker_behind_a_code_is_no_part_of_it(stand: InstagramStand) -> None:
    assert await exchanged(stand, consented(stand) + "#_")


@pytest.mark.parametrize("permissions", ["instagram_business_basic,instagram_business_content_publish", None])
async def test_a_flat_answer_is_as_good(kiosk: InstagramStand, permissions: str | None) -> None:
    """The pages show a list of one, and real answers are said to be flat."""
    body = {"access_token": kiosk.login.credentials["access_token"], "user_id": 7, "permissions": permissions}
    kiosk.fault({"kind": "answer", "status": 200, "body": body}, TOKENS["instagram"])
    (grant,) = await exchanged(kiosk, consented(kiosk))
    assert grant.profile.external_id == kiosk.login.external_id


@pytest.mark.parametrize("effect", [{"kind": "answer", "status": 500}, {"kind": "drop_before"}])
@pytest.mark.parametrize("flavour", FLAVOURS)
async def test_trouble_that_passes_is_called_that(
    new_stand: NewStand, flavour: str, effect: dict[str, Any]
) -> None:
    stand = new_stand(login=flavour)
    code = consented(stand)
    stand.fault(effect, TOKENS[flavour])
    with pytest.raises(Transient):
        await exchanged(stand, code)
