"""The settings page: notification channels in the browser (item 12)."""

import re

from fastapi.testclient import TestClient

from fakes import FakeNotifier
from web.pages.reading import HTML, submit


def test_a_channel_is_added_tested_switched_off_and_removed(
    alice: TestClient, notifier: FakeNotifier
) -> None:
    submit(alice, "/settings/channels", address="slack://very-secret", name="Team", language="ko")
    text = alice.get("/settings", headers=HTML).text
    assert "Team" in text
    assert "very-secret" not in text
    found = re.search(r"/settings/channels/(\w+)/test", text)
    assert found is not None
    where = f"/settings/channels/{found[1]}"
    assert submit(alice, f"{where}/test").headers["location"] == "/settings#channels"
    assert len(notifier.sent) == 1
    submit(alice, f"{where}/switch", enabled="false")
    assert "꺼짐" in alice.get("/settings", headers=HTML).text
    submit(alice, f"{where}/remove")
    assert "Team" not in alice.get("/settings", headers=HTML).text


def test_a_wrong_address_is_told_beside_its_field_and_the_name_is_kept(alice: TestClient) -> None:
    page = submit(alice, "/settings/channels", address="nonsense", name="Team")
    assert page.status_code == 422
    assert 'id="err-address"' in page.text
    assert 'value="Team"' in page.text


def test_only_the_owner_opens_it(bob: TestClient) -> None:
    assert bob.get("/settings", headers=HTML).status_code == 403
    assert 'href="/settings"' not in bob.get("/", headers=HTML).text
