"""Signatures of requests, of answers and of delivery addresses."""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping

NOT_SIGNED = frozenset({"file", "cloud_name", "resource_type", "api_key", "signature"})
VERSIONS = (1, 2)
_HASHES = {"sha1": hashlib.sha1, "sha256": hashlib.sha256}
_SHORT = 8


def string_to_sign(params: Mapping[str, str], version: int) -> str:
    """Version 2 writes `&` inside a value as %26, so that no value can pretend to be two."""
    rendered = [f"{name}={value}" for name, value in params.items() if value and name not in NOT_SIGNED]
    if version >= 2:
        rendered = [pair.replace("&", "%26") for pair in rendered]
    return "&".join(sorted(rendered))


def signature(signed: str, secret: str, algorithm: str) -> str:
    return _HASHES[algorithm]((signed + secret).encode()).hexdigest()


def is_signed(params: Mapping[str, str], secrets: Iterable[str], algorithm: str) -> bool:
    """Whether the parameters carry a right signature of either version."""
    given = params.get("signature", "")
    return any(
        hmac.compare_digest(signature(string_to_sign(params, version), secret, algorithm), given)
        for secret in secrets
        for version in VERSIONS
    )


def address_signature(signed: str, secret: str, algorithm: str) -> str:
    """What stands between `s--` and `--` in the address of a private file."""
    digest = _HASHES[algorithm]((signed + secret).encode()).digest()
    return base64.urlsafe_b64encode(digest).decode()[:_SHORT]
