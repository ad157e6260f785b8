"""Many small questions of one instant, answered in one transaction: a thousand posts fall due together."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from pressrun.engine.durable import Durable

Q = TypeVar("Q")
A = TypeVar("A")


class Gathered(Generic[Q, A]):
    """Calls `answer` with everything asked since it was last called, one call at a time.

    `answer` blocks, and gives one answer for each question, in their order. All who asked get what it raises.
    """

    def __init__(self, durable: Durable, answer: Callable[[Sequence[Q]], Sequence[A]]) -> None:
        self._durable = durable
        self._answer = answer
        self._asked: list[Q] = []
        self._next: asyncio.Task[Sequence[A]] | None = None
        self._turn = asyncio.Lock()

    async def ask(self, question: Q) -> A:
        """The answer to this question."""
        place = len(self._asked)
        self._asked.append(question)
        if self._next is None:
            self._next = asyncio.create_task(self._answer_all())
        # One that stops waiting must not take the others' answers away.
        return (await asyncio.shield(self._next))[place]

    async def _answer_all(self) -> Sequence[A]:
        async with self._turn:
            asked, self._asked, self._next = self._asked, [], None
            return await self._durable.call(self._answer, asked)
