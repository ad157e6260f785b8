"""`/api/youtube/upload`: a video to a YouTube channel, on demand (S4.6)."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, Field

from pressrun.actions import uploading
from pressrun.actions.uploading import UploadRequest
from pressrun.domain.account import Platform
from pressrun.domain.post import PostStatus
from pressrun.domain.problems import Problem
from pressrun.web.auth import Sender
from pressrun.web.deps import InWorkspace
from pressrun.web.forms import Text, Word
from pressrun.web.idempotency import OnceRoute
from pressrun.web.openapi import EVERYWHERE

router = APIRouter(prefix="/api/youtube", tags=["youtube"], responses=EVERYWHERE, route_class=OnceRoute)

_FIELDS = {
    "caption": "description",
    "asset_ids": "asset_id",
    "format": "asset_id",
    "options.title": "title",
    "options.tags": "tags",
    "options.privacy": "privacyStatus",
    "options.publish_at": "publishAt",
    "options.made_for_kids": "madeForKids",
}
"""What this route calls the fields of a post."""


class NewVideo(BaseModel):
    """A video, by the id of its file or of the task that made it, and what YouTube shall say about it."""

    account_id: Word
    asset_id: Word | None = None
    task_id: Word | None = None
    title: Text
    description: Text = ""
    tags: Annotated[list[Text], Field(max_length=200)] = Field(default_factory=list)
    privacyStatus: Word | None = None  # noqa: N815 - the name is given (API.md)
    publishAt: Word | None = None  # noqa: N815
    madeForKids: bool = False  # noqa: N815


class UploadTask(BaseModel):
    """The task ends with `links.video` and `video_id`; watch it at `/api/tasks/{task_id}`."""

    task_id: str
    status: PostStatus


@router.post("/upload", status_code=202)
async def upload_video(visitor: Sender, workspace: InWorkspace, wanted: NewVideo) -> UploadTask:
    """Uploads now, or when it is approved."""
    # An empty title is a missing one here: nobody asked for the description's first line.
    options = {"title": wanted.title or " ", "tags": wanted.tags, "made_for_kids": wanted.madeForKids}
    if wanted.privacyStatus:
        options["privacy"] = wanted.privacyStatus
    request = UploadRequest(
        account_id=wanted.account_id,
        platform=Platform.YOUTUBE,
        asset_id=wanted.asset_id,
        task_id=wanted.task_id,
        description=wanted.description,
        public_at=wanted.publishAt,
        options=options,
    )
    try:
        post = await uploading.upload_video(workspace, visitor.caller, request)
    except Problem as problem:
        raise uploading.renamed(problem, _FIELDS) from problem
    return UploadTask(task_id=post.id, status=post.status)
