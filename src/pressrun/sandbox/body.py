"""The body of a request that the frame has read: in memory while small, on disk once it is large."""

import tempfile
from collections.abc import Iterator

from starlette.types import Message, Receive

IN_MEMORY = 1024 * 1024
_PIECE = 64 * 1024


class KeptBody:
    """Bytes of one request, to be given to the stand-in later. Close it after use."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed by its owner

    def add(self, piece: bytes) -> None:
        self._file.write(piece)

    def start(self) -> bytes:
        """As much of it as is kept in memory: all of any form or JSON document of usual size."""
        self._file.seek(0)
        return self._file.read(IN_MEMORY)

    def replay(self, after: Receive) -> Receive:
        """Messages with the whole body, then whatever `after` brings."""
        pieces = self._pieces()
        ended = False

        async def receive() -> Message:
            nonlocal ended
            if ended:
                return await after()
            piece = next(pieces, b"")
            ended = not piece
            return {"type": "http.request", "body": piece, "more_body": bool(piece)}

        return receive

    def close(self) -> None:
        self._file.close()

    def _pieces(self) -> Iterator[bytes]:
        at = 0
        while True:
            self._file.seek(at)
            piece = self._file.read(_PIECE)
            if not piece:
                return
            at += len(piece)
            yield piece


def only_first(receive: Receive, count: int) -> Receive:
    """The first `count` bytes of a body, then the end of the connection."""
    left = count

    async def limited() -> Message:
        nonlocal left
        if left <= 0:
            return {"type": "http.disconnect"}
        message = await receive()
        if message["type"] != "http.request":
            return message
        piece = message.get("body", b"")[:left]
        left = left - len(piece) if message.get("more_body", False) else 0
        return {"type": "http.request", "body": piece, "more_body": True}

    return limited
