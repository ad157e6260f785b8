"""Quotas that belong to an app and not to an account, counted for everyone who uses it (S2.6).

A place of the day is taken before an attempt sends anything, and once for each attempt: what a platform
would refuse is not even asked. Where a platform says all the same that the app is used up, all of its
accounts wait.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, datetime

from pressrun.actions.base import Workspace
from pressrun.connectors.base import AppQuota, Draft, Publisher
from pressrun.domain import quotas as rules
from pressrun.domain.failures import RateLimited, Reach
from pressrun.domain.logins import app_of
from pressrun.store import accounts, attempts, posts, quotas
from pressrun.store.accounts import Account
from pressrun.store.attempts import Attempt
from pressrun.store.database import Tx


def reserve(workspace: Workspace, attempt: Attempt, publisher: Publisher, draft: Draft) -> None:
    """Counts what an attempt will use. Raises `RateLimited` where the app's day is full, until the next."""
    with workspace.store.transaction() as tx:
        mine = attempts.mine(tx, attempt.id, attempt.worker_id)
        # What is out already was counted when it was sent.
        if attempts.is_partly_out(tx, mine.post_id) or quotas.is_counted(tx, mine.id):
            return
        account = accounts.get(tx, posts.get(tx, mine.post_id).account_id)
        full_until = _take(tx, account, publisher, draft, used_by=mine.id)
    if full_until is not None:
        raise RateLimited(until=full_until, whose="app", reach=Reach.NOT_SENT)


def reserve_read(tx: Tx, account: Account, publisher: Publisher) -> datetime | None:
    """Counts one look at a published post; answers until when it must wait where the app's day is full."""
    app_id = app_id_of(tx, account)
    wanted = [(quota, quota.per_read) for quota in publisher.limits.app_quotas if quota.per_read]
    if not app_id or not wanted:
        return None
    return _count(
        tx, account.platform, app_id, wanted, used_by=lambda day: _reads_of(account.platform, app_id, day)
    )


def put_off_app(tx: Tx, account: Account, until: datetime) -> None:
    """A platform lets nobody who uses this account's app go on before `until`."""
    app_id = app_id_of(tx, account)
    if app_id:
        quotas.limit(tx, account.platform, app_id, until)


def app_id_of(tx: Tx, account: Account) -> str:
    """The app that an account signs in through; found out now for one connected before this was kept."""
    if account.app_id:
        return account.app_id
    app_id = app_of(accounts.credentials(tx, account.id))
    if app_id:
        accounts.set_app(tx, account.id, app_id)
    return app_id


def _take(tx: Tx, account: Account, publisher: Publisher, draft: Draft, *, used_by: str) -> datetime | None:
    """Takes what a draft costs; answers until when there is no place for it."""
    app_id = app_id_of(tx, account)
    limited = quotas.limited_until(tx, account.platform, app_id)
    if limited is not None or not app_id:
        return limited
    costs = publisher.costs(draft)
    wanted = [
        (quota, costs[quota.bucket]) for quota in publisher.limits.app_quotas if costs.get(quota.bucket)
    ]
    return _count(tx, account.platform, app_id, wanted, used_by=lambda _: used_by)


def _count(
    tx: Tx,
    platform: str,
    app_id: str,
    wanted: Sequence[tuple[AppQuota, int]],
    *,
    used_by: Callable[[date], str],
) -> datetime | None:
    """Takes places in all buckets, or in none; answers until when one of them is full."""
    if wanted:
        quotas.one_at_a_time(tx)
    for quota, amount in wanted:
        used = quotas.used(tx, platform, app_id, quota.bucket, rules.day_of(tx.now, quota.zone))
        if not rules.fits(amount, used=used, per_day=quota.per_day):
            return rules.next_day(tx.now, quota.zone)
    for quota, amount in wanted:
        day = rules.day_of(tx.now, quota.zone)
        quotas.add(tx, platform, app_id, quota.bucket, day, amount=amount, used_by=used_by(day))
    return None


def _reads_of(platform: str, app_id: str, day: date) -> str:
    """All looks of a day are one use."""
    return hashlib.sha256(f"reads {platform} {app_id} {day}".encode()).hexdigest()[:32]
