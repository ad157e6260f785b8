"""Reading back: containers, media, listings with cursors, accounts and insights."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.responses import JSONResponse, Response

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.instagram.call import FACEBOOK, INSIGHTS_SCOPE, PLATFORM, GraphCall, is_yes
from pressrun.sandbox.instagram.containers import Container
from pressrun.sandbox.instagram.errors import invalid
from pressrun.sandbox.instagram.insights import METRICS, STORY_LIFE, post_insights, value
from pressrun.sandbox.instagram.uploading import part_of, size_of
from pressrun.sandbox.posts import PostMedia, PublishedPost
from pressrun.sandbox.standin import Sandbox

PAGE = 25
MAX_PAGE = 100


@dataclass(frozen=True)
class Reading:
    """Every GET of the Graph API that a publisher needs."""

    sandbox: Sandbox

    def container(self, call: GraphCall, container: Container) -> Response:
        status = container.status(call.now)
        return _node(
            call,
            {
                "id": container.id,
                "status_code": status,
                "status": container.status_text(call.now),
                "copyright_check_status": {"matches_found": False, "status": "completed"},
                "video_status": self._video_status(container),
            },
        )

    def media(self, call: GraphCall, post: PublishedPost) -> Response:
        return _node(call, media_fields(call, post))

    def child(self, call: GraphCall, post: PublishedPost, index: int) -> Response:
        return _node(call, _child_fields(call, post, index))

    def children(self, call: GraphCall, post: PublishedPost) -> Response:
        wanted = _wanted(call)
        indexes = range(len(post.details["children"]))
        return JSONResponse({"data": [_pick(_child_fields(call, post, i), wanted) for i in indexes]})

    def account(self, call: GraphCall, account: Account) -> Response:
        return _node(call, self._account_fields(account))

    def listing(self, call: GraphCall, account: Account, *, stories: bool) -> Response:
        """Newest first; stories are listed apart, and for 24 hours only."""
        posts = self._listed(account, stories=stories, now=call.now)
        limit = min(max(call.number("limit", PAGE), 1), MAX_PAGE)
        start = _position_after(posts, call.text("after"))
        page = posts[start : start + limit]
        wanted = _wanted(call)
        answer: dict[str, Any] = {"data": [_pick(media_fields(call, post), wanted) for post in page]}
        if page:
            answer["paging"] = _paging(call, page, has_more=start + limit < len(posts), limit=limit)
        return JSONResponse(answer)

    def media_insights(self, call: GraphCall, post: PublishedPost) -> Response:
        call.require(INSIGHTS_SCOPE[call.login])
        metrics = call.words("metric")
        if not metrics:
            raise invalid("The parameter metric is required.")
        found = post_insights(post, metrics, call.now, on_facebook=call.login == FACEBOOK)
        return JSONResponse({"data": found})

    def account_insights(self, call: GraphCall, account: Account) -> Response:
        call.require(INSIGHTS_SCOPE[call.login])
        posts = self.sandbox.posts.of(PLATFORM, account.account_id)
        answers = []
        for metric in call.words("metric"):
            if metric not in METRICS["FEED"]:
                raise invalid(f"metric[0] must be one of {', '.join(METRICS['FEED'])}")
            total = sum(value(post, metric, call.now) for post in posts if metric != "replies")
            answers.append({"name": metric, "period": "day", "total_value": {"value": total}})
        return JSONResponse({"data": answers})

    def _listed(self, account: Account, *, stories: bool, now: datetime) -> list[PublishedPost]:
        if account.hidden:
            return []
        posts = self.sandbox.posts.of(PLATFORM, account.account_id)
        if not stories:
            return [post for post in posts if post.kind != "story"]
        return [post for post in posts if post.kind == "story" and now - post.created_at < STORY_LIFE]

    def _account_fields(self, account: Account) -> dict[str, Any]:
        posts = self.sandbox.posts.of(PLATFORM, account.account_id)
        return {
            "id": account.account_id,
            "user_id": account.account_id,
            "username": account.handle.removeprefix("@"),
            "name": account.handle.removeprefix("@"),
            "account_type": "BUSINESS",
            "media_count": sum(post.kind != "story" for post in posts),
            "followers_count": 128,
            "follows_count": 42,
            "biography": "",
            "profile_picture_url": "",
        }

    def _video_status(self, container: Container) -> dict[str, Any]:
        uploaded = not container.loading
        kept = self.sandbox.media.find(container.media.sha256) if container.media else None
        received = size_of(kept or part_of(self.sandbox, container))
        return {
            "uploading_phase": {
                "status": "complete" if uploaded else "in_progress",
                "bytes_transferred": received,
            },
            "processing_phase": {"status": "complete" if uploaded else "not_started"},
        }


def graph_time(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S+0000")


def media_fields(call: GraphCall, post: PublishedPost) -> dict[str, Any]:
    """Every field of a media node that the stand-in knows."""
    first = post.media[0] if post.media else None
    counts = {name: value(post, name, call.now) for name in ("likes", "comments", "views", "shares", "saved")}
    fields = {
        "id": post.id,
        "ig_id": post.id,
        "caption": post.text or None,
        "timestamp": graph_time(post.created_at),
        "permalink": call.base_url + post.path,
        "shortcode": base64.urlsafe_b64encode(int(post.id).to_bytes(8, "big")).decode().rstrip("="),
        "media_type": post.details["media_type"],
        "media_product_type": post.details["media_product_type"],
        "media_url": call.base_url + first.path if first else None,
        "thumbnail_url": None,
        "alt_text": first.alt if first and first.alt else None,
        "is_ai_generated": is_yes(post.details["extras"].get("is_ai_generated")),
        "is_shared_to_feed": post.kind != "story"
        and is_yes(post.details["extras"].get("share_to_feed", True)),
        "username": _handle(call, post),
        "owner": {"id": post.account_id},
        "like_count": counts["likes"],
        "total_like_count": counts["likes"],
        "comments_count": counts["comments"],
        "total_comments_count": counts["comments"],
        "view_count": counts["views"],
        "total_views_count": counts["views"],
        "shares_count": counts["shares"],
        "saved_count": counts["saved"],
        "reposts_count": value(post, "reposts", call.now),
        "children": None,
    }
    if post.details["children"]:
        wanted = _wanted_of_children(call)
        indexes = range(len(post.details["children"]))
        fields["children"] = {"data": [_pick(_child_fields(call, post, i), wanted) for i in indexes]}
    return fields


def _handle(call: GraphCall, post: PublishedPost) -> str:
    account = call.sandbox.accounts.get(PLATFORM, post.account_id)
    return account.handle.removeprefix("@") if account else ""


def _child_fields(call: GraphCall, post: PublishedPost, index: int) -> dict[str, Any]:
    media: PostMedia = post.media[index]
    return {
        "id": post.details["children"][index],
        "media_type": "VIDEO" if media.mime.startswith("video/") else "IMAGE",
        "media_url": call.base_url + media.path,
        "timestamp": graph_time(post.created_at),
        "permalink": call.base_url + post.path,
        "alt_text": media.alt or None,
    }


def _wanted(call: GraphCall) -> list[str]:
    """Names of the wanted fields, `id` always first, without what stands in braces behind them."""
    fields = ",".join(call.words("fields"))
    names = [name.partition("{")[0].strip() for name in re.split(r",(?![^{]*\})", fields)]
    return ["id", *(name for name in names if name and name != "id")]


def _wanted_of_children(call: GraphCall) -> list[str]:
    """What stands in the braces of children{…}; the id alone without them."""
    inner = re.search(r"children\{([^}]*)\}", ",".join(call.words("fields")))
    names = [name.strip() for name in inner[1].split(",")] if inner else []
    return ["id", *(name for name in names if name != "id")]


def _pick(fields: Mapping[str, Any], wanted: list[str]) -> dict[str, Any]:
    """The wanted fields; the platform leaves out what has no value."""
    for name in wanted:
        if name not in fields:
            raise invalid(f"Tried accessing nonexisting field ({name})")
    return {name: fields[name] for name in wanted if fields[name] is not None}


def _node(call: GraphCall, fields: Mapping[str, Any]) -> Response:
    return JSONResponse(_pick(fields, _wanted(call)))


def _cursor(post: PublishedPost) -> str:
    return base64.urlsafe_b64encode(post.id.encode()).decode().rstrip("=")


def _position_after(posts: list[PublishedPost], cursor: str | None) -> int:
    if cursor is None:
        return 0
    try:
        id_ = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError) as broken:
        raise invalid("Invalid cursor") from broken
    return next((place + 1 for place, post in enumerate(posts) if post.id == id_), len(posts))


def _paging(call: GraphCall, page: list[PublishedPost], *, has_more: bool, limit: int) -> dict[str, Any]:
    paging: dict[str, Any] = {"cursors": {"before": _cursor(page[0]), "after": _cursor(page[-1])}}
    if has_more:
        query = {
            "fields": ",".join(_wanted(call)),
            "limit": limit,
            "after": _cursor(page[-1]),
            "access_token": call.token,
        }
        account_id = page[0].account_id
        edge = "stories" if page[0].kind == "story" else "media"
        paging["next"] = f"{call.base_url}{call.prefix}/{call.version}/{account_id}/{edge}?{urlencode(query)}"
    return paging
