"""The only place where the parts meet: settings in, a running Pressrun out."""

import asyncio
import base64
import fcntl
import os
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import astuple, dataclass
from datetime import timedelta
from functools import cache
from io import TextIOWrapper
from pathlib import Path
from urllib.parse import urlsplit

import structlog
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from fastapi import FastAPI
from prometheus_client import CollectorRegistry
from sqlalchemy import Connection

from pressrun.actions.assets import open_folder
from pressrun.actions.base import Enqueue, Rules, Workspace
from pressrun.actions.dispatching import DispatchRules
from pressrun.connectors import registry
from pressrun.connectors.base import App, MediaStore, Picture, TextModel
from pressrun.connectors.http import Http
from pressrun.connectors.registry import Addresses, Choices
from pressrun.domain.backlog import BacklogRule
from pressrun.domain.confirming import ConfirmPolicy
from pressrun.domain.decisions import RetryPolicy
from pressrun.domain.limits import AccountLimit
from pressrun.engine.durable import Durable
from pressrun.kit.clock import Clock, SystemClock
from pressrun.kit.database import create_engine
from pressrun.kit.ids import new_id
from pressrun.settings import Settings, durations
from pressrun.store.database import Store
from pressrun.store.listener import Listener
from pressrun.store.secrets import Vault
from pressrun.web.app import create_app
from pressrun.workflows.meters import Meters
from pressrun.workflows.publish_post import PublishingRules
from pressrun.workflows.worker import Worker, WorkerRules

log = structlog.get_logger()

SANDBOX_APP = App("pressrun-demo", "pressrun-demo-secret")
"""The app that every stand-in knows and sends back to any address of this machine."""


class AlreadyRunning(Exception):
    """Another process works on this data folder."""


class NeedsPostgres(Exception):
    """Several processes are wanted on the embedded database, which only one may work on."""


@dataclass(frozen=True)
class House:
    """Everything, put together."""

    settings: Settings
    workspace: Workspace
    durable: Durable
    http: Http
    metrics: CollectorRegistry

    @property
    def is_embedded(self) -> bool:
        """Whether the database is the one file in the data folder."""
        return not self.settings.database_url


def open_store(settings: Settings) -> Store:
    """The database with its key, both made where they are missing. Does not migrate."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Store(
        create_engine(database_url(settings)),
        clock=SystemClock(),
        vault=Vault([base64.urlsafe_b64encode(_derived_key(settings, "credentials"))]),
    )


def build(settings: Settings) -> House:
    """All parts of one process, connected and not yet running."""
    store = open_store(settings)
    open_folder(settings.data / "assets")
    http = Http(timeout=settings.call_timeout)
    durable = Durable(create_engine(database_url(settings)), executor_id=new_id())
    workspace = _workspace(settings, store, http, durable.enqueue)
    return House(settings, workspace, durable, http, CollectorRegistry())


@dataclass(frozen=True)
class Outside:
    """What a look around needs: everything but the engine. `hosts` are platforms that tell the time."""

    workspace: Workspace
    http: Http
    hosts: tuple[str, ...]


@asynccontextmanager
async def outside(settings: Settings) -> AsyncIterator[Outside]:
    """The parts for looking at an installation, beside the processes that run it."""
    store, http = open_store(settings), Http(timeout=settings.call_timeout)
    addresses = (settings.sandbox_url,) if settings.sandbox_url else astuple(_addresses(settings))
    try:
        workspace = _workspace(settings, store, http, _no_work)
        yield Outside(workspace, http, tuple(address for address in addresses if address))
    finally:
        await http.close()
        store.engine.dispose()


def _no_work(connection: Connection, kind: str, work_id: str, *args: object) -> None:
    raise AssertionError("a look around starts nothing")


def _workspace(settings: Settings, store: Store, http: Http, enqueue: Enqueue) -> Workspace:
    addresses = _addresses(settings)
    fallback = registry.offline_text_model()
    local_media = _local_media(settings, store)
    return Workspace(
        store=store,
        asset_folder=settings.data / "assets",
        publishers=registry.publishers(http, addresses, store.clock, _choices(settings)),
        media_store=_media_store(settings, http, addresses, store.clock) or local_media,
        local_media=local_media,
        text_model=_text_model(settings, addresses, store.clock, fallback),
        fallback_text_model=fallback,
        image_model=registry.title_cards(_draw),
        notifier=cache(registry.notifier),
        enqueue=enqueue,
        fetch=http.fetch,
        rules=Rules(
            min_lead=settings.min_lead,
            limit=_account_limit(settings),
            backlog=BacklogRule(timedelta(seconds=settings.backlog_spacing_seconds)),
            settle=timedelta(seconds=settings.settle_seconds),
            retry=RetryPolicy(
                retry_after=durations(settings.retry_seconds),
                rate_limit=timedelta(seconds=settings.rate_limit_seconds),
            ),
            allow_private=frozenset(settings.allow_private) | _sandbox_host(settings),
            notify_every=timedelta(seconds=settings.notify_seconds),
            own_url=settings.own_url,
        ),
        sandbox_app=SANDBOX_APP if settings.sandbox_url else None,
        reach=http.reach,
        ffmpeg=settings.ffmpeg,
    )


def worker(house: House) -> Worker:
    """The worker of this process."""
    settings = house.settings
    limit = house.workspace.rules.limit
    rules = WorkerRules(
        dispatch=DispatchRules(arm=timedelta(seconds=settings.arm_seconds), limit=limit),
        publishing=PublishingRules(
            at_once=settings.publishing_at_once,
            limit=limit,
            call_within=timedelta(seconds=settings.settle_seconds) - settings.call_timeout,
        ),
        confirm=ConfirmPolicy(
            looks=durations(settings.confirm_seconds), settle=timedelta(seconds=settings.settle_seconds)
        ),
        lease=timedelta(seconds=settings.lease_seconds),
        missed_grace=timedelta(seconds=settings.missed_grace_seconds),
        preflight=timedelta(seconds=settings.preflight_seconds),
        alone=house.is_embedded,
    )
    return Worker(house.workspace, house.durable, rules, meters=Meters(house.metrics), on_lost=_end_process)


def web_app(house: House, own_worker: Worker | None = None) -> FastAPI:
    """The web application; a worker of its own lives and dies with it (`pressrun up`)."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with running(house, own_worker):
            yield

    return create_app(
        house.workspace,
        language=house.settings.language,
        own_url=house.settings.own_url,
        metrics=house.metrics,
        lifespan=lifespan,
    )


@asynccontextmanager
async def running(house: House, own_worker: Worker | None) -> AsyncIterator[None]:
    """The parts that run beside requests: the worker of this process, and hearing other processes."""
    listener = None if house.is_embedded else Listener(house.workspace.store)
    if listener is not None:
        listener.start()
    if own_worker is not None:
        await own_worker.start()
    try:
        yield
    finally:
        if listener is not None:
            await asyncio.to_thread(listener.stop)
        if own_worker is not None:
            await own_worker.stop()
        await house.http.close()


def database_url(settings: Settings) -> str:
    """Where the database is."""
    return settings.database_url or f"sqlite:///{settings.data.resolve() / 'pressrun.db'}"


def secret_key(settings: Settings) -> bytes:
    """The secret that all keys come from: given, or made on first start and kept in the data folder."""
    given = settings.secret_key.get_secret_value()
    if given:
        return given.encode()
    path = settings.secret_key_file or settings.data / "secret.key"
    if not path.exists():
        _make_key(path)
    return path.read_bytes().strip()


def _make_key(path: Path) -> None:
    """Whole or not at all, and once: two first starts, or one that is cut off, must not leave two keys."""
    draft = path.with_name(f"{path.name}.{new_id()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secrets.token_urlsafe(32).encode())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        log.info("key.made_by_another")
    finally:
        draft.unlink()


def lock_data_folder(folder: Path) -> TextIOWrapper:
    """Makes this the one process that works on the embedded database; the lock ends with the process.

    Raises `AlreadyRunning`.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = (folder / "pressrun.lock").open("w")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise AlreadyRunning(str(folder)) from None
    return file


def _draw(picture: Picture) -> bytes:
    from pressrun.rendering.title_card import draw

    return draw(picture)


def _addresses(settings: Settings) -> Addresses:
    if settings.sandbox_url:
        sandbox = settings.sandbox_url.rstrip("/")
        defaults = Addresses(
            facebook=f"{sandbox}/instagram",
            instagram=f"{sandbox}/instagram-login",
            instagram_upload=f"{sandbox}/rupload",
            instagram_api=f"{sandbox}/instagram-api",
            instagram_consent=f"{sandbox}/instagram-consent",
            facebook_consent=f"{sandbox}/facebook-consent",
            youtube=f"{sandbox}/youtube",
            youtube_watch=f"{sandbox}/youtube",
            google_accounts=f"{sandbox}/google-accounts",
            google_oauth=f"{sandbox}/google-oauth",
            x=f"{sandbox}/x",
            x_consent=f"{sandbox}/x-consent",
            x_post=f"{sandbox}/feed/x/{{user_id}}/{{id}}",
            anthropic=f"{sandbox}/anthropic",
            cloudinary=f"{sandbox}/cloudinary",
            cloudinary_delivery=f"{sandbox}/cloudinary-res",
        )
    else:
        defaults = Addresses()
    return Addresses(
        facebook=settings.instagram_url or defaults.facebook,
        instagram=settings.instagram_login_url or defaults.instagram,
        instagram_upload=settings.instagram_upload_url or defaults.instagram_upload,
        instagram_api=settings.instagram_api_url or defaults.instagram_api,
        instagram_consent=settings.instagram_consent_url or defaults.instagram_consent,
        facebook_consent=settings.instagram_facebook_consent_url or defaults.facebook_consent,
        youtube=settings.youtube_url or defaults.youtube,
        youtube_watch=defaults.youtube_watch,
        google_accounts=settings.google_accounts_url or defaults.google_accounts,
        google_oauth=settings.google_oauth_url or defaults.google_oauth,
        x=settings.x_url or defaults.x,
        x_consent=settings.x_consent_url or defaults.x_consent,
        x_post=defaults.x_post,
        anthropic=settings.anthropic_url or defaults.anthropic,
        cloudinary=settings.cloudinary_url or defaults.cloudinary,
        cloudinary_delivery=settings.cloudinary_delivery_url or defaults.cloudinary_delivery,
    )


def _choices(settings: Settings) -> Choices:
    return Choices(
        instagram_hashtags=settings.instagram_hashtags,
        instagram_version=settings.instagram_version,
        youtube_uploads_per_day=settings.youtube_uploads_per_day,
        youtube_units_per_day=settings.youtube_units_per_day,
        x_max_length=settings.x_max_length,
    )


def _account_limit(settings: Settings) -> AccountLimit:
    return AccountLimit(
        per_hour=settings.posts_per_hour,
        spacing=timedelta(seconds=settings.min_spacing_seconds),
        jitter=settings.spacing_jitter,
    )


def _sandbox_host(settings: Settings) -> set[str]:
    return {urlsplit(settings.sandbox_url).netloc} if settings.sandbox_url else set()


def _text_model(settings: Settings, addresses: Addresses, clock: Clock, fallback: TextModel) -> TextModel:
    api_key = settings.anthropic_api_key.get_secret_value()
    if not api_key:
        return fallback
    return registry.anthropic_text_model(
        api_key=api_key, model=settings.anthropic_model, addresses=addresses, clock=clock
    )


def _local_media(settings: Settings, store: Store) -> MediaStore:
    return registry.local_media_store(
        settings.data / "media", settings.own_url, _derived_key(settings, "media addresses"), store.clock
    )


def _media_store(settings: Settings, http: Http, addresses: Addresses, clock: Clock) -> MediaStore | None:
    """The store that was chosen; None for this machine's own."""
    match settings.media_store:
        case "cloudinary":
            return registry.cloudinary_media_store(http, addresses, clock, **settings.cloudinary._asdict())
        case "s3":
            return registry.s3_media_store(
                bucket=settings.s3_bucket,
                access_key=settings.s3_access_key.get_secret_value(),
                secret_key=settings.s3_secret_key.get_secret_value(),
                region=settings.s3_region,
                endpoint=settings.s3_endpoint,
                prefix=settings.s3_prefix,
                timeout=settings.call_timeout,
            )
        case "local":
            return None


def _derived_key(settings: Settings, purpose: str) -> bytes:
    """32 bytes of their own for each purpose, from the one secret a person keeps."""
    derive = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"pressrun {purpose}".encode())
    return derive.derive(secret_key(settings))


def _end_process() -> None:
    """Another worker has our work: whatever we would still do could happen twice."""
    log.error("worker.ends_itself")
    os._exit(70)
