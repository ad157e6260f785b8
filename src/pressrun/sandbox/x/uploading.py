"""Media of v2: initialize, append, finalize, status; images at once; alt texts."""

import asyncio
import base64
import binascii
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from pressrun.sandbox.standin import Sandbox, new_id
from pressrun.sandbox.x.call import XCall
from pressrun.sandbox.x.errors import invalid, not_found, too_large
from pressrun.sandbox.x.limits import real_seconds
from pressrun.sandbox.x.media_check import MEGABYTE, MediaRefused, check_file, declared_fault
from pressrun.sandbox.x.uploads import LIFE, Stage, Upload, Uploads

MAX_SEGMENT = 5 * MEGABYTE
MAX_SEGMENTS = 1000
MAX_JSON = 2 * MAX_SEGMENT
MAX_ALT_TEXT = 1000
AT_ONCE = ("tweet_image", "dm_image", "subtitles")


@dataclass(frozen=True)
class Uploading:
    """Bytes go to disk segment by segment, and never lie in memory as a whole."""

    sandbox: Sandbox

    @property
    def uploads(self) -> Uploads:
        return Uploads(self.sandbox)

    async def initialize(self, call: XCall) -> Response:
        _check_form(call, "paths")
        upload = self.open(call, await call.json())
        return JSONResponse({"data": upload.as_json(call.now)})

    async def append(self, call: XCall) -> Response:
        _check_form(call, "paths")
        upload = self.find(call, call.request.path_params["media_id"])
        sent = await sent_fields(call)
        self.add_segment(call, upload, sent)
        return JSONResponse({"data": {"expires_at": real_seconds(call, upload.created_at + LIFE)}})

    async def finalize(self, call: XCall) -> Response:
        _check_form(call, "paths")
        upload = self.find(call, call.request.path_params["media_id"])
        return JSONResponse({"data": self.answer_of_end(call, await self.close(call, upload))})

    async def status(self, call: XCall) -> Response:
        return JSONResponse({"data": self.status_of(call)})

    async def at_once(self, call: XCall, sent: dict[str, Any]) -> Response:
        """A whole image in one request."""
        category = str(sent.get("media_category") or "")
        if category not in AT_ONCE:
            raise invalid(f"must be one of {', '.join(AT_ONCE)}", parameter="media_category", value=category)
        content = bytes_of(sent)
        described = {
            "media_type": sent.get("media_type") or ("text/srt" if category == "subtitles" else "image/jpeg"),
            "media_category": category,
            "total_bytes": len(content),
        }
        upload = self.uploads.add_segment(self.open(call, described), 0, content)
        return JSONResponse({"data": self.answer_of_end(call, await self.close(call, upload))})

    async def metadata(self, call: XCall) -> Response:
        sent = await call.json()
        upload = self.find(call, str(sent.get("id") or ""))
        described = sent.get("metadata")
        alt = described.get("alt_text") if isinstance(described, dict) else None
        text = alt.get("text") if isinstance(alt, dict) else None
        if not isinstance(text, str) or not 0 < len(text) <= MAX_ALT_TEXT:
            raise invalid(f"must have 1 to {MAX_ALT_TEXT} characters", parameter="metadata.alt_text.text")
        self.uploads.save(replace(upload, alt_text=text))
        return JSONResponse({"data": {"id": upload.id, "associated_metadata": {"alt_text": {"text": text}}}})

    # The steps, whichever form they are asked in

    def status_of(self, call: XCall) -> dict[str, Any]:
        if call.query.get("command") != "STATUS":
            raise invalid("must be STATUS", parameter="command", value=call.query.get("command"))
        upload = self.find(call, call.query.get("media_id", ""))
        if upload.stage is not Stage.CLOSED:
            raise invalid("The upload was not finalized.", parameter="media_id", value=upload.id)
        return upload.as_json(call.now)

    def open(self, call: XCall, described: dict[str, Any]) -> Upload:
        media_type, category = described.get("media_type"), described.get("media_category")
        total = described.get("total_bytes")
        if not isinstance(total, int) or isinstance(total, bool):
            raise invalid("must be a number", parameter="total_bytes", value=total)
        fault = declared_fault(media_type=str(media_type), category=str(category), total_bytes=total)
        if fault is not None:
            parameter, why = fault
            raise invalid(f"{parameter} {why}", parameter=parameter, value=described.get(parameter), code=324)
        upload = Upload(
            id=new_id("19", 19),
            account_id=call.account.account_id,
            media_type=str(media_type),
            category=str(category),
            total_bytes=total,
            created_at=call.now,
        )
        return self.uploads.save(upload)

    def find(self, call: XCall, id_: str) -> Upload:
        """The caller's own upload while it lives; raises XError."""
        upload = self.uploads.get(id_)
        if upload is None or upload.account_id != call.account.account_id or upload.is_gone(call.now):
            raise not_found("media_id", id_, resource="media")
        return upload

    def add_segment(self, call: XCall, upload: Upload, sent: dict[str, Any]) -> None:
        index = str(sent.get("segment_index", ""))
        if not index.isdecimal() or int(index) >= MAX_SEGMENTS:
            raise invalid("must be a number from 0 to 999", parameter="segment_index", value=index)
        if upload.stage is not Stage.OPEN:
            raise invalid("The upload takes no more segments.", parameter="media_id", value=upload.id)
        content = bytes_of(sent)
        if len(content) > MAX_SEGMENT:
            raise too_large("segment")
        others = sum(size for name, size in upload.segments.items() if name != index)
        if others + len(content) > upload.total_bytes:
            raise invalid("More bytes than total_bytes says.", parameter="media", code=324)
        self.uploads.add_segment(upload, int(index), content)

    async def close(self, call: XCall, upload: Upload) -> Upload:
        """Checks the whole file; images at once, GIFs and videos as the outcome of processing."""
        if upload.stage is Stage.CLOSED and call.rule("second_finalize") == "answers":
            return upload
        if upload.stage is not Stage.OPEN:
            raise invalid("The upload was finalized before.", parameter="media_id", value=upload.id)
        complete = set(upload.segments) == {str(index) for index in range(len(upload.segments))}
        if not complete or sum(upload.segments.values()) != upload.total_bytes:
            raise invalid(
                "Segments do not add up to total_bytes.", parameter="media_id", value=upload.id, code=324
            )
        upload = self.uploads.save(replace(upload, stage=Stage.CLOSING))
        kept = await asyncio.to_thread(self._keep, call, upload)
        if kept.failure and not kept.is_processed:
            self.uploads.save(replace(kept, stage=Stage.BROKEN))
            raise invalid(kept.failure, parameter="media", code=324)
        if kept.sha256:
            self.sandbox.records.put("media", kept.sha256, {"mime": kept.mime})
        return self.uploads.save(kept)

    def answer_of_end(self, call: XCall, upload: Upload) -> dict[str, Any]:
        answer = upload.as_json(call.now)
        info = answer.get("processing_info")
        if info is not None and info["state"] == "in_progress":
            answer["processing_info"] = {"state": "pending", "check_after_secs": info["check_after_secs"]}
        return answer

    def _keep(self, call: XCall, upload: Upload) -> Upload:
        """Runs outside of the event loop, and therefore writes no records."""
        whole = self.uploads.assemble(upload)
        processing = call.account.processing
        seconds = processing.seconds if upload.is_processed else 0
        closed = replace(
            upload,
            stage=Stage.CLOSED,
            ready_at=call.now + timedelta(seconds=seconds),
            result=processing.result if upload.is_processed else "finished",
        )
        try:
            mime = check_file(
                whole,
                family=upload.family,
                any_size=call.rule("video_size") == "any",
                more_images=call.rule("image_types") == "openapi",
            )
        except MediaRefused as refused:
            whole.unlink()
            return replace(closed, failure=str(refused))
        stored = self.sandbox.media.keep_file(whole, mime=mime)
        return replace(closed, sha256=stored.sha256, mime=mime)

    async def at_once_or_older(self, call: XCall) -> Response:
        """`POST /2/media/upload` is a whole image, or a command of the older form."""
        sent = await sent_fields(call)
        command = str(sent.get("command") or call.query.get("command") or "")
        if not command:
            return await self.at_once(call, sent)
        answer = await self.command(call, command, {**call.query, **sent})
        return Response(status_code=204) if answer is None else JSONResponse({"data": answer})

    async def command(self, call: XCall, command: str, sent: dict[str, Any]) -> dict[str, Any] | None:
        """A step asked for in the older form; None for one that has nothing to tell."""
        _check_form(call, "init")
        if command == "INIT":
            total = str(sent.get("total_bytes", ""))
            described = sent | {"total_bytes": int(total) if total.isdecimal() else None}
            return self.open(call, described).as_json(call.now)
        upload = self.find(call, str(sent.get("media_id", "")))
        if command == "APPEND":
            self.add_segment(call, upload, sent)
            return None
        if command == "FINALIZE":
            return self.answer_of_end(call, await self.close(call, upload))
        raise invalid("must be INIT, APPEND, FINALIZE or STATUS", parameter="command", value=command)


def _check_form(call: XCall, form: str) -> None:
    """One of the two forms works at a time, so that a client is tested against either."""
    if call.rule("x_upload") != form:
        raise invalid("This form of uploading media is not supported.", parameter="command")


async def sent_fields(call: XCall) -> dict[str, Any]:
    """Fields of a JSON body, or of a form, in which `media` may be a file."""
    kind = call.request.headers.get("content-type", "").split(";")[0].strip()
    if kind == "application/json":
        if int(call.request.headers.get("content-length") or 0) > MAX_JSON:
            raise too_large("body")
        return await call.json()
    try:
        async with call.request.form(max_part_size=MAX_SEGMENT + 1) as form:
            return {name: await _value(value) for name, value in form.items()}
    except HTTPException as refused:
        raise too_large("segment") from refused


async def _value(value: UploadFile | str) -> bytes | str:
    """A file, or as much of it as shows that it is too large."""
    return await value.read(MAX_SEGMENT + 1) if isinstance(value, UploadFile) else value


def bytes_of(sent: dict[str, Any]) -> bytes:
    media = sent.get("media")
    if isinstance(media, bytes):
        return media
    if not isinstance(media, str) or not media:
        raise invalid("The bytes are missing.", parameter="media")
    try:
        return base64.b64decode(media, validate=True)
    except binascii.Error as broken:
        raise invalid("The bytes are not valid base64.", parameter="media") from broken
