"""The older form of uploading media: `command=INIT|APPEND|FINALIZE|STATUS` at upload.x.com, numbered 1.1."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pressrun.sandbox.x import limits
from pressrun.sandbox.x.call import XCall
from pressrun.sandbox.x.uploading import Uploading, sent_fields

PATH = "/x-upload/1.1/media/upload.json"


def routes(route: Callable[..., Route], uploading: Uploading) -> Sequence[Route]:
    older = OlderUpload(uploading)
    return [
        route("POST", PATH, limits.CHUNKS, older.step),
        route("GET", PATH, limits.STATUS, older.status),
    ]


@dataclass(frozen=True)
class OlderUpload:
    """The same uploads; works where the switch `x_upload` is `init`."""

    uploading: Uploading

    async def step(self, call: XCall) -> Response:
        sent = {**call.query, **await sent_fields(call)}
        command = str(sent.get("command") or "")
        answer = await self.uploading.command(call, command, sent)
        if answer is None:
            return Response(status_code=204)
        return JSONResponse(_in_older_words(answer), 202 if command == "INIT" else 201)

    async def status(self, call: XCall) -> Response:
        return JSONResponse(_in_older_words(self.uploading.status_of(call)))


def _in_older_words(answer: dict[str, Any]) -> dict[str, Any]:
    """Without the envelope, and with the id as a number too."""
    renamed = {"media_id": int(answer["id"]), "media_id_string": answer["id"]}
    return renamed | {name: value for name, value in answer.items() if name != "id"}
