"""Pages for people: what each account published, as a phone shows it, and switches for every failure."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.control import change_state, open_account, switch_on
from pressrun.sandbox.pages import TEMPLATES, page
from pressrun.sandbox.standin import Sandbox

LATEST = 60
PRESETS = {
    "drop_after": {"kind": "drop_after"},
    "drop_before": {"kind": "drop_before"},
    "drop_within": {"kind": "drop_within", "bytes": 1_000_000},
    "slow": {"kind": "delay", "ms": 20_000},
    "error_500": {"kind": "answer", "status": 500},
    "rate_limit": {"kind": "answer", "status": 429},
    "error_after": {"kind": "answer_after", "status": 500},
    "truncate": {"kind": "truncate", "bytes": 12},
    "hang": {"kind": "hang"},
    "refusal": {"kind": "refusal"},
    "cut": {"kind": "cut"},
    "bad_json": {"kind": "bad_json"},
    "overloaded": {"kind": "overloaded"},
}


def routes(sandbox: Sandbox) -> Sequence[BaseRoute]:
    feed = Feed(sandbox)
    return [
        Route("/", feed.overview, methods=["GET"]),
        Route("/feed/{platform}/{account}", feed.account, methods=["GET"]),
        Route("/feed/{platform}/{account}/{post_id}", feed.post, methods=["GET"]),
        Route("/media/{sha256}", feed.media, methods=["GET"]),
        Route("/switches/accounts", feed.add_account, methods=["POST"]),
        Route("/switches/state/{platform}/{account_id}", feed.change_state, methods=["POST"]),
        Route("/switches/faults", feed.add_fault, methods=["POST"]),
        Route("/switches/faults/clear", feed.clear_faults, methods=["POST"]),
        Route("/switches/clock", feed.move_clock, methods=["POST"]),
        Mount("/look", StaticFiles(directory=TEMPLATES / "look")),
    ]


class Feed:
    """The pages, and the forms on them."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def overview(self, request: Request) -> Response:
        stand_ins = self._sandbox.stand_ins.values()
        presets = {
            s.platform: [name for name, how in PRESETS.items() if how["kind"] in s.effects] for s in stand_ins
        }
        return page(
            "overview.html",
            accounts=self._sandbox.accounts.every(),
            stand_ins=list(stand_ins),
            counts={a.key: len(self._sandbox.posts.of(a.platform, a.account_id)) for a in self._with_feed()},
            presets=presets,
            faults=[fault.as_json() for fault in self._sandbox.faults.every()],
            now=self._sandbox.clock.now(),
        )

    async def account(self, request: Request) -> Response:
        account = self._account(request)
        posts = self._sandbox.posts.of(account.platform, account.account_id)
        ages = {post.id: _age(self._sandbox.clock.now() - post.created_at) for post in posts}
        return page("account.html", account=account, posts=posts[:LATEST], total=len(posts), ages=ages)

    async def post(self, request: Request) -> Response:
        account = self._account(request)
        post = self._sandbox.posts.get(account.platform, request.path_params["post_id"])
        if post is None or post.account_id != account.account_id:
            raise HTTPException(404, "no such post")
        age = _age(self._sandbox.clock.now() - post.created_at)
        return page("post.html", account=account, post=post, ages={post.id: age})

    async def media(self, request: Request) -> Response:
        sha256 = request.path_params["sha256"]
        file, facts = self._sandbox.media.find(sha256), self._sandbox.records.get("media", sha256)
        if file is None or facts is None:
            raise HTTPException(404, "no such media")
        return FileResponse(file, media_type=facts["mime"], headers={"X-Content-Type-Options": "nosniff"})

    async def add_account(self, request: Request) -> Response:
        sent = await _form(request)
        open_account(self._sandbox, {name: value for name, value in sent.items() if value})
        return _back()

    async def change_state(self, request: Request) -> Response:
        wanted = request.path_params
        account = self._sandbox.accounts.get(wanted["platform"], wanted["account_id"])
        if account is None:
            raise HTTPException(404, "no such account")
        sent = await _form(request)
        changes: dict[str, object] = {name: sent[name] for name in ("token", "account") if name in sent}
        change_state(self._sandbox, account, changes | {"hidden": sent.get("hidden") == "on"})
        return _back()

    async def add_fault(self, request: Request) -> Response:
        sent = await _form(request)
        effect = PRESETS.get(sent.get("effect", ""))
        if effect is None:
            raise HTTPException(400, "choose a failure")
        match = {name: sent[name] for name in ("path_regex", "account_id", "method") if sent.get(name)}
        times = int(sent["times"]) if sent.get("times", "1").isdigit() else None
        switch_on(
            self._sandbox,
            {"platform": sent.get("platform"), "match": match, "effect": effect, "times": times},
        )
        return _back()

    async def clear_faults(self, request: Request) -> Response:
        await _form(request)
        self._sandbox.faults.clear()
        return _back()

    async def move_clock(self, request: Request) -> Response:
        hours = (await _form(request)).get("hours", "")
        if not hours.isdigit():
            raise HTTPException(400, "hours must be a number")
        self._sandbox.clock.advance(int(hours) * 3600)
        return _back()

    def _account(self, request: Request) -> Account:
        wanted = request.path_params
        account = self._sandbox.accounts.find(wanted["platform"], wanted["account"])
        if account is None:
            raise HTTPException(404, "no such account")
        return account

    def _with_feed(self) -> list[Account]:
        return [a for a in self._sandbox.accounts.every() if self._sandbox.stand_ins[a.platform].has_feed]


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form on these pages; a form on anybody else's page is refused."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403, "this form belongs to the sandbox's own page")
    return {name: str(value) for name, value in (await request.form()).items()}


def _back() -> Response:
    return RedirectResponse("/", 303)


def _age(passed: timedelta) -> str:
    minutes = int(passed.total_seconds() // 60)
    if minutes < 1:
        return "방금 전"
    if minutes < 60:
        return f"{minutes}분 전"
    return f"{minutes // 60}시간 전" if minutes < 60 * 24 else f"{minutes // (60 * 24)}일 전"
