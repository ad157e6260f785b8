"""The Messages API stand-in, spoken to by the official SDK, by pydantic-ai and by plain HTTP."""

import json
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import anthropic
import httpx
import pytest
from anthropic import Anthropic
from pydantic import BaseModel, Field
from pydantic_ai import Agent, NativeOutput
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.providers.anthropic import AnthropicProvider

from sandbox.conftest import switch_on

MODEL = "claude-sonnet-5-5"
PROMPT = "페르소나: 다정한 바리스타\n주제: 집에서 내리는 드립 커피\n장면 3개와 해시태그 8개를 써 주세요."


class Mood(StrEnum):
    CALM = "calm"
    BRIGHT = "bright"


class Scene(BaseModel):
    narration: str = Field(min_length=10, max_length=200)
    image_prompt: str
    seconds: float = Field(ge=2, le=8)


class Script(BaseModel):
    title: str = Field(max_length=40)
    caption: str = Field(max_length=2200)
    hashtags: list[str] = Field(min_length=3, max_length=30)
    scenes: list[Scene] = Field(min_length=1, max_length=10)
    mood: Mood
    note: str | None = None


SCHEMA = Script.model_json_schema()
OUTPUT: Any = {"format": {"type": "json_schema", "schema": SCHEMA}}
TOOLS: Any = [{"name": "write", "description": "the script", "input_schema": SCHEMA}]


@pytest.fixture
def key(http: httpx.Client) -> str:
    made = http.post("/_sandbox/accounts", json={"platform": "anthropic", "handle": "team"}).json()
    return made["credentials"]["api_key"]


@pytest.fixture
def client(sandbox_url: str, key: str) -> Iterator[Anthropic]:
    with Anthropic(base_url=f"{sandbox_url}/anthropic", api_key=key, max_retries=0) as client:
        yield client


def ask(client: Anthropic, prompt: str = PROMPT, **more: Any) -> anthropic.types.Message:
    return client.messages.create(
        model=MODEL,
        max_tokens=more.pop("max_tokens", 4000),
        messages=[{"role": "user", "content": prompt}],
        **more,
    )


def text(message: anthropic.types.Message) -> str:
    return "".join(block.text for block in message.content if block.type == "text")


class TestReplies:
    def test_plain_text_is_about_the_topic_in_its_language(self, client: Anthropic) -> None:
        korean = ask(client, "주제: 동네 산책\n글을 써 주세요")
        assert "동네 산책" in text(korean) or "오늘" in text(korean)
        assert (korean.stop_reason, korean.model) == ("end_turn", MODEL)
        english = text(ask(client, 'Write about "rainy day reading".'))
        assert english.isascii()

    def test_json_schema_output_is_valid_and_follows_the_prompt(self, client: Anthropic) -> None:
        script = Script.model_validate_json(text(ask(client, output_config=OUTPUT)))
        assert "드립 커피" in script.title
        assert (len(script.scenes), len(script.hashtags)) == (3, 8)
        assert script.hashtags[0] == "집에서내리는드립커피"
        assert len(set(script.hashtags)) == 8
        assert len({scene.narration for scene in script.scenes}) == 3

    def test_counts_limits_and_language_named_in_the_prompt_are_kept(self, client: Anthropic) -> None:
        prompt = (
            "<topic>Tea &amp; toast</topic>\nPersona: 한국어 강사\nLanguage: English\nScenes: exactly 5\n"
            "Caption with all hashtags: at most 150 characters\nHashtags: at most 4 of your own"
        )
        script = Script.model_validate_json(text(ask(client, prompt, output_config=OUTPUT)))
        assert (len(script.scenes), len(script.hashtags)) == (5, 4)
        assert "Tea & toast" in script.title
        assert script.caption.isascii()
        assert len(script.caption) <= 150

    def test_a_forced_tool_gives_the_same_kind_of_value(self, client: Anthropic) -> None:
        message = ask(client, tools=TOOLS, tool_choice={"type": "tool", "name": "write"})
        (block,) = message.content
        assert block.type == "tool_use"
        assert (block.name, message.stop_reason) == ("write", "tool_use")
        assert len(Script.model_validate(block.input).scenes) == 3

    def test_once_a_tool_answered_there_is_text(self, client: Anthropic) -> None:
        called = ask(client, tools=TOOLS)
        block: Any = called.content[0]
        message = client.messages.create(
            model=MODEL,
            max_tokens=1000,
            tools=TOOLS,
            messages=[
                {"role": "user", "content": PROMPT},
                {"role": "assistant", "content": [block.model_dump(include={"type", "id", "name", "input"})]},
                {
                    "role": "user",
                    "content": [{"type": "tool_result", "tool_use_id": block.id, "content": "ok"}],
                },
            ],
        )
        assert (message.stop_reason, message.content[0].type) == ("end_turn", "text")

    def test_a_stream_says_what_the_plain_answer_says(
        self, sandbox_url: str, http: httpx.Client, client: Anthropic
    ) -> None:
        asked: Any = {"model": MODEL, "max_tokens": 4000, "messages": [{"role": "user", "content": PROMPT}]}
        with client.messages.stream(**asked, output_config=OUTPUT) as stream:
            streamed = stream.get_final_message()
        assert streamed.stop_reason == "end_turn"
        assert Script.model_validate_json(text(streamed))
        with client.messages.stream(**asked, tools=TOOLS, tool_choice={"type": "any"}) as stream:
            (block,) = stream.get_final_message().content
        assert block.type == "tool_use"
        assert Script.model_validate(block.input)

    def test_the_same_prompt_again_gives_another_variant(self, client: Anthropic) -> None:
        first, second = (text(ask(client, output_config=OUTPUT)) for _ in range(2))
        assert first != second

    def test_titles_differ_and_avoid_those_the_prompt_names(self, client: Anthropic) -> None:
        schema = {"type": "object", "properties": {"topics": {"type": "array", "items": {"type": "string"}}}}
        wanted: Any = {"format": {"type": "json_schema", "schema": schema}}
        prompt = "주제: 화분 키우기\n제목 10개를 제안해 주세요."
        first = json.loads(text(ask(client, prompt, output_config=wanted)))["topics"]
        assert len(set(first)) == 10
        said = f"{prompt}\n다음은 쓰지 마세요.\n" + "\n".join(first)
        later = json.loads(text(ask(client, said, output_config=wanted)))["topics"]
        assert not set(first) & set(later)

    def test_too_few_tokens_cut_the_text(self, client: Anthropic) -> None:
        message = ask(client, max_tokens=10, output_config=OUTPUT)
        assert (message.stop_reason, message.usage.output_tokens) == ("max_tokens", 10)
        with pytest.raises(ValueError, match=r"EOF|JSON"):
            Script.model_validate_json(text(message))

    def test_a_stop_sequence_ends_the_text(self, client: Anthropic) -> None:
        message = ask(client, stop_sequences=["."])
        assert (message.stop_reason, message.stop_sequence) == ("stop_sequence", ".")
        assert "." not in text(message)

    def test_tokens_are_counted(self, client: Anthropic) -> None:
        counted = client.messages.count_tokens(model=MODEL, messages=[{"role": "user", "content": PROMPT}])
        assert counted.input_tokens == ask(client).usage.input_tokens


class TestAnySchema:
    @pytest.mark.parametrize(
        ("schema", "fits"),
        [
            ({"type": "integer", "minimum": 7, "maximum": 9}, lambda v: v in (7, 8, 9)),
            (
                {"type": "number", "exclusiveMinimum": 0, "maximum": 0.5, "multipleOf": 0.25},
                lambda v: v in (0.25, 0.5),
            ),
            ({"enum": ["a", "b"]}, lambda v: v in ("a", "b")),
            ({"const": 4}, lambda v: v == 4),
            ({"type": "boolean"}, lambda v: isinstance(v, bool)),
            ({"type": ["null", "string"]}, lambda v: isinstance(v, str)),
            ({"anyOf": [{"type": "null"}, {"type": "integer"}]}, lambda v: isinstance(v, int)),
            ({"type": "string", "format": "date-time"}, lambda v: v.endswith("Z")),
            ({"type": "string", "pattern": "^#[^ ]+$"}, lambda v: v.startswith("#") and " " not in v),
            ({"type": "string", "pattern": "^[a-z]+(-[a-z]+)*$"}, lambda v: v.isascii()),
            ({"type": "string", "minLength": 500, "maxLength": 510}, lambda v: 500 <= len(v) <= 510),
            ({"type": "array", "items": {"type": "string"}, "minItems": 12}, lambda v: len(v) == 12),
            ({"type": "array", "items": {"type": "string"}, "maxItems": 1}, lambda v: len(v) == 1),
            (
                {"type": "array", "prefixItems": [{"const": 1}, {"const": 2}], "items": False},
                lambda v: v == [1, 2],
            ),
            (
                {"allOf": [{"properties": {"a": {"const": 1}}}, {"properties": {"b": {"const": 2}}}]},
                lambda v: v == {"a": 1, "b": 2},
            ),
            (
                {"type": "object", "additionalProperties": {"type": "integer"}},
                lambda v: v and all(isinstance(n, int) for n in v.values()),
            ),
        ],
    )
    def test_keywords_of_json_schema_are_kept(
        self, client: Anthropic, schema: dict[str, Any], fits: Any
    ) -> None:
        wrapped = {"type": "object", "properties": {"value": schema}, "required": ["value"]}
        answer = ask(client, output_config={"format": {"type": "json_schema", "schema": wrapped}})
        assert fits(json.loads(text(answer))["value"])

    def test_a_schema_that_refers_to_itself_ends(self, client: Anthropic) -> None:
        node = {
            "type": "object",
            "properties": {
                "title": {"type": "string"},
                "items": {"type": "array", "items": {"$ref": "#/$defs/node"}},
            },
            "required": ["title", "items"],
        }
        schema = {"$ref": "#/$defs/node", "$defs": {"node": node}}
        value = json.loads(
            text(
                ask(
                    client,
                    max_tokens=20_000,
                    output_config={"format": {"type": "json_schema", "schema": schema}},
                )
            )
        )
        assert value["title"]


class TestPydanticAi:
    @pytest.mark.parametrize("output", [Script, NativeOutput(Script)])
    async def test_it_gets_its_typed_output(self, sandbox_url: str, http: httpx.Client, output: Any) -> None:
        async with anthropic.AsyncAnthropic(base_url=f"{sandbox_url}/anthropic", api_key="sandbox") as client:
            model = AnthropicModel(MODEL, provider=AnthropicProvider(anthropic_client=client))
            result = await Agent(model, output_type=output).run(PROMPT)
        assert "드립 커피" in result.output.title


class TestOutcomes:
    """Failures of AI that arrive with HTTP 200, and overload."""

    def test_a_refusal_is_http_200_without_content(self, http: httpx.Client, client: Anthropic) -> None:
        switch_on(http, {"kind": "refusal"}, platform="anthropic")
        message = ask(client, output_config=OUTPUT)
        assert (message.stop_reason, message.content) == ("refusal", [])
        assert message.stop_details
        assert ask(client).stop_reason == "end_turn"

    @pytest.mark.parametrize("stream", [False, True])
    def test_a_cut_reply_says_max_tokens(self, http: httpx.Client, client: Anthropic, stream: bool) -> None:
        switch_on(http, {"kind": "cut"}, platform="anthropic")
        asked: Any = {"model": MODEL, "max_tokens": 4000, "messages": [{"role": "user", "content": PROMPT}]}
        if stream:
            with client.messages.stream(**asked) as streaming:
                message = streaming.get_final_message()
        else:
            message = client.messages.create(**asked)
        assert message.stop_reason == "max_tokens"

    def test_bad_json_is_no_json_and_no_tool_input(self, http: httpx.Client, client: Anthropic) -> None:
        switch_on(http, {"kind": "bad_json"}, platform="anthropic", times=2)
        with pytest.raises(json.JSONDecodeError):
            json.loads(text(ask(client, output_config=OUTPUT)))
        block: Any = ask(client, tools=TOOLS).content[0]
        assert set(block.input) - set(SCHEMA["properties"])

    def test_overloaded_is_529(self, http: httpx.Client, client: Anthropic) -> None:
        switch_on(http, {"kind": "overloaded"}, platform="anthropic")
        with pytest.raises(anthropic.InternalServerError) as caught:
            ask(client)
        assert caught.value.status_code == 529
        assert "overloaded_error" in str(caught.value.body)

    def test_the_sdk_retries_an_injected_rate_limit(self, http: httpx.Client, client: Anthropic) -> None:
        switch_on(
            http, {"kind": "answer", "status": 429, "headers": {"retry-after": "7"}}, platform="anthropic"
        )
        with pytest.raises(anthropic.RateLimitError) as caught:
            ask(client)
        assert caught.value.response.headers["retry-after"] == "7"
        switch_on(
            http, {"kind": "answer", "status": 500, "headers": {"retry-after-ms": "1"}}, platform="anthropic"
        )
        assert ask(client.with_options(max_retries=1)).stop_reason == "end_turn"

    def test_a_stream_can_break_in_the_middle(self, http: httpx.Client, client: Anthropic) -> None:
        switch_on(http, {"kind": "truncate", "bytes": 900}, platform="anthropic")
        asked: Any = {"model": MODEL, "max_tokens": 4000, "messages": [{"role": "user", "content": PROMPT}]}
        with (
            pytest.raises(Exception, match=r"incomplete|peer closed"),
            client.messages.stream(**asked) as stream,
        ):
            stream.get_final_message()
