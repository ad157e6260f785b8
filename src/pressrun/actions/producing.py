"""What a run's stages read and write; the workflow `produce` puts them in order (S1.2, S4.1, S4.4)."""

from dataclasses import asdict, dataclass
from typing import Any

from pressrun.actions import approving
from pressrun.actions.base import SYSTEM, Workspace
from pressrun.connectors.base import Brief, Picture
from pressrun.domain.content import ContentType, Scene, Script
from pressrun.domain.failures import Failure, to_json
from pressrun.domain.post import FINAL, Format, PostStatus
from pressrun.domain.run import WORKING, RunStatus, Stage
from pressrun.rendering.lettering import drawable
from pressrun.store import contents, notifications, personas, posts, runs
from pressrun.store.contents import Content
from pressrun.store.database import Store, Tx
from pressrun.store.personas import Persona
from pressrun.store.runs import Run

SCENES = {
    ContentType.TEXT_POST: 0,
    ContentType.IMAGE_POST: 1,
    ContentType.STORY: 1,
    ContentType.CAROUSEL: 5,
}
"""How many scenes, and so pictures, each kind of content has."""

FORMATS = {
    ContentType.TEXT_POST: Format.TWEET,
    ContentType.IMAGE_POST: Format.FEED,
    ContentType.STORY: Format.STORY,
    ContentType.CAROUSEL: Format.CAROUSEL,
}

_ONGOING = frozenset({*WORKING.values(), RunStatus.SCHEDULED})


@dataclass(frozen=True)
class Production:
    """A run with the persona it speaks for."""

    run: Run
    persona: Persona
    recent_titles: tuple[str, ...]

    @property
    def brief(self) -> Brief:
        """What the text model is asked for."""
        return Brief(
            topic=self.run.topic,
            language=self.persona.language,
            scenes=SCENES[self.run.content_type],
            persona=self.persona.name,
            style=self.persona.style,
            channel_type=self.persona.channel_type,
            hashtags=self.persona.hashtags,
            recent_titles=self.recent_titles,
        )


def load(store: Store, run_id: str, *, attempt: int) -> Production | None:
    """The run as this attempt of it goes on; None where it was stopped or started anew."""
    with store.read() as tx:
        run = runs.get(tx, run_id)
        if run.attempt != attempt or run.status not in _ONGOING:
            return None
        titles = contents.recent_titles(tx, run.persona_id)
        return Production(run, personas.get(tx, run.persona_id), tuple(titles))


def begin(store: Store, run: Run, stage: Stage) -> bool:
    """A stage begins. False where the run was stopped or started anew meanwhile: then nothing may follow."""
    with store.transaction() as tx:
        current = runs.get(tx, run.id)
        if not _goes_on(current, run):
            return False
        # Handing over decides itself whether the run waits for approval or publishes.
        if stage is not Stage.PUBLISH and current.status is not WORKING[stage]:
            current = runs.change(tx, current, WORKING[stage])
        runs.begin_stage(tx, current, stage)
        return True


def result_of(store: Store, run: Run, stage: Stage) -> dict[str, Any] | None:
    """What the stage made already, in this attempt or before a restart (S4.4)."""
    with store.read() as tx:
        return runs.stage_result(tx, run.id, stage)


def end(store: Store, run: Run, stage: Stage, result: dict[str, Any]) -> None:
    """A stage is done. Of a stopped run too, so that it may go on from there; not of one started anew."""
    with store.transaction() as tx:
        if runs.get(tx, run.id).attempt == run.attempt:
            runs.end_stage(tx, run, stage, result)


def fail(store: Store, run: Run, stage: Stage, failure: Failure) -> None:
    """A stage failed, and the run with it, unless a person stopped it; it may start again from there."""
    with store.transaction() as tx:
        current = runs.get(tx, run.id)
        if current.attempt != run.attempt:
            return
        runs.fail_stage(tx, current, stage, failure)
        if not _goes_on(current, run):
            return
        runs.change(tx, current, RunStatus.FAILED, failed_stage=stage.value, failure=to_json(failure))
        notifications.add(
            tx, code="run_failed", severity="failed", values={"topic": run.topic}, run_id=run.id
        )


def note(store: Store, run: Run, kind: str, **values: object) -> None:
    """Something worth reading in the run's log, such as a fallback that was used."""
    with store.transaction() as tx:
        runs.note(tx, run.id, kind, **values)


def finish(
    workspace: Workspace, production: Production, script: Script, asset_ids: list[str], *, concerns: list[str]
) -> None:
    """Content and posts from what the stages made, in one transaction; approval by the persona's rule."""
    run = production.run
    with workspace.store.transaction() as tx:
        if not _goes_on(runs.get(tx, run.id), run):
            return
        if any(post.status not in FINAL for post in posts.of_run(tx, run.id)):
            return
        content = _write_content(tx, run, script, asset_ids)
        # Nobody approves by having asked for a run: no person has seen yet what it made.
        content = approving.approve_or_submit(tx, content, production.persona, by=SYSTEM, concerns=concerns)
        status = RunStatus.PUBLISHING if content.is_approved else RunStatus.AWAITING_APPROVAL
        runs.change(tx, runs.get(tx, run.id), status)
        _add_posts(tx, run, content)
        if not run.account_ids:
            runs.finish_publishing(tx, runs.get(tx, run.id), RunStatus.COMPLETED)


def pictures(production: Production, script: Script) -> list[Picture]:
    """What the image model is asked for, one picture for each scene."""
    persona = production.persona
    return [
        Picture(
            headline=drawable(scene.headline),
            body=drawable(scene.narration),
            prompt=f"{scene.image_prompt}. {persona.image_style}".strip(". "),
            language=persona.language,
            persona=drawable(persona.name),
            hue=persona.hue,
            position=position,
            count=len(script.scenes),
        )
        for position, scene in enumerate(script.scenes, start=1)
    ]


def script_to_json(script: Script) -> dict[str, Any]:
    """A script as plain data; `script_from_json` reads it back."""
    return asdict(script)


def script_from_json(plain: dict[str, Any]) -> Script:
    """The script that `script_to_json` wrote."""
    return Script(
        title=plain["title"],
        caption=plain["caption"],
        hashtags=tuple(plain["hashtags"]),
        scenes=tuple(Scene(**scene) for scene in plain["scenes"]),
    )


def _goes_on(current: Run, run: Run) -> bool:
    """Whether this attempt of the run may still change it."""
    return current.attempt == run.attempt and current.status in _ONGOING


def _write_content(tx: Tx, run: Run, script: Script, asset_ids: list[str]) -> Content:
    existing = contents.of_run(tx, run.id)
    if existing is None:
        return contents.add(
            tx,
            persona_id=run.persona_id,
            run_id=run.id,
            title=script.title,
            caption=script.caption,
            hashtags=script.hashtags,
            asset_ids=asset_ids,
            script=script_to_json(script),
        )
    return contents.edit(
        tx,
        existing,
        title=script.title,
        caption=script.caption,
        hashtags=script.hashtags,
        asset_ids=asset_ids,
        script=script_to_json(script),
    )


def _add_posts(tx: Tx, run: Run, content: Content) -> None:
    for account_id in run.account_ids:
        posts.add(
            tx,
            content_id=content.id,
            account_id=account_id,
            persona_id=run.persona_id,
            run_id=run.id,
            format=FORMATS[run.content_type],
            status=PostStatus.SCHEDULED if content.is_approved else PostStatus.AWAITING_APPROVAL,
            due_at=max(run.publish_at or tx.now, tx.now),
            scheduled_by_time=run.publish_at is not None,
            created_by=run.created_by,
        )
