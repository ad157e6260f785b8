"""Reads multipart/related as it comes: a JSON part, then a file of any size.

Google's own client ends its lines with a bare line feed, which parsers of web forms refuse.
"""

from collections.abc import AsyncIterator
from email.message import Message

from pressrun.sandbox.youtube.errors import ApiError, bad_request

MAX_METADATA = 1024 * 1024
_MAX_LINE = 8192


class RelatedParts:
    """`metadata`, then `mime_of_file`, then `file`; raises ApiError for a body of another form."""

    def __init__(self, content_type: str, stream: AsyncIterator[bytes]) -> None:
        described = Message()
        described["content-type"] = content_type
        boundary = described.get_param("boundary")
        if described.get_content_type() != "multipart/related" or not isinstance(boundary, str):
            raise bad_request("A multipart/related body with a boundary is expected.")
        self._mark = b"\n--" + boundary.encode("latin-1", "replace")
        self._stream = stream
        # The first mark need not have a line before it.
        self._unread = bytearray(b"\n")

    async def metadata(self) -> bytes:
        """The first part, whole."""
        async for _ in self._until_mark():
            pass
        await self._headers()
        read = bytearray()
        async for piece in self._until_mark():
            read += piece
            if len(read) > MAX_METADATA:
                raise ApiError(413, "uploadTooLarge", "The metadata is too large.")
        return bytes(read)

    async def mime_of_file(self) -> str:
        return (await self._headers()).get("content-type", "application/octet-stream")

    async def file(self) -> AsyncIterator[bytes]:
        """The second part in pieces."""
        async for piece in self._until_mark():
            yield piece

    async def _until_mark(self) -> AsyncIterator[bytes]:
        """What stands before the next boundary; the line end before it is not part of it."""
        held_back = len(self._mark) + 1
        while (found := self._unread.find(self._mark)) < 0:
            if len(self._unread) > held_back:
                yield bytes(self._unread[:-held_back])
                del self._unread[:-held_back]
            await self._read()
        yield bytes(self._unread[:found]).removesuffix(b"\r")
        del self._unread[: found + len(self._mark)]

    async def _headers(self) -> dict[str, str]:
        """The header lines of a part, up to the empty one."""
        if await self._line():
            raise bad_request("The body ends before the part with the file.")
        headers = {}
        while line := await self._line():
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        return headers

    async def _line(self) -> str:
        while (end := self._unread.find(b"\n")) < 0:
            if len(self._unread) > _MAX_LINE:
                raise bad_request("A line of the multipart body is too long.")
            await self._read()
        line = bytes(self._unread[:end]).decode("latin-1").rstrip("\r ")
        del self._unread[: end + 1]
        return line

    async def _read(self) -> None:
        piece = await anext(self._stream, b"")
        if not piece:
            raise bad_request("The multipart body ends without its closing boundary.")
        self._unread += piece
