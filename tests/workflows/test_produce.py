"""A run from its topic to its posts, through the real engine on SQLite (S1.2, S4.1, S4.4)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

import databases
import makers
from fakes import FakeMediaStore, FakeNotifier, FakePublisher
from pressrun.actions import runs as run_actions
from pressrun.actions.base import SYSTEM, Rules, Workspace
from pressrun.connectors import registry
from pressrun.connectors.base import Brief, Picture
from pressrun.domain.content import ContentStatus, ContentType, Scene, Script
from pressrun.domain.failures import Answer, Failure, Misconfigured, RateLimited, Refused, Transient
from pressrun.domain.persona import ApprovalRule
from pressrun.domain.post import PostStatus
from pressrun.domain.run import RunStatus, Stage
from pressrun.engine.durable import Durable, Kind
from pressrun.kit.clock import SystemClock
from pressrun.kit.database import create_engine
from pressrun.rendering.title_card import draw
from pressrun.store import assets, contents, posts, runs, schema
from pressrun.store.database import Store
from pressrun.store.runs import Run
from pressrun.store.secrets import Vault
from pressrun.workflows import produce as module
from pressrun.workflows.produce import Produce

PATIENCE_SECONDS = 30
OPEN = (RunStatus.SCHEDULED, RunStatus.SCRIPT_PROCESSING, RunStatus.IMAGE_PROCESSING)


@dataclass
class Writer:
    """A paid text model: fails as told, one failure for each time it is asked, then writes `script`."""

    name: str = "claude"
    failures: list[Failure] = field(default_factory=list)
    script: Script | None = None
    asked: int = 0

    async def write(self, brief: Brief) -> Script:
        self.asked += 1
        if self.failures:
            raise self.failures.pop(0)
        return self.script or await registry.offline_text_model().write(brief)


@dataclass
class Painter:
    """Title cards; `before` happens at each picture, and no two are alike."""

    name: str = "cards"
    before: Callable[[Picture], Awaitable[None]] | None = None
    drawn: list[Picture] = field(default_factory=list)

    async def draw(self, picture: Picture) -> bytes:
        if self.before is not None:
            await self.before(picture)
        self.drawn.append(picture)
        return await asyncio.to_thread(draw, replace(picture, hue=len(self.drawn) * 11 % 360))


@dataclass
class Studio:
    """What a test sets up, and what it asks afterwards."""

    workspace: Workspace
    writer: Writer
    painter: Painter
    durable: Durable

    async def is_idle(self, work_id: str) -> None:
        """Waits until this work is over."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self.durable.call(self.durable.unfinished, [work_id]):  # noqa: ASYNC110 - DBOS ends it
                await asyncio.sleep(0.02)

    def begin(
        self,
        content_type: ContentType = ContentType.CAROUSEL,
        *,
        approval: ApprovalRule = ApprovalRule.NEVER,
        persona: str = "카페 하루",
    ) -> str:
        store = self.workspace.store
        speaker = makers.make_persona(store, persona, approval=approval)
        account = makers.make_account(store, speaker)
        with store.transaction() as tx:
            run = runs.add(
                tx,
                persona_id=speaker.id,
                account_ids=[account.id],
                content_type=content_type,
                about="비 오는 날의 커피",
            )
            run_actions.enqueue(tx, self.workspace.enqueue, run)
        return run.id

    async def ends(self, run_id: str) -> Run:
        """Waits until the run is made, or never will be."""
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while (run := self.run(run_id)).status in OPEN:
            assert asyncio.get_running_loop().time() < deadline, run
            await asyncio.sleep(0.02)
        return run

    def run(self, run_id: str) -> Run:
        with self.workspace.store.read() as tx:
            return runs.get(tx, run_id)

    def content(self, run_id: str) -> contents.Content:
        with self.workspace.store.read() as tx:
            content = contents.of_run(tx, run_id)
        assert content is not None
        return content

    def posts(self, run_id: str) -> list[posts.Post]:
        with self.workspace.store.read() as tx:
            return posts.of_run(tx, run_id)

    def notes(self, run_id: str) -> list[dict[str, Any]]:
        event = schema.event.c
        wanted = sa.select(event.data).where(event.topic == runs.topic(run_id), event.kind == "run.note")
        with self.workspace.store.read() as tx:
            return [row["data"] for row in tx.rows(wanted)]

    def stage(self, run_id: str, name: Stage) -> runs.RunStage:
        with self.workspace.store.read() as tx:
            return next(stage for stage in runs.stages(tx, run_id) if stage.name is name)


@pytest.fixture
async def studio(
    sqlite_template: Path, tmp_path: Path, asset_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Studio]:
    monkeypatch.setattr(module, "PATIENCE", (timedelta(), timedelta()))
    url = databases.sqlite_copy(sqlite_template, tmp_path)
    store = Store(create_engine(url), clock=SystemClock(), vault=Vault([Vault.new_key()]))
    durable = Durable(create_engine(url), executor_id="studio")
    writer, painter, publisher = Writer(), Painter(), FakePublisher()
    workspace = Workspace(
        store=store,
        asset_folder=asset_folder,
        publishers={publisher.platform: publisher},
        media_store=FakeMediaStore(),
        local_media=FakeMediaStore("local"),
        text_model=writer,
        fallback_text_model=registry.offline_text_model(),
        image_model=painter,
        notifier=FakeNotifier,
        enqueue=durable.enqueue,
        fetch=_nothing,
        rules=Rules(),
    )
    kind = Kind(run_actions.PRODUCE, Produce(workspace, durable).__call__, 4, 0.05)
    await durable.start([kind])
    yield Studio(workspace, writer, painter, durable)
    await durable.drain(grace=10)
    await durable.stop()


async def _nothing(url: str) -> bytes:
    raise AssertionError("nothing is fetched")


@pytest.mark.parametrize(
    ("content_type", "pictures"), [(ContentType.CAROUSEL, 5), (ContentType.IMAGE_POST, 1)]
)
async def test_a_topic_becomes_a_post_with_its_pictures(
    studio: Studio, content_type: ContentType, pictures: int
) -> None:
    run_id = studio.begin(content_type)
    run = await studio.ends(run_id)
    assert run.status is RunStatus.PUBLISHING
    content = studio.content(run_id)
    (post,) = studio.posts(run_id)
    assert (content.status, post.status) == (ContentStatus.APPROVED, PostStatus.SCHEDULED)
    assert post.content_id == content.id
    assert len(content.asset_ids) == pictures == len(set(content.asset_ids))
    assert "커피" in content.caption
    for asset_id in content.asset_ids:
        with Image.open(assets.path_of(studio.workspace.asset_folder, asset_id)) as image:
            assert image.size == (1080, 1350)
    assert [note["code"] for note in studio.notes(run_id)] == ["image.drawn"] * pictures


async def test_with_an_always_rule_a_person_is_asked(studio: Studio) -> None:
    run_id = studio.begin(approval=ApprovalRule.ALWAYS)
    assert (await studio.ends(run_id)).status is RunStatus.AWAITING_APPROVAL
    (post,) = studio.posts(run_id)
    assert (studio.content(run_id).status, post.status) == (
        ContentStatus.IN_REVIEW,
        PostStatus.AWAITING_APPROVAL,
    )


# Trouble of the text model


async def test_a_refused_topic_fails_the_run_with_its_reason(studio: Studio) -> None:
    studio.writer.failures = [Refused(reason="topic_refused", answer=Answer(message="I can't help."))]
    run_id = studio.begin()
    run = await studio.ends(run_id)
    assert (run.status, run.failed_stage) == (RunStatus.FAILED, Stage.SCRIPT)
    assert isinstance(run.failure, Refused)
    assert run.failure.reason == "topic_refused"
    assert studio.writer.asked == 1
    assert studio.posts(run_id) == []


@pytest.mark.parametrize(
    ("failures", "asked"),
    [
        ([Transient(), Transient(), Transient()], 3),
        ([RateLimited()], 1),
        ([Misconfigured()], 1),
    ],
    ids=["overloaded thrice", "rate limited", "no key"],
)
@pytest.mark.parametrize(
    ("approval", "status"),
    [(ApprovalRule.CHECKS, RunStatus.AWAITING_APPROVAL), (ApprovalRule.NEVER, RunStatus.PUBLISHING)],
)
async def test_a_fallback_is_shown_and_the_rule_checks_asks_a_person(
    studio: Studio, failures: list[Failure], asked: int, approval: ApprovalRule, status: RunStatus
) -> None:
    studio.writer.failures = list(failures)
    run_id = studio.begin(ContentType.IMAGE_POST, approval=approval)
    assert (await studio.ends(run_id)).status is status
    assert studio.writer.asked == asked
    (note,) = [note for note in studio.notes(run_id) if note["code"] == "fallback.used"]
    assert note["instead_of"] == "claude"


async def test_a_hiccup_needs_no_fallback_and_no_person(studio: Studio) -> None:
    studio.writer.failures = [Transient(), Transient()]
    run_id = studio.begin(ContentType.IMAGE_POST, approval=ApprovalRule.CHECKS)
    assert (await studio.ends(run_id)).status is RunStatus.PUBLISHING
    assert [note for note in studio.notes(run_id) if note["code"] == "fallback.used"] == []


@pytest.mark.parametrize(
    ("approval", "status"),
    [
        (ApprovalRule.CHECKS, RunStatus.AWAITING_APPROVAL),
        (ApprovalRule.ALWAYS, RunStatus.AWAITING_APPROVAL),
        (ApprovalRule.NEVER, RunStatus.FAILED),
    ],
)
async def test_a_text_the_platform_would_refuse_asks_a_person_or_fails_plainly(
    studio: Studio, approval: ApprovalRule, status: RunStatus
) -> None:
    studio.writer.script = Script("제목", "가" * 2201, (), (Scene("제목", "말", "a room"),))
    run_id = studio.begin(ContentType.IMAGE_POST, approval=approval)
    run = await studio.ends(run_id)
    assert run.status is status
    if status is RunStatus.FAILED:
        assert isinstance(run.failure, Refused)
        assert run.failure.reason == "caption_too_long"


async def test_emoji_of_a_script_do_not_break_its_cards(studio: Studio) -> None:
    scene = Scene("오늘의 커피 ☕🎉!", "천천히 내려요 👩‍👩‍👧 🇰🇷", "a cup")
    studio.writer.script = Script("커피 ☕", "커피 ☕ 한 잔", (), (scene,))
    run_id = studio.begin(ContentType.IMAGE_POST, persona="하루 🌙")
    assert (await studio.ends(run_id)).status is RunStatus.PUBLISHING
    (picture,) = studio.painter.drawn
    assert (picture.headline, picture.body, picture.persona) == ("오늘의 커피!", "천천히 내려요", "하루")
    assert "☕" in studio.content(run_id).caption


# Stopping and starting again


async def test_again_from_the_pictures_keeps_the_script(studio: Studio) -> None:
    run_id = studio.begin(approval=ApprovalRule.ALWAYS)
    await studio.ends(run_id)
    first = studio.content(run_id)
    _fail(studio, run_id)
    run_actions.retry(studio.workspace, SYSTEM, run_id, from_stage="image")
    assert (await studio.ends(run_id)).status is RunStatus.AWAITING_APPROVAL
    again = studio.content(run_id)
    assert studio.writer.asked == 1
    assert (again.id, again.caption) == (first.id, first.caption)
    assert set(again.asset_ids).isdisjoint(first.asset_ids)
    assert sorted(post.status for post in studio.posts(run_id)) == [
        PostStatus.AWAITING_APPROVAL,
        PostStatus.CANCELLED,
    ]


def _fail(studio: Studio, run_id: str) -> None:
    """As a rejected content would leave the run."""
    with studio.workspace.store.transaction() as tx:
        runs.change(tx, runs.get(tx, run_id), RunStatus.FAILED)


async def test_a_stopped_run_does_nothing_after_its_stage(studio: Studio) -> None:
    async def stop(picture: Picture) -> None:
        if picture.position == 1:
            run_actions.stop(studio.workspace, SYSTEM, run_id)

    studio.painter.before = stop
    run_id = studio.begin()
    await _drawn(studio, 5)
    await _stage_ends(studio, run_id, Stage.IMAGE)
    assert studio.run(run_id).status is RunStatus.CANCELLED
    assert studio.posts(run_id) == []
    studio.painter.before = None
    run_actions.retry(studio.workspace, SYSTEM, run_id, from_stage="publish")
    assert (await studio.ends(run_id)).status is RunStatus.PUBLISHING
    assert len(studio.painter.drawn) == 5


async def test_a_stopped_run_that_then_fails_stays_stopped(studio: Studio) -> None:
    async def stop_and_fail(picture: Picture) -> None:
        run_actions.stop(studio.workspace, SYSTEM, run_id)
        raise Refused

    studio.painter.before = stop_and_fail
    run_id = studio.begin()
    await _stage_ends(studio, run_id, Stage.IMAGE)
    assert studio.run(run_id).status is RunStatus.CANCELLED
    assert studio.stage(run_id, Stage.IMAGE).failure is not None


@pytest.mark.parametrize("late_failure", [None, Refused()], ids=["succeeds", "fails"])
async def test_what_an_earlier_start_still_does_changes_nothing(
    studio: Studio, late_failure: Failure | None
) -> None:
    gate, waiting = asyncio.Event(), asyncio.Event()

    async def hold_the_first(picture: Picture) -> None:
        if not waiting.is_set():
            waiting.set()
            await gate.wait()
            if late_failure is not None:
                raise late_failure

    studio.painter.before = hold_the_first
    run_id = studio.begin(ContentType.IMAGE_POST)
    await asyncio.wait_for(waiting.wait(), PATIENCE_SECONDS)
    run_actions.stop(studio.workspace, SYSTEM, run_id)
    run_actions.retry(studio.workspace, SYSTEM, run_id, from_stage="image")
    assert (await studio.ends(run_id)).status is RunStatus.PUBLISHING
    made = studio.stage(run_id, Stage.IMAGE).result
    gate.set()
    await studio.is_idle(f"run-{run_id}-a1")
    assert studio.run(run_id).status is RunStatus.PUBLISHING
    assert studio.stage(run_id, Stage.IMAGE).result == made
    assert len(studio.posts(run_id)) == 1


async def _drawn(studio: Studio, count: int) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(studio.painter.drawn) < count:  # noqa: ASYNC110 - it is done by the engine
            await asyncio.sleep(0.02)


async def _stage_ends(studio: Studio, run_id: str, stage: Stage) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while studio.stage(run_id, stage).ended_at is None:  # noqa: ASYNC110 - it is done by the engine
            await asyncio.sleep(0.02)
