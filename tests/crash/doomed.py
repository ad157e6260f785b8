"""Runs `pressrun` so that it meets a signal exactly where a test says: `python doomed.py FOLDER up`.

The test puts a wish, `doom.json`, into FOLDER while the process runs. Each process that runs there gets ready
for it and says so by a file of its own; the one that reaches the point first takes the wish away and is hit.
Nothing in the product knows of this: its functions are wrapped from outside.
"""

import asyncio
import functools
import importlib
import inspect
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

POLL_SECONDS = 0.02
WISH, TAKEN, READY = "doom.json", "doom.taken", "doom.ready-{pid}"
_ON_THE_WIRE = {
    "sent": "http11.send_request_body.complete",
    "answered": "http11.receive_response_headers.complete",
}


class Doom:
    """One wish: `when` (before, after, sent, answered), `target` (module:path), `given`, `nth`, `signal`."""

    def __init__(self, folder: Path, wish: dict[str, Any]) -> None:
        self._folder = folder
        self._wish = wish
        self._passages = 0
        self.undo: Callable[[], None] = lambda: None
        """Takes it off again: of two, the inner one would hide from the outer one what is on the wire."""

    def prepare(self) -> None:
        """Wraps the target, until another wish comes."""
        module, _, path = self._wish["target"].partition(":")
        owner: Any = importlib.import_module(f"{module}")
        *way, name = path.split(".")
        for part in way:
            owner = getattr(owner, part)
        original = getattr(owner, name)
        setattr(owner, name, self._wrapped(original))
        self.undo = functools.partial(setattr, owner, name, original)

    def _wrapped(self, original: Callable[..., Any]) -> Callable[..., Any]:
        when = self._wish["when"]

        @functools.wraps(original)
        async def wrapped_async(*args: Any, **kwargs: Any) -> Any:
            meant = self._is_meant(args, kwargs)
            if when == "before" and meant:
                self._pass()
            if when in _ON_THE_WIRE and meant:
                kwargs["extensions"] = {"trace": self._watch}
            answer = await original(*args, **kwargs)
            if when == "after" and meant:
                self._pass()
            return answer

        @functools.wraps(original)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            meant = self._is_meant(args, kwargs)
            if when == "before" and meant:
                self._pass()
            answer = original(*args, **kwargs)
            # A claim that found nothing is no passage.
            if when == "after" and meant and answer != 0:
                self._pass()
            return answer

        return wrapped_async if inspect.iscoroutinefunction(original) else wrapped

    async def _watch(self, event: str, _: Any) -> None:
        if event == _ON_THE_WIRE[self._wish["when"]]:
            # What was written must leave: the socket is flushed by the loop.
            await asyncio.sleep(0)
            self._pass()

    def _is_meant(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
        given = self._wish["given"]
        return not given or any(word.endswith(given) for word in _words(args, kwargs))

    def _pass(self) -> None:
        self._passages += 1
        if self._passages != self._wish["nth"]:
            return
        try:
            (self._folder / WISH).rename(self._folder / TAKEN)
        except FileNotFoundError:
            return
        # To this thread: sent to the process, another one might take it while this one goes on for a while.
        signal.pthread_kill(threading.get_ident(), signal.Signals[self._wish["signal"]])


def _words(args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[str]:
    for value in (*args, *kwargs.values()):
        values = value.values() if isinstance(value, dict) else [value]
        yield from (word for word in values if isinstance(word, str))


def _await_wishes(folder: Path) -> None:
    done: str | None = None
    last: Doom | None = None
    while True:
        time.sleep(POLL_SECONDS)
        try:
            written = (folder / WISH).read_text()
        except FileNotFoundError:
            continue
        if written != done:
            done = written
            if last is not None:
                last.undo()
            last = Doom(folder, json.loads(written))
            last.prepare()
            (folder / READY.format(pid=os.getpid())).write_text(written)


def main() -> int:
    folder, *command = sys.argv[1:]
    from pressrun.cli import main as pressrun

    threading.Thread(target=_await_wishes, args=(Path(folder),), daemon=True).start()
    return pressrun(command)


if __name__ == "__main__":
    sys.exit(main())
