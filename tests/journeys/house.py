"""A sandbox and `pressrun up` as real processes, and what a journey asks of both beside its browser."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import httpx

from crash.house import free_port

T = TypeVar("T")

PATIENCE_SECONDS = 40.0
START_SECONDS = 120.0
"""A start reads a few hundred modules, on a machine that may be busy."""
EMAIL, PASSWORD = "alice@example.com", "correct horse battery"


@dataclass(frozen=True)
class Account:
    """An account here, and the same one on the stand-in's side."""

    id: str
    outside_id: str
    handle: str
    persona_id: str
    platform: str = "instagram"


class House:
    """One folder of data with its two processes; everything they say is kept beside it."""

    def __init__(self, folder: Path, settings: Mapping[str, object]) -> None:
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []
        port, sandbox_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._sandbox_port = sandbox_port
        sandbox_url = f"http://127.0.0.1:{sandbox_port}"
        self._environment = {k: v for k, v in os.environ.items() if not k.startswith("PRESSRUN_")} | {
            "PYTHONUNBUFFERED": "1",
            "PRESSRUN_DATA": str(folder / "data"),
            "PRESSRUN_PORT": str(port),
            "PRESSRUN_SANDBOX_URL": sandbox_url,
            "ANTHROPIC_API_KEY": "sandbox",
            **{f"PRESSRUN_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self._sandbox = httpx.Client(base_url=sandbox_url, trust_env=False)
        self.api = httpx.Client(base_url=self.url, trust_env=False, timeout=PATIENCE_SECONDS)

    def start(self) -> None:
        """Returns when both answer."""
        state = str(self._folder / "sandbox.db")
        self._begin("sandbox", "--port", str(self._sandbox_port), "--state", state)
        self._begin("up")
        self._serves(self._sandbox, "/_sandbox/clock")
        self._serves(self.api, "/readyz")

    def close(self) -> None:
        """Ends both, politely at first."""
        for process in reversed(self._processes):
            process.terminate()
        for process in reversed(self._processes):
            try:
                process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._sandbox.close()
        self.api.close()

    def logs(self) -> str:
        """The end of what each process said."""
        return "\n".join(
            f"--- {log.stem}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-40:])
            for log in sorted(self._folder.glob("*.log"))
        )

    def people(self) -> None:
        """The owner, by the command line as an operator would, and a token for the API."""
        self._command("user", "create", "--email", EMAIL, "--password-stdin", "--role", "owner", say=PASSWORD)
        token = self._command("token", "create", "--user", EMAIL, "--name", "journeys", "--scope", "all")
        self.api.headers["Authorization"] = f"Bearer {token.strip()}"

    def new_account(
        self, persona: str, language: str, *, approval: str = "never", platform: str = "instagram"
    ) -> Account:
        """A persona with an account of the sandbox, both of this story alone."""
        spoken = {"name": persona, "language": language, "timezone": "Asia/Seoul", "approval": approval}
        persona_id = self._made("/api/personas", spoken)["id"]
        asked = {"platform": platform, "handle": f"haru{uuid.uuid4().hex[:8]}"}
        there = self._sandbox.post("/_sandbox/accounts", json=asked).raise_for_status().json()
        connected = {
            "persona_id": persona_id,
            "platform": platform,
            "credentials": there["credentials"],
        }
        ours = self._made("/api/accounts", connected)
        return Account(ours["id"], there["account_id"], there["handle"], persona_id, platform)

    def stranger(self, platform: str, **options: object) -> tuple[str, str]:
        """An account of the sandbox that is not connected here: its id there, and its handle."""
        asked = {"platform": platform, "handle": f"haru{uuid.uuid4().hex[:8]}", **options}
        there = self._sandbox.post("/_sandbox/accounts", json=asked).raise_for_status().json()
        return there["account_id"], there["handle"]

    def connected(self, handle: str) -> Account:
        """An account that was connected in the browser."""
        bare = handle.removeprefix("@")
        found = self.api.get("/api/accounts?limit=100").raise_for_status().json()["items"]
        (ours,) = [each for each in found if each["handle"].removeprefix("@") == bare]
        return Account(ours["id"], ours["external_id"], handle, ours["persona_id"], ours["platform"])

    def says(self, account: Account, text: str, *, at: str) -> str:
        """Schedules a post of words alone; answers its id."""
        asked = {"account_id": account.id, "caption": text, "scheduled_publish_time": at}
        return self._made("/api/workflow/publish", asked)["post_id"]

    def fault(
        self, account: Account, effect: dict[str, Any], path: str, *, method: str, times: int | None = 1
    ) -> None:
        """Switches on a failure of the stand-in for this account's calls whose path matches."""
        match = {"method": method, "path_regex": path, "account_id": account.outside_id}
        asked = {"platform": account.platform, "match": match, "effect": effect, "times": times}
        self._sandbox.post("/_sandbox/faults", json=asked).raise_for_status()

    def slow_writer(self, ms: int) -> None:
        """The text model takes this long for each answer."""
        asked = {"platform": "anthropic", "effect": {"kind": "delay", "ms": ms}, "times": None}
        self._sandbox.post("/_sandbox/faults", json=asked).raise_for_status()

    def put(self, where: Account, **state: object) -> None:
        """Changes how the account stands at the stand-in."""
        address = f"/_sandbox/accounts/{where.platform}/{where.outside_id}/state"
        self._sandbox.post(address, json=state).raise_for_status()

    def published(self, account: Account) -> list[dict[str, Any]]:
        """Every post of this account that exists at the stand-in."""
        asked = {"platform": account.platform, "account_id": account.outside_id}
        return self._sandbox.get("/_sandbox/published", params=asked).raise_for_status().json()["items"]

    def publish(self, account: Account, picture: Path, caption: str, *, at: str | None = None) -> str:
        """Asks for a post through the API, now or at a time; answers its id."""
        asset = self._made("/api/assets", files={"file": (picture.name, picture.read_bytes())})
        asked = {"account_id": account.id, "caption": caption, "asset_ids": [asset["id"]]}
        when = {"scheduled_publish_time": at} if at else {}
        return self._made("/api/workflow/publish", asked | when)["post_id"]

    def waits_for(self, post_id: str, status: str) -> dict[str, Any]:
        """The post, as soon as it stands in `status`."""

        def stands() -> dict[str, Any] | None:
            post = self.api.get(f"/api/posts/{post_id}").raise_for_status().json()
            return post if post["status"] == status else None

        return wait_for(stands, f"post {post_id} to be {status}")

    def _made(self, path: str, json: Any = None, **more: Any) -> Any:
        answer = self.api.post(path, json=json, **more)
        assert answer.is_success, answer.text
        return answer.json()

    def _begin(self, *command: str) -> None:
        with (self._folder / f"{command[0]}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "pressrun", *command],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._processes.append(process)

    def _serves(self, client: httpx.Client, path: str) -> None:
        def answers() -> bool:
            assert all(process.poll() is None for process in self._processes), self.logs()
            try:
                return client.get(path).is_success
            except httpx.TransportError:
                return False

        wait_for(answers, f"{client.base_url} to serve", seconds=START_SECONDS)

    def _command(self, *command: str, say: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "pressrun", *command],
            env=self._environment,
            input=say,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def wait_for(true: Callable[[], T | None], what: str, *, seconds: float = PATIENCE_SECONDS) -> T:
    """Waits for a truth about another process, whose time can't be moved; answers it."""
    deadline = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)
    return answer


@contextmanager
def running_house(folder: Path, **settings: object) -> Iterator[House]:
    """A house whose processes end with its user, whatever happens."""
    folder.mkdir(parents=True, exist_ok=True)
    house = House(folder, settings)
    try:
        house.start()
        yield house
    finally:
        house.close()
