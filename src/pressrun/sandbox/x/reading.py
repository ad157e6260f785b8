"""Every GET that a publisher needs: who am I, one post, several, and the timeline it looks for its own in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.posts import PublishedPost
from pressrun.sandbox.standin import Sandbox
from pressrun.sandbox.x.call import XCall
from pressrun.sandbox.x.errors import invalid, missing, not_found
from pressrun.sandbox.x.fields import (
    USER_FIELDS,
    Wanted,
    field_parameters,
    includes,
    post_json,
    user_json,
    wanted,
    words,
)
from pressrun.sandbox.x.grants import PLATFORM

PAGE, SMALLEST_PAGE, LARGEST_PAGE = 10, 5, 100
MOST_IDS = 100
_COMMON = ("expansions", "user.fields", "media.fields", "place.fields", "poll.fields")
_TIMELINE = ("max_results", "start_time", "end_time", "since_id", "until_id", "exclude", "pagination_token")
_EXCLUDED = frozenset({"replies", "retweets"})


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """Which posts of a timeline are asked for."""

    from_time: datetime
    to_time: datetime
    since_id: int
    until_id: int
    excluded: frozenset[str]

    def hold(self, post: PublishedPost) -> bool:
        return (
            self.from_time <= post.created_at < self.to_time
            and self.since_id < int(post.id) < self.until_id
            and not ("replies" in self.excluded and post.details["in_reply_to"])
        )


def _bounds(call: XCall) -> Bounds:
    return Bounds(
        from_time=_instant(call, "start_time", datetime.min.replace(tzinfo=UTC)),
        to_time=_instant(call, "end_time", datetime.max.replace(tzinfo=UTC)),
        since_id=int(_post_id("since_id", call.query.get("since_id", "0"))),
        until_id=int(_post_id("until_id", call.query.get("until_id", str(2**63)))),
        excluded=frozenset(words(call, "exclude", _EXCLUDED)),
    )


@dataclass(frozen=True)
class Reading:
    sandbox: Sandbox

    async def me(self, call: XCall) -> Response:
        _check_names(call, ("user.fields", "tweet.fields", "post.fields", "expansions"))
        asked = frozenset({"id", "name", "username", *words(call, "user.fields", USER_FIELDS)})
        return JSONResponse({"data": user_json(call.account, asked, call)})

    async def one(self, call: XCall) -> Response:
        _check_names(call, (*_COMMON, *field_parameters(call)))
        id_ = _post_id("id", call.request.path_params["post_id"])
        post = self.sandbox.posts.get(PLATFORM, id_)
        if post is not None:
            return JSONResponse(self._answer(call, [post], single=True))
        if call.rule("missing_status") == 404:
            raise not_found("id", id_)
        return JSONResponse({"errors": [missing("id", id_)]})

    async def several(self, call: XCall) -> Response:
        _check_names(call, ("ids", *_COMMON, *field_parameters(call)))
        ids = [_post_id("ids", id_) for id_ in call.query.get("ids", "").split(",")]
        if len(ids) > MOST_IDS:
            raise invalid(f"At most {MOST_IDS} ids are allowed.", parameter="ids")
        found = {id_: self.sandbox.posts.get(PLATFORM, id_) for id_ in ids}
        answer = self._answer(call, [post for post in found.values() if post is not None])
        lost = [missing("ids", id_) for id_, post in found.items() if post is None]
        return JSONResponse(answer | ({"errors": lost} if lost else {}))

    async def timeline(self, call: XCall) -> Response:
        """Newest first, without what is hidden or too young to be listed."""
        _check_names(call, (*_TIMELINE, *_COMMON, *field_parameters(call)))
        author = self.sandbox.accounts.get(PLATFORM, call.request.path_params["user_id"])
        if author is None:
            raise not_found("id", call.request.path_params["user_id"], resource="user")
        bounds = _bounds(call)
        posts = [post for post in self._listed(call, author) if bounds.hold(post)]
        start, size = _start(call), _page_size(call)
        page = posts[start : start + size]
        meta: dict[str, Any] = {"result_count": len(page)}
        if page:
            meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
        if start + size < len(posts):
            meta["next_token"] = f"{start + size:08x}"
        return JSONResponse(self._answer(call, page) | {"meta": meta})

    def _listed(self, call: XCall, author: Account) -> list[PublishedPost]:
        if author.hidden:
            return []
        lag = timedelta(seconds=call.rule("timeline_lag"))
        posts = self.sandbox.posts.of(PLATFORM, author.account_id)
        return [post for post in posts if post.created_at + lag <= call.now]

    def _post(self, call: XCall, post: PublishedPost, author: Account, asked: Wanted) -> dict[str, Any]:
        own = author.account_id == call.account.account_id
        return post_json(post, author, asked if own else asked.of_others(), call.now)

    def _answer(self, call: XCall, posts: list[PublishedPost], *, single: bool = False) -> dict[str, Any]:
        asked = wanted(call)
        authors = {
            id_: account
            for id_ in {post.account_id for post in posts}
            if (account := self.sandbox.accounts.get(PLATFORM, id_)) is not None
        }
        data = [self._post(call, post, authors[post.account_id], asked) for post in posts]
        answer: dict[str, Any] = {"data": data[0] if single else data} if data else {}
        return answer | includes(posts, authors, asked, call)


def _check_names(call: XCall, allowed: Iterable[str]) -> None:
    known = tuple(allowed)
    for name in call.query:
        if name not in known:
            raise invalid(f"The query parameter [{name}] is not one of [{','.join(known)}]", parameter=name)


def _post_id(parameter: str, written: str) -> str:
    if not written.isdecimal() or len(written) > 19:
        raise invalid(
            f"The `{parameter}` query parameter value [{written}] is not valid",
            parameter=parameter,
            value=written,
        )
    return written


def _page_size(call: XCall) -> int:
    written = call.query.get("max_results", str(PAGE))
    if not written.isdecimal() or not SMALLEST_PAGE <= int(written) <= LARGEST_PAGE:
        raise invalid(
            f"The `max_results` query parameter value [{written}] is not between"
            f" {SMALLEST_PAGE} and {LARGEST_PAGE}",
            parameter="max_results",
            value=written,
        )
    return int(written)


def _start(call: XCall) -> int:
    token = call.query.get("pagination_token")
    if token is None:
        return 0
    try:
        return int(token, 16)
    except ValueError as broken:
        raise invalid(
            "is not a token of this timeline", parameter="pagination_token", value=token
        ) from broken


def _instant(call: XCall, parameter: str, default: datetime) -> datetime:
    """YYYY-MM-DDTHH:mm:ssZ, with or without parts of a second."""
    written = call.query.get(parameter)
    if written is None:
        return default
    try:
        instant = datetime.fromisoformat(written)
    except ValueError as broken:
        raise invalid("is not a time of RFC 3339", parameter=parameter, value=written) from broken
    if instant.tzinfo is None:
        raise invalid("is not a time of RFC 3339 with a zone", parameter=parameter, value=written)
    return instant
