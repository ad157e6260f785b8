"""Requests to the X API as one account."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pressrun.connectors.base import Login
from pressrun.connectors.file_body import Form
from pressrun.connectors.http import Http, HttpAnswer
from pressrun.connectors.publishers.x import answers
from pressrun.domain.failures import Answer, Failure, LoginExpired, Reach, Refused

FIELD_PARAMETERS = ("tweet.fields", "post.fields")
"""What a reader's parameter is called: the older name, and the one of newer descriptions of the API."""


class Calls:
    """Every answer is the parsed body of a success that has its data, or one of `domain.failures`."""

    def __init__(self, http: Http, url: str, *, now: Callable[[], datetime]) -> None:
        self.now = now
        self._http = http
        self._url = f"{url.rstrip('/')}/2"

    async def get(self, login: Login, path: str, **params: str) -> dict[str, Any]:
        """Reads something; answers its `data`."""
        return self._data(await self._request("GET", login, path, params=params))

    async def post(self, login: Login, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Makes or changes something; answers its `data`."""
        return self._data(
            await self._request("POST", login, path, **({} if body is None else {"json": body}))
        )

    async def send(
        self, login: Login, path: str, file: Path, *, offset: int, length: int, fields: Mapping[str, str]
    ) -> None:
        """Sends a piece of a file as the field `media` of a form; what X answers does not matter."""
        answer = await self._http.send(
            "POST",
            f"{self._url}/{path}",
            file=file,
            offset=offset,
            length=length,
            form=Form(fields=fields, name="media", filename="segment"),
            headers=bearer(login),
        )
        if not answer.is_success or not isinstance(answer.body, dict):
            raise self.failure(answer)

    async def read_posts(self, login: Login, path: str, fields: str, **params: str) -> HttpAnswer:
        """Reads posts with these fields, by whichever name X takes their parameter."""
        older, newer = FIELD_PARAMETERS
        answer = await self._request("GET", login, path, params={**params, older: fields})
        if answer.status != 400 or not self._refuses(answer, older):
            return answer
        fields = fields.replace("tweets", "posts")
        return await self._request("GET", login, path, params={**params, newer: fields})

    def failure(self, answer: HttpAnswer) -> Failure:
        """What an answer means that has not the data it should have."""
        return answers.translate(answer, now=self.now())

    def _refuses(self, answer: HttpAnswer, parameter: str) -> bool:
        failure = answers.translate(answer, now=self.now())
        return isinstance(failure, Refused) and parameter in str(failure.values.get("field", ""))

    def _data(self, answer: HttpAnswer) -> dict[str, Any]:
        data = answer.body.get("data") if isinstance(answer.body, dict) else None
        if not answer.is_success or not isinstance(data, dict):
            raise self.failure(answer)
        return data

    async def _request(self, method: str, login: Login, path: str, **options: Any) -> HttpAnswer:
        return await self._http.request(method, f"{self._url}/{path}", headers=bearer(login), **options)


def bearer(login: Login) -> dict[str, str]:
    """The header that says who asks. Raises `LoginExpired` for what can be no token."""
    token = str(login.credentials.get("access_token", ""))
    if not re.fullmatch(r"[!-~]+", token):
        raise LoginExpired(answer=Answer(message="this can't be a token"), reach=Reach.NOT_SENT)
    return {"Authorization": f"Bearer {token}"}
