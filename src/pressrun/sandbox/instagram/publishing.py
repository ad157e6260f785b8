"""`POST /{ig-user-id}/media_publish` and the daily limit it enforces."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.instagram.call import PLATFORM, PUBLISH_SCOPE, GraphCall
from pressrun.sandbox.instagram.containers import Container, Containers, Status
from pressrun.sandbox.instagram.errors import GraphError, gone, invalid, refused
from pressrun.sandbox.posts import PostMedia, PublishedPost
from pressrun.sandbox.standin import Sandbox, new_id

WINDOW = timedelta(hours=24)


@dataclass(frozen=True)
class Publishing:
    """The one call that cannot be undone."""

    sandbox: Sandbox
    containers: Containers

    def publish(self, call: GraphCall, account: Account) -> Response:
        call.require(PUBLISH_SCOPE[call.login])
        container = self._publishable(call, account)
        post = PublishedPost(
            platform=PLATFORM,
            account_id=account.account_id,
            id=new_id("180"),
            kind=_kind(container),
            text=container.caption,
            media=tuple(self._media(container)),
            created_at=call.now,
            request_id=call.request_id,
            details=self._details(container),
        )
        with self.sandbox.records.transaction():
            self.sandbox.posts.add(post)
            for index, child_id in enumerate(post.details["children"]):
                self.sandbox.records.put("ig_child", child_id, {"post_id": post.id, "index": index})
            self.containers.published(container, post.id)
            self.sandbox.accounts.spend(account, "publish")
        return JSONResponse({"id": post.id})

    def limit(self, call: GraphCall, account: Account) -> Response:
        """`GET /{ig-user-id}/content_publishing_limit`; only quota_usage unless config is asked for."""
        wanted = call.words("fields") or ["quota_usage"]
        facts: dict[str, Any] = {
            "quota_usage": self._used(account, within=_asked_window(call)),
            "config": {
                "quota_total": call.rule(account, "daily_cap"),
                "quota_duration": int(WINDOW.total_seconds()),
            },
        }
        unknown = [name for name in wanted if name not in facts]
        if unknown:
            raise invalid(f"Tried accessing nonexisting field ({unknown[0]})")
        return JSONResponse({"data": [{name: facts[name] for name in wanted}]})

    def _publishable(self, call: GraphCall, account: Account) -> Container:
        """The container to publish, when every rule allows it; raises GraphError."""
        if account.account == "suspended":
            raise refused(2207050)
        if account.account == "restricted":
            raise refused(2207051)
        container = self._named(call, account)
        if container.child:
            raise invalid("A carousel item cannot be published on its own.")
        self._check_status(call, account, container)
        if self._used(account) >= call.rule(account, "daily_cap"):
            raise refused(2207042)
        return container

    def _named(self, call: GraphCall, account: Account) -> Container:
        id_ = call.text("creation_id")
        if id_ is None:
            raise invalid("The parameter creation_id is required.")
        container = self.containers.get(id_)
        if container is None or container.account_id != account.account_id:
            raise self._missing(call, account, id_)
        return container

    def _missing(self, call: GraphCall, account: Account, id_: str) -> GraphError:
        return gone(id_) if call.rule(account, "missing_container") == "100/33" else refused(2207006)

    def _check_status(self, call: GraphCall, account: Account, container: Container) -> None:
        match container.status(call.now):
            case Status.EXPIRED:
                raise refused(2207008)
            case Status.IN_PROGRESS | Status.ERROR:
                raise refused(2207027)
            case Status.PUBLISHED if call.rule(account, "second_publish") == "refuses":
                raise refused(2207027)

    def _used(self, account: Account, *, within: timedelta = WINDOW) -> int:
        return self.sandbox.accounts.spent(account, "publish", within=within)

    def _details(self, container: Container) -> dict[str, Any]:
        return {
            "container_id": container.id,
            "media_type": _media_type(container),
            "media_product_type": {"REELS": "REELS", "STORIES": "STORY"}.get(container.media_type, "FEED"),
            "children": [new_id("180") for _ in container.children],
            "extras": container.extras,
            "file_extras": [part.extras for part in self._parts(container)],
        }

    def _parts(self, container: Container) -> list[Container]:
        found = [self.containers.get(id_) for id_ in container.children] or [container]
        return [part for part in found if part is not None]

    def _media(self, container: Container) -> Iterator[PostMedia]:
        for part in self._parts(container):
            if part.media is not None:
                yield PostMedia(
                    path=part.media.path,
                    sha256=part.media.sha256,
                    mime=part.media.mime,
                    alt=part.alt_text,
                    source_url=part.media.source_url,
                )


def _asked_window(call: GraphCall) -> timedelta:
    """From `since`, which may lie 24 hours back at most, until now."""
    since = call.number("since", 0)
    if not since:
        return WINDOW
    window = call.now - datetime.fromtimestamp(since, UTC)
    if not timedelta() <= window <= WINDOW:
        raise invalid("Param since must be a time within the last 24 hours.")
    return window


def _kind(container: Container) -> str:
    return {"CAROUSEL": "carousel", "REELS": "reel", "STORIES": "story"}.get(container.media_type, "image")


def _media_type(container: Container) -> str:
    if container.media_type == "CAROUSEL":
        return "CAROUSEL_ALBUM"
    return "VIDEO" if container.is_video else "IMAGE"
