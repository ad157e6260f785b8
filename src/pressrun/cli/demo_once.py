"""`--once`: one title becomes posts of several kinds, published to the sandbox and looked at there."""

import html
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import httpx

from pressrun.cli.demo_house import DemoHouse
from pressrun.cli.demo_people import connect_persona, first_persona

KINDS = ("carousel", "image_post")
"""What a run makes of the title."""

POSTS = {"tweet": "{title}", "thread": "{title}\n---\n1/2 · {title}\n---\n2/2 · {title}"}
"""What is said about it on X, by format."""

PATIENCE_SECONDS = 180.0
OVER = ("completed", "failed", "cancelled")
POST_OVER = ("published", "failed", "held", "unconfirmed", "cancelled", "given_up")


@dataclass(frozen=True)
class Row:
    """What came of one post."""

    kind: str
    title: str
    account: str
    status: str
    permalink: str
    seconds: float


def publish_once(client: httpx.Client, house: DemoHouse, *, title: str, as_json: bool) -> int:
    """Makes and publishes one of each kind; 0 only where every link answers with its caption in it."""
    account = connect_persona(client, house, first_persona())
    begun = time.monotonic()
    runs = {}
    for kind in KINDS:
        run = _begin(client, account, kind, title)
        if run is None:
            return 1
        runs[kind] = run
    rows = [_follow(client, kind, run, account["handle"], begun) for kind, run in runs.items()]
    elsewhere = connect_persona(client, house, first_persona(), "x")
    for kind, caption in POSTS.items():
        # X refuses a text that it has just seen, and a demo is run more than once.
        text = caption.format(title=f"{title} {datetime.now(UTC):%H:%M:%S.%f}")
        rows.append(_say_it(client, kind, text, elsewhere, begun))
    _print(rows, as_json=as_json)
    return 0 if all(row.status == "published" for row in rows) else 1


def _begin(client: httpx.Client, account: dict[str, str], kind: str, title: str) -> str | None:
    wanted = {
        "title": title,
        "persona_id": account["persona_id"],
        "account_ids": [account["id"]],
        "content_type": kind,
    }
    answer = client.post("/api/titles", json=wanted)
    if not answer.is_success:
        _say(f"{answer.json()['title']} {answer.json()['detail']}")
        return None
    return answer.json()["run_id"]


def _follow(client: httpx.Client, kind: str, run_id: str, handle: str, begun: float) -> Row:
    run = {}
    for run in _changes(client, run_id):
        _say(f"{time.monotonic() - begun:6.1f}s  {kind:<11} {run['status']}")
        if run["status"] == "awaiting_approval":
            client.post(f"/api/contents/{run['content_id']}/approve").raise_for_status()
    status, permalink = _look(client, run)
    return Row(kind, run["topic"], handle, status, permalink, round(time.monotonic() - begun, 1))


def _say_it(client: httpx.Client, kind: str, text: str, account: dict[str, str], begun: float) -> Row:
    wanted = {"account_id": account["id"], "caption": text, "format": kind}
    post_id = client.post("/api/workflow/publish", json=wanted).raise_for_status().json()["post_id"]
    deadline = time.monotonic() + PATIENCE_SECONDS
    post = {"status": ""}
    while post["status"] not in POST_OVER and time.monotonic() < deadline:
        time.sleep(0.2)
        post = client.get(f"/api/posts/{post_id}").raise_for_status().json()
    status, permalink = _seen(post)
    _say(f"{time.monotonic() - begun:6.1f}s  {kind:<11} {status}")
    title = text.splitlines()[0]
    return Row(kind, title, account["handle"], status, permalink, round(time.monotonic() - begun, 1))


def _changes(client: httpx.Client, run_id: str) -> Iterator[dict]:
    seen, deadline = "", time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        run = client.get(f"/api/runs/{run_id}").raise_for_status().json()
        if run["status"] != seen:
            seen = run["status"]
            yield run
        if seen in OVER or _is_put_off(client, run):
            return
        time.sleep(0.2)


def _is_put_off(client: httpx.Client, run: dict) -> bool:
    """Whether its post waits for a later hour, which nobody wants to watch; says so."""
    for post_id in run["post_ids"]:
        post = client.get(f"/api/posts/{post_id}").raise_for_status().json()
        if post["status_reason"] == "hourly_limit":
            _say(f"The account's hour is full; it goes on at {post['ready_at']}. Try another PRESSRUN_DATA.")
            return True
    return False


def _look(client: httpx.Client, run: dict) -> tuple[str, str]:
    """The post's status and link; `unseen` where the sandbox does not show the caption at the link."""
    if not run["post_ids"]:
        return run["status"], ""
    return _seen(client.get(f"/api/posts/{run['post_ids'][0]}").raise_for_status().json())


def _seen(post: dict) -> tuple[str, str]:
    if post["status"] != "published":
        return post["status"], post["permalink"] or ""
    page = httpx.get(post["permalink"])
    first_line = post["caption"].splitlines()[0]
    is_seen = page.status_code == httpx.codes.OK and first_line in html.unescape(page.text)
    return ("published" if is_seen else "unseen"), post["permalink"]


def _print(rows: list[Row], *, as_json: bool) -> None:
    if as_json:
        for row in rows:
            print(json.dumps(asdict(row), ensure_ascii=False))
        return
    print(f"{'kind':<11} {'account':<12} {'status':<10} {'seconds':>7}  permalink")
    for row in rows:
        print(f"{row.kind:<11} {row.account:<12} {row.status:<10} {row.seconds:>7}  {row.permalink}")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
