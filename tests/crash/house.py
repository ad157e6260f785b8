"""A Pressrun of real processes with real settings, and what a test asks of it and of the sandbox."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import httpx
import sqlalchemy as sa

from crash import doomed
from makers import make_image, make_token, make_user
from pressrun import bootstrap
from pressrun.settings import Settings
from pressrun.store import schema
from pressrun.store.database import Store

PATIENCE_SECONDS = 90
PART_LINE = "\n---\n"
"""What divides the parts of a thread."""
IRREVOCABLE = {"instagram": "/media_publish", "x": "/2/tweets", "youtube": "/upload/youtube/v3/videos"}
"""How paths of calls that publish end; YouTube's is told from the rest of its upload only by its bytes."""
ROOMY = {"youtube": {"uploads_per_day": 100_000, "units_per_day": 10_000_000}}
"""What lets the stories of one platform share a day: its limits belong to an app, and so to all accounts."""
OVER = {"published", "unconfirmed", "failed", "held", "cancelled", "given_up"}


@dataclass(frozen=True)
class Point:
    """A place in the program: before or after a call of `target` with `given` among its words.

    `sent` and `answered` stand on the wire: the request was written, the answer has begun to arrive.
    """

    when: str
    target: str
    given: str = ""
    nth: int = 1
    signal: str = "SIGKILL"

    def __str__(self) -> str:
        place = self.target.rpartition(":")[2].rpartition(".")[2].strip("_")
        return "-".join([self.when, place, *filter(None, [self.given.strip("/")])])


class Life:
    """One process, from its start to its end."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def is_over(self) -> bool:
        return self.process.poll() is not None

    @property
    def words(self) -> list[str]:
        """What it said."""
        return self._log.read_text().splitlines()

    @property
    def is_frozen(self) -> bool:
        """Whether SIGSTOP holds it."""
        state = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()[0]
        return state == "T"

    def ends(self) -> int:
        """Waits for the end; a negative answer is the signal that ended it. Nothing was thrown on the way."""
        status = self.process.wait(PATIENCE_SECONDS)
        self.was_quiet()
        return status

    def was_quiet(self) -> None:
        """No life, and above all none that takes up what a dead one left, may throw about."""
        assert not any("Traceback" in line for line in self.words), "\n".join(self.words)


class House:
    """One data folder (or database), the processes that work on it, and its people.

    `launcher` is what Python runs before a command of Pressrun: `doomed.py`, unless another is wanted.
    """

    def __init__(
        self,
        folder: Path,
        sandbox_url: str,
        settings: Mapping[str, object],
        *,
        launcher: Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self._doom = folder / "doom"
        self._doom.mkdir()
        self._launcher = launcher or (doomed.__file__, str(self._doom))
        self.port = free_port()
        self._environment = {k: v for k, v in os.environ.items() if not k.startswith("PRESSRUN_")} | {
            "PRESSRUN_DATA": str(folder / "data"),
            "PRESSRUN_PORT": str(self.port),
            "PRESSRUN_SANDBOX_URL": sandbox_url,
            **{f"PRESSRUN_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self._settings = Settings(
            data=folder / "data", database_url=str(settings.get("database_url", "")), port=self.port
        )
        self.lives: list[Life] = []
        self._stores: list[Store] = []
        self.sandbox = httpx.Client(base_url=sandbox_url, trust_env=False)
        self.api = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}", trust_env=False, timeout=PATIENCE_SECONDS
        )

    # Processes

    def begin(self, command: str = "up", *, wait: bool = True) -> Life:
        """Starts a process; waits until it serves, where it is one that does."""
        log = self.folder / f"{len(self.lives)}-{command}.log"
        with log.open("wb") as written:
            process = subprocess.Popen(
                [sys.executable, *self._launcher, command],
                env=self._environment,
                cwd=self.folder,
                stdout=written,
                stderr=written,
            )
        life = Life(process, log)
        self.lives.append(life)
        if wait and command in ("up", "web"):
            wait_until(lambda: self._is_ready(life), f"{command} serves")
        return life

    def lives_on(self) -> Life:
        """The life that goes on, or a new one."""
        return self.lives[-1] if self.lives and not self.lives[-1].is_over else self.begin()

    def rests(self, store: Store) -> None:
        """Waits until the work of earlier stories is over, which could meet what the next one waits for."""
        open_work = sa.text("SELECT count(*) FROM workflow_status WHERE status IN ('PENDING', 'ENQUEUED')")

        def is_idle() -> bool:
            with store.read() as tx:
                return tx.value(open_work) == 0

        wait_until(is_idle, "earlier work ends")

    def doom(self, point: Point, *lives: Life) -> None:
        """From now on, whichever of these processes reaches `point` first is hit there."""
        wish = json.dumps({**asdict(point), "id": uuid.uuid4().hex})
        waiting = self._doom / "doom.new"
        waiting.write_text(wish)
        waiting.rename(self._doom / doomed.WISH)
        for life in lives:
            ready = self._doom / doomed.READY.format(pid=life.process.pid)
            wait_until(lambda at=ready: at.exists() and at.read_text() == wish, f"{point} is awaited")

    def close(self) -> None:
        """Ends every process that still lives, and what was opened to look on."""
        for life in self.lives:
            if not life.is_over:
                life.process.send_signal(signal.SIGCONT)
                life.process.kill()
                life.process.wait()
        self.sandbox.close()
        self.api.close()
        for store in self._stores:
            store.engine.dispose()

    def _is_ready(self, life: Life) -> bool:
        assert not life.is_over, "\n".join(life.words)
        try:
            return self.api.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    # People and posts

    def open(self) -> "Store":
        """Lets an owner in, and opens the database for the test to read."""
        store = bootstrap.open_store(self._settings)
        self._stores.append(store)
        token = make_token(store, make_user(store))
        self.api.headers["Authorization"] = f"Bearer {token}"
        spoken = {"name": "하루", "language": "ko", "timezone": "Asia/Seoul", "approval": "never"}
        self._persona = self.made("/api/personas", spoken)
        return store

    def new_account(self, platform: str = "instagram") -> "Account":
        """An account of its own for each post, so that nothing is ever queued behind another story."""
        asked = {"platform": platform, "handle": f"haru{uuid.uuid4().hex[:8]}"}
        made = self.sandbox.post("/_sandbox/accounts", json=asked).json()
        if platform in ROOMY:
            where = f"/_sandbox/accounts/{platform}/{made['account_id']}/state"
            assert self.sandbox.post(where, json=ROOMY[platform]).is_success
        ours = self.made(
            "/api/accounts",
            {
                "persona_id": self._persona["id"],
                "platform": platform,
                "credentials": made["credentials"],
            },
        )
        token = made["credentials"]["access_token"]
        return Account(self, ours["id"], made["account_id"], token, platform)

    def written(self, account: "Account", format: str) -> dict[str, Any]:
        """A post with its pictures uploaded, that nobody asked to publish yet."""
        pictures = [self.picture() for _ in range(3 if format == "carousel" else 1)]
        return self.with_files(account, format, pictures)

    def with_files(
        self, account: "Account", format: str, files: Sequence[str], *, parts: int = 1, **options: Any
    ) -> dict[str, Any]:
        """A post with files that were uploaded, of one part or of several."""
        first = f"우리 가게 이야기 {account.outside_id}"
        texts = [first, *(f"이어서 {part} {account.outside_id}" for part in range(2, parts + 1))]
        return {
            "account_id": account.id,
            "caption": PART_LINE.join(texts),
            "asset_ids": list(files),
            "format": format,
            "options": options,
        }

    def asset(self, name: str, content: bytes) -> str:
        """A file that was uploaded."""
        fields = {"alt_text": name}
        return self.made("/api/assets", files={"file": (name, content)}, data=fields)["id"]

    def publish(self, post: Mapping[str, Any]) -> None:
        """Asks for it now. The answer may be lost: the process may be dead before it is written."""
        with suppress(httpx.TransportError):
            self.made("/api/workflow/publish", post)

    def produce(self, account: "Account", content_type: str) -> str:
        """Registers a title, which starts a run; answers the run's id."""
        asked = {
            "title": f"비 오는 날의 커피 {uuid.uuid4().hex}",
            "persona_id": self._persona["id"],
            "account_ids": [account.id],
            "content_type": content_type,
        }
        return self.made("/api/titles", asked)["run_id"]

    def picture(self) -> str:
        """A picture that nobody has seen yet."""
        return self.asset("photo.jpg", make_image(1200, 1200))

    def made(self, path: str, json: Any = None, **more: Any) -> Any:
        answer = self.api.post(path, json=json, **more)
        assert answer.is_success, answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        """What the API answers; nobody may answer for a moment, between two lives."""
        answer = self.api.get(path)
        assert answer.is_success, answer.text
        return answer.json()


@dataclass(frozen=True)
class Account:
    """An account here, and the same one on the stand-in's side."""

    house: House
    id: str
    outside_id: str
    _token: str = field(repr=False)
    platform: str = "instagram"

    def post(self) -> "PostOf":
        """The one post that was asked for here."""
        (found,) = self.house.get(f"/api/posts?account_id={self.id}")["items"]
        return PostOf(self, found["id"])

    def fault(
        self, effect: Mapping[str, object], path: str, *, method: str = "POST", times: int | None = 1
    ) -> None:
        """Switches on a failure of the stand-in for calls of this account whose path matches."""
        match = {"method": method, "path_regex": path, "account_id": self.outside_id}
        asked = {"platform": self.platform, "match": match, "effect": dict(effect), "times": times}
        assert self.house.sandbox.post("/_sandbox/faults", json=asked).is_success

    def hide(self) -> None:
        """Listing calls no longer show what this account published."""
        self.state(hidden=True)

    def state(self, **changes: Any) -> None:
        """Switches something about this account at the stand-in."""
        where = f"/_sandbox/accounts/{self.platform}/{self.outside_id}/state"
        assert self.house.sandbox.post(where, json=changes).is_success

    def new_playlist(self) -> str:
        """A playlist of this channel."""
        made = self.house.sandbox.post(
            "/youtube/youtube/v3/playlists",
            params={"part": "snippet"},
            json={"snippet": {"title": "산책"}},
            headers={"Authorization": f"Bearer {self._token}"},
        )
        assert made.is_success, made.text
        return made.json()["id"]

    def take_effect(self, container: str) -> None:
        """What a platform does when a call comes through that everyone had given up."""
        answer = self.house.sandbox.post(
            f"/instagram/v25.0/{self.outside_id}/media_publish",
            data={"creation_id": container},
            headers={"Authorization": f"Bearer {self._token}"},
        )
        assert answer.is_success, answer.text

    def published(self) -> list[dict[str, Any]]:
        """Every post of this account that exists, whoever can see it."""
        asked = {"platform": self.platform, "account_id": self.outside_id}
        return self.house.sandbox.get("/_sandbox/published", params=asked).json()["items"]

    def requests(self, path: str, method: str = "POST") -> list[dict[str, Any]]:
        """The calls the stand-in got for this account on a path that ends so."""
        every = self.house.sandbox.get("/_sandbox/requests", params={"platform": self.platform}).json()
        return [
            call
            for call in every["items"]
            if call["account_id"] == self.outside_id
            and call["method"] == method
            and call["path"].endswith(path)
        ]


@dataclass(frozen=True)
class PostOf:
    """A post of a story."""

    account: Account
    id: str

    def now(self) -> dict[str, Any]:
        """The post as the API shows it."""
        return self.account.house.get(f"/api/posts/{self.id}")

    def ends(self) -> dict[str, Any]:
        """Waits until nothing more will happen by itself."""
        wait_until(
            lambda: self.now()["status"] in OVER,
            lambda: f"its end: {self.now()}",
            # X's timeline lags, so a look proves nothing for a minute.
            patience=PATIENCE_SECONDS + 80 * (self.account.platform == "x"),
        )
        return self.now()


def assert_out_exactly_once(account: Account, store: Store) -> None:
    """It is there once, part by part, and everything we kept about it says the same as the stand-in does."""
    post = account.post()
    ended = post.ends()
    assert ended["status"] == "published", ended
    there, parts = account.published(), ended["caption"].split(PART_LINE)
    assert len(there) == len(parts), there
    if ended["format"] != "story":  # which shows no text
        assert all(part in item["text"] for part, item in zip(parts, there, strict=True)), there
    assert ended["external_id"] == there[0]["id"]
    if account.platform == "instagram":
        assert ended["permalink"] == there[0]["permalink"]
    assert all(attempt["ended_at"] for attempt in ended["attempts"]), ended
    kept = Kept.of(post, store)
    assert kept.outcomes.count("published") == len(parts)
    assert set(kept.outcomes) <= {"published", "not_there", "withdrawn"}
    assert kept.events.count("post.published") == 1
    assert_hour_not_overspent(post, kept)


def assert_hour_not_overspent(post: PostOf, kept: "Kept") -> None:
    """A place of the hour for each call that may have been made until a part was out, no other (S2.6)."""
    calls = [outcome for outcome in kept.outcomes if outcome != "withdrawn"]
    until_out = calls.index("published") + 1 if "published" in calls else len(calls)
    assert kept.places == [True] * until_out
    if post.account.platform != "youtube":
        assert len(post.account.requests(IRREVOCABLE[post.account.platform])) <= len(calls)


@dataclass(frozen=True)
class Kept:
    """What our database holds about one post."""

    outcomes: list[str | None]
    """Of the calls that can't be undone."""
    places: list[bool]
    """In the hour's ledger; False for one that is only reserved."""
    events: list[str]

    @classmethod
    def of(cls, post: PostOf, store: Store) -> "Kept":
        intent, place, event = schema.intent.c, schema.ledger.c, schema.event.c
        with store.read() as tx:
            return cls(
                outcomes=_column(
                    tx.rows(
                        sa.select(intent.outcome).where(intent.post_id == post.id).order_by(intent.sent_at)
                    )
                ),
                places=_column(tx.rows(sa.select(place.sent).where(place.post_id == post.id))),
                events=_column(tx.rows(sa.select(event.kind).where(event.topic == f"post:{post.id}"))),
            )


def _column(rows: list[sa.RowMapping]) -> list[Any]:
    return [next(iter(row.values())) for row in rows]


def wait_until(
    true: Callable[[], Any], what: str | Callable[[], str], *, patience: float = PATIENCE_SECONDS
) -> Any:
    """Waits for a truth about another process, whose time can't be moved; answers it."""
    deadline = time.monotonic() + patience
    while not (answer := true()):
        assert time.monotonic() < deadline, f"waited in vain: {what() if callable(what) else what}"
        time.sleep(0.05)
    return answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def house(
    folder: Path, sandbox_url: str, *, launcher: Sequence[str] = (), **settings: object
) -> Iterator[House]:
    """A house whose processes end with the test."""
    folder.mkdir(parents=True, exist_ok=True)
    built = House(folder, sandbox_url, settings, launcher=launcher)
    try:
        yield built
    finally:
        built.close()
