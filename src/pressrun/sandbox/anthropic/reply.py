"""Writes the reply to a request: content blocks, why it stopped, and what it used."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pressrun.sandbox.anthropic.prose import Writer, writer_for
from pressrun.sandbox.anthropic.schema_values import SchemaValues
from pressrun.sandbox.standin import new_id

Block = dict[str, Any]

_CHARACTERS_PER_TOKEN = 3
_REMEMBERED_PROMPTS = 1000


@dataclass(frozen=True, kw_only=True)
class Reply:
    """`content` holds text and tool_use blocks as the API gives them."""

    model: str
    content: list[Block]
    stop_reason: str
    input_tokens: int
    output_tokens: int
    stop_sequence: str | None = None
    stop_details: dict[str, Any] | None = None
    id: str = field(default_factory=lambda: f"msg_{new_id('01', 24)}")

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": self.content,
            "stop_reason": self.stop_reason,
            "stop_sequence": self.stop_sequence,
            "stop_details": self.stop_details,
            "usage": self.usage(),
        }

    def usage(self) -> dict[str, Any]:
        return {
            "input_tokens": self.input_tokens,
            "output_tokens": self.output_tokens,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "service_tier": "standard",
        }


class Author:
    """Writes replies; the same prompt asked again gives another variant, the same first one every time."""

    def __init__(self) -> None:
        self._asked: OrderedDict[str, int] = OrderedDict()

    def reply(self, asked: Mapping[str, Any], *, outcome: str | None) -> Reply:
        """`outcome` is a switched-on ending: refusal, cut, bad_json, or None."""
        whole = self._whole(asked)
        if outcome == "refusal":
            return _refused(whole)
        if outcome == "bad_json":
            whole = replace(whole, content=[_broken(block) for block in whole.content])
        if outcome == "cut":
            return _cut(whole, keep=whole.output_tokens // 2)
        whole = _stopped(whole, asked.get("stop_sequences") or [])
        limit = asked["max_tokens"]
        return _cut(whole, keep=limit) if whole.output_tokens > limit else whole

    def _whole(self, asked: Mapping[str, Any]) -> Reply:
        prompt, system = last_user_text(asked), _plain(asked.get("system") or "")
        writer = writer_for(prompt, system, seed=self._seed(asked))
        content, stop_reason = _content(asked, writer, prompt)
        return Reply(
            model=asked["model"],
            content=content,
            stop_reason=stop_reason,
            input_tokens=input_tokens(asked),
            output_tokens=_tokens("".join(map(_written, content))),
        )

    def _seed(self, asked: Mapping[str, Any]) -> int:
        said = json.dumps([asked.get("system"), asked["messages"]], sort_keys=True)
        digest = hashlib.sha256(said.encode()).hexdigest()
        self._asked[digest] = self._asked.get(digest, -1) + 1
        self._asked.move_to_end(digest)
        if len(self._asked) > _REMEMBERED_PROMPTS:
            self._asked.popitem(last=False)
        return int(digest[:8], 16) + self._asked[digest]


def last_user_text(asked: Mapping[str, Any]) -> str:
    """The newest user text; answers of tools are not what a person asked."""
    for message in reversed(asked["messages"]):
        text = _plain(message["content"]) if message["role"] == "user" else ""
        if text.strip():
            return text
    return ""


def input_tokens(asked: Mapping[str, Any]) -> int:
    parts = (asked.get(name) for name in ("system", "messages", "tools", "output_config"))
    return _tokens(json.dumps([part for part in parts if part], ensure_ascii=False))


def _plain(content: Any) -> str:
    if isinstance(content, str):
        return content
    return "\n".join(block["text"] for block in content if block.get("type") == "text")


def _content(asked: Mapping[str, Any], writer: Writer, prompt: str) -> tuple[list[Block], str]:
    tool = _tool_to_use(asked)
    if tool is not None:
        value = SchemaValues(tool.get("input_schema") or {}, writer, prompt=prompt).value()
        block = {"type": "tool_use", "id": f"toolu_{new_id('01', 24)}", "name": tool["name"], "input": value}
        return [block], "tool_use"
    wanted = (asked.get("output_config") or {}).get("format")
    if wanted is not None:
        value = SchemaValues(wanted["schema"], writer, prompt=prompt).value()
        return [_text(json.dumps(value, ensure_ascii=False))], "end_turn"
    return [_text(writer.paragraph(4, start=writer.dice.randrange(6)))], "end_turn"


def _tool_to_use(asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The tool that must or should be called; none once its good result is there."""
    tools = asked.get("tools") or []
    choice = asked.get("tool_choice") or {"type": "auto"}
    if not tools or choice["type"] == "none":
        return None
    if choice["type"] == "tool":
        return next(tool for tool in tools if tool["name"] == choice["name"])
    if choice["type"] == "auto" and _answers_tool(asked["messages"][-1]):
        return None
    return tools[0]


def _answers_tool(message: Mapping[str, Any]) -> bool:
    content = message["content"]
    return isinstance(content, list) and any(
        block.get("type") == "tool_result" and not block.get("is_error") for block in content
    )


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _tokens(text: str) -> int:
    return max(1, len(text) // _CHARACTERS_PER_TOKEN)


def _written(block: Block) -> str:
    return block["text"] if block["type"] == "text" else json.dumps(block["input"], ensure_ascii=False)


# Other endings


def _refused(whole: Reply) -> Reply:
    details = {"type": "refusal", "category": None, "explanation": "Switched on in the sandbox."}
    return replace(whole, content=[], stop_reason="refusal", stop_details=details, output_tokens=1)


def _broken(block: Block) -> Block:
    """Text that is no JSON, or tool input that fits no schema."""
    if block["type"] == "tool_use":
        return block | {"input": {"unexpected": 12}}
    return _text("Here is the JSON you asked for:\n```json\n" + block["text"].rstrip("}") + ",")


def _cut(whole: Reply, *, keep: int) -> Reply:
    """The first `keep` tokens of it."""
    left = keep * _CHARACTERS_PER_TOKEN
    content: list[Block] = []
    for block in whole.content:
        if block["type"] == "text":
            content.append(_text(block["text"][:left]))
        else:
            kept = list(block["input"].items())
            content.append(block | {"input": dict(kept[: len(kept) // 2])})
        left = max(left - len(_written(block)), 0)
    return replace(whole, content=content, stop_reason="max_tokens", output_tokens=max(keep, 1))


def _stopped(whole: Reply, sequences: list[str]) -> Reply:
    for block in whole.content:
        for sequence in sequences:
            if block["type"] == "text" and sequence in block["text"]:
                text = block["text"].split(sequence)[0]
                return replace(
                    whole, content=[_text(text)], stop_reason="stop_sequence", stop_sequence=sequence
                )
    return whole
