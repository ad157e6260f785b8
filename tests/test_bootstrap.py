"""Where the parts meet: keys, addresses, the one process of a data folder."""

import stat
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from pressrun import bootstrap
from pressrun.bootstrap import AlreadyRunning
from pressrun.connectors.text_models.offline import OfflineTextModel
from pressrun.settings import Settings


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


async def close(house: bootstrap.House) -> None:
    await house.http.close()
    house.durable._client.destroy()
    house.durable._engine.dispose()


def test_a_key_is_made_once_and_for_nobody_else_to_read(folder: Path) -> None:
    settings = Settings(data=folder)
    folder.mkdir()
    key = bootstrap.secret_key(settings)
    assert bootstrap.secret_key(settings) == key
    assert stat.S_IMODE((folder / "secret.key").stat().st_mode) == 0o600
    assert bootstrap.secret_key(Settings(data=folder / "other", secret_key=key.decode())) == key  # type: ignore[arg-type]


def test_a_key_file_is_used_where_it_lies(folder: Path, tmp_path: Path) -> None:
    folder.mkdir()
    key = bootstrap.secret_key(Settings(data=folder))
    elsewhere = tmp_path / "key"
    elsewhere.write_bytes(key + b"\n")
    assert bootstrap.secret_key(Settings(data=tmp_path / "none", secret_key_file=elsewhere)) == key


def test_opening_the_store_keeps_the_folder_private(folder: Path) -> None:
    store = bootstrap.open_store(Settings(data=folder))
    store.engine.dispose()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_one_data_folder_has_one_process(folder: Path) -> None:
    lock = bootstrap.lock_data_folder(folder)
    with pytest.raises(AlreadyRunning):
        bootstrap.lock_data_folder(folder)
    lock.close()
    bootstrap.lock_data_folder(folder).close()


def test_the_lock_ends_with_a_killed_process(folder: Path) -> None:
    holding = (
        "import sys, time; from pathlib import Path; from pressrun import bootstrap;"
        f"lock = bootstrap.lock_data_folder(Path({str(folder)!r})); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", holding], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning):
            bootstrap.lock_data_folder(folder)
        process.kill()
        process.wait()
        bootstrap.lock_data_folder(folder).close()


def test_a_database_url_takes_the_place_of_the_file(folder: Path) -> None:
    assert bootstrap.database_url(Settings(data=folder)) == f"sqlite:///{folder}/pressrun.db"
    url = "postgresql+psycopg://u:p@db/pressrun"
    assert bootstrap.database_url(Settings(data=folder, database_url=url)) == url


async def test_without_a_key_the_offline_model_writes(folder: Path) -> None:
    house = bootstrap.build(Settings(data=folder, anthropic_api_key=""))  # type: ignore[arg-type]
    assert isinstance(house.workspace.text_model, OfflineTextModel)
    assert house.workspace.text_model is house.workspace.fallback_text_model
    assert house.is_embedded
    await close(house)


async def test_with_a_key_claude_writes_and_the_offline_model_is_the_fallback(folder: Path) -> None:
    house = bootstrap.build(
        Settings.model_validate({"data": folder, "ANTHROPIC_API_KEY": "k", "anthropic_url": "http://a.test"})
    )
    assert not isinstance(house.workspace.text_model, OfflineTextModel)
    assert isinstance(house.workspace.fallback_text_model, OfflineTextModel)
    await close(house)


@pytest.mark.parametrize(
    ("chosen", "name", "address"),
    [
        ({}, "local", "http://127.0.0.1:8000/media/image/x.jpg"),
        (
            {"media_store": "cloudinary", "CLOUDINARY_URL": "cloudinary://key:secret@press"},
            "cloudinary:press",
            "https://res.cloudinary.com/press/image/upload/v1/x.jpg",
        ),
        (
            {"media_store": "cloudinary", "sandbox_url": "http://box:9100/"},
            "cloudinary:sandbox",
            "http://box:9100/cloudinary-res/sandbox/image/upload/v1/x.jpg",
        ),
        (
            {
                "media_store": "cloudinary",
                "sandbox_url": "http://box:9100",
                "cloudinary_delivery_url": "http://own/",
            },
            "cloudinary:sandbox",
            "http://own/sandbox/image/upload/v1/x.jpg",
        ),
        (
            {
                "media_store": "s3",
                "s3_bucket": "press",
                "s3_access_key": "key",
                "s3_secret_key": "secret",
                "s3_endpoint": "https://minio.example",
            },
            "s3:press",
            "https://minio.example/press/image/x.jpg",
        ),
    ],
)
async def test_media_lies_where_it_was_chosen_and_here_when_that_is_gone(
    folder: Path, chosen: dict[str, str], name: str, address: str
) -> None:
    house = bootstrap.build(Settings.model_validate({"data": folder, **chosen}))
    workspace = house.workspace
    assert workspace.media_store.name == name
    assert workspace.media_store.url("image/x.jpg").partition("?")[0] == address
    assert workspace.local_media.name == "local"
    assert (workspace.media_store is workspace.local_media) == (name == "local")
    await close(house)


@pytest.mark.parametrize(
    ("chosen", "facebook", "instagram", "anthropic"),
    [
        ({}, "https://graph.facebook.com", "https://graph.instagram.com", ""),
        (
            {"sandbox_url": "http://box:9100/"},
            "http://box:9100/instagram",
            "http://box:9100/instagram-login",
            "http://box:9100/anthropic",
        ),
        (
            {"sandbox_url": "http://box:9100", "instagram_url": "http://own"},
            "http://own",
            "http://box:9100/instagram-login",
            "http://box:9100/anthropic",
        ),
    ],
)
def test_the_sandbox_takes_the_place_of_every_service(
    chosen: dict[str, str], facebook: str, instagram: str, anthropic: str
) -> None:
    addresses = bootstrap._addresses(Settings(**chosen))  # type: ignore[arg-type]
    assert (addresses.facebook, addresses.instagram, addresses.anthropic) == (facebook, instagram, anthropic)


@pytest.mark.parametrize(
    ("chosen", "api", "consent", "post"),
    [
        ({}, "https://api.x.com", "https://x.com", "https://x.com/haru/status/2"),
        (
            {"sandbox_url": "http://box/"},
            "http://box/x",
            "http://box/x-consent",
            "http://box/feed/x/1/2",
        ),
        (
            {"sandbox_url": "http://box", "x_url": "http://own", "x_consent_url": "http://ask"},
            "http://own",
            "http://ask",
            "http://box/feed/x/1/2",
        ),
    ],
)
def test_x_is_reached_and_seen_where_it_is(chosen: dict[str, str], api: str, consent: str, post: str) -> None:
    addresses = bootstrap._addresses(Settings(**chosen))  # type: ignore[arg-type]
    assert (addresses.x, addresses.x_consent) == (api, consent)
    assert addresses.x_post.format(handle="haru", user_id="1", id="2") == post


def test_in_a_rehearsal_nothing_outside_is_asked() -> None:
    addresses = bootstrap._addresses(Settings(sandbox_url="http://box:9100"))
    assert {name for name, at in asdict(addresses).items() if not at.startswith("http://box:9100/")} == set()


INSTAGRAM_HOSTS = {
    "instagram_upload_url": "instagram_upload",
    "instagram_api_url": "instagram_api",
    "instagram_consent_url": "instagram_consent",
    "instagram_facebook_consent_url": "facebook_consent",
}


@pytest.mark.parametrize("setting", INSTAGRAM_HOSTS)
def test_each_of_instagrams_hosts_can_be_set_alone(setting: str) -> None:
    given = {"sandbox_url": "http://box:9100", setting: "http://own"}
    addresses = asdict(bootstrap._addresses(Settings.model_validate(given)))
    assert [name for name, at in addresses.items() if at == "http://own"] == [INSTAGRAM_HOSTS[setting]]


async def test_what_an_installation_decides_reaches_the_publisher(folder: Path) -> None:
    settings = Settings(data=folder, instagram_hashtags=5)
    house = bootstrap.build(settings)
    rules = house.workspace.publisher("instagram").limits.text
    assert (rules.max_hashtags, rules.max_mentions) == (5, 3)
    await close(house)


async def test_only_the_sandbox_and_what_is_named_may_be_private(folder: Path) -> None:
    settings = Settings(data=folder, sandbox_url="http://127.0.0.1:9100", allow_private=("nas.local:80",))
    house = bootstrap.build(settings)
    assert house.workspace.rules.allow_private == {"127.0.0.1:9100", "nas.local:80"}
    await close(house)
