"""Texts for what only HTTP knows: methods, bodies, fields. Everything else stands in `domain.messages`."""

from collections.abc import Mapping
from typing import Any

from pressrun.domain import messages
from pressrun.domain.persona import Language
from pressrun.domain.texts import Message

HTTP_MESSAGES: dict[str, Message] = {
    "method_not_allowed": Message(
        "이 주소에는 쓸 수 없는 방법이에요.",
        "This address does not take that method.",
        "Allow 헤더에 있는 방법을 써 주세요.",
        "Use one of those in the Allow header.",
    ),
    "request_malformed": Message(
        "요청을 읽을 수 없어요.",
        "Can't read the request.",
        "형식을 확인하고 다시 보내 주세요.",
        "Check its format and send it again.",
    ),
    "field_missing": Message(
        "값이 빠져 있어요.", "This value is missing.", "값을 넣어 주세요.", "Fill it in."
    ),
}

_REASONS: dict[str, tuple[str, str]] = {
    "string_type": ("글이어야 해요", "it must be text"),
    "string_too_short": ("너무 짧아요", "it is too short"),
    "string_too_long": ("너무 길어요", "it is too long"),
    "string_unicode": ("읽을 수 없는 글자가 있어요", "it has unreadable characters"),
    "string_pattern_mismatch": ("형식이 달라요", "it has another format"),
    "enum": ("쓸 수 있는 값이 아니에요", "it is not one of the allowed values"),
    "literal_error": ("쓸 수 있는 값이 아니에요", "it is not one of the allowed values"),
    "int_type": ("정수여야 해요", "it must be a whole number"),
    "int_parsing": ("정수여야 해요", "it must be a whole number"),
    "float_type": ("숫자여야 해요", "it must be a number"),
    "float_parsing": ("숫자여야 해요", "it must be a number"),
    "finite_number": ("숫자여야 해요", "it must be a number"),
    "greater_than_equal": ("너무 작아요", "it is too small"),
    "less_than_equal": ("너무 커요", "it is too large"),
    "bool_type": ("참이나 거짓이어야 해요", "it must be true or false"),
    "bool_parsing": ("참이나 거짓이어야 해요", "it must be true or false"),
    "list_type": ("목록이어야 해요", "it must be a list"),
    "too_long": ("너무 많아요", "there are too many"),
    "too_short": ("너무 적어요", "there are too few"),
    "dict_type": ("이름과 값의 묶음이어야 해요", "it must be an object"),
    "model_attributes_type": ("JSON 객체여야 해요", "it must be a JSON object"),
    "json_invalid": ("JSON이 아니에요", "it is not JSON"),
}
_OTHER_REASON = ("형식이 달라요", "it has another format")


def what_happened(code: str, language: Language, values: Mapping[str, Any] | None = None) -> str:
    """The sentence for `code`, filled."""
    message = HTTP_MESSAGES.get(code)
    if message is None:
        return messages.what_happened(code, language, values)
    return (message.ko if language is Language.KO else message.en).format_map(values or {})


def what_to_do(code: str, language: Language, values: Mapping[str, Any] | None = None) -> str:
    """What the reader can do about `code`; empty where nothing is to be done."""
    message = HTTP_MESSAGES.get(code)
    if message is None:
        return messages.what_to_do(code, language, values)
    return message.todo_ko if language is Language.KO else message.todo_en


def reason(kind: str, language: Language) -> str:
    """Why pydantic refused a value, by its error type, as a clause."""
    korean, english = _REASONS.get(kind, _OTHER_REASON)
    return korean if language is Language.KO else english
