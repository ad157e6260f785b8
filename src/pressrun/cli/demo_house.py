"""The demo's two processes: started, waited for, signed in to, and ended with the demo."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from pressrun.settings import Settings

START_SECONDS = 60.0
STOP_SECONDS = 45.0


class NotStarted(Exception):
    """A process did not come up; the message says which, and where its log is."""


class DemoHouse:
    """The sandbox and Pressrun, on the ports of the settings and one folder of data."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.url = f"http://{settings.host}:{settings.port}"
        self.sandbox_url = f"http://127.0.0.1:{settings.sandbox_port}"
        self.log_path = settings.data.resolve() / "demo.log"
        self._processes: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> "DemoHouse":
        self.settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._log = self.log_path.open("ab")
        signal.signal(signal.SIGTERM, _end)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for process in reversed(self._processes):
            process.terminate()
        for process in reversed(self._processes):
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._log.close()

    def start(self) -> None:
        """Starts both and returns when both answer. Raises `NotStarted`."""
        state = self.settings.data.resolve() / "sandbox.db"
        port = str(self.settings.sandbox_port)
        self._start(
            "sandbox", "--port", port, "--state", str(state), answers=f"{self.sandbox_url}/_sandbox/clock"
        )
        self._start("up", answers=f"{self.url}/healthz")

    def sign_in(self, email: str, password: str) -> httpx.Client:
        """A client with the rights of the demo's owner, who is made at the first start."""
        login = ("--email", email, "--password-stdin")
        if self._command("user", "create", *login, "--role", "owner", say=password).returncode != 0:
            # An earlier demo made the login; the password that is shown must be the one that works.
            self._command("user", "password", *login, say=password)
        token = self._command("token", "create", "--user", email, "--name", "demo", "--scope", "all").stdout
        headers = {"Authorization": f"Bearer {token.decode().strip()}", "Accept-Language": "ko"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)

    def sandbox_account(self, platform: str, handle: str) -> dict[str, Any]:
        """An account of the sandbox with its credentials; the same one for the same handle."""
        wanted = {"platform": platform, "handle": handle}
        answer = httpx.post(f"{self.sandbox_url}/_sandbox/accounts", json=wanted)
        return answer.raise_for_status().json()

    def wait(self) -> int:
        """Stays until a signal, or until one of the two ends by itself; answers the exit status."""
        try:
            while all(process.poll() is None for process in self._processes):
                time.sleep(0.5)
        except KeyboardInterrupt:
            return 0
        print(f"A process ended by itself; see {self.log_path}", file=sys.stderr)
        return 1

    def _start(self, *command: str, answers: str) -> None:
        if _is_answered(answers):
            raise NotStarted(f"Something already answers at {answers}. Stop it, or choose other ports.")
        process = subprocess.Popen(
            [sys.executable, "-m", "pressrun", *command],
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
        )
        self._processes.append(process)
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and process.poll() is None:
            if _is_answered(answers) and process.poll() is None:
                return
            time.sleep(0.1)
        raise NotStarted(_why(command[0], self.log_path))

    def _command(self, *command: str, say: str = "") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "pressrun", *command],
            env=self._environment(),
            input=say.encode(),
            stdout=subprocess.PIPE,
            stderr=self._log,
            check=False,
        )

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PRESSRUN_SANDBOX_URL": self.sandbox_url, "PYTHONUNBUFFERED": "1"}


def _is_answered(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.HTTPError:
        return False


def _why(name: str, log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-5:]
    return "\n".join([f"`pressrun {name}` did not start. The end of {log}:", *lines])


def _end(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
