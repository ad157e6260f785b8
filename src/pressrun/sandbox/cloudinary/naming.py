"""Which public id an upload gets."""

import re
import secrets
import string
from collections.abc import Mapping
from pathlib import PurePosixPath

from pressrun.sandbox.cloudinary.errors import bad

_LETTERS = string.ascii_lowercase + string.digits
_FORBIDDEN = re.compile(r"[?&#\\%<>+]|^[\s/]|[\s/]$|//")
_LONGEST = 255


def public_id_of(params: Mapping[str, str], filename: str, resource_type: str) -> str:
    """The id asked for, or one made of the file's name, or a random one."""
    named = params.get("public_id") or _made(params, filename, resource_type)
    if prefix := params.get("public_id_prefix"):
        named = f"{prefix}/{named}"
    if folder := params.get("folder", "").strip("/"):
        named = f"{folder}/{named}"
    if _FORBIDDEN.search(named) or len(named) > _LONGEST:
        raise bad(f"public_id ({named}) is invalid")
    return named


def is_on(params: Mapping[str, str], name: str, *, default: bool) -> bool:
    """A yes or no as the SDKs write it."""
    written = params.get(name)
    return default if written in (None, "") else str(written).lower() in ("true", "1")


def _made(params: Mapping[str, str], filename: str, resource_type: str) -> str:
    name = PurePosixPath(params.get("filename_override") or filename)
    ending = name.suffix.lower() if resource_type == "raw" else ""
    if not is_on(params, "use_filename", default=False) or not name.stem:
        return _random(20) + ending
    stem = re.sub(r"[\s?&#\\%<>+]+", "_", name.stem)
    if is_on(params, "unique_filename", default=True):
        stem += f"_{_random(6)}"
    return stem + ending


def _random(length: int) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
