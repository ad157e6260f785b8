"""An engine that only runs what it is given, on this event loop and in this thread."""

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, cast

from pressrun.engine.durable import Durable

T = TypeVar("T")


class Inline:
    """`resumable` says how much of each dead executor's work is left to resume."""

    executor_id = "me"

    def __init__(self, resumable: dict[str, list[int]] | None = None) -> None:
        self.steps: list[str] = []
        self.taken_over: list[str] = []
        self._resumable = resumable or {}

    @property
    def durable(self) -> Durable:
        return cast(Durable, self)

    async def step(self, name: str, act: Callable[[], Coroutine[Any, Any, T]]) -> T:
        self.steps.append(name)
        return await act()

    async def call(self, function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        return function(*args, **kwargs)

    def take_over(self, executor_id: str) -> int:
        self.taken_over.append(executor_id)
        left = self._resumable.get(executor_id, [])
        return left.pop(0) if left else 0
