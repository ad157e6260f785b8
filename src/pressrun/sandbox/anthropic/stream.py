"""The same reply as server-sent events, in the order the API sends them."""

import json
from collections.abc import Iterator
from typing import Any

from pressrun.sandbox.anthropic.reply import Block, Reply

_PIECE = 24


def events(reply: Reply) -> Iterator[str]:
    """Lines ready to send, from message_start to message_stop."""
    opening = reply.as_json() | {
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "stop_details": None,
    }
    opening["usage"] = reply.usage() | {"output_tokens": 1}
    yield _event("message_start", message=opening)
    yield _event("ping")
    for index, block in enumerate(reply.content):
        yield _event("content_block_start", index=index, content_block=_empty(block))
        for delta in _deltas(block):
            yield _event("content_block_delta", index=index, delta=delta)
        yield _event("content_block_stop", index=index)
    ending = {
        "stop_reason": reply.stop_reason,
        "stop_sequence": reply.stop_sequence,
        "stop_details": reply.stop_details,
    }
    yield _event("message_delta", delta=ending, usage={"output_tokens": reply.output_tokens})
    yield _event("message_stop")


def _empty(block: Block) -> Block:
    return block | ({"text": ""} if block["type"] == "text" else {"input": {}})


def _deltas(block: Block) -> Iterator[dict[str, str]]:
    if block["type"] == "text":
        for piece in _pieces(block["text"]):
            yield {"type": "text_delta", "text": piece}
    else:
        for piece in _pieces(json.dumps(block["input"], ensure_ascii=False)):
            yield {"type": "input_json_delta", "partial_json": piece}


def _pieces(text: str) -> Iterator[str]:
    for start in range(0, len(text), _PIECE):
        yield text[start : start + _PIECE]


def _event(kind: str, **facts: Any) -> str:
    return f"event: {kind}\ndata: {json.dumps({'type': kind, **facts}, ensure_ascii=False)}\n\n"
