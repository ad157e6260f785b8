"""Production: topic → script → image → publish, each stage durable, each result kept (S1.2, S4.1, S4.4)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import structlog

from pressrun.actions import assets, media, producing
from pressrun.actions.base import Workspace
from pressrun.actions.producing import Production
from pressrun.actions.storing import Moment
from pressrun.connectors.base import Draft, DraftMedia
from pressrun.domain.content import Script
from pressrun.domain.failures import Answer, Failure, Misconfigured, RateLimited, Refused, Transient
from pressrun.domain.persona import ApprovalRule
from pressrun.domain.problems import Flaw, Problem
from pressrun.domain.run import Stage
from pressrun.engine.durable import Durable
from pressrun.store import accounts

log = structlog.get_logger()

PATIENCE = (timedelta(seconds=2), timedelta(seconds=10))
"""Waits before a provider is asked again; after that its fallback writes, and that is shown."""


class Produce:
    """The workflow `produce`; its arguments are the run and which attempt of it this is."""

    def __init__(self, workspace: Workspace, durable: Durable) -> None:
        self._workspace = workspace
        self._durable = durable
        self._makers: dict[Stage, Callable[[Production], Awaitable[dict[str, Any]]]] = {
            Stage.TOPIC: self._choose_topic,
            Stage.SCRIPT: self._write_script,
            Stage.IMAGE: self._draw_images,
            Stage.PUBLISH: self._hand_over,
        }

    async def __call__(self, run_id: str, attempt: int) -> None:
        """Goes on after the last stage that is done; before each it looks whether the run was stopped."""
        for stage in Stage:
            production = await self._durable.call(
                producing.load, self._workspace.store, run_id, attempt=attempt
            )
            if production is None:
                return
            if stage in production.run.recipe and not await self._do(stage, production):
                return

    async def _do(self, stage: Stage, production: Production) -> bool:
        store, run = self._workspace.store, production.run
        try:
            # Always a step, even where the result is kept: resumed work must meet the same steps again.
            await self._durable.step(stage.value, lambda: self._once(stage, production))
        except Failure as failure:
            await self._durable.call(producing.fail, store, run, stage, failure)
            return False
        return True

    async def _once(self, stage: Stage, production: Production) -> None:
        store, run = self._workspace.store, production.run
        if await self._result(production, stage) is not None:
            return
        if not await self._durable.call(producing.begin, store, run, stage):
            return
        result = await self._make(stage, production)
        if stage is not Stage.PUBLISH:
            # The last stage ends when its posts are out; `outcomes.settle_run` sees to that.
            await self._durable.call(producing.end, store, run, stage, result)

    async def _make(self, stage: Stage, production: Production) -> dict[str, Any]:
        try:
            return await self._makers[stage](production)
        except Problem as problem:
            flaw = problem.flaws[0]
            said = Answer(message=str(problem))
            raise Refused(reason=flaw.code, values=dict(flaw.values), answer=said) from problem
        except Failure:
            raise
        except Exception as bug:  # the step runner's edge: a bug fails the stage, not the worker
            log.exception("stage.broke", run=production.run.id, stage=stage.value)
            raise Refused(reason="unexpected_stage", answer=Answer(message=type(bug).__name__)) from bug

    async def _choose_topic(self, production: Production) -> dict[str, Any]:
        return {"topic": production.run.topic}

    async def _write_script(self, production: Production) -> dict[str, Any]:
        script, model = await self._write_with_patience(production)
        used_fallback = model != self._workspace.text_model.name
        return {
            "script": producing.script_to_json(script),
            "model": model,
            "used_fallback": used_fallback,
        }

    async def _draw_images(self, production: Production) -> dict[str, Any]:
        script = await self._script(production)
        asset_ids = []
        for picture in producing.pictures(production, script):
            drawn = await self._workspace.image_model.draw(picture)
            asset = await asyncio.to_thread(
                assets.store_file,
                self._workspace,
                drawn,
                name=f"{production.run.id}-{picture.position}.jpg",
                alt_text=f"{picture.headline}. {picture.body}"[:1000],
            )
            asset_ids.append(asset.id)
            await self._durable.call(
                producing.note,
                self._workspace.store,
                production.run,
                "image.drawn",
                position=picture.position,
                count=picture.count,
                asset_id=asset.id,
            )
        return {"asset_ids": asset_ids, "model": self._workspace.image_model.name}

    async def _hand_over(self, production: Production) -> dict[str, Any]:
        script = await self._script(production)
        drawn = await self._result(production, Stage.IMAGE)
        asset_ids = drawn["asset_ids"] if drawn else []
        concerns = await self._check_everywhere(production, script, asset_ids)
        written = await self._result(production, Stage.SCRIPT)
        if written is not None and written.get("used_fallback"):
            concerns.append("fallback_used")
        await self._durable.call(
            producing.finish,
            self._workspace,
            production,
            script,
            asset_ids,
            concerns=concerns,
        )
        return {}

    async def _write_with_patience(self, production: Production) -> tuple[Script, str]:
        model = self._workspace.text_model
        for wait in (*PATIENCE, None):
            try:
                return await model.write(production.brief), model.name
            except (Transient, RateLimited, Misconfigured) as failure:
                if wait is not None and isinstance(failure, Transient):
                    await asyncio.sleep(wait.total_seconds())
                    continue
                await self._tell_of_fallback(production, failure)
                break
        fallback = self._workspace.fallback_text_model
        return await fallback.write(production.brief), fallback.name

    async def _tell_of_fallback(self, production: Production, failure: Failure) -> None:
        await self._durable.call(
            producing.note,
            self._workspace.store,
            production.run,
            "fallback.used",
            instead_of=self._workspace.text_model.name,
            why=str(failure),
        )

    async def _tell_of_other_place(self, production: Production, failure: Failure) -> None:
        await self._durable.call(
            producing.note,
            self._workspace.store,
            production.run,
            media.FELL_BACK,
            store=self._workspace.media_store.name,
            why=str(failure),
        )

    async def _check_everywhere(
        self, production: Production, script: Script, asset_ids: list[str]
    ) -> list[str]:
        """Codes of what the platforms would refuse, for a person to mend; a failure where none is asked."""
        found: list[Flaw] = []
        for account_id in production.run.account_ids:
            account = await self._durable.call(self._account, account_id)
            publisher = self._workspace.publisher(account.platform)
            format = producing.FORMATS[production.run.content_type]
            prepared = await media.prepare(self._workspace, publisher, format, asset_ids, moment=Moment.NOW)
            if prepared.trouble is not None:
                await self._tell_of_other_place(production, prepared.trouble)
            found += publisher.check(
                Draft(
                    post_id="",
                    format=format,
                    caption=script.caption,
                    hashtags=script.hashtags,
                    media=tuple(
                        DraftMedia(asset_id=item.asset_id, facts=item.facts, url=item.location)
                        for item in prepared.files
                    ),
                )
            )
        if found and production.persona.approval is ApprovalRule.NEVER:
            raise Problem(*found)
        return [flaw.code for flaw in found]

    def _account(self, account_id: str) -> accounts.Account:
        with self._workspace.store.read() as tx:
            return accounts.get(tx, account_id)

    async def _script(self, production: Production) -> Script:
        written = await self._result(production, Stage.SCRIPT)
        assert written is not None, "the recipe writes a script before anything is made of it"
        return producing.script_from_json(written["script"])

    async def _result(self, production: Production, stage: Stage) -> dict[str, Any] | None:
        return await self._durable.call(producing.result_of, self._workspace.store, production.run, stage)
