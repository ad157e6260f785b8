"""What each switched-on failure does to the client, and what it leaves behind."""

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest

from sandbox.conftest import InstagramAccount, error_codes, switch_on

PUBLISH = {"path_regex": "/media_publish$", "method": "POST"}


@pytest.fixture
def container(account: InstagramAccount, photo: str) -> str:
    return account.container(image_url=photo, caption="한 번만")


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def raw_publish(account: InstagramAccount, container: str) -> socket.socket:
    """A publish call sent over a bare connection, its answer not yet read."""
    where = urlsplit(str(account.http.base_url))
    assert where.hostname
    assert where.port
    body = json.dumps({"creation_id": container, "access_token": account.token}).encode()
    connection = socket.create_connection((where.hostname, where.port), timeout=10)
    head = (
        f"POST /instagram/v25.0/{account.id}/media_publish HTTP/1.1\r\nHost: {where.netloc}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body)
    return connection


def test_drop_before_closes_the_connection_and_does_nothing(
    http: httpx.Client, account: InstagramAccount, container: str
) -> None:
    switch_on(http, {"kind": "drop_before"}, match=PUBLISH)
    with raw_publish(account, container) as connection:
        assert connection.recv(1) == b""
    assert account.published() == []
    assert account.publish(container).status_code == 200


def test_drop_within_a_body_that_is_needed_whole_does_nothing(
    http: httpx.Client, account: InstagramAccount, container: str
) -> None:
    switch_on(http, {"kind": "drop_within", "bytes": 10}, match=PUBLISH)
    with raw_publish(account, container) as connection, contextlib.suppress(ConnectionResetError):
        assert connection.recv(1) == b""
    assert account.published() == []
    assert account.publish(container).status_code == 200


def test_drop_after_publishes_and_closes_without_an_answer(
    http: httpx.Client, account: InstagramAccount, container: str
) -> None:
    switch_on(http, {"kind": "drop_after"}, match=PUBLISH)
    with raw_publish(account, container) as connection:
        assert connection.recv(1) == b""
    assert len(account.published()) == 1
    assert account.status(container)["status_code"] == "PUBLISHED"


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_httpx_sees_a_protocol_error(
    http: httpx.Client, account: InstagramAccount, container: str, kind: str
) -> None:
    switch_on(http, {"kind": kind}, match=PUBLISH)
    with pytest.raises(httpx.RemoteProtocolError):
        account.publish(container)


def test_answer_replaces_the_call(http: httpx.Client, account: InstagramAccount, container: str) -> None:
    body = {"error": {"message": "(#4) limit", "type": "OAuthException", "code": 4, "fbtrace_id": "A1"}}
    effect = {"kind": "answer", "status": 403, "body": body, "headers": {"X-App-Usage": '{"call_count":100}'}}
    switch_on(http, effect, match=PUBLISH)
    answer = account.publish(container)
    assert (answer.status_code, answer.json()) == (403, body)
    assert answer.headers["x-app-usage"] == '{"call_count":100}'
    assert account.published() == []


@pytest.mark.parametrize(("status", "codes"), [(500, (2, None)), (429, (4, None)), (401, (190, None))])
def test_answer_without_a_body_has_the_platforms_shape(
    http: httpx.Client, account: InstagramAccount, status: int, codes: tuple[int, int | None]
) -> None:
    switch_on(http, {"kind": "answer", "status": status})
    answer = account.get(account.id)
    assert (answer.status_code, error_codes(answer)) == (status, codes)


def test_answer_after_publishes_and_reports_something_else(
    http: httpx.Client, account: InstagramAccount, container: str
) -> None:
    switch_on(
        http, {"kind": "answer_after", "status": 502, "body": "<html>Bad gateway</html>"}, match=PUBLISH
    )
    answer = account.publish(container)
    assert (answer.status_code, answer.text) == (502, "<html>Bad gateway</html>")
    assert len(account.published()) == 1


def test_truncate_sends_the_first_bytes_of_the_whole_answer(
    http: httpx.Client, account: InstagramAccount, container: str
) -> None:
    switch_on(http, {"kind": "truncate", "bytes": 7}, match=PUBLISH)
    with raw_publish(account, container) as connection:
        received = b""
        while part := connection.recv(4096):
            received += part
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    assert body == b'{"id":"'
    assert int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0]) > len(body)
    assert len(account.published()) == 1


def test_a_delayed_call_takes_effect_after_its_client_was_killed(
    http: httpx.Client, account: InstagramAccount, container: str
) -> None:
    switch_on(http, {"kind": "delay", "ms": 400}, match=PUBLISH)
    raw_publish(account, container).close()
    wait_until(lambda: any("fault_id" in item for item in requests(http)))
    assert account.published() == []
    wait_until(lambda: len(account.published()) == 1)


def test_a_delayed_call_is_answered_late(
    http: httpx.Client, account: InstagramAccount, container: str
) -> None:
    switch_on(http, {"kind": "delay", "ms": 150}, match=PUBLISH)
    began = time.monotonic()
    assert account.publish(container).status_code == 200
    assert time.monotonic() - began >= 0.15


def test_hang_holds_until_the_fault_is_deleted_and_does_nothing(
    http: httpx.Client, account: InstagramAccount, container: str
) -> None:
    fault = switch_on(http, {"kind": "hang"}, match=PUBLISH)
    outcome: list[bytes] = []
    with raw_publish(account, container) as connection:
        reading = threading.Thread(target=lambda: outcome.append(connection.recv(1)))
        reading.start()
        wait_until(lambda: any("fault_id" in item for item in requests(http)))
        assert outcome == []
        assert http.delete(f"/_sandbox/faults/{fault}").status_code == 204
        reading.join(timeout=10)
    assert outcome == [b""]
    assert account.published() == []


def test_hang_ends_when_the_client_goes(
    http: httpx.Client, account: InstagramAccount, container: str
) -> None:
    switch_on(http, {"kind": "hang"}, match=PUBLISH)
    with contextlib.closing(raw_publish(account, container)):
        wait_until(lambda: any("fault_id" in item for item in requests(http)))
    wait_until(lambda: requests(http)[-1]["ended_at"] is not None)
    assert account.published() == []


def test_the_oldest_matching_fault_with_uses_left_applies(
    http: httpx.Client, account: InstagramAccount
) -> None:
    first = switch_on(http, {"kind": "answer", "status": 500}, times=2)
    second = switch_on(http, {"kind": "answer", "status": 429}, times=1)
    assert [account.get(account.id).status_code for _ in range(4)] == [500, 500, 429, 200]
    applied = {item["id"]: item["applied"] for item in http.get("/_sandbox/faults").json()["items"]}
    assert applied == {first: 2, second: 1}


def test_times_null_is_unlimited_and_times_default_to_one(
    http: httpx.Client, account: InstagramAccount
) -> None:
    fault = switch_on(http, {"kind": "answer", "status": 500}, times=None)
    assert {account.get(account.id).status_code for _ in range(20)} == {500}
    http.delete(f"/_sandbox/faults/{fault}")
    switch_on(http, {"kind": "answer", "status": 500})
    assert [account.get(account.id).status_code for _ in range(3)] == [500, 200, 200]


def test_a_fault_matches_method_path_with_prefix_and_account(
    http: httpx.Client, account: InstagramAccount
) -> None:
    other = http.post("/_sandbox/accounts", json={"platform": "instagram", "handle": "other"}).json()
    match = {"method": "get", "path_regex": f"^/instagram/v25.0/{account.id}$", "account_id": account.id}
    switch_on(http, {"kind": "answer", "status": 500}, match=match, times=None)
    switch_on(http, {"kind": "answer", "status": 429}, match={"account_id": other["account_id"]}, times=None)
    assert account.get(account.id).status_code == 500
    assert account.get(f"{account.id}/media").status_code == 200
    assert account.post(f"{account.id}/media").status_code == 400


def test_a_fault_finds_the_account_behind_a_container(
    http: httpx.Client, account: InstagramAccount, container: str
) -> None:
    switch_on(http, {"kind": "answer", "status": 500}, match={"account_id": account.id})
    assert account.get(container).status_code == 500


def test_probability_with_a_seed_repeats_its_sequence(http: httpx.Client, account: InstagramAccount) -> None:
    def sequence(seed: int) -> list[int]:
        http.delete("/_sandbox/faults")
        switch_on(http, {"kind": "answer", "status": 500}, probability=0.5, seed=seed, times=None)
        return [account.get(account.id).status_code for _ in range(20)]

    first = sequence(7)
    assert sequence(7) == first
    assert sequence(8) != first
    assert set(first) == {200, 500}


@pytest.mark.parametrize(
    "described",
    [
        {"effect": {"kind": "drop_after"}},
        {"platform": "myspace", "effect": {"kind": "drop_after"}},
        {"platform": "instagram", "effect": {"kind": "explode"}},
        {"platform": "instagram", "effect": {"kind": "refusal"}},
        {"platform": "instagram", "effect": {"kind": "answer"}},
        {"platform": "instagram", "effect": {"kind": "delay", "ms": "slow"}},
        {"platform": "instagram", "effect": {"kind": "drop_within"}},
        {"platform": "instagram", "effect": {"kind": "hang"}, "match": {"path_regex": "("}},
        {"platform": "instagram", "effect": {"kind": "hang"}, "match": {"paths": "x"}},
        {"platform": "instagram", "effect": {"kind": "hang"}, "times": 0},
        {"platform": "instagram", "effect": {"kind": "hang"}, "probability": 2},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(http: httpx.Client, described: dict[str, object]) -> None:
    answer = http.post("/_sandbox/faults", json=described)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert http.get("/_sandbox/faults").json() == {"items": []}


def requests(http: httpx.Client) -> list[dict[str, object]]:
    return http.get("/_sandbox/requests", params={"platform": "instagram"}).json()["items"]
