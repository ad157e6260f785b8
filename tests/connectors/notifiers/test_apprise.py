"""Messages through Apprise itself, to a service on this machine that keeps what it gets (item 12)."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from pressrun.connectors.notifiers.apprise import AppriseNotifier
from pressrun.domain.failures import Misconfigured, Transient


class Inbox(HTTPServer):
    """Takes JSON messages; answers 500 while `broken`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[dict[str, str]] = []
        self.broken = False

    @property
    def address(self) -> str:
        return f"json://127.0.0.1:{self.server_port}/secret-path"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, Inbox)
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.server.broken:
            self.server.got.append(json.loads(body))
        self.send_response(500 if self.server.broken else 200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    server = Inbox()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


async def test_a_message_arrives_as_it_was_written(inbox: Inbox) -> None:
    await AppriseNotifier().tell(
        inbox.address, title="Pressrun 알림 1건", text="계정 인증 만료, 재인증 필요."
    )
    (message,) = inbox.got
    assert (message["title"], message["message"]) == ("Pressrun 알림 1건", "계정 인증 만료, 재인증 필요.")


async def test_a_service_that_refuses_is_a_passing_failure_that_says_why(inbox: Inbox) -> None:
    inbox.broken = True
    with pytest.raises(Transient) as failed:
        await AppriseNotifier().tell(inbox.address, title="t", text="x")
    assert "500" in failed.value.answer.message
    assert "secret-path" not in failed.value.answer.message


@pytest.mark.parametrize(
    ("address", "service"),
    [
        ("discord://1234567890/abcdefghijk", "Discord"),
        ("mailto://user:secret@example.com", "E-Mail"),
        ("tgram://123456789:abcdefg_hijklmnop/12315544", "Telegram"),
    ],
)
def test_an_address_names_its_service(address: str, service: str) -> None:
    assert AppriseNotifier().service(address) == service


@pytest.mark.parametrize("address", ["", "nonsense", "slack://very-secret", "http//x"])
def test_an_address_of_nobody_is_refused_without_quoting_it(address: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        AppriseNotifier().service(address)
    assert not address or address not in refused.value.answer.message
