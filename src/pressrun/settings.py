"""Every setting, with its type, default and environment name: the only place that reads the environment."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
from urllib.parse import unquote

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from pressrun.domain.persona import Language


def _numbers(value: object) -> object:
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",")] if value.strip() else []


def _words(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


Seconds = Annotated[tuple[float, ...], NoDecode, BeforeValidator(_numbers)]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words)]


SHORTEST_SECRET = 16
SANDBOX_KEY = "sandbox"
"""The key that every stand-in takes."""


class CloudinaryAccess(NamedTuple):
    """A cloud and the key that opens it."""

    cloud: str
    key: str
    secret: str


class Settings(BaseSettings):
    """What a person may set, by `PRESSRUN_*` variables. Names and defaults are fixed (DESIGN.md 15)."""

    # A wrong value may be a secret, so it is named and not shown.
    model_config = SettingsConfigDict(
        env_prefix="PRESSRUN_", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    data: Path = Field(default=Path("./data"), description="The one folder everything is kept in.")
    database_url: str = Field(
        default="", description="PostgreSQL for many workers; empty: SQLite in the data folder."
    )
    host: str = Field(default="127.0.0.1", description="Where the web server listens.")
    port: int = Field(default=8000, description="Where the web server listens.")
    public_url: str = Field(
        default="", description="The address at which platforms fetch media; empty: host and port."
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""), description="Encrypts credentials; made on first start if unset."
    )
    secret_key_file: Path | None = Field(default=None, description="A file that holds the secret key.")
    sandbox_url: str = Field(
        default="", description="Makes every connector talk to the sandbox at this address."
    )
    demo_password: SecretStr = Field(
        default=SecretStr(""), description="The demo's password; unset: a random one that is printed."
    )
    sandbox_port: int = Field(default=9100, description="Where `pressrun sandbox` listens.")
    posts_per_hour: int = Field(
        default=10, ge=1, description="Posts an account may publish in any 60 minutes (S2.6)."
    )
    publishing_at_once: int = Field(
        default=10, ge=1, description="Posts being published at the same time in total (S2.6)."
    )
    min_spacing_seconds: float = Field(
        default=0, ge=0, description="Least time between two posts of one account."
    )
    spacing_jitter: float = Field(
        default=0, ge=0, le=1, description="The part of that time that comes to it by chance."
    )
    backlog_spacing_seconds: float = Field(
        default=300, ge=0, description="Least time between late posts that were held (S2.7, S2.8)."
    )
    retry_seconds: Seconds = Field(default=(300, 300, 300), description="Waits before each retry (S2.7).")
    rate_limit_seconds: float = Field(
        default=3600, gt=0, description="Wait after a rate limit that names no time (S2.7)."
    )
    http_timeout_seconds: float = Field(
        default=60, gt=0, description="How long a platform may take to answer."
    )
    settle_seconds: float = Field(
        default=90, gt=0, description="How long a call without an answer may still take effect."
    )
    confirm_seconds: Seconds = Field(
        default=(0, 120, 600, 1800), description="When to look for a post of unknown outcome."
    )
    min_lead_seconds: float = Field(
        default=60, ge=0, description="How far ahead a scheduled time must be (S0.7)."
    )
    arm_seconds: float = Field(
        default=20, ge=0, description="How long before its time a worker takes a post into memory."
    )
    lease_seconds: float = Field(default=20, gt=0, description="After this silence a worker counts as dead.")
    notify_seconds: float = Field(
        default=30, gt=0, description="Least time between two messages to one notification channel."
    )
    preflight_seconds: float = Field(
        default=600, ge=0, description="How long before its time a post is looked at once more (S2.9)."
    )
    missed_grace_seconds: float = Field(
        default=3600, ge=0, description="How late a missed occurrence still runs."
    )
    timer: Literal["builtin"] = Field(default="builtin", description="Who keeps time for schedules (S3.3).")
    allow_private: Words = Field(
        default=(), description="host:port pairs that media may be fetched from though private."
    )
    language: Language = Field(
        default=Language.KO, description="The language where neither person nor browser names one."
    )
    anthropic_url: str = Field(default="", description="Another address for the Anthropic API.")
    anthropic_model: str = Field(
        default="claude-sonnet-5-5", description="The model that writes, when a key is set."
    )
    instagram_url: str = Field(default="", description="Another address for graph.facebook.com.")
    instagram_login_url: str = Field(default="", description="Another address for graph.instagram.com.")
    instagram_upload_url: str = Field(default="", description="Another address for rupload.facebook.com.")
    instagram_api_url: str = Field(default="", description="Another address for api.instagram.com.")
    instagram_consent_url: str = Field(default="", description="Another address for www.instagram.com.")
    instagram_facebook_consent_url: str = Field(
        default="", description="Another address for www.facebook.com."
    )
    instagram_version: str = Field(
        default="v25.0", pattern=r"^v\d+\.\d+$", description="The version of the Graph API."
    )
    instagram_hashtags: int = Field(
        default=30, ge=0, le=30, description="Hashtags that Instagram takes in a caption."
    )
    youtube_url: str = Field(default="", description="Another address for youtube.googleapis.com.")
    youtube_uploads_per_day: int = Field(
        default=100, ge=1, description="Uploads that Google grants each project in a day."
    )
    youtube_units_per_day: int = Field(
        default=10_000, ge=1, description="Quota units that Google grants each project in a day."
    )
    google_accounts_url: str = Field(default="", description="Another address for accounts.google.com.")
    google_oauth_url: str = Field(default="", description="Another address for oauth2.googleapis.com.")
    x_url: str = Field(default="", description="Another address for api.x.com.")
    x_consent_url: str = Field(default="", description="Another address for x.com and its consent page.")
    x_max_length: int = Field(
        default=280, ge=280, le=25_000, description="How long a post on X may be; more for premium accounts."
    )
    cloudinary_account: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="CLOUDINARY_URL",
        description="Cloud, key and secret in one, as Cloudinary's console shows them.",
    )
    cloudinary_cloud: str = Field(default="", description="The Cloudinary cloud media is kept in.")
    cloudinary_key: SecretStr = Field(default=SecretStr(""), description="Its API key.")
    cloudinary_secret: SecretStr = Field(default=SecretStr(""), description="Its API secret.")
    cloudinary_url: str = Field(default="", description="Another address for api.cloudinary.com.")
    cloudinary_delivery_url: str = Field(default="", description="Another address for res.cloudinary.com.")
    s3_bucket: str = Field(default="", description="The S3 bucket media is kept in.")
    s3_endpoint: str = Field(default="", description="An S3-compatible service; empty: Amazon's own.")
    s3_region: str = Field(default="us-east-1", description="The region of the bucket.")
    s3_access_key: SecretStr = Field(default=SecretStr(""), description="Opens the bucket.")
    s3_secret_key: SecretStr = Field(default=SecretStr(""), description="Opens the bucket.")
    s3_prefix: str = Field(default="pressrun", description="What the names of all files begin with.")
    # After what it needs, which is checked with it.
    media_store: Literal["local", "s3", "cloudinary"] = Field(
        default="local", description="Where media lies so that platforms can fetch it (S0.2)."
    )
    ffmpeg: str = Field(
        default="", validation_alias="FFMPEG", description="Another ffmpeg than the one in the package."
    )
    anthropic_api_key: SecretStr = Field(
        default=SecretStr(""),
        validation_alias="ANTHROPIC_API_KEY",
        description="Anthropic writes the texts when it is set.",
    )

    @field_validator("secret_key")
    @classmethod
    def _is_long_enough(cls, key: SecretStr) -> SecretStr:
        if 0 < len(key.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(f"use at least {SHORTEST_SECRET} characters, or leave it unset")
        return key

    @field_validator("media_store")
    @classmethod
    def _has_what_it_needs(cls, chosen: str, info: ValidationInfo) -> str:
        given = info.data
        if chosen == "s3" and not all(_told(given, name) for name in _S3_NEEDS):
            raise ValueError("s3 needs " + ", ".join(f"PRESSRUN_{name.upper()}" for name in _S3_NEEDS))
        if chosen == "cloudinary" and not (given.get("sandbox_url") or _access(given)):
            raise ValueError(
                "cloudinary needs CLOUDINARY_URL=cloudinary://KEY:SECRET@CLOUD, or the three alone"
            )
        return chosen

    @property
    def cloudinary(self) -> CloudinaryAccess:
        """What opens Cloudinary; at the sandbox the key that is always taken."""
        return _access(self.__dict__) or CloudinaryAccess(SANDBOX_KEY, SANDBOX_KEY, SANDBOX_KEY)

    @property
    def own_url(self) -> str:
        """Where platforms and people reach Pressrun, without a slash at its end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def call_timeout(self) -> timedelta:
        """How long a call may take: settled before its settle time ends, or a late effect could be missed."""
        return timedelta(seconds=min(self.http_timeout_seconds, self.settle_seconds * 2 / 3))

    @property
    def min_lead(self) -> timedelta:
        """How far ahead a scheduled time must be."""
        return timedelta(seconds=self.min_lead_seconds)


_S3_NEEDS = ("s3_bucket", "s3_access_key", "s3_secret_key")
_CLOUDINARY_SCHEME = "cloudinary://"


def _access(given: Mapping[str, Any]) -> CloudinaryAccess | None:
    """The three values alone come before those in one."""
    alone = CloudinaryAccess(*(_told(given, f"cloudinary_{name}") for name in ("cloud", "key", "secret")))
    written = _told(given, "cloudinary_account")
    if all(alone) or not written.startswith(_CLOUDINARY_SCHEME):
        return alone if all(alone) else None
    # Not by urlsplit: it makes the cloud's name lower case.
    keys, _, cloud = written.removeprefix(_CLOUDINARY_SCHEME).partition("?")[0].rpartition("@")
    key, _, secret = keys.partition(":")
    access = CloudinaryAccess(cloud.partition("/")[0], unquote(key), unquote(secret))
    return access if all(access) else None


def _told(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name, "")
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


def durations(seconds: tuple[float, ...]) -> tuple[timedelta, ...]:
    """Seconds as durations."""
    return tuple(timedelta(seconds=each) for each in seconds)
