"""Whose login it is, and renewing it."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.contracts.publisher import (
    Call,
)
from connectors.publishers.instagram.stand import HANDLE, NOW, InstagramStand, NewStand
from pressrun.domain.failures import (
    LoginExpired,
    Refused,
    Transient,
)


@pytest.mark.parametrize("ig_user_id", ["17841400000000000", "me", "../../x", ""])
async def test_an_account_the_token_can_not_see_is_an_expired_login(
    stand: InstagramStand, ig_user_id: str
) -> None:
    with pytest.raises(LoginExpired):
        await stand.publisher.identify({**stand.login.credentials, "ig_user_id": ig_user_id})


async def test_an_instagram_login_is_renewed_once_it_is_a_day_old(
    new_stand: NewStand,
) -> None:
    stand = new_stand(login="instagram")
    stand.advance(timedelta(days=2))
    renewed = await stand.publisher.renew(stand.login)
    assert renewed.credentials["access_token"] != stand.login.credentials["access_token"]
    assert renewed.expires_at is not None
    fresh = {
        "access_token": renewed.credentials["access_token"],
        "expires_at": renewed.expires_at.isoformat(),
    }
    assert renewed.credentials == {**stand.login.credentials, **fresh}
    assert timedelta(days=59) < renewed.expires_at - NOW <= timedelta(days=60)
    assert (await stand.publisher.identify(renewed.credentials)).handle == HANDLE


async def test_a_token_of_less_than_a_day_is_refused_and_as_good_as_before(kiosk: InstagramStand) -> None:
    with pytest.raises(Refused):
        await kiosk.publisher.renew(kiosk.login)
    assert (await kiosk.publisher.identify(kiosk.login.credentials)).handle == HANDLE


async def test_an_expired_login_can_not_be_renewed(stand: InstagramStand) -> None:
    stand.set_state(token="revoked")
    with pytest.raises(LoginExpired):
        await stand.publisher.renew(stand.login)


async def test_only_a_person_renews_a_facebook_login(cafe: InstagramStand) -> None:
    with pytest.raises(LoginExpired):
        await cafe.publisher.renew(cafe.login)
    assert cafe.requests() == []


@pytest.mark.parametrize(
    "body", ["", "<html></html>", [], {}, {"access_token": "new"}, {"access_token": "new", "expires_in": "?"}]
)
async def test_an_unreadable_renewal_changes_nothing(new_stand: NewStand, body: Any) -> None:
    stand = new_stand(login="instagram")
    stand.fault({"kind": "answer", "status": 200, "body": body}, Call("GET", "refresh_access_token"))
    with pytest.raises(Transient):
        await stand.publisher.renew(stand.login)
