"""Keys, request rules and models of the Messages API stand-in."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from anthropic import Anthropic

MODEL = "claude-sonnet-5-5"


@pytest.fixture
def key(http: httpx.Client) -> str:
    made = http.post("/_sandbox/accounts", json={"platform": "anthropic", "handle": "team"}).json()
    return made["credentials"]["api_key"]


@pytest.fixture
def client(sandbox_url: str, key: str) -> Iterator[Anthropic]:
    with Anthropic(base_url=f"{sandbox_url}/anthropic", api_key=key, max_retries=0) as client:
        yield client


class TestRules:
    def post(
        self, http: httpx.Client, headers: dict[str, str] | None = None, **changes: Any
    ) -> httpx.Response:
        body = {"model": MODEL, "max_tokens": 100, "messages": [{"role": "user", "content": "hi"}], **changes}
        usual = {"x-api-key": "sandbox", "anthropic-version": "2023-06-01"}
        given = {name: value for name, value in body.items() if value is not None}
        return http.post("/anthropic/v1/messages", json=given, headers=usual if headers is None else headers)

    def test_both_ways_to_send_a_key(self, http: httpx.Client, key: str) -> None:
        version = {"anthropic-version": "2026-10-21"}
        assert self.post(http, {"x-api-key": key, **version}).status_code == 200
        assert self.post(http, {"authorization": f"Bearer {key}", **version}).status_code == 200

    @pytest.mark.parametrize("headers", [{}, {"x-api-key": "made-up"}, {"authorization": "Bearer no"}])
    def test_other_keys_are_refused(self, http: httpx.Client, headers: dict[str, str]) -> None:
        answer = self.post(http, {"anthropic-version": "2023-06-01", **headers})
        assert (answer.status_code, answer.json()["error"]["type"]) == (401, "authentication_error")
        assert answer.json()["request_id"] == answer.headers["request-id"]

    def test_the_state_of_an_account_reaches_its_key(self, http: httpx.Client, key: str) -> None:
        (listed,) = http.get("/_sandbox/accounts", params={"platform": "anthropic"}).json()["items"]
        where = f"/_sandbox/accounts/anthropic/{listed['account_id']}/state"
        headers = {"x-api-key": key, "anthropic-version": "2023-06-01"}
        for changes, status in (
            ({"token": "revoked"}, 401),
            ({"token": "valid", "account": "suspended"}, 403),
            ({"account": "restricted"}, 402),
            ({"account": "active"}, 200),
        ):
            http.post(where, json=changes)
            assert self.post(http, headers).status_code == status

    @pytest.mark.parametrize(
        "changes",
        [
            {"max_tokens": None},
            {"max_tokens": 0},
            {"messages": []},
            {"messages": [{"role": "assistant", "content": "hi"}]},
            {"messages": [{"role": "robot", "content": "hi"}]},
            {"messages": [{"role": "user", "content": " "}]},
            {"model": None},
            {"mood": "good"},
            {"tool_choice": {"type": "any"}},
            {"tools": [{"name": "a", "input_schema": {}}], "tool_choice": {"type": "tool", "name": "b"}},
            {"output_config": {"format": {"type": "yaml"}}},
            {"thinking": {"type": "enabled", "budget_tokens": 10}},
        ],
    )
    def test_requests_against_the_rules_are_refused(
        self, http: httpx.Client, changes: dict[str, Any]
    ) -> None:
        answer = self.post(http, **changes)
        assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")

    def test_the_version_header_is_needed_and_must_exist(self, http: httpx.Client) -> None:
        assert self.post(http, {"x-api-key": "sandbox"}).status_code == 400
        assert self.post(http, {"x-api-key": "sandbox", "anthropic-version": "2020-01-01"}).status_code == 400

    def test_the_newest_version_refuses_sampling_parameters(self, http: httpx.Client) -> None:
        assert self.post(http, temperature=0.5).status_code == 200
        newest = {"x-api-key": "sandbox", "anthropic-version": "2026-10-21"}
        assert self.post(http, newest, temperature=0.5).status_code == 400

    def test_models_are_listed_and_others_do_not_exist(self, http: httpx.Client, client: Anthropic) -> None:
        listed = [model.id for model in client.models.list()]
        assert MODEL in listed
        assert client.models.retrieve(MODEL).id == MODEL
        assert self.post(http, model="claude-2").json()["error"]["type"] == "not_found_error"

    def test_a_deprecated_model_retires_on_its_day(self, http: httpx.Client) -> None:
        def lifecycle() -> str:
            key = {"x-api-key": "sandbox"}
            return http.get("/anthropic/v1/models/claude-sonnet-4-5", headers=key).json()["lifecycle"]

        http.post("/_sandbox/clock", json={"at": "2036-12-01T00:00:00Z"})
        assert lifecycle() == "retired"
        assert self.post(http, model="claude-sonnet-4-5").status_code == 404
