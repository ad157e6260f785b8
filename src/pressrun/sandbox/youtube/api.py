"""Routes of www.googleapis.com: the methods of the API, its uploads, and the pages videos are watched at."""

from collections.abc import Awaitable, Callable, Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from pressrun.sandbox.standin import IncomingCall, Sandbox, bearer
from pressrun.sandbox.youtube import captions, categories, channels, operations, playlists, videos
from pressrun.sandbox.youtube.call import ApiCall, begin, drain
from pressrun.sandbox.youtube.captions import CaptionUploads
from pressrun.sandbox.youtube.errors import ApiError, bad_request
from pressrun.sandbox.youtube.finishing import Finishing
from pressrun.sandbox.youtube.operations import Operation
from pressrun.sandbox.youtube.resumable import Resumable
from pressrun.sandbox.youtube.rules import PLATFORM
from pressrun.sandbox.youtube.sessions import find_session
from pressrun.sandbox.youtube.simple import SimpleUploads
from pressrun.sandbox.youtube.stills import still
from pressrun.sandbox.youtube.targets import Target
from pressrun.sandbox.youtube.thumbnails import ThumbnailUploads
from pressrun.sandbox.youtube.uploading import VideoUploads
from pressrun.sandbox.youtube.video import Videos

API_ROOTS = ("/youtube/youtube/v3", "/youtube/v3")
"""Below the prefix, and as a client forms it whose root is the sandbox itself."""
UPLOAD_ROOTS = (
    "/youtube/upload/youtube/v3",
    "/youtube/resumable/upload/youtube/v3",
    "/upload/youtube/v3",
)
Handler = Callable[[ApiCall], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]

_METHODS: tuple[tuple[str, str, Operation, Handler], ...] = (
    ("GET", "channels", operations.CHANNELS_LIST, channels.list_channels),
    ("GET", "videos", operations.VIDEOS_LIST, videos.list_videos),
    ("PUT", "videos", operations.VIDEOS_UPDATE, videos.update_video),
    ("DELETE", "videos", operations.VIDEOS_DELETE, videos.delete_video),
    ("GET", "videoCategories", operations.CATEGORIES_LIST, categories.list_categories),
    ("GET", "captions", operations.CAPTIONS_LIST, captions.list_captions),
    ("DELETE", "captions", operations.CAPTIONS_DELETE, captions.delete_caption),
    ("GET", "playlists", operations.PLAYLISTS_LIST, playlists.list_playlists),
    ("POST", "playlists", operations.PLAYLISTS_INSERT, playlists.insert_playlist),
    ("GET", "playlistItems", operations.ITEMS_LIST, playlists.list_items),
    ("POST", "playlistItems", operations.ITEMS_INSERT, playlists.insert_item),
)


def routes(sandbox: Sandbox) -> Sequence[BaseRoute]:
    methods = [
        Route(f"{root}/{path}", _answering(operation, handler), methods=[verb])
        for root in API_ROOTS
        for verb, path, operation, handler in _METHODS
    ]
    pages = [
        Route("/youtube/watch", watch, methods=["GET"]),
        Route("/youtube/shorts/{video_id}", watch, methods=["GET"]),
        Route("/youtube/vi/{video_id}", still, methods=["GET"]),
    ]
    return [*methods, *_upload_routes(sandbox), *pages]


def _upload_routes(sandbox: Sandbox) -> list[BaseRoute]:
    targets: dict[str, Target] = {
        "videos": VideoUploads(sandbox),
        "thumbnails/set": ThumbnailUploads(sandbox),
        "captions": CaptionUploads(sandbox),
    }
    finishing = Finishing(sandbox, {target.name: target for target in targets.values()})
    resumable, simple = Resumable(sandbox, finishing), SimpleUploads(finishing)
    found: list[BaseRoute] = []
    for root in UPLOAD_ROOTS:
        for path, target in targets.items():
            start = _answering(target.operation, _starting(target, resumable, simple))
            found.append(Route(f"{root}/{path}", start, methods=["POST"]))
            found.append(Route(f"{root}/{path}", _safely(_continuing(resumable)), methods=["PUT"]))
    return found


def _starting(target: Target, resumable: Resumable, simple: SimpleUploads) -> Handler:
    async def start(call: ApiCall) -> Response:
        match call.text("uploadType"):
            case "resumable":
                return await resumable.start(call, target)
            case "multipart":
                return await simple.multipart(call, target)
            case "media":
                return await simple.media(call, target)
        raise bad_request("uploadType must be resumable, multipart or media.")

    return start


def _continuing(resumable: Resumable) -> Endpoint:
    async def put(request: Request) -> Response:
        if not request.query_params.get("upload_id"):
            raise bad_request("The request is missing its upload_id.")
        return await resumable.put(request)

    return put


def _answering(operation: Operation, handler: Handler) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        return await handler(await begin(request, operation))

    return _safely(endpoint)


def _safely(endpoint: Endpoint) -> Endpoint:
    """Refusals in the platform's shape, given once the client has sent everything."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except ApiError as failure:
            await drain(request)
            return failure.response()

    return answered


async def watch(request: Request) -> Response:
    """The public address of a video leads to the page that shows it."""
    sandbox: Sandbox = request.app.state.sandbox
    id_ = request.path_params.get("video_id") or request.query_params.get("v", "")
    video = Videos(sandbox).get(id_)
    if video is None:
        raise HTTPException(404, "no such video")
    return RedirectResponse(sandbox.base_url(request) + video.post().path, 302)


def account_of(sandbox: Sandbox, call: IncomingCall) -> str | None:
    """Whose request this is: by the upload session, else by the token it carries or is about."""
    session = find_session(sandbox, call.query.get("upload_id", ""))
    if session is not None:
        return session.account_id
    sent = {**call.query, **call.form()}
    tokens = (bearer(call.headers.get("authorization", "")), sent.get("refresh_token"), sent.get("token"))
    for token in filter(None, tokens):
        facts = sandbox.accounts.token(PLATFORM, token)
        if facts is not None:
            return facts["account_id"]
    grant = sandbox.records.get("code", f"{PLATFORM}/{sent.get('code', '')}")
    return grant["account_id"] if grant else None
