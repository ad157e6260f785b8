"""A platform that takes everything at once and needs no network, and an outside world that is not there."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.house import PLATFORM
from pressrun.connectors.base import (
    Credentials,
    Draft,
    FormatRules,
    Intent,
    Limits,
    Login,
    Profile,
    Published,
    SignIn,
    Steps,
)
from pressrun.domain.caption import TextRules
from pressrun.domain.confirming import Sighting
from pressrun.domain.media import ImageRules
from pressrun.domain.post import Format
from pressrun.domain.problems import Flaw


class QuietPlatform:
    """Publishes in one stage, through the same `commit` as every publisher."""

    platform = PLATFORM
    required_credentials: tuple[str, ...] = ()
    sign_ins: Sequence[SignIn] = ()
    limits = Limits(
        text=TextRules(max_length=2200, max_hashtags=30, max_mentions=20),
        formats={Format.FEED: FormatRules(0, 1, frozenset({"image"}))},
        image=ImageRules(frozenset({"image/jpeg"}), 8_000_000, (0.8, 1.91), 1440),
    )

    def check(self, draft: Draft) -> Sequence[Flaw]:
        return ()

    def costs(self, draft: Draft) -> Mapping[str, int]:
        return {}

    async def identify(self, credentials: Credentials) -> Profile:
        return Profile(external_id="", handle="")

    async def publish(self, draft: Draft, login: Login, steps: Steps) -> Published:
        async def send() -> Published:
            return Published(f"media-{draft.post_id}", "")

        return await steps.commit("publish", {"post": draft.post_id}, send)

    async def find(self, draft: Draft, intent: Intent, login: Login) -> Published | Sighting:
        return Published(f"media-{draft.post_id}", "")

    async def renew(self, login: Login) -> Login:
        return login

    async def measure(self, external_id: str, login: Login) -> Mapping[str, int] | Sighting:
        return {}


class NoMediaStore:
    """Posts of the bench carry no files."""

    name = "none"

    async def put(self, key: str, path: Path, mime: str) -> str:
        raise AssertionError("no file was to be stored")

    def url(self, location: str) -> str:
        raise AssertionError("no file is stored")


class NoModel:
    """Nothing is produced while posts go out."""

    name = "none"

    async def write(self, brief: object) -> Any:
        raise AssertionError("no text was wanted")

    async def draw(self, picture: object) -> Any:
        raise AssertionError("no picture was wanted")


async def no_fetch(url: str) -> bytes:
    """Nothing is fetched."""
    raise AssertionError(f"{url} was not to be fetched")


def no_notifier() -> Any:
    """Nobody is told anything."""
    raise AssertionError("nobody was to be told")
