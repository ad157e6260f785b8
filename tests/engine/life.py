"""One process with durable work, told by lines of JSON what to do: `python life.py URL FOLDER EXECUTOR`.

Work leaves its marks in FOLDER/marks, one line each; a file of FOLDER named like an argument lets it go on.
"""

import asyncio
import json
import os
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pressrun.engine.durable import Durable, Kind
from pressrun.kit.database import create_engine

POLL_SECONDS = 0.02


class Life:
    """The work, and what the test may ask of the process."""

    def __init__(self, url: str, folder: Path, executor_id: str) -> None:
        self._engine = create_engine(url)
        self._folder = folder
        self._durable = Durable(create_engine(url), executor_id=executor_id)

    async def live(self) -> None:
        await self._durable.start([Kind("count", self._count, 5), Kind("stages", self._stages, 5)])
        self._say({})
        # Not in the loop's own threads: they end with the engine.
        reader = ThreadPoolExecutor(1)
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(reader, sys.stdin.readline):
            asked = json.loads(line)
            self._say(await getattr(self, asked.pop("do"))(**asked))

    # Work

    async def _count(self, name: str) -> None:
        await self._durable.step("count", lambda: self._mark_soon(name))

    async def _mark_soon(self, text: str) -> None:
        self._mark(text)

    async def _stages(self, name: str) -> None:
        value = await self._durable.step("first", lambda: self._first(name))
        await self._durable.step("second", lambda: self._second(name))
        await self._durable.step("third", lambda: self._mark_soon(f"{name} third {value}"))

    async def _first(self, name: str) -> str:
        self._mark(f"{name} first")
        return uuid.uuid4().hex

    async def _second(self, name: str) -> None:
        self._mark(f"{name} second begins")
        await self._durable.call(self._mark, f"{name} {self._durable.current_work_id()}")
        while not (self._folder / name).exists():  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(POLL_SECONDS)
        await self._durable.call(self._mark, f"{name} second ends")

    def _mark(self, text: str) -> None:
        with (self._folder / "marks").open("a") as marks:
            marks.write(text + "\n")
            marks.flush()
            os.fsync(marks.fileno())

    # What a test may ask

    async def enqueue(self, kind: str, work_id: str, name: str, keep: bool = True) -> dict[str, Any]:
        with self._engine.connect() as connection:
            self._durable.enqueue(connection, kind, work_id, name)
            connection.commit() if keep else connection.rollback()
        return {}

    async def take_over(self, executor_id: str) -> dict[str, Any]:
        return {"resumed": await self._durable.call(self._durable.take_over, executor_id)}

    async def unfinished(self, work_ids: list[str]) -> dict[str, Any]:
        return {"found": sorted(await self._durable.call(self._durable.unfinished, work_ids))}

    async def prune(self, hours: float) -> dict[str, Any]:
        ended_before = datetime.now(UTC) + timedelta(hours=hours)
        return {"pruned": await self._durable.call(self._durable.prune, ended_before)}

    async def stop(self, grace: float) -> dict[str, Any]:
        await self._durable.drain(grace=grace)
        await self._durable.stop()
        self._engine.dispose()
        return {}

    def _say(self, answer: dict[str, Any]) -> None:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(Life(sys.argv[1], Path(sys.argv[2]), sys.argv[3]).live())
