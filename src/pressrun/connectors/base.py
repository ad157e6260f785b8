"""The interfaces of connectors and the values they exchange (DESIGN.md 7).

Small and complete: no optional methods. What a provider can't do is data it declares.
Every call that goes outside raises only the kinds of `domain.failures`.
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pressrun.domain.caption import TextRules, full_text
from pressrun.domain.confirming import Sighting
from pressrun.domain.content import Script
from pressrun.domain.media import ImageRules, MediaFacts
from pressrun.domain.post import Format
from pressrun.domain.problems import Flaw

T = TypeVar("T")

Credentials = Mapping[str, Any]
"""What proves who we are to a provider, in the provider's own words; opaque to everyone else."""


@dataclass(frozen=True)
class Login:
    """One account's way in. `external_id` is the platform's id of the account."""

    account_id: str
    external_id: str
    credentials: Credentials
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Profile:
    """Who a login belongs to, as the platform says."""

    external_id: str
    handle: str


@dataclass(frozen=True)
class DraftMedia:
    """One file of a draft; `url` is an address at which the platform can fetch it."""

    asset_id: str
    facts: MediaFacts
    url: str
    alt_text: str = ""


@dataclass(frozen=True)
class Draft:
    """What is to be published, complete and unchanging for one version of a post."""

    post_id: str
    format: Format
    caption: str
    hashtags: tuple[str, ...]
    media: tuple[DraftMedia, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    """Settings of this format, such as `location_id`."""

    @property
    def text(self) -> str:
        """The caption with its hashtags (S2.11)."""
        return full_text(self.caption, self.hashtags)


@dataclass(frozen=True)
class Published:
    """The platform shows it. Where the media can't be listed yet, both are empty and searched for later."""

    external_id: str = ""
    permalink: str = ""


@dataclass(frozen=True)
class Intent:
    """A call that can't be undone, as it was written down before it was made."""

    name: str
    evidence: Mapping[str, Any]
    """What is needed to recognise its effect later: container id, session URI, chosen key, text hash."""
    sent_at: datetime
    known_ids: frozenset[str] = frozenset()
    """The platform's ids of our other posts: whatever looks like its effect, these are not."""


class Steps(Protocol):
    """How a publisher makes its stages durable. `engine` implements it; a publisher only calls it."""

    async def run(self, name: str, step: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """The JSON-like result of `step`: kept from an earlier attempt, or made now and kept."""
        ...

    async def commit(
        self, name: str, evidence: Mapping[str, Any], call: Callable[[], Coroutine[Any, Any, Published]]
    ) -> Published:
        """Makes the one call that can't be undone, at most once without a look in between."""
        ...

    async def report(self, stage: str, message: str, **values: object) -> None:
        """Tells the person watching what goes on inside a stage; `message` is a code of `domain.texts`."""
        ...


@dataclass(frozen=True)
class FormatRules:
    """What one format takes: how many files, of which kinds."""

    lowest: int
    highest: int
    kinds: frozenset[str]


@dataclass(frozen=True)
class Limits:
    """What a platform accepts: text, formats, images."""

    text: TextRules
    formats: Mapping[Format, FormatRules]
    image: ImageRules


class Publisher(Protocol):
    """One platform. Stateless: everything it needs is given."""

    platform: str
    limits: Limits
    required_credentials: tuple[str, ...]

    def check(self, draft: Draft) -> Sequence[Flaw]:
        """Everything the platform would refuse, by its own rules; pure."""
        ...

    async def identify(self, credentials: Credentials) -> Profile:
        """Who these credentials belong to; used before an account is kept and before it is resumed."""
        ...

    async def publish(self, draft: Draft, login: Login, steps: Steps) -> Published:
        """Publishes in straight-line stages, the irrevocable one through `steps.commit`."""
        ...

    async def find(self, draft: Draft, intent: Intent, login: Login) -> Published | Sighting:
        """Whether the effect of `intent` is there. Reads only."""
        ...

    async def renew(self, login: Login) -> Login:
        """A login with a fresh token. Raises `LoginExpired` where only a person can renew it."""
        ...

    async def measure(self, external_id: str, login: Login) -> Mapping[str, int]:
        """The post's metrics by the platform's names, such as `likes`."""
        ...


@dataclass(frozen=True)
class Brief:
    """What a text model is asked for."""

    topic: str
    language: str
    scenes: int
    persona: str
    style: str = ""
    channel_type: str = ""
    hashtags: tuple[str, ...] = ()
    """Hashtags the persona always uses."""
    max_caption: int = 2200
    recent_titles: tuple[str, ...] = ()
    """What the persona said lately and should not repeat."""


class TextModel(Protocol):
    """Writes scripts."""

    name: str

    async def write(self, brief: Brief) -> Script:
        """A complete script for the brief. Raises the kinds of `domain.failures`."""
        ...


@dataclass(frozen=True)
class Picture:
    """What an image model is asked for: the words on it and what it shows, in pixels."""

    headline: str
    body: str
    prompt: str
    language: str
    persona: str
    hue: int
    position: int
    count: int
    width: int = 1080
    height: int = 1350


class ImageModel(Protocol):
    """Makes pictures."""

    name: str

    async def draw(self, picture: Picture) -> bytes:
        """The bytes of one image file. Raises the kinds of `domain.failures`."""
        ...


class MediaStore(Protocol):
    """Where media lies so that platforms can fetch it."""

    name: str

    async def put(self, key: str, path: Path, mime: str) -> str:
        """Stores a file under `key` and answers where it lies, in the store's own words (a `location`)."""
        ...

    def url(self, location: str) -> str:
        """An address at which anyone can fetch the file for at least 24 hours from now."""
        ...
