"""Settings: the names and defaults that guides and the demo rely on (DESIGN.md 15)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pressrun.settings import Settings, durations

DOCUMENTED: dict[str, tuple[str, Any]] = {
    "PRESSRUN_DATA": ("data", Path("./data")),
    "PRESSRUN_DATABASE_URL": ("database_url", ""),
    "PRESSRUN_HOST": ("host", "127.0.0.1"),
    "PRESSRUN_PORT": ("port", 8000),
    "PRESSRUN_PUBLIC_URL": ("public_url", ""),
    "PRESSRUN_SECRET_KEY": ("secret_key", ""),
    "PRESSRUN_SECRET_KEY_FILE": ("secret_key_file", None),
    "PRESSRUN_SANDBOX_URL": ("sandbox_url", ""),
    "PRESSRUN_SANDBOX_PORT": ("sandbox_port", 9100),
    "PRESSRUN_POSTS_PER_HOUR": ("posts_per_hour", 10),
    "PRESSRUN_PUBLISHING_AT_ONCE": ("publishing_at_once", 10),
    "PRESSRUN_MIN_SPACING_SECONDS": ("min_spacing_seconds", 0),
    "PRESSRUN_RETRY_SECONDS": ("retry_seconds", (300, 300, 300)),
    "PRESSRUN_RATE_LIMIT_SECONDS": ("rate_limit_seconds", 3600),
    "PRESSRUN_HTTP_TIMEOUT_SECONDS": ("http_timeout_seconds", 60),
    "PRESSRUN_SETTLE_SECONDS": ("settle_seconds", 90),
    "PRESSRUN_CONFIRM_SECONDS": ("confirm_seconds", (0, 120, 600, 1800)),
    "PRESSRUN_MIN_LEAD_SECONDS": ("min_lead_seconds", 60),
    "PRESSRUN_ARM_SECONDS": ("arm_seconds", 20),
    "PRESSRUN_LEASE_SECONDS": ("lease_seconds", 20),
    "PRESSRUN_MISSED_GRACE_SECONDS": ("missed_grace_seconds", 3600),
    "PRESSRUN_TIMER": ("timer", "builtin"),
    "PRESSRUN_ALLOW_PRIVATE": ("allow_private", ()),
    "PRESSRUN_LANGUAGE": ("language", "ko"),
    "ANTHROPIC_API_KEY": ("anthropic_api_key", ""),
    "PRESSRUN_ANTHROPIC_URL": ("anthropic_url", ""),
    "PRESSRUN_INSTAGRAM_URL": ("instagram_url", ""),
    "PRESSRUN_INSTAGRAM_VERSION": ("instagram_version", "v25.0"),
    "PRESSRUN_INSTAGRAM_HASHTAGS": ("instagram_hashtags", 30),
    "PRESSRUN_YOUTUBE_UPLOADS_PER_DAY": ("youtube_uploads_per_day", 100),
    "PRESSRUN_YOUTUBE_UNITS_PER_DAY": ("youtube_units_per_day", 10_000),
    "CLOUDINARY_URL": ("cloudinary_account", ""),
    "PRESSRUN_CLOUDINARY_CLOUD": ("cloudinary_cloud", ""),
    "PRESSRUN_CLOUDINARY_KEY": ("cloudinary_key", ""),
    "PRESSRUN_CLOUDINARY_SECRET": ("cloudinary_secret", ""),
    "PRESSRUN_CLOUDINARY_URL": ("cloudinary_url", ""),
    "PRESSRUN_CLOUDINARY_DELIVERY_URL": ("cloudinary_delivery_url", ""),
    "PRESSRUN_S3_BUCKET": ("s3_bucket", ""),
    "PRESSRUN_S3_ENDPOINT": ("s3_endpoint", ""),
    "PRESSRUN_S3_REGION": ("s3_region", "us-east-1"),
    "PRESSRUN_S3_ACCESS_KEY": ("s3_access_key", ""),
    "PRESSRUN_S3_SECRET_KEY": ("s3_secret_key", ""),
    "PRESSRUN_S3_PREFIX": ("s3_prefix", "pressrun"),
    "PRESSRUN_MEDIA_STORE": ("media_store", "local"),
}

CHOSEN = {
    "PRESSRUN_DATA": ("/srv/press", Path("/srv/press")),
    "PRESSRUN_PORT": ("8080", 8080),
    "PRESSRUN_SECRET_KEY_FILE": ("/run/key", Path("/run/key")),
    "PRESSRUN_RETRY_SECONDS": ("1, 2.5,3", (1, 2.5, 3)),
    "PRESSRUN_CONFIRM_SECONDS": ("0", (0,)),
    "PRESSRUN_ALLOW_PRIVATE": (" 127.0.0.1:9000, nas.local:80,", ("127.0.0.1:9000", "nas.local:80")),
    "PRESSRUN_LANGUAGE": ("en", "en"),
    "ANTHROPIC_API_KEY": ("sk-1", "sk-1"),
}

WRONG = {
    "PRESSRUN_PORT": "eighty",
    "PRESSRUN_POSTS_PER_HOUR": "0",
    "PRESSRUN_PUBLISHING_AT_ONCE": "-1",
    "PRESSRUN_RETRY_SECONDS": "300,soon",
    "PRESSRUN_CONFIRM_SECONDS": "0,,5",
    "PRESSRUN_SETTLE_SECONDS": "0",
    "PRESSRUN_LEASE_SECONDS": "0",
    "PRESSRUN_HTTP_TIMEOUT_SECONDS": "0",
    "PRESSRUN_TIMER": "cron",
    "PRESSRUN_SECRET_KEY": "too short",
    "PRESSRUN_LANGUAGE": "fr",
    "PRESSRUN_MEDIA_STORE": "ftp",
    "PRESSRUN_INSTAGRAM_VERSION": "25",
    "PRESSRUN_INSTAGRAM_HASHTAGS": "31",
}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in DOCUMENTED:
        monkeypatch.delenv(name, raising=False)


def plain(value: Any) -> Any:
    return value.get_secret_value() if hasattr(value, "get_secret_value") else value


@pytest.mark.parametrize("name", DOCUMENTED)
def test_a_documented_setting_has_its_default(name: str) -> None:
    field, default = DOCUMENTED[name]
    assert plain(getattr(Settings(), field)) == default


@pytest.mark.parametrize("name", CHOSEN)
def test_the_environment_sets_it(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    written, value = CHOSEN[name]
    monkeypatch.setenv(name, written)
    assert plain(getattr(Settings(), DOCUMENTED[name][0])) == value


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_value_is_refused_by_the_name_of_its_setting(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, WRONG[name])
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert {error["loc"][0] for error in caught.value.errors()} == {DOCUMENTED[name][0]}


S3 = {"s3_bucket": "press", "s3_access_key": "key", "s3_secret_key": "secret"}
APART = {"cloudinary_cloud": "press", "cloudinary_key": "1", "cloudinary_secret": "2"}


@pytest.mark.parametrize(
    "given",
    [
        {"media_store": "s3"},
        *({"media_store": "s3", **S3, name: ""} for name in S3),
        {"media_store": "cloudinary"},
        *({"media_store": "cloudinary", **APART, name: ""} for name in APART),
        {"media_store": "cloudinary", "CLOUDINARY_URL": "press"},
        {"media_store": "cloudinary", "CLOUDINARY_URL": "cloudinary://key@press"},
        {"media_store": "cloudinary", "CLOUDINARY_URL": "https://key:secret@press"},
    ],
)
def test_a_media_store_without_its_keys_is_refused_by_its_name(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate(given)
    (error,) = caught.value.errors()
    assert error["loc"] == ("media_store",)
    assert "needs" in error["msg"]


@pytest.mark.parametrize(
    ("given", "access"),
    [
        ({"CLOUDINARY_URL": "cloudinary://123:s3cr3t@Press-Run"}, ("Press-Run", "123", "s3cr3t")),
        (
            {"CLOUDINARY_URL": "cloudinary://123:a%2Fb%40c@press/cdn.example?secure=true"},
            ("press", "123", "a/b@c"),
        ),
        (APART, ("press", "1", "2")),
        ({**APART, "CLOUDINARY_URL": "cloudinary://123:s3cr3t@other"}, ("press", "1", "2")),
        ({"sandbox_url": "http://127.0.0.1:9100"}, ("sandbox", "sandbox", "sandbox")),
    ],
)
def test_cloudinary_is_opened_by_one_address_or_by_three_values(
    given: dict[str, str], access: tuple[str, str, str]
) -> None:
    assert Settings.model_validate({"media_store": "cloudinary", **given}).cloudinary == access


def test_no_retries_can_be_wished_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESSRUN_RETRY_SECONDS", "")
    assert Settings().retry_seconds == ()


def test_secrets_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESSRUN_SECRET_KEY", "very-secret-indeed")
    for name in DOCUMENTED:
        if name.endswith(("_API_KEY", "_SECRET", "_ACCESS_KEY", "CLOUDINARY_URL", "_CLOUDINARY_KEY")):
            monkeypatch.setenv(name, "very-secret-indeed")
    monkeypatch.delenv("PRESSRUN_CLOUDINARY_URL")
    assert "very-secret" not in repr(Settings())


def test_a_refused_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRESSRUN_SECRET_KEY", "hunter2")
    with pytest.raises(ValidationError) as caught:
        Settings()
    assert "hunter2" not in str(caught.value)


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


@pytest.mark.parametrize(
    ("chosen", "url"),
    [
        ({}, "http://127.0.0.1:8000"),
        ({"port": 9}, "http://127.0.0.1:9"),
        ({"public_url": "https://p.example/"}, "https://p.example"),
    ],
)
def test_its_own_address_ends_without_a_slash(chosen: dict[str, Any], url: str) -> None:
    assert Settings(**chosen).own_url == url


@pytest.mark.parametrize(("timeout", "settle", "seconds"), [(60, 90, 60), (60, 30, 20), (5, 90, 5)])
def test_a_call_is_over_before_it_counts_as_settled(timeout: float, settle: float, seconds: float) -> None:
    settings = Settings(http_timeout_seconds=timeout, settle_seconds=settle)
    assert settings.call_timeout == timedelta(seconds=seconds)
    assert settings.call_timeout < timedelta(seconds=settle)


def test_seconds_become_durations() -> None:
    assert durations((0, 1.5)) == (timedelta(), timedelta(seconds=1.5))
