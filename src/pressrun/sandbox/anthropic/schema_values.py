"""A sensible value for any JSON schema, from the names of its fields and the topic of the prompt."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from pressrun.sandbox.anthropic.prose import TITLES, Writer

Schema = Mapping[str, Any]

_MAX_DEPTH = 12
_COUNTS = re.compile(
    r"(?<!\d)(\d{1,2})\s*(?:개|장|가지|컷|편|줄|마디)?\s*(?:의\s*)?"
    r"(장면|씬|컷|사진|이미지|해시태그|태그|주제|제목|아이디어|항목|scenes?|images?|slides?|hashtags?|tags?|topics?"
    r"|titles?|ideas?|items?)"
    r"|(장면|씬|컷|사진|이미지|해시태그|태그|주제|제목|아이디어|scenes?|images?|hashtags?|topics?|titles?|ideas?)"
    r"[^\d\n]{0,16}?(\d{1,2})(?!\d)",
    re.I,
)
_LIMIT = re.compile(r"(\d{2,5})\s*(?:characters|letters|글자|자)", re.I)
_SAME = {
    "scene": ("장면", "씬", "컷", "slide", "scene"),
    "image": ("사진", "이미지", "image", "picture"),
    "tag": ("해시태그", "태그", "hashtag", "tag"),
    "topic": ("주제", "제목", "아이디어", "topic", "title", "idea", "항목", "item"),
}
_USUAL_COUNT = {"scene": 4, "image": 3, "tag": 6, "topic": 5}
_FORMATS = {
    "date-time": "2026-11-21T09:00:00Z",
    "date": "2026-11-21",
    "time": "09:00:00Z",
    "duration": "PT30S",
    "email": "hello@example.com",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uuid": "7d9f6b1e-5c4a-4f7e-9a53-2c8e1d0b4a67",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "hostname": "example.com",
}


class SchemaValues:
    """Fills one schema; `counts` says how many of what the prompt asks for."""

    def __init__(self, schema: Schema, writer: Writer, *, prompt: str) -> None:
        self._root = schema
        self._writer = writer
        self._counts = _counts(prompt)
        self._room = _room(prompt)
        self._turn = writer.dice.randrange(TITLES)

    def value(self) -> Any:
        return self._any(self._root, name="", index=0, depth=0)

    def _any(self, schema: Any, *, name: str, index: int, depth: int) -> Any:
        schema = self._resolved(schema)
        if "const" in schema:
            return schema["const"]
        if schema.get("enum"):
            return schema["enum"][(self._turn + index) % len(schema["enum"])]
        kind = _kind(schema)
        if depth > _MAX_DEPTH:
            return {"object": {}, "array": []}.get(kind)
        match kind:
            case "object":
                return self._object(schema, name=name, index=index, depth=depth)
            case "array":
                return self._array(schema, name=name, depth=depth)
            case "integer" | "number":
                return _number(schema, name=name, index=index, whole=kind == "integer")
            case "boolean":
                return schema.get("default", True)
            case "null":
                return None
        return self._text(schema, name=name, index=index)

    def _resolved(self, schema: Any) -> Schema:
        """With references followed, alternatives chosen and allOf merged."""
        for _ in range(_MAX_DEPTH):
            if not isinstance(schema, Mapping):
                return {}
            if "$ref" in schema:
                beside = {name: value for name, value in schema.items() if name != "$ref"}
                schema = {**self._referenced(schema["$ref"]), **beside}
            elif schema.get("anyOf") or schema.get("oneOf"):
                options = schema.get("anyOf") or schema.get("oneOf") or []
                beside = {name: value for name, value in schema.items() if name not in ("anyOf", "oneOf")}
                chosen = next((o for o in options if _kind(self._peek(o)) != "null"), options[0])
                schema = {**beside, **chosen} if isinstance(chosen, Mapping) else beside
            elif schema.get("allOf"):
                schema = self._merged(schema)
            else:
                return schema
        return schema if isinstance(schema, Mapping) else {}

    def _peek(self, schema: Any) -> Schema:
        if isinstance(schema, Mapping) and "$ref" in schema:
            return self._referenced(schema["$ref"])
        return schema if isinstance(schema, Mapping) else {}

    def _referenced(self, reference: str) -> Schema:
        found: Any = self._root
        for part in reference.lstrip("#/").split("/") if reference != "#" else []:
            found = found.get(part.replace("~1", "/").replace("~0", "~"), {})
        return found

    def _merged(self, schema: Schema) -> Schema:
        merged: dict[str, Any] = {name: value for name, value in schema.items() if name != "allOf"}
        for part in schema["allOf"]:
            part = self._resolved(part)
            properties = {**merged.get("properties", {}), **part.get("properties", {})}
            required = [*merged.get("required", []), *part.get("required", [])]
            merged = {**merged, **part}
            if properties:
                merged |= {"properties": properties, "required": required}
        return merged

    def _object(self, schema: Schema, *, name: str, index: int, depth: int) -> dict[str, Any]:
        properties: Mapping[str, Any] = schema.get("properties", {})
        filled = {
            key: self._any(inner, name=key, index=index, depth=depth + 1)
            for key, inner in properties.items()
            if depth < _MAX_DEPTH - 4 or key in schema.get("required", [])
        }
        extra = schema.get("additionalProperties")
        if not properties and isinstance(extra, Mapping):
            for place in range(max(schema.get("minProperties", 2), 1)):
                key = self._writer.keyword(place)
                filled[key] = self._any(extra, name=name, index=place, depth=depth + 1)
        return filled

    def _array(self, schema: Schema, *, name: str, depth: int) -> list[Any]:
        first: list[Any] = list(schema.get("prefixItems", []))
        filled = [self._any(each, name=name, index=n, depth=depth + 1) for n, each in enumerate(first)]
        items = schema.get("items", {} if not first else False)
        if items is False:
            return filled
        # Where nesting is deep, a schema may refer to itself: the shortest list ends it.
        wanted = self._length(schema, name) if depth < 5 else schema.get("minItems", 0)
        for n in range(len(filled), wanted):
            filled.append(self._any(items, name=_singular(name), index=n, depth=depth + 1))
        return filled

    def _length(self, schema: Schema, name: str) -> int:
        meaning = _meaning(name)
        wanted = self._counts.get(meaning, _USUAL_COUNT.get(meaning, 3))
        least, most = schema.get("minItems", 0), schema.get("maxItems", 10_000)
        return max(least, min(wanted, most))

    # Text

    def _text(self, schema: Schema, *, name: str, index: int) -> str:
        if schema.get("format") in _FORMATS:
            return _FORMATS[schema["format"]]
        text = self._meant(name.lower(), schema, index)
        least, most = schema.get("minLength", 0), schema.get("maxLength")
        while len(text) < least:
            text = f"{text} {self._writer.sentence(len(text))}"
        if most is not None and len(text) > most:
            text = text[:most].rstrip() or text[:most]
        pattern = schema.get("pattern")
        return text if pattern is None or re.search(pattern, text) else _matching(pattern, text)

    def _meant(self, name: str, schema: Schema, index: int) -> str:
        """Text by what the name of the field says it is."""
        writer, variant = self._writer, self._turn + index
        if "tag" in name or "해시태그" in name:
            hint = str(schema.get("description", ""))
            return writer.hashtag(index, sign="#" in hint and "without" not in hint.lower())
        texts: tuple[tuple[tuple[str, ...], Callable[[], str]], ...] = (
            (("headline", "hook", "heading", "overlay"), lambda: writer.headline(index)),
            (("keyword",), lambda: writer.keyword(index)),
            (("prompt", "image", "visual", "shot"), lambda: writer.shot(variant)),
            (("language", "lang", "locale"), lambda: "ko" if writer.korean else "en"),
            (("url", "link"), lambda: _FORMATS["url"]),
            (
                ("title", "topic", "name", "idea", "제목"),
                lambda: writer.title(variant),
            ),
            (
                ("body", "article", "content", "script", "text", "caption", "본문", "description"),
                lambda: self._body(variant),
            ),
            (("narration", "summary", "voice", "speech"), lambda: writer.paragraph(2, start=variant * 2)),
        )
        if name == "id" or name.endswith("_id"):
            return f"item-{index + 1}"
        if "alt" in name.split("_"):
            return writer.sentence(variant)
        found = next((text for words, text in texts if any(word in name for word in words)), None)
        return found() if found else writer.sentence(variant)

    def _body(self, variant: int) -> str:
        """Four sentences, or as many as fit where the prompt names a limit; at least one."""
        paragraphs = (self._writer.paragraph(sentences, start=variant) for sentences in (4, 3, 2))
        fitting = (text for text in paragraphs if len(text) <= self._room)
        return next(fitting, self._writer.sentence(variant))


def _kind(schema: Schema) -> str:
    named = schema.get("type")
    if isinstance(named, list):
        named = next((each for each in named if each != "null"), "null")
    if named:
        return str(named)
    if "properties" in schema or "additionalProperties" in schema:
        return "object"
    return "array" if "items" in schema or "prefixItems" in schema else "string"


def _number(schema: Schema, *, name: str, index: int, whole: bool) -> int | float:
    if "default" in schema:
        return schema["default"]
    step = schema.get("multipleOf") or 1
    usual = {"index": index, "order": index + 1, "number": index + 1, "position": index + 1}
    wanted = usual.get(name.split("_")[-1], 5 if "sec" in name or "duration" in name else 1)
    least = schema.get("minimum", schema.get("exclusiveMinimum", wanted - 1) + step)
    most = schema.get("maximum", schema.get("exclusiveMaximum", max(wanted, least) + step) - step)
    value = min(max(wanted, least), max(most, least))
    if schema.get("multipleOf"):
        value = -(-value // step) * step
    return int(value) if whole else float(value)


def _matching(pattern: str, text: str) -> str:
    """A few plain candidates for the patterns that content schemas use."""
    digest = f"{abs(hash(text)) % 0xFFFFFF:06x}"
    bare = re.sub(r"\W+", "", text)
    candidates = (f"#{bare}", bare, "sunny-morning", "sunny_morning", "Sunny", "A", "ko", "ko-KR")
    numeric = ("1", "10", "0001", "12:30", "00:05", "2026-11-21", f"#{digest}", digest)
    return next((each for each in (*candidates, *numeric) if re.search(pattern, each)), text)


def _singular(name: str) -> str:
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


def _meaning(name: str) -> str:
    lowered = name.lower()
    return next((m for m, words in _SAME.items() if any(word in lowered for word in words)), lowered)


def _counts(prompt: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for match in _COUNTS.finditer(prompt):
        number, what = (match[1], match[2]) if match[1] else (match[4], match[3])
        if int(number) <= 50:
            found.setdefault(_meaning(what), int(number))
    return found


def _room(prompt: str) -> int:
    """Characters for a longer text: three fifths of the smallest limit named, the rest is for hashtags."""
    limits = [int(number) for number in _LIMIT.findall(prompt)]
    return min(limits, default=100_000) * 3 // 5
