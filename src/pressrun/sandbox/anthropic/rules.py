"""What a request to the Messages API must satisfy; raises MessagesError with the API's wording style."""

from collections.abc import Mapping
from typing import Any

from pressrun.sandbox.anthropic.errors import MessagesError, invalid

VERSIONS = ("2023-06-01", "2026-10-21")
MAX_BYTES = 32 * 1024 * 1024
_KNOWN = frozenset(
    [
        "model",
        "max_tokens",
        "messages",
        "system",
        "stop_sequences",
        "tools",
        "tool_choice",
        "thinking",
        "output_config",
        "metadata",
        "service_tier",
        "speed",
        "stream",
        "cache_control",
        "temperature",
        "top_p",
        "top_k",
        "container",
        "context_management",
        "mcp_servers",
        "inference_geo",
    ]
)
_SAMPLING = ("temperature", "top_p", "top_k")
_BLOCKS = frozenset(
    ["text", "image", "document", "tool_use", "tool_result", "thinking", "redacted_thinking", "search_result"]
)


def check_version(version: str | None) -> str:
    if version is None:
        raise invalid("anthropic-version: header is required")
    if version not in VERSIONS:
        raise invalid(f"anthropic-version: {version} is not a valid version")
    return version


def check_request(asked: Mapping[str, Any], *, version: str, counting: bool = False) -> None:
    """`counting` is for the token counter, which needs no max_tokens."""
    unknown = [name for name in asked if name not in _KNOWN]
    if unknown:
        raise invalid(f"{unknown[0]}: Extra inputs are not permitted")
    if not isinstance(asked.get("model"), str):
        raise invalid("model: Field required")
    if not counting:
        _check_max_tokens(asked)
    if version == "2026-10-21":
        for name in _SAMPLING:
            if asked.get(name) is not None:
                raise invalid(f"{name}: not supported from API version 2026-10-21")
    _check_messages(asked.get("messages"))
    _check_tools(asked)
    _check_output(asked)


def _check_max_tokens(asked: Mapping[str, Any]) -> None:
    limit = asked.get("max_tokens")
    if not isinstance(limit, int) or isinstance(limit, bool):
        raise invalid("max_tokens: Field required")
    if limit < 1:
        raise invalid("max_tokens: Input should be greater than or equal to 1")
    thinking = asked.get("thinking") or {}
    if thinking.get("type") == "enabled":
        budget = thinking.get("budget_tokens", 0)
        if budget < 1024 or budget >= limit:
            raise invalid("thinking.enabled.budget_tokens: at least 1024 and less than max_tokens")


def _check_messages(messages: Any) -> None:
    if not isinstance(messages, list) or not messages:
        raise invalid("messages: at least one message is required")
    for place, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in ("user", "assistant"):
            raise invalid(f'messages.{place}.role: Input should be "user" or "assistant"')
        _check_content(message.get("content"), f"messages.{place}")
    if messages[0]["role"] != "user":
        raise invalid('messages: first message must use the "user" role')


def _check_content(content: Any, where: str) -> None:
    if isinstance(content, str):
        if not content.strip():
            raise invalid(f"{where}: text content must be non-empty")
        return
    if not isinstance(content, list) or not content:
        raise invalid(f"{where}.content: Field required")
    for block in content:
        if not isinstance(block, dict) or block.get("type") not in _BLOCKS:
            raise invalid(f"{where}.content: unknown block type")


def _check_tools(asked: Mapping[str, Any]) -> None:
    names = [tool.get("name") for tool in asked.get("tools") or []]
    choice = asked.get("tool_choice")
    if choice is None:
        return
    if not names and choice.get("type") != "none":
        raise invalid("tool_choice: may only be specified while providing tools")
    if choice.get("type") not in ("auto", "any", "tool", "none"):
        raise invalid("tool_choice.type: Input should be auto, any, tool or none")
    if choice["type"] == "tool" and choice.get("name") not in names:
        raise invalid(f"tool_choice: Tool '{choice.get('name')}' not found in provided tools")


def _check_output(asked: Mapping[str, Any]) -> None:
    wanted = (asked.get("output_config") or {}).get("format")
    if wanted is None:
        return
    if wanted.get("type") != "json_schema" or not isinstance(wanted.get("schema"), dict):
        raise invalid("output_config.format: needs type json_schema and a schema")


def check_size(body: bytes) -> None:
    if len(body) > MAX_BYTES:
        raise MessagesError(413, "Request exceeds the maximum size")
