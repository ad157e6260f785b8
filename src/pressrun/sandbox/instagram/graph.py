"""Routes of graph.facebook.com, graph.instagram.com and rupload.facebook.com, by what each path names."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.instagram import login
from pressrun.sandbox.instagram.call import FACEBOOK, INSTAGRAM, PLATFORM, GraphCall, read_call
from pressrun.sandbox.instagram.containers import Container, Containers
from pressrun.sandbox.instagram.creation import Creation
from pressrun.sandbox.instagram.errors import GraphError, gone, invalid
from pressrun.sandbox.instagram.publishing import Publishing
from pressrun.sandbox.instagram.reading import Reading
from pressrun.sandbox.instagram.uploading import Uploading
from pressrun.sandbox.posts import PublishedPost
from pressrun.sandbox.standin import IncomingCall, Sandbox, bearer

LOGIN_OF_PREFIX = {"/instagram": FACEBOOK, "/instagram-login": INSTAGRAM}
NEWEST_VERSION = "v26.0"
_VERSION = re.compile(r"v\d+\.\d+")


def routes(sandbox: Sandbox) -> Sequence[BaseRoute]:
    graph = Graph(sandbox)
    any_method = ["GET", "POST", "DELETE"]
    hosts = [
        Route(f"{prefix}/{{rest:path}}", partial(graph.serve, prefix=prefix), methods=any_method)
        for prefix in LOGIN_OF_PREFIX
    ]
    uploading = Uploading(sandbox, graph.containers, graph.creation)
    rupload = Route("/rupload/ig-api-upload/{version}/{container_id}", uploading.upload, methods=["POST"])
    return [*hosts, rupload, *login.routes(sandbox)]


def account_of(sandbox: Sandbox, call: IncomingCall) -> str | None:
    """Whose request this is: by the account, container or media in the path, else by its token."""
    containers = Containers(sandbox.records)
    for segment in call.path.split("/"):
        if not segment.isdigit():
            continue
        owned = (
            sandbox.accounts.get(PLATFORM, segment)
            or containers.get(segment)
            or sandbox.posts.get(PLATFORM, segment)
        )
        if owned is not None:
            return owned.account_id
    token = call.query.get("access_token") or bearer(call.headers.get("authorization", ""))
    facts = sandbox.accounts.token(PLATFORM, token) if token else None
    return facts["account_id"] if facts else None


@dataclass
class Graph:
    """One object for both hosts; it keeps the videos that are being loaded."""

    sandbox: Sandbox
    containers: Containers = field(init=False)
    creation: Creation = field(init=False)
    publishing: Publishing = field(init=False)
    reading: Reading = field(init=False)

    def __post_init__(self) -> None:
        self.containers = Containers(self.sandbox.records)
        self.creation = Creation(self.sandbox, self.containers, loading=set())
        self.publishing = Publishing(self.sandbox, self.containers)
        self.reading = Reading(self.sandbox)

    async def serve(self, request: Request, *, prefix: str) -> Response:
        segments = [segment for segment in request.path_params["rest"].split("/") if segment]
        version = segments.pop(0) if segments and _VERSION.fullmatch(segments[0]) else NEWEST_VERSION
        try:
            call = await read_call(
                self.sandbox, request, login=LOGIN_OF_PREFIX[prefix], version=version, prefix=prefix
            )
            return await self._dispatch(call, segments)
        except GraphError as failure:
            return failure.response()

    async def _dispatch(self, call: GraphCall, segments: list[str]) -> Response:
        without_node = login.answer(call, "/".join(segments))
        if without_node is not None:
            return without_node
        if not segments or len(segments) > 2:
            raise GraphError(2500, None, "Unknown path components: /" + "/".join(segments))
        node, edge = segments[0], segments[1] if len(segments) == 2 else ""
        container, post = self.containers.get(node), self.sandbox.posts.get(PLATFORM, node)
        if container is not None:
            return self._container(call, container, edge)
        if post is not None:
            return self._media(call, post, edge)
        child = self.sandbox.records.get("ig_child", node)
        if child is not None:
            return self._child(call, child, edge)
        account = call.own_account() if node == "me" else call.account(node)
        return _with_usage(call, account, await self._account(call, account, edge))

    async def _account(self, call: GraphCall, account: Account, edge: str) -> Response:
        match call.method, edge:
            case "GET", "":
                return self.reading.account(call, account)
            case "POST", "media":
                return await self.creation.create(call, account)
            case "POST", "media_publish":
                return self.publishing.publish(call, account)
            case "GET", "media" | "stories":
                return self.reading.listing(call, account, stories=edge == "stories")
            case "GET", "content_publishing_limit":
                return self.publishing.limit(call, account)
            case "GET", "insights":
                return self.reading.account_insights(call, account)
        raise _unknown_edge(call, edge)

    def _container(self, call: GraphCall, container: Container, edge: str) -> Response:
        call.account(container.account_id)
        if call.method != "GET" or edge:
            raise _unknown_edge(call, edge)
        if container.loading and container.video_url and not self.creation.loading:
            # The sandbox was restarted while this video was on its way.
            self.creation.load_in_background(container)
        return self.reading.container(call, container)

    def _media(self, call: GraphCall, post: PublishedPost, edge: str) -> Response:
        call.account(post.account_id)
        match call.method, edge:
            case "GET", "":
                return self.reading.media(call, post)
            case "GET", "insights":
                return self.reading.media_insights(call, post)
            case "GET", "children":
                return self.reading.children(call, post)
            case "DELETE", "" if call.login == FACEBOOK:
                call.require("instagram_manage_contents")
                self.sandbox.posts.remove(post)
                return JSONResponse({"success": True})
        raise _unknown_edge(call, edge)

    def _child(self, call: GraphCall, child: dict[str, str | int], edge: str) -> Response:
        post = self.sandbox.posts.get(PLATFORM, str(child["post_id"]))
        if post is None or edge or call.method != "GET":
            raise gone("child")
        call.account(post.account_id)
        return self.reading.child(call, post, int(child["index"]))


def _unknown_edge(call: GraphCall, edge: str) -> GraphError:
    if call.method == "GET" and edge:
        return invalid(f"Tried accessing nonexisting field ({edge})")
    return GraphError(100, 33, f"Unsupported {call.method.lower()} request.")


def _with_usage(call: GraphCall, account: Account, response: Response) -> Response:
    """The headers that tell how much of the call limits is used, once it is noticeable."""
    percent = call.rule(account, "usage_percent")
    if percent:
        usage = {"call_count": percent, "total_cputime": percent // 2, "total_time": percent // 2}
        business = [
            {"type": "instagram", **usage, "estimated_time_to_regain_access": 19 if percent >= 100 else 0}
        ]
        response.headers["X-App-Usage"] = json.dumps(usage)
        response.headers["X-Business-Use-Case-Usage"] = json.dumps({account.account_id: business})
    return response
