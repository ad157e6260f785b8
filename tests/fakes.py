"""Stand-ins for what lies outside, for tests that are about something else."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa

from pressrun.connectors.base import (
    App,
    Credentials,
    Draft,
    FormatRules,
    Grant,
    Intent,
    Limits,
    Login,
    Option,
    Profile,
    Published,
    SignIn,
    Steps,
)
from pressrun.domain.caption import TextRules, text_flaws
from pressrun.domain.confirming import Sighting
from pressrun.domain.failures import Answer, Failure, LoginExpired, MediaUnreachable, Misconfigured
from pressrun.domain.media import ImageRules
from pressrun.domain.post import Format
from pressrun.domain.problems import Flaw


class FakeSignIn:
    """A consent page: its codes are the tokens they give, with commas between those of several accounts."""

    def __init__(self, name: str = "facebook") -> None:
        self.name = name
        self.failure: Failure | None = None
        self.lasts: timedelta | None = timedelta(days=60)
        self.exchanged: list[tuple[App, str, str, str]] = []

    def address(self, app: App, *, state: str, redirect_uri: str, verifier: str) -> str:
        asked = {"client_id": app.client_id, "state": state, "redirect_uri": redirect_uri}
        return f"https://{self.name}.example/consent?{urlencode(asked)}"

    async def exchange(self, app: App, *, code: str, redirect_uri: str, verifier: str) -> list[Grant]:
        self.exchanged.append((app, code, redirect_uri, verifier))
        if self.failure is not None:
            raise self.failure
        expires_at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC) + self.lasts if self.lasts else None
        return [
            Grant(
                Profile(f"id-of-{token}", token),
                {"access_token": token, "client_id": app.client_id, "client_secret": app.client_secret},
                expires_at,
            )
            for token in code.split(",")
            if token
        ]


class FakePublisher:
    """A platform whose tokens are the handles they belong to; `failure` is raised by every call."""

    platform = "instagram"
    required_credentials: tuple[str, ...] = ("access_token",)
    limits = Limits(
        text=TextRules(max_length=2200, max_hashtags=30, max_mentions=20),
        formats={
            Format.FEED: FormatRules(1, 1, frozenset({"image"})),
            Format.CAROUSEL: FormatRules(2, 10, frozenset({"image", "video"})),
            Format.REEL: FormatRules(1, 1, frozenset({"video"})),
            Format.STORY: FormatRules(1, 1, frozenset({"image", "video"})),
        },
        image=ImageRules(frozenset({"image/jpeg"}), 8_000_000, (0.8, 1.91), 1440),
        posts_per_day=3,
        options=(Option("location_id", max_length=64),),
    )

    def __init__(self) -> None:
        self.failure: Failure | None = None
        self.sign_in = FakeSignIn()
        self.sign_ins: Sequence[SignIn] = (self.sign_in,)
        self.renewal: Failure | datetime = LoginExpired()
        """What renewing fails with, or until when the fresh token lasts."""
        self.renewed: list[str] = []
        self.numbers: Mapping[str, int] | Sighting | Exception = {}
        self.published: list[Draft] = []
        self.identified: list[dict[str, Any]] = []

    def check(self, draft: Draft) -> Sequence[Flaw]:
        return text_flaws(draft.caption, draft.hashtags, self.limits.text)

    def costs(self, draft: Draft) -> Mapping[str, int]:
        return {}

    async def identify(self, credentials: Credentials) -> Profile:
        self.identified.append(dict(credentials))
        self._fail()
        handle = str(credentials["access_token"])
        return Profile(external_id=f"id-of-{handle}", handle=handle)

    async def publish(self, draft: Draft, login: Login, steps: Steps) -> Published:
        async def send() -> Published:
            self._fail()
            self.published.append(draft)
            return Published(f"media-{draft.post_id}", f"https://platform.example/{draft.post_id}")

        return await steps.commit("publish", {"post": draft.post_id}, send)

    async def find(self, draft: Draft, intent: Intent, login: Login) -> Published | Sighting:
        self._fail()
        return Sighting.NOT_THERE

    async def renew(self, login: Login) -> Login:
        token = str(login.credentials["access_token"])
        self.renewed.append(token)
        if isinstance(self.renewal, Failure):
            raise self.renewal
        fresh = {**login.credentials, "access_token": f"{token}+"}
        return Login(login.account_id, login.external_id, fresh, self.renewal)

    async def measure(self, external_id: str, login: Login) -> Mapping[str, int] | Sighting:
        if isinstance(self.numbers, Exception):
            raise self.numbers
        return self.numbers

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


class FakeMediaStore:
    """A media store that remembers what it was given, and first raises `failures`, one at each call."""

    def __init__(self, name: str = "fake") -> None:
        self.name = name
        self.kept: dict[str, Path] = {}
        self.failures: list[Failure] = []
        self.asked = 0

    async def put(self, key: str, path: Path, mime: str) -> str:
        self.asked += 1
        if self.failures:
            raise self.failures.pop(0)
        self.kept[key] = path
        return key

    def url(self, location: str) -> str:
        return f"https://{self.name}.example/{location}"


class FakeNotifier:
    """Services whose messages can be read; `failure` is raised instead of sending."""

    def __init__(self) -> None:
        self.failure: Failure | None = None
        self.sent: list[tuple[str, str, str]] = []

    def service(self, address: str) -> str:
        scheme, _, rest = address.partition("://")
        if not rest:
            raise Misconfigured(answer=Answer(message="no address"))
        return scheme.title()

    async def tell(self, address: str, *, title: str, text: str) -> None:
        if self.failure is not None:
            raise self.failure
        self.sent.append((address, title, text))


class NoModel:
    """A model that must not be asked."""

    name = "none"

    async def write(self, brief: object) -> Any:
        raise AssertionError("no text was wanted")

    async def draw(self, picture: object) -> Any:
        raise AssertionError("no picture was wanted")


class FakeEnqueue:
    """Durable work that was asked for: kind, id, arguments."""

    def __init__(self) -> None:
        self.work: list[tuple[str, str, tuple[object, ...]]] = []

    def __call__(self, connection: sa.Connection, kind: str, work_id: str, *args: object) -> None:
        self.work.append((kind, work_id, args))


class FakeWeb:
    """The addresses that can be fetched; every other one is unreachable."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    async def fetch(self, url: str) -> bytes:
        if url not in self.files:
            raise MediaUnreachable(url=url)
        return self.files[url]
