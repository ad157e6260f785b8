"""Things to test with, made through the store as the program makes them. Every value can be chosen."""

import io
import itertools
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from PIL import Image

from pressrun.actions.passwords import Passwords
from pressrun.domain.media import MediaFacts, MediaKind
from pressrun.domain.persona import ApprovalRule, Language
from pressrun.domain.post import Format, PostStatus
from pressrun.domain.user import Role
from pressrun.store import accounts, assets, contents, personas, posts, sessions, tokens, users
from pressrun.store.accounts import Account
from pressrun.store.assets import Asset, path_of
from pressrun.store.contents import Content
from pressrun.store.database import Store
from pressrun.store.personas import Persona
from pressrun.store.posts import Post
from pressrun.store.users import User

PASSWORD = "correct horse"
CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
_PASSWORD_HASH = CHEAP.hash(PASSWORD)
_numbers = itertools.count(1)


def make_user(store: Store, name: str = "Alice", role: Role = Role.OWNER, **choices: Any) -> User:
    with store.transaction() as tx:
        email = choices.get("email", f"{name.lower()}@example.com")
        return users.add(tx, email=email, name=name, role=role, password_hash=_PASSWORD_HASH)


def make_session(store: Store, user: User, *, lasts: timedelta = timedelta(hours=12)) -> str:
    """The cookie of a signed-in browser."""
    token = f"session-of-{user.id}-{next(_numbers)}"
    with store.transaction() as tx:
        sessions.add(tx, token, user_id=user.id, expires_at=tx.now + lasts)
    return token


def make_token(store: Store, user: User, scope: str = "all") -> str:
    """An API token of a person."""
    token = f"pr_of-{user.id}-{next(_numbers)}"
    with store.transaction() as tx:
        tokens.add(tx, token, user_id=user.id, name="test", scope=scope)
    return token


def make_persona(store: Store, name: str = "Café Haru", **choices: Any) -> Persona:
    fields: dict[str, Any] = {
        "language": Language.KO,
        "timezone": "Asia/Seoul",
        "approval": ApprovalRule.NEVER,
    }
    with store.transaction() as tx:
        return personas.add(tx, name=name, **fields | choices)


def make_account(store: Store, persona: Persona | None = None, **choices: Any) -> Account:
    persona = persona or make_persona(store)
    number = next(_numbers)
    fields: dict[str, Any] = {
        "platform": "instagram",
        "external_id": f"1784{number:010}",
        "handle": f"haru{number}",
        "credentials": {"access_token": f"token-{number}"},
    }
    with store.transaction() as tx:
        return accounts.add(tx, persona_id=persona.id, **fields | choices)


def make_image(width: int = 640, height: int = 480, *, colour: str | None = None) -> bytes:
    """A JPEG; each call makes another one unless a colour is chosen."""
    shade = colour or f"#{next(_numbers) * 7919 % 0xFFFFFF:06x}"
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), shade).save(buffer, "JPEG")
    return buffer.getvalue()


def make_png(width: int = 640, height: int = 480) -> bytes:
    """A PNG; each call makes another one."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), f"#{next(_numbers) * 7919 % 0xFFFFFF:06x}").save(buffer, "PNG")
    return buffer.getvalue()


def make_asset(store: Store, folder: Path | None = None, **choices: Any) -> Asset:
    """An image asset; its file exists only where a folder is given, and holds `content` if that is given."""
    number = next(_numbers)
    asset_id = choices.get("asset_id", f"{number:064x}")
    fields = {"kind": MediaKind.IMAGE, "mime": "image/jpeg", "size": 1000, "width": 640, "height": 480}
    facts = MediaFacts(**fields | choices.get("facts", {}))
    if folder is not None:
        path = path_of(folder, asset_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(choices.get("content") or make_image())
    with store.transaction() as tx:
        return assets.add(tx, asset_id, facts, name=choices.get("name", f"photo{number}.jpg"))


def make_content(
    store: Store, persona: Persona | None = None, *, approved: bool = True, **choices: Any
) -> Content:
    persona = persona or make_persona(store)
    fields: dict[str, Any] = {"caption": "A quiet morning", "hashtags": ("haru",), "asset_ids": ()}
    with store.transaction() as tx:
        content = contents.add(tx, persona_id=persona.id, **fields | choices)
        return contents.approve(tx, content, decided_by=None) if approved else content


def make_post(
    store: Store,
    account: Account | None = None,
    *,
    content: Content | None = None,
    due_at: datetime | None = None,
    status: PostStatus = PostStatus.SCHEDULED,
    **choices: Any,
) -> Post:
    account = account or make_account(store)
    if content is None:
        with store.read() as tx:
            persona = personas.get(tx, account.persona_id)
        content = make_content(store, persona, asset_ids=(make_asset(store).id,))
    with store.transaction() as tx:
        return posts.add(
            tx,
            content_id=content.id,
            account_id=account.id,
            persona_id=account.persona_id,
            format=choices.pop("format", Format.FEED),
            status=status,
            due_at=due_at or tx.now + timedelta(hours=1),
            scheduled_by_time=choices.pop("scheduled_by_time", True),
            **choices,
        )
