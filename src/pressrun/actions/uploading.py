"""Uploading a video on demand: by its file, or by the task that made it (S4.6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from zoneinfo import ZoneInfo

from anyio.to_thread import run_sync

from pressrun.actions import scheduling
from pressrun.actions.base import Caller, Workspace
from pressrun.actions.scheduling import PublishRequest
from pressrun.domain.media import MediaKind
from pressrun.domain.problems import Flaw, Problem
from pressrun.domain.times import parse_publish_time
from pressrun.domain.user import Right
from pressrun.store import accounts, assets, contents, personas, posts, runs
from pressrun.store.contents import Content
from pressrun.store.database import Tx
from pressrun.store.posts import Post


@dataclass(frozen=True)
class UploadRequest:
    """A video for one account: the file `asset_id`, or what the task `task_id` made."""

    account_id: str
    platform: str
    asset_id: str | None = None
    task_id: str | None = None
    description: str = ""
    public_at: str | None = None
    """When the platform makes it public by itself; without an offset in the persona's zone."""
    options: Mapping[str, Any] = field(default_factory=dict)


async def upload_video(workspace: Workspace, caller: Caller, request: UploadRequest) -> Post:
    """Accepts the upload as a post that goes out now, checked as every other one.

    Raises `Problem` as `schedule_publish` does, (404) `task_not_found`, and (422) `video_missing`,
    `account_of_other_platform`, `task_without_video` or `time_malformed`.
    """
    caller.need(Right.PUBLISH)
    wanted = await run_sync(_publish_request, workspace, request)
    return await scheduling.schedule_publish(workspace, caller, wanted)


def renamed(problem: Problem, names: Mapping[str, str]) -> Problem:
    """The same problem with its fields called as the caller of a route calls them."""
    flaws = (replace(flaw, field=names.get(flaw.field or "", flaw.field)) for flaw in problem.flaws)
    return Problem(*flaws, status=problem.status, extra=problem.extra)


def _publish_request(workspace: Workspace, request: UploadRequest) -> PublishRequest:
    with workspace.store.read() as tx:
        account = accounts.get(tx, request.account_id)
        if account.platform != request.platform:
            raise Problem.invalid("account_of_other_platform", field="account_id", platform=account.platform)
        options = dict(request.options)
        if request.public_at:
            zone = ZoneInfo(personas.get(tx, account.persona_id).timezone)
            at = parse_publish_time(request.public_at, zone, field="options.publish_at")
            options["publish_at"] = at.isoformat()
        return PublishRequest(
            account_id=account.id,
            caption=request.description,
            asset_ids=[_video(tx, request)],
            options=options,
        )


def _video(tx: Tx, request: UploadRequest) -> str:
    if bool(request.asset_id) == bool(request.task_id):
        raise Problem.invalid("video_missing", field="asset_ids")
    if request.asset_id:
        return request.asset_id
    for asset_id in _content_of(tx, str(request.task_id)).asset_ids:
        asset = assets.find(tx, asset_id)
        if asset is not None and asset.facts.kind is MediaKind.VIDEO:
            return asset_id
    raise Problem(Flaw("task_without_video", "task_id"))


def _content_of(tx: Tx, task_id: str) -> Content:
    post = posts.find(tx, task_id)
    if post is not None:
        return contents.get(tx, post.content_id)
    if runs.find(tx, task_id) is None:
        raise Problem.not_found("task_not_found")
    content = contents.of_run(tx, task_id)
    if content is None:
        raise Problem(Flaw("task_without_video", "task_id"))
    return content
