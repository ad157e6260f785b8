"""An account on the X stand-in: plain calls of the API, and the way for an SDK whose host is fixed."""

import base64
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import requests
import tweepy
from requests.adapters import HTTPAdapter

CALLBACK = "http://127.0.0.1:8000/oauth/x"
VERIFIER = "a-verifier-of-at-least-43-characters-0123456789"
CHALLENGE = "wZL8MkZejwdzHh4jB2kh79_6EBNURpiMV6pTtCVALSs"
SCOPES = "tweet.read tweet.write users.read media.write offline.access"
APP = ("pressrun-demo", "pressrun-demo-secret")
HOSTS = ("https://api.twitter.com", "https://api.x.com")


@dataclass(frozen=True)
class XAccount:
    """One account and the calls its publisher makes."""

    http: httpx.Client
    id: str
    credentials: dict[str, Any]

    @property
    def token(self) -> str:
        return self.credentials["access_token"]

    def with_token(self, token: str) -> "XAccount":
        return replace(self, credentials=self.credentials | {"access_token": token})

    def get(self, path: str, **params: Any) -> httpx.Response:
        return self.http.get(f"/x/2/{path}", params=params, headers=self.login())

    def post(self, path: str, **body: Any) -> httpx.Response:
        return self.http.post(f"/x/2/{path}", json=body, headers=self.login())

    def delete(self, post_id: str) -> httpx.Response:
        return self.http.delete(f"/x/2/tweets/{post_id}", headers=self.login())

    def tweet(self, text: str | None = None, **more: Any) -> httpx.Response:
        return self.post("tweets", **({} if text is None else {"text": text}), **more)

    def tweeted(self, text: str | None = None, **more: Any) -> str:
        answer = self.tweet(text, **more)
        assert answer.status_code == 201, answer.text
        return answer.json()["data"]["id"]

    def answer_to(self, post_id: str, text: str) -> httpx.Response:
        return self.tweet(text, reply={"in_reply_to_tweet_id": post_id})

    def timeline(self, **params: Any) -> httpx.Response:
        return self.get(f"users/{self.id}/tweets", **params)

    def listed(self, **params: Any) -> list[str]:
        answer = self.timeline(**params)
        assert answer.status_code == 200, answer.text
        return [post["id"] for post in answer.json().get("data", [])]

    def set_state(self, **changes: Any) -> None:
        answer = self.http.post(f"/_sandbox/accounts/x/{self.id}/state", json=changes)
        assert answer.status_code == 200, answer.text

    def published(self) -> list[dict[str, Any]]:
        answer = self.http.get("/_sandbox/published", params={"platform": "x", "account_id": self.id})
        return answer.json()["items"]

    def login(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    # Media

    def initialize(self, content: bytes, media_type: str, category: str, **more: Any) -> httpx.Response:
        described = {"media_type": media_type, "media_category": category, "total_bytes": len(content)}
        return self.post("media/upload/initialize", **(described | more))

    def append(self, media_id: str, index: int, content: bytes) -> httpx.Response:
        return self.http.post(
            f"/x/2/media/upload/{media_id}/append",
            data={"segment_index": index},
            files={"media": content},
            headers=self.login(),
        )

    def append_json(self, media_id: str, index: int, content: bytes) -> httpx.Response:
        encoded = base64.b64encode(content).decode()
        return self.post(f"media/upload/{media_id}/append", segment_index=index, media=encoded)

    def finalize(self, media_id: str) -> httpx.Response:
        return self.http.post(f"/x/2/media/upload/{media_id}/finalize", headers=self.login())

    def status(self, media_id: str) -> httpx.Response:
        return self.get("media/upload", command="STATUS", media_id=media_id)

    def uploaded(
        self,
        content: bytes,
        media_type: str = "image/jpeg",
        category: str = "tweet_image",
        *,
        piece: int = 4_000_000,
    ) -> str:
        """The id of media that was sent in pieces and finalized."""
        begun = self.initialize(content, media_type, category)
        assert begun.status_code == 200, begun.text
        media_id = begun.json()["data"]["id"]
        for index, at in enumerate(range(0, len(content), piece)):
            answer = self.append(media_id, index, content[at : at + piece])
            assert answer.status_code == 200, answer.text
        ended = self.finalize(media_id)
        assert ended.status_code == 200, ended.text
        return media_id


def open_x(http: httpx.Client, handle: str = "coffee_haru") -> XAccount:
    made = http.post("/_sandbox/accounts", json={"platform": "x", "handle": handle}).json()
    return XAccount(http, made["account_id"], made["credentials"])


def detail_of(answer: httpx.Response) -> str:
    """The detail of a problem of v2, which must have its whole shape."""
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert problem["type"] == "about:blank" or problem["type"].startswith("https://api.x.com/2/problems/")
    return problem["detail"]


def parameters_of(answer: httpx.Response) -> dict[str, list[str]]:
    """What an invalid request names; the answer must be one."""
    assert answer.status_code == 400, answer.text
    assert answer.json()["type"].endswith("/invalid-request")
    return {name: values for error in answer.json()["errors"] for name, values in error["parameters"].items()}


def move_clock(http: httpx.Client, seconds: float) -> None:
    assert http.post("/_sandbox/clock", json={"advance_s": seconds}).status_code == 200


# OAuth

AUTHORIZE = "/x-consent/i/oauth2/authorize"


def asked(**changes: str | None) -> dict[str, str]:
    """The query of an authorization request; a change to None leaves its parameter out."""
    query: dict[str, str | None] = {
        "response_type": "code",
        "client_id": APP[0],
        "redirect_uri": CALLBACK,
        "scope": SCOPES,
        "state": "s1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in (query | changes).items() if value is not None}


def consent(account: XAccount, *, decision: str = "allow", **changes: str | None) -> dict[str, str]:
    """What the redirect carries after a person decided."""
    chosen = {"account_id": account.id, "decision": decision}
    answer = account.http.post(AUTHORIZE, params=asked(**changes), data=chosen)
    assert answer.status_code == 302, answer.text
    location = urlsplit(answer.headers["location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == CALLBACK
    return {name: values[0] for name, values in parse_qs(location.query).items()}


def exchange(http: httpx.Client, code: str, **changes: str) -> httpx.Response:
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER,
    }
    return http.post("/x/2/oauth2/token", data=sent | changes, auth=APP)


def refresh(http: httpx.Client, token: str) -> httpx.Response:
    sent = {"grant_type": "refresh_token", "refresh_token": token}
    return http.post("/x/2/oauth2/token", data=sent, auth=APP)


# The SDK


class ToSandbox(HTTPAdapter):
    """Carries requests for X's own hosts to the sandbox, since tweepy's host is fixed."""

    def __init__(self, sandbox_url: str) -> None:
        super().__init__()
        self._sandbox_url = sandbox_url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        assert request.url
        where = urlsplit(request.url)
        request.url = f"{self._sandbox_url}/x{where.path}" + (f"?{where.query}" if where.query else "")
        return super().send(request, *args, **kwargs)


def tweepy_client(sandbox_url: str, account: XAccount) -> tweepy.Client:
    client = tweepy.Client(account.token)
    mount(client.session, sandbox_url)
    return client


def mount(session: requests.Session, sandbox_url: str) -> None:
    session.trust_env = False
    for host in HOSTS:
        session.mount(host, ToSandbox(sandbox_url))
