"""`POST /{ig-user-id}/media`: what a container must satisfy, and how its media gets in."""

import asyncio
import os
import re
import tempfile
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse, Response

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.instagram.call import FACEBOOK, PUBLISH_SCOPE, GraphCall
from pressrun.sandbox.instagram.containers import Container, ContainerMedia, Containers, Status, ready_at
from pressrun.sandbox.instagram.errors import GraphError, gone, invalid, refused, too_many_calls
from pressrun.sandbox.instagram.media_check import (
    MAX_VIDEO_BYTES,
    check_video,
    failure_text,
    fetch_image,
    fetch_into,
)
from pressrun.sandbox.standin import Sandbox, new_id

MAX_CAPTION = 2200
MAX_ALT_TEXT = 1000
MAX_COLLABORATORS = 3
MAX_USER_TAGS = 20
CHILDREN = range(2, 11)
CONTAINERS_PER_DAY = 400
MENTIONS_BY_HASHTAGS = {30: 20, 5: 3}
"""Official numbers, and those that re-sellers report."""

_HASHTAG = re.compile(r"(?<![\w&])[#＃](?=\w*[^\W\d])\w+")
_MENTION = re.compile(r"(?<![\w@])@[A-Za-z0-9_.]+")
_KEPT = [
    "location_id",
    "user_tags",
    "collaborators",
    "cover_url",
    "share_to_feed",
    "audio_name",
    "trial_params",
    "is_ai_generated",
    "poll_attachment",
    "is_poll_duration_extended",
    "is_comment_prompt_used",
    "product_tags",
]


@dataclass(frozen=True)
class Creation:
    """Makes containers, and loads their videos in the background."""

    sandbox: Sandbox
    containers: Containers
    loading: set[asyncio.Task[None]]

    async def create(self, call: GraphCall, account: Account) -> Response:
        call.require(PUBLISH_SCOPE[call.login])
        if account.account == "suspended":
            raise refused(2207050)
        if (
            self.sandbox.accounts.spent(account, "container", within=timedelta(hours=24))
            >= CONTAINERS_PER_DAY
        ):
            raise too_many_calls()
        container = await self._checked(call, account, self._described(call, account))
        with self.sandbox.records.transaction():
            self.containers.save(container)
            self.sandbox.accounts.spend(account, "container")
        if container.loading and not container.upload:
            self.load_in_background(container)
        return JSONResponse(_created(call, container))

    def _described(self, call: GraphCall, account: Account) -> Container:
        media_type = _media_type(call)
        child = call.flag("is_carousel_item")
        captioned = not child and media_type != "STORIES"
        is_video = media_type in ("REELS", "VIDEO") or (
            media_type == "STORIES" and call.text("image_url") is None
        )
        return Container(
            id=new_id("179"),
            account_id=account.account_id,
            media_type=media_type,
            created_at=call.now,
            ready_at=ready_at(account, call.now),
            result=account.processing.result,
            is_video=is_video,
            child=child,
            caption=(call.text("caption") or "") if captioned else "",
            alt_text=call.text("alt_text") or "",
            loading=is_video,
            video_url=(call.text("video_url") or "") if is_video else "",
            thumb_offset=call.number("thumb_offset", 0) if call.text("thumb_offset") else None,
            upload=is_video and call.text("upload_type") == "resumable",
            extras={name: call.params[name] for name in _KEPT if call.params.get(name) not in (None, "")},
        )

    async def _checked(self, call: GraphCall, account: Account, container: Container) -> Container:
        check_caption(container.caption, hashtags=call.rule(account, "hashtags"))
        _check_extras(call, container)
        if container.media_type == "CAROUSEL":
            return self._with_children(call, container)
        if container.is_video:
            await self._check_video_source(call, account, container)
            return container
        return await self._with_image(call, account, container)

    async def _with_image(self, call: GraphCall, account: Account, container: Container) -> Container:
        url = call.text("image_url")
        if url is None:
            raise invalid("The parameter image_url is required.")
        image = await fetch_image(
            url,
            accept_png=call.rule(account, "png") == "accept",
            any_ratio=container.media_type == "STORIES",
        )
        stored = self.sandbox.media.keep(image.content, mime=image.mime)
        self.sandbox.records.put("media", stored.sha256, {"mime": stored.mime})
        media = ContainerMedia(path=stored.path, sha256=stored.sha256, mime=stored.mime, source_url=url)
        return replace(container, media=media)

    def _with_children(self, call: GraphCall, container: Container) -> Container:
        ids = call.words("children")
        if len(ids) not in CHILDREN:
            raise refused(2207028)
        for id_ in ids:
            self._check_child(call, container, id_)
        return replace(container, children=tuple(ids))

    def _check_child(self, call: GraphCall, parent: Container, id_: str) -> None:
        child = self.containers.get(id_)
        if child is None or child.account_id != parent.account_id:
            raise gone(id_)
        if not child.child:
            raise invalid(f"Param children: {id_} was not created with is_carousel_item.")
        match child.status(call.now):
            case Status.IN_PROGRESS:
                raise refused(2207027)
            case Status.ERROR:
                raise refused(2207032)
            case Status.EXPIRED:
                raise refused(2207020)

    async def _check_video_source(self, call: GraphCall, account: Account, container: Container) -> None:
        rule = call.rule(account, "resumable")
        may_resume = call.login == FACEBOOK if rule == "documented" else rule == "accept"
        if not container.video_url and not (container.upload and may_resume):
            raise invalid("The parameter video_url is required.")
        cover_url = call.text("cover_url")
        if cover_url is not None:
            await fetch_image(cover_url, accept_png=False, any_ratio=True)

    # Videos

    def load_in_background(self, container: Container) -> None:
        task = asyncio.create_task(self._load(container))
        self.loading.add(task)
        task.add_done_callback(self.loading.discard)

    async def _load(self, container: Container) -> None:
        try:
            video = await self.fetch_video(container, container.video_url)
        except GraphError as failure:
            self._fail(container, failure)
            return
        await self.take_video(container, video)

    async def fetch_video(self, container: Container, url: str) -> Path:
        """A file with the video behind a public URL; raises GraphError."""
        most = MAX_VIDEO_BYTES[container.media_type]
        with tempfile.NamedTemporaryFile(dir=self.sandbox.media.folder, delete=False) as file:
            try:
                await fetch_into(file, url, max_bytes=most)
            except GraphError:
                await asyncio.to_thread(os.unlink, file.name)
                raise
        return Path(file.name)

    async def take_video(self, container: Container, video: Path) -> None:
        """Check a whole video, and finish its container, well or not. The file is taken over."""
        try:
            mime = await asyncio.to_thread(
                check_video,
                video,
                media_type=container.media_type,
                thumb_offset_ms=container.thumb_offset,
            )
        except GraphError as failure:
            await asyncio.to_thread(video.unlink)
            self._fail(container, failure)
            return
        stored = await asyncio.to_thread(self.sandbox.media.keep_file, video, mime=mime)
        self.sandbox.records.put("media", stored.sha256, {"mime": mime})
        media = ContainerMedia(
            path=stored.path, sha256=stored.sha256, mime=mime, source_url=container.video_url
        )
        self._finish(container, media=media)

    def _fail(self, container: Container, failure: GraphError) -> None:
        self._finish(container, failure=failure_text(failure))

    def _finish(self, container: Container, **outcome: Any) -> None:
        # A reset may have come while the video was on its way.
        if self.containers.get(container.id) is not None:
            self.containers.save(replace(container, loading=False, **outcome))


def check_caption(caption: str, *, hashtags: int) -> None:
    """Raises GraphError when the caption is longer, or has more tags, than the platform takes."""
    mentions = MENTIONS_BY_HASHTAGS[hashtags]
    too_many = len(_HASHTAG.findall(caption)) > hashtags or len(_MENTION.findall(caption)) > mentions
    if len(caption) > MAX_CAPTION or too_many:
        raise refused(2207010, tags=hashtags, ats=mentions)


def _media_type(call: GraphCall) -> str:
    asked = call.text("media_type")
    if asked is None:
        if call.text("video_url") is not None and call.text("image_url") is None:
            raise invalid("The parameter media_type is required for a video.")
        return "IMAGE"
    if asked not in ("IMAGE", "REELS", "STORIES", "CAROUSEL", "VIDEO"):
        raise refused(2207023)
    if asked == "VIDEO" and not call.flag("is_carousel_item"):
        raise refused(2207067)
    if asked in ("REELS", "STORIES", "CAROUSEL") and call.flag("is_carousel_item"):
        raise invalid(f"A carousel item cannot be of media_type {asked}.")
    return asked


def _check_extras(call: GraphCall, container: Container) -> None:
    if len(container.alt_text) > MAX_ALT_TEXT:
        raise invalid(f"Param alt_text must be no longer than {MAX_ALT_TEXT} characters.")
    if container.alt_text and (container.is_video or container.media_type == "STORIES"):
        raise invalid("Param alt_text is for images only.")
    if call.words("collaborators") and container.media_type == "CAROUSEL":
        raise invalid("Param collaborators is not supported for carousels.")
    if call.flag("is_ai_generated") and container.child:
        raise invalid("Param is_ai_generated belongs to the carousel, not to its items.")
    if len(call.words("collaborators")) > MAX_COLLABORATORS:
        raise invalid(f"Param collaborators takes at most {MAX_COLLABORATORS} usernames.")
    location = call.text("location_id")
    if location is not None and not location.isdigit():
        raise invalid("Param location_id must be a valid location page id.")
    _check_user_tags(call.parsed("user_tags") or [], need_place=not container.is_video)


def _check_user_tags(tags: Any, *, need_place: bool) -> None:
    if not isinstance(tags, list) or not all(isinstance(tag, dict) and tag.get("username") for tag in tags):
        raise invalid("Param user_tags must be an array of objects with a username.")
    if len(tags) > MAX_USER_TAGS:
        raise refused(2207040)
    for tag in tags if need_place else []:
        if not all(isinstance(tag.get(axis), int | float) and 0 <= tag[axis] <= 1 for axis in ("x", "y")):
            raise invalid("Param user_tags needs x and y between 0 and 1 for images.")


def _created(call: GraphCall, container: Container) -> dict[str, str]:
    answer = {"id": container.id}
    if container.upload:
        answer["uri"] = f"{call.base_url}/rupload/ig-api-upload/{call.version}/{container.id}"
    return answer
