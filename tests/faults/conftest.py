"""A Pressrun and a sandbox of real processes; the sandbox can be stopped and started again."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

import makers
from pressrun import bootstrap
from pressrun.settings import Settings

PATIENCE_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(true: Callable[[], Any], what: str) -> Any:
    """Waits for a truth about another process, whose time can't be moved."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (answer := true()):
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.05)
    return answer


class Town:
    """`pressrun up` in a folder, and the sandbox it publishes to, which remembers in a file."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self._folder = folder
        self._port, self._sandbox_port = free_port(), free_port()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._environment = {k: v for k, v in os.environ.items() if not k.startswith("PRESSRUN_")} | {
            "PRESSRUN_DATA": str(folder / "data"),
            "PRESSRUN_PORT": str(self._port),
            "PRESSRUN_SANDBOX_URL": f"http://127.0.0.1:{self._sandbox_port}",
            "PRESSRUN_RETRY_SECONDS": ",".join(["1"] * 30),
            **settings,
        }
        self.sandbox = httpx.Client(base_url=f"http://127.0.0.1:{self._sandbox_port}", trust_env=False)
        self.api = httpx.Client(
            base_url=f"http://127.0.0.1:{self._port}", trust_env=False, timeout=PATIENCE_SECONDS
        )

    def open(self) -> None:
        """Starts both, and lets an owner in."""
        self.start_sandbox()
        self._start("up")
        wait_until(lambda: self._answers(self.api, "/readyz"), "Pressrun serves")
        store = bootstrap.open_store(Settings(data=self._folder / "data", port=self._port))
        token = makers.make_token(store, makers.make_user(store))
        store.engine.dispose()
        self.api.headers["Authorization"] = f"Bearer {token}"

    def start_sandbox(self) -> None:
        """Starts it on the address that Pressrun knows, with what it remembers."""
        state = str(self._folder / "sandbox.db")
        self._sandbox = self._start("sandbox", "--port", str(self._sandbox_port), "--state", state)
        wait_until(lambda: self._answers(self.sandbox, "/_sandbox/published"), "the sandbox serves")

    def stop_sandbox(self) -> None:
        """From now on nobody listens there."""
        self._sandbox.terminate()
        self._sandbox.wait(PATIENCE_SECONDS)

    def new_account(self) -> tuple[str, str]:
        """The ids of an account, ours and the sandbox's."""
        asked = {"platform": "instagram", "handle": f"haru{free_port()}"}
        made = self.sandbox.post("/_sandbox/accounts", json=asked).json()
        persona = {"name": "하루", "language": "ko", "timezone": "Asia/Seoul", "approval": "never"}
        ours = self.made(
            "/api/accounts",
            json={
                "persona_id": self.made("/api/personas", json=persona)["id"],
                "platform": "instagram",
                "credentials": made["credentials"],
            },
        )
        return ours["id"], made["account_id"]

    def made(self, path: str, **sent: Any) -> dict[str, Any]:
        answer = self.api.post(path, **sent)
        assert answer.is_success, answer.text
        return answer.json()

    def published(self, account_id: str) -> list[dict[str, Any]]:
        """What exists on the sandbox's side."""
        asked = {"platform": "instagram", "account_id": account_id}
        return self.sandbox.get("/_sandbox/published", params=asked).json()["items"]

    def post_becomes(self, post_id: str, status: str, language: str = "ko") -> dict[str, Any]:
        """The post, once it stands so."""

        def post() -> dict[str, Any] | None:
            now = self.api.get(f"/api/posts/{post_id}", headers={"Accept-Language": language}).json()
            return now if now["status"] == status else None

        return wait_until(post, status)

    def close(self) -> None:
        """Ends every process it started."""
        for process in self._processes:
            if process.poll() is None:
                process.terminate()
                process.wait(PATIENCE_SECONDS)
        self.sandbox.close()
        self.api.close()

    def log(self) -> str:
        """What Pressrun wrote."""
        return (self._folder / "up.log").read_text()

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        with (self._folder / f"{command[0]}.log").open("ab") as written:
            process = subprocess.Popen(
                [sys.executable, "-m", "pressrun", *command],
                env=self._environment,
                cwd=self._folder,
                stdout=written,
                stderr=written,
            )
        self._processes.append(process)
        return process

    def _answers(self, client: httpx.Client, path: str) -> bool:
        assert self._processes[-1].poll() is None, "it ended"
        try:
            return client.get(path).status_code == 200
        except httpx.TransportError:
            return False


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    built = Town(tmp_path_factory.mktemp("town"))
    try:
        built.open()
        yield built
    finally:
        built.close()
