"""A thread of five parts, on a real database and at the stand-in of X, whose worker is killed at any part."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from actions.test_publishing import LIMIT, POLICY, make_due, read, take_up
from engine.doubles import Inline
from fakes import FakeEnqueue
from makers import make_account, make_content, make_persona
from pressrun.actions import confirming, dispatching, publishing
from pressrun.actions.base import Workspace
from pressrun.actions.dispatching import DispatchRules
from pressrun.actions.journal import AttemptJournal
from pressrun.actions.publishing import Assignment
from pressrun.connectors.base import Published
from pressrun.connectors.http import Http
from pressrun.connectors.publishers.x import X
from pressrun.domain.failures import Failure
from pressrun.domain.post import Format, PostStatus
from pressrun.engine.stages import Stages
from pressrun.kit.clock import MovableClock
from pressrun.sandbox.app import running
from pressrun.store import ledger, posts
from pressrun.store.attempts import Attempt
from pressrun.store.posts import Post

PARTS = ["하나", "둘 & 넷 <3", "셋 haru.kr", "넷", "다섯"]
NAMES = ["publish", "publish_2", "publish_3", "publish_4", "publish_5"]


class Killed(BaseException):
    """The process is gone."""


@dataclass(frozen=True)
class DyingJournal(AttemptJournal):
    """Dies at one call: once it was made and nothing of it kept, or once it was kept."""

    dies: tuple[str, str] = ("", "")
    names: dict[str, str] = field(default_factory=dict)

    def write_intent(self, name: str, evidence: Any, *, completes: bool = True) -> str:
        intent_id = super().write_intent(name, evidence, completes=completes)
        self.names[intent_id] = name
        return intent_id

    def fulfil_intent(self, intent_id: str, published: Published) -> None:
        if self.dies == (self.names[intent_id], "made"):
            raise Killed
        super().fulfil_intent(intent_id, published)
        if self.dies == (self.names[intent_id], "kept"):
            raise Killed


@pytest.fixture
def clock() -> MovableClock:
    """The stand-in knows the real time only."""
    return MovableClock(datetime.now(UTC))


@pytest.fixture(scope="module")
def sandbox() -> Iterator[httpx.Client]:
    with running() as url, httpx.Client(base_url=url, trust_env=False) as client:
        yield client


@dataclass
class House:
    """A workspace with X, and one account of it."""

    workspace: Workspace
    enqueue: FakeEnqueue
    clock: MovableClock
    x: X
    sandbox: httpx.Client
    account_id: str = ""

    def thread(self) -> Post:
        """A thread that is due."""
        store = self.workspace.store
        self.sandbox.post("/_sandbox/reset").raise_for_status()
        made = self.sandbox.post("/_sandbox/accounts", json={"platform": "x", "handle": "haru"}).json()
        self.account_id = made["account_id"]
        persona = make_persona(store)
        account = make_account(
            store,
            persona,
            platform="x",
            external_id=made["account_id"],
            credentials=made["credentials"],
        )
        content = make_content(store, persona, caption="\n---\n".join(PARTS), hashtags=())
        return make_due(store, account=account, content=content, format=Format.THREAD)

    def attempt(self, post: Post) -> Attempt:
        """The next attempt, taken up at its time."""
        return take_up(self.workspace, self.enqueue, post)

    async def publish(self, attempt: Attempt, dies: tuple[str, str] = ("", "")) -> None:
        """Runs an attempt as the workflow does, in a process that may die."""
        with self.workspace.store.read() as tx:
            version = posts.get(tx, attempt.post_id).version
        work = publishing.start(self.workspace, attempt, version=version, at_once=10)
        assert isinstance(work, Assignment)
        journal = DyingJournal(self.workspace.store, work.attempt, work.content_hash, LIMIT, dies=dies)
        stages = Stages[Published](
            Inline().durable, journal, may_act=lambda: True, call_within=timedelta(seconds=30)
        )
        draft = publishing.draft_of(self.workspace, work)
        try:
            published = await work.publisher.publish(draft, work.login, stages)
        except Failure as failure:
            publishing.fail(self.workspace, work.attempt, failure)
        else:
            publishing.succeed(self.workspace.store, work.attempt, published)

    async def look(self, post: Post) -> None:
        """One look, once the timeline must have caught up."""
        self.clock.advance(timedelta(seconds=121))
        dispatching.claim_due(self.workspace.store, self.enqueue, DispatchRules(limit=LIMIT))
        version = read(self.workspace.store, post).version
        search = confirming.begin_look(self.workspace, post_id=post.id, version=version)
        assert search is not None
        found = await self.x.find(search.draft, search.intent, search.login)
        confirming.end_look(
            self.workspace,
            found,
            post_id=post.id,
            version=version,
            looked_at=search.began_at,
            policy=POLICY,
        )

    async def finish(self, post: Post) -> Post:
        """Whatever follows by itself, until nothing does."""
        for _ in range(6):
            now = read(self.workspace.store, post)
            if now.status is PostStatus.CONFIRMING:
                await self.look(post)
            elif now.status is PostStatus.RETRY_WAIT:
                await self.publish(self.attempt(post))
            else:
                return now
        raise AssertionError("it does not come to an end")

    def out(self) -> list[dict[str, Any]]:
        asked = {"platform": "x", "account_id": self.account_id}
        return self.sandbox.get("/_sandbox/published", params=asked).json()["items"]


@pytest.fixture
async def house(
    workspace: Workspace, enqueue: FakeEnqueue, clock: MovableClock, sandbox: httpx.Client
) -> Any:
    url = str(sandbox.base_url).rstrip("/")
    http = Http(timeout=timedelta(seconds=20))
    x = X(
        http,
        now=clock.now,
        api_url=f"{url}/x",
        consent_url=f"{url}/x-consent",
        post_url=f"{url}/feed/x/{{user_id}}/{{id}}",
    )
    yield House(replace(workspace, publishers={"x": x}), enqueue, clock, x, sandbox)
    await http.close()


@pytest.mark.parametrize("moment", ["made", "kept"])
@pytest.mark.parametrize("part", NAMES)
async def test_a_thread_goes_on_after_the_part_at_which_its_worker_was_killed(
    house: House, part: str, moment: str
) -> None:
    post = house.thread()
    attempt = house.attempt(post)
    with pytest.raises(Killed):
        await house.publish(attempt, (part, moment))

    again = publishing.take_up(
        house.workspace.store,
        [publishing.Armed(post.id, 0, attempt.workflow_id)],
        worker_id="worker-2",
    )[0]
    assert again is not None
    await house.publish(again)
    done = await house.finish(post)

    out = house.out()
    assert [each["text"] for each in out] == PARTS
    assert len({each["conversation_id"] for each in out}) == 1
    assert (done.status, done.external_id, done.permalink) == (
        PostStatus.PUBLISHED,
        out[0]["id"],
        out[0]["permalink"],
    )
    assert done.retries == 0
    with house.workspace.store.read() as tx:
        assert len(ledger.taken(tx, done.account_id)) == 1
