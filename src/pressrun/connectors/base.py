"""The interfaces of connectors and the values they exchange (DESIGN.md 7).

Small and complete: no optional methods. What a provider can't do is data it declares.
Every call that goes outside raises only the kinds of `domain.failures`.
"""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pressrun.domain.caption import TextRules, full_text, whole
from pressrun.domain.confirming import Sighting
from pressrun.domain.content import Script
from pressrun.domain.media import ImageRules, MediaFacts, MediaKind, VideoRules
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
    """One file of a draft, as the platform wants it.

    `url` is an address at which the platform can fetch it, `local_url` one at Pressrun itself for when the
    first can't be reached; both are empty where the platform takes bytes. Those lie at `path`.
    """

    asset_id: str
    facts: MediaFacts
    url: str
    alt_text: str = ""
    local_url: str = ""
    path: Path | None = None


@dataclass(frozen=True)
class Draft:
    """What is to be published, complete and unchanging for one version of a post."""

    post_id: str
    format: Format
    caption: str
    hashtags: tuple[str, ...]
    media: tuple[DraftMedia, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    """Settings of this format, such as `location_id`; each publisher documents its own and checks them."""
    attachments: Mapping[str, DraftMedia] = field(default_factory=dict)
    """Files beside the media, by the names that `Limits.attachments` declares, such as `cover`."""

    @property
    def text(self) -> str:
        """The caption with its hashtags (S2.11)."""
        return full_text(self.caption, self.hashtags)


@dataclass(frozen=True)
class Published:
    """The platform shows it. Where the media can't be listed yet, both are empty and searched for later."""

    external_id: str = ""
    permalink: str = ""
    notes: tuple[str, ...] = ()
    """Codes of `domain.texts` for what a person should know although it is out."""
    is_out: bool = False
    """Of a call that does not complete its post: whether everybody sees all of it, and only extras follow."""


def published_from_json(plain: Mapping[str, Any]) -> Published:
    """What was kept of a publication, as `dataclasses.asdict` wrote it."""
    return Published(**{**plain, "notes": tuple(plain.get("notes", ()))})


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
        self,
        name: str,
        evidence: Mapping[str, Any],
        call: Callable[[], Coroutine[Any, Any, Published]],
        *,
        completes: bool = True,
    ) -> Published:
        """Makes a call that can't be undone, at most once without a look in between.

        `completes` says that the post is published once its effect is there. Where more is to be done, such
        as the rest of a thread, an effect that is found later starts a new attempt, which goes on from here.
        """
        ...

    async def report(self, stage: str, message: str, **values: object) -> None:
        """Tells the person watching what goes on inside a stage; `message` is a code of `domain.texts`."""
        ...


@dataclass(frozen=True)
class FormatRules:
    """What one format takes: how many files, of which kinds.

    `image` and `video` are given where they differ from the platform's other formats; `variant` names the
    files that are prepared for them. Where a format shows no text, the caption is not sent.
    """

    lowest: int
    highest: int
    kinds: frozenset[str]
    image: ImageRules | None = None
    video: VideoRules | None = None
    variant: str = ""
    shows_text: bool = True
    parts: Callable[[str], Sequence[str]] = whole
    """How a text becomes several posts, each of which has the length for itself."""


class OptionKind(StrEnum):
    """How a person gives an option."""

    LINE = "line"
    TEXT = "text"
    """Several lines."""
    CHOICE = "choice"
    FLAG = "flag"
    NUMBER = "number"
    FILE = "file"
    """The id of an asset that is an image."""


@dataclass(frozen=True)
class Option:
    """A setting of a post that a form offers; its label and hint are the text `option_{name}`."""

    name: str
    kind: OptionKind = OptionKind.LINE
    choices: tuple[str, ...] = ()
    """The words of a choice, the one that holds where nothing is said first."""
    formats: frozenset[Format] = frozenset(Format)
    max_length: int = 200


@dataclass(frozen=True)
class AppQuota:
    """What everyone who uses the same app may do together in a day of `zone`."""

    bucket: str
    per_day: int
    zone: str
    per_read: int = 0
    """What one look at a published post uses of it."""


@dataclass(frozen=True)
class Limits:
    """What a platform accepts: text, formats (the one that files suggest first comes first), media."""

    text: TextRules
    formats: Mapping[Format, FormatRules]
    image: ImageRules
    video: VideoRules | None = None
    fetched: frozenset[MediaKind] = frozenset(MediaKind)
    """Kinds of media that the platform fetches from an address; of all others it takes the bytes."""
    attachments: Mapping[str, ImageRules] = field(default_factory=dict)
    """Files beside the media; the option `{name}_asset_id` of a post names one."""
    posts_per_day: int | None = None
    """How many posts an account may publish in any 24 hours, where the platform says so."""
    app_quotas: tuple[AppQuota, ...] = ()
    options: tuple[Option, ...] = ()
    """What a form offers beside text, media and time; the API takes more where a publisher says so."""

    def image_rules(self, format: Format) -> ImageRules:
        """Which images this format takes."""
        rules = self.formats.get(format)
        return rules.image if rules and rules.image else self.image

    def video_rules(self, format: Format) -> VideoRules | None:
        """Which videos this format takes; None where it takes none."""
        rules = self.formats.get(format)
        return rules.video if rules and rules.video else self.video

    def default_format(self, kinds: Sequence[MediaKind]) -> Format:
        """The format that files of these kinds suggest: the first declared that takes them."""
        for format, rules in self.formats.items():
            if rules.lowest <= len(kinds) <= rules.highest and all(kind in rules.kinds for kind in kinds):
                return format
        return next(iter(self.formats))


@dataclass(frozen=True)
class App:
    """A person's own app at a platform: which program asks for consent."""

    client_id: str
    client_secret: str = ""


@dataclass(frozen=True)
class Grant:
    """What a consent gave: one account that may be connected now."""

    profile: Profile
    credentials: Credentials
    expires_at: datetime | None = None


class SignIn(Protocol):
    """One way to connect accounts in the browser: OAuth 2 with the person's own app."""

    name: str
    """Such as `facebook`; unique within its platform."""

    def address(self, app: App, *, state: str, redirect_uri: str, verifier: str) -> str:
        """Where the browser is sent for consent. `verifier` is the PKCE code verifier."""
        ...

    async def exchange(self, app: App, *, code: str, redirect_uri: str, verifier: str) -> Sequence[Grant]:
        """Every account that this consent gives, with complete credentials. Raises `domain.failures`."""
        ...


class Publisher(Protocol):
    """One platform. Stateless: everything it needs is given."""

    platform: str
    limits: Limits
    required_credentials: tuple[str, ...]
    sign_ins: Sequence[SignIn]
    """The ways to connect an account in the browser, the one most people want first."""

    def check(self, draft: Draft) -> Sequence[Flaw]:
        """Everything the platform would refuse, by its own rules; pure."""
        ...

    def costs(self, draft: Draft) -> Mapping[str, int]:
        """What publishing this uses up of the app's quotas, by bucket of `limits.app_quotas`; pure."""
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
        """A login with a fresh token.

        Raises `LoginExpired` where only a person can renew it, `Refused` where it is too early.
        """
        ...

    async def measure(self, external_id: str, login: Login) -> Mapping[str, int] | Sighting:
        """The post's metrics by the platform's names, such as `likes`.

        `NOT_THERE` where the platform says that it no longer exists, `CANNOT_TELL` where it does not say.
        """
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


class Notifier(Protocol):
    """Tells people something when no page is open."""

    def service(self, address: str) -> str:
        """Whose service an address names, such as `Slack`. Raises `Misconfigured` where it names none."""
        ...

    async def tell(self, address: str, *, title: str, text: str) -> None:
        """Sends one message of plain text. Raises the kinds of `domain.failures`."""
        ...


class MediaStore(Protocol):
    """Where media lies so that platforms can fetch it."""

    name: str
    """Unique for each place, such as `s3:bucket`, and at most 32 characters: files are remembered by it."""

    async def put(self, key: str, path: Path, mime: str) -> str:
        """Stores a file under `key` and answers where it lies, in the store's own words (a `location`)."""
        ...

    def url(self, location: str) -> str:
        """An address at which anyone can fetch the file for at least 24 hours from now."""
        ...
