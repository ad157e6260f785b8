"""Apps: a person's own keys at each platform, without which nobody can be asked for consent there.

A secret goes in and never comes out; only the exchange of a consent uses it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pressrun.actions.base import Workspace
from pressrun.connectors.base import App, SignIn
from pressrun.domain.problems import Problem
from pressrun.store import apps
from pressrun.store.apps import KeptApp
from pressrun.store.database import Tx


class AppSource(StrEnum):
    """Where the app of a way to sign in comes from."""

    OWN = "own"
    """A person registered it at the platform and gave its keys."""
    SANDBOX = "sandbox"
    """The sandbox's fixed one: none was given, and the stand-ins take it."""
    MISSING = "missing"
    """There is none, so nobody can be connected this way."""


@dataclass(frozen=True)
class AppState:
    """How a way to sign in stands."""

    platform: str
    sign_in: str
    source: AppSource
    client_id: str
    changed_at: datetime | None


def listed(workspace: Workspace) -> list[AppState]:
    """Every way to sign in at every platform."""
    with workspace.store.read() as tx:
        return states(tx, workspace)


def states(tx: Tx, workspace: Workspace) -> list[AppState]:
    """As `listed`, in a transaction of the caller's."""
    given = {(app.platform, app.sign_in): app for app in apps.listed(tx)}
    return [
        _state(workspace, platform, way, given.get((platform, way))) for platform, way in _ways(workspace)
    ]


def get(workspace: Workspace, platform: str, sign_in: str) -> AppState:
    """How one way to sign in stands. Raises `Problem` (404) `sign_in_unknown`."""
    way(workspace, platform, sign_in)
    with workspace.store.read() as tx:
        return _state(workspace, platform, sign_in, apps.find(tx, platform, sign_in))


def save(
    workspace: Workspace, platform: str, sign_in: str, *, client_id: str, client_secret: str | None
) -> AppState:
    """Keeps the keys of an app. `None` keeps the secret that is there, for the same client id.

    Raises `Problem` (404) `sign_in_unknown`, or (422) `app_key_missing` for each key that is needed.
    """
    way(workspace, platform, sign_in)
    client_id = client_id.strip()
    with workspace.store.transaction() as tx:
        if not client_id:
            raise Problem.invalid("app_key_missing", field="client_id")
        if client_secret is None:
            client_secret = _kept_secret(tx, platform, sign_in, client_id)
        kept = apps.put(tx, platform, sign_in, client_id=client_id, client_secret=client_secret.strip())
        return _state(workspace, platform, sign_in, kept)


def remove(workspace: Workspace, platform: str, sign_in: str) -> AppState:
    """Forgets the keys; accounts that were connected with them stay. Raises as `get` does."""
    way(workspace, platform, sign_in)
    with workspace.store.transaction() as tx:
        apps.remove(tx, platform, sign_in)
        return _state(workspace, platform, sign_in, None)


def way(workspace: Workspace, platform: str, sign_in: str) -> SignIn:
    """A way to sign in at a platform. Raises `Problem` (404) `sign_in_unknown`."""
    publisher = workspace.publishers.get(platform)
    for known in publisher.sign_ins if publisher else ():
        if known.name == sign_in:
            return known
    raise Problem.not_found("sign_in_unknown", platform=platform, sign_in=sign_in)


def app_for(tx: Tx, workspace: Workspace, platform: str, sign_in: str) -> App:
    """The app with its secret. Raises `Problem` (409) `app_missing`."""
    kept = apps.find(tx, platform, sign_in)
    if kept is not None:
        return App(kept.client_id, apps.secret(tx, kept))
    if workspace.sandbox_app is not None:
        return workspace.sandbox_app
    raise Problem.conflict("app_missing", platform=platform)


def _ways(workspace: Workspace) -> Iterator[tuple[str, str]]:
    for platform, publisher in workspace.publishers.items():
        for sign_in in publisher.sign_ins:
            yield platform, sign_in.name


def _state(workspace: Workspace, platform: str, sign_in: str, kept: KeptApp | None) -> AppState:
    if kept is not None:
        return AppState(platform, sign_in, AppSource.OWN, kept.client_id, kept.changed_at)
    fixed = workspace.sandbox_app
    source = AppSource.MISSING if fixed is None else AppSource.SANDBOX
    return AppState(platform, sign_in, source, fixed.client_id if fixed else "", None)


def _kept_secret(tx: Tx, platform: str, sign_in: str, client_id: str) -> str:
    kept = apps.find(tx, platform, sign_in)
    if kept is None or kept.client_id != client_id:
        raise Problem.invalid("app_key_missing", field="client_secret")
    return apps.secret(tx, kept)
