"""What `pressrun doctor` finds at database, media store, public address, clock and logins."""

import asyncio
import io
import ipaddress
import socket
import tempfile
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa
from cryptography.fernet import InvalidToken
from PIL import Image
from sqlalchemy.exc import SQLAlchemyError

from pressrun.actions.base import Workspace
from pressrun.bootstrap import Outside
from pressrun.connectors.base import Credentials, MediaStore
from pressrun.connectors.http import Http
from pressrun.domain.checkup import Finding, fail, ok, warn
from pressrun.domain.failures import (
    AccountSuspended,
    Failure,
    LoginExpired,
    MediaUnreachable,
    Misconfigured,
)
from pressrun.kit.database import is_sqlite
from pressrun.settings import Settings
from pressrun.store import accounts
from pressrun.store.accounts import Account
from pressrun.store.database import Store
from pressrun.store.migrate import HEAD, is_current

KEY = "pressrun-doctor"
"""The name of the file that is put into the store; the same every time, so there is never more than one."""

CLOCK_WARN_SECONDS, CLOCK_FAIL_SECONDS = 5, 120
_HOSTS_ASKED = 3
_LOGINS_AT_ONCE = 10


async def examine_outside(settings: Settings, outside: Outside) -> AsyncIterator[Finding]:
    """Everything that needs the database or a network. Changes nothing but one tiny file in the store."""
    workspace = outside.workspace
    of_database = await asyncio.to_thread(database, workspace.store)
    yield of_database
    if workspace.media_store is workspace.local_media:
        yield await local_store(workspace.local_media)
    else:
        yield await media_store(workspace.media_store, outside.http)
    yield await public_url(workspace.local_media, outside.http, settings)
    yield await clock(workspace, outside.http, outside.hosts)
    if of_database.code == "database_ok":
        async for finding in logins(workspace):
            yield finding


def database(store: Store) -> Finding:
    """Whether it answers, with the tables of this version."""
    try:
        with store.engine.connect() as connection:
            kind = "SQLite" if is_sqlite(connection) else "PostgreSQL"
            if not sa.inspect(connection).get_table_names():
                return warn("check_database", "database_new", kind=kind)
        if not is_current(store.engine):
            return fail("check_database", "database_old", kind=kind, schema=HEAD)
    except SQLAlchemyError as error:
        why = str(getattr(error, "orig", None) or type(error).__name__).strip().partition("\n")[0]
        return fail("check_database", "database_no_answer", why=why)
    return ok("check_database", "database_ok", kind=kind, schema=HEAD)


async def local_store(store: MediaStore) -> Finding:
    """Puts a tiny picture; whether it can be fetched is a question about the public address."""
    try:
        await _put_picture(store)
    except Failure as failure:
        return fail("check_media_store", "media_store_refuses", store=store.name, said=str(failure))
    return ok("check_media_store", "media_store_local")


async def media_store(store: MediaStore, http: Http) -> Finding:
    """Puts a tiny picture, fetches it where platforms would, and compares."""
    try:
        url, picture = await _put_picture(store)
    except Misconfigured as failure:
        return fail("check_media_store", "media_store_refuses", store=store.name, said=str(failure))
    except Failure as failure:
        return fail("check_media_store", "media_store_unreachable", store=store.name, said=str(failure))
    try:
        fetched = await http.fetch(url)
    except Failure as failure:
        return fail("check_media_store", "media_store_unfetchable", store=store.name, said=str(failure))
    if fetched != picture:
        return fail("check_media_store", "media_store_alters", store=store.name)
    return ok("check_media_store", "media_store_ok", store=store.name)


async def public_url(own: MediaStore, http: Http, settings: Settings) -> Finding:
    """Fetches one of Pressrun's own media addresses, and says whether others could."""
    url, check = settings.own_url, "check_public_url"
    try:
        address, picture = await _put_picture(own)
    except Failure as failure:
        return fail(check, "public_url_no_file", said=str(failure))
    is_private = await asyncio.to_thread(_is_private, url)
    try:
        fetched = await http.fetch(address)
    except Failure as failure:
        # A silent public address stops posts; on a private one Pressrun may simply not be running now.
        tell = warn if is_private else fail
        said = str(failure.answer.status or failure.answer.message)
        silent = "public_url_other" if isinstance(failure, MediaUnreachable) else "public_url_silent"
        return tell(check, silent, url=url, said=said)
    if fetched != picture:
        return fail(check, "public_url_other", url=url, said="200")
    if settings.sandbox_url:
        return ok(check, "public_url_ok", url=url)
    if is_private:
        return warn(check, "public_url_private", url=url)
    if not url.startswith("https://"):
        return warn(check, "public_url_plain", url=url)
    return ok(check, "public_url_ok", url=url)


async def clock(workspace: Workspace, http: Http, hosts: Sequence[str]) -> Finding:
    """Compares with the time that a platform's answer carries."""
    now = workspace.store.clock.now
    for host in hosts[:_HOSTS_ASKED]:
        asked_at = now()
        try:
            answer = await http.request("HEAD", host)
            theirs = parsedate_to_datetime(answer.headers["date"])
        except (Failure, KeyError, ValueError):
            continue
        ours = asked_at + (now() - asked_at) / 2
        return _clock_finding(ours, theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC), host)
    return warn("check_clock", "clock_unknown")


def _clock_finding(ours: datetime, theirs: datetime, host: str) -> Finding:
    name, seconds = urlsplit(host).netloc, abs((ours - theirs).total_seconds())
    if seconds > CLOCK_WARN_SECONDS:
        tell = fail if seconds > CLOCK_FAIL_SECONDS else warn
        return tell("check_clock", "clock_off", seconds=round(seconds), host=name)
    return ok("check_clock", "clock_ok", host=name)


async def logins(workspace: Workspace) -> AsyncIterator[Finding]:
    """Asks each account's platform who its login belongs to."""
    after: tuple[datetime, str] | None = None
    while page := await asyncio.to_thread(_accounts, workspace.store, after):
        for finding in await asyncio.gather(*(_login(workspace, account) for account in page)):
            yield finding
        after = (page[-1].created_at, page[-1].id)
    if after is None:
        yield ok("check_login", "login_none")


def _accounts(store: Store, after: tuple[datetime, str] | None) -> list[Account]:
    with store.read() as tx:
        return accounts.listed(tx, limit=_LOGINS_AT_ONCE, after=after)


async def _login(workspace: Workspace, account: Account) -> Finding:
    who = f"{account.platform} @{account.handle}"
    publisher = workspace.publishers.get(account.platform)
    if publisher is None:
        return fail("check_login", "login_no_platform", account=who)
    try:
        profile = await publisher.identify(await asyncio.to_thread(_credentials, workspace.store, account))
    except InvalidToken:
        return fail("check_login", "login_sealed", account=who)
    except Failure as failure:
        return _without_login(account, who, failure, now=workspace.store.clock.now())
    if profile.external_id != account.external_id:
        return fail("check_login", "login_other", account=who, other=profile.handle)
    return ok("check_login", "login_ok", account=who)


def _credentials(store: Store, account: Account) -> Credentials:
    with store.read() as tx:
        return accounts.credentials(tx, account.id)


def _without_login(account: Account, who: str, failure: Failure, *, now: datetime) -> Finding:
    said = str(failure)
    match failure:
        case LoginExpired() if account.token_expires_at is not None and account.token_expires_at <= now:
            return warn("check_login", "login_over", account=who)
        case LoginExpired():
            return fail("check_login", "login_dead", account=who, said=said)
        case AccountSuspended():
            return fail("check_login", "login_suspended", account=who, said=said)
        case Misconfigured():
            return fail("check_login", "login_misconfigured", account=who, said=said)
    return warn("check_login", "login_unknown", account=who, said=said)


async def _put_picture(store: MediaStore) -> tuple[str, bytes]:
    """A tiny picture in the store: its address and its bytes."""
    written = io.BytesIO()
    Image.new("RGB", (16, 16), "#2a6f5e").save(written, "JPEG")
    with tempfile.TemporaryDirectory(prefix="pressrun-doctor-") as folder:
        path = Path(folder) / "doctor.jpg"
        await asyncio.to_thread(path.write_bytes, written.getvalue())
        return store.url(await store.put(KEY, path, "image/jpeg")), written.getvalue()


def _is_private(url: str) -> bool:
    """Whether a name leads only to addresses that nobody outside can reach; an unknown name leads nowhere."""
    try:
        found = socket.getaddrinfo(urlsplit(url).hostname or "", None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return not any(ipaddress.ip_address(str(address[4][0]).partition("%")[0]).is_global for address in found)
