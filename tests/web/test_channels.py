"""Notification channels over the API and on the settings page: the owner's alone, addresses never shown."""

from fastapi.testclient import TestClient

from fakes import FakeNotifier
from pressrun.domain.failures import Answer, Transient

CHANNELS = "/api/channels"
NEW = {"address": "slack://very-secret", "name": "Team", "language": "en"}


def test_the_owner_adds_tries_switches_and_removes_a_channel(
    alice: TestClient, notifier: FakeNotifier
) -> None:
    made = alice.post(CHANNELS, json=NEW)
    assert made.status_code == 201
    channel = made.json()
    assert (channel["name"], channel["enabled"], channel["trouble"]) == ("Team", True, "")
    assert "very-secret" not in made.text + alice.get(CHANNELS).text

    assert alice.post(f"{CHANNELS}/{channel['id']}/test").status_code == 200
    assert notifier.sent[0][:2] == ("slack://very-secret", "Pressrun: 1 notice")
    assert alice.put(f"{CHANNELS}/{channel['id']}", json={"enabled": False}).json()["enabled"] is False
    assert alice.delete(f"{CHANNELS}/{channel['id']}").json() == {"success": True}
    assert alice.get(CHANNELS).json() == {"items": []}


def test_a_channel_without_a_name_is_called_by_its_service(alice: TestClient) -> None:
    assert alice.post(CHANNELS, json={"address": "slack://abc"}).json()["name"] == "Slack"


def test_an_address_of_no_service_is_refused_with_an_example(alice: TestClient) -> None:
    refused = alice.post(CHANNELS, json={"address": "nonsense"}, headers={"Accept-Language": "ko"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "address"
    assert "slack://" in refused.json()["errors"][0]["message"]


def test_a_test_that_does_not_arrive_says_so_and_the_channel_keeps_it(
    alice: TestClient, notifier: FakeNotifier
) -> None:
    channel = alice.post(CHANNELS, json=NEW).json()
    notifier.failure = Transient(answer=Answer(message="no route"))
    silent = alice.post(f"{CHANNELS}/{channel['id']}/test")
    assert (silent.status_code, silent.json()["code"]) == (503, "channel_silent")
    assert alice.get(CHANNELS).json()["items"][0]["trouble"] == "no route"


def test_only_the_owner_sees_channels(bob: TestClient, vera: TestClient) -> None:
    for browser in (bob, vera):
        assert browser.get(CHANNELS).status_code == 403
        assert browser.post(CHANNELS, json=NEW).status_code == 403


def test_an_unknown_channel_is_not_found(alice: TestClient) -> None:
    for answer in (
        alice.put(f"{CHANNELS}/none", json={"enabled": True}),
        alice.delete(f"{CHANNELS}/none"),
        alice.post(f"{CHANNELS}/none/test"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "channel_not_found")
