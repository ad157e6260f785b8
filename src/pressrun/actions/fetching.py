"""Images by address (S2.11): fetched once, checked like an upload, and kept as an asset of our own."""

import asyncio
import ipaddress
import socket
from dataclasses import replace
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from pressrun.actions import assets
from pressrun.actions.base import Workspace
from pressrun.domain.failures import Failure
from pressrun.domain.problems import Problem
from pressrun.store.assets import Asset

FIELD = "image_urls"
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
"""Such an IPv6 address leads to any IPv4 address, also to a private one."""


async def fetch_image(workspace: Workspace, url: str) -> Asset:
    """The asset that lies at `url`.

    Raises `Problem` `address_private` for hosts inside a private network that no setting allows,
    `image_url_unreachable`, and what is wrong with the file.
    """
    await asyncio.to_thread(_refuse_private, url, workspace.rules.allow_private)
    try:
        content = await workspace.fetch(url)
    except Failure as failure:
        raise Problem.invalid("image_url_unreachable", field=FIELD, url=url) from failure
    name = PurePosixPath(urlsplit(url).path).name or "image"
    try:
        return await asyncio.to_thread(assets.store_file, workspace, content, name=name)
    except Problem as problem:
        raise Problem(*(replace(flaw, field=FIELD) for flaw in problem.flaws)) from None


def _refuse_private(url: str, allowed: frozenset[str]) -> None:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if f"{host}:{port}" in allowed:
            return
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError, UnicodeError):
        raise Problem.invalid("image_url_unreachable", field=FIELD, url=url) from None
    if not all(_is_public(str(address[4][0])) for address in found):
        raise Problem.invalid("address_private", field=FIELD, url=url)


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address)
    return parsed.is_global and not parsed.is_multicast and parsed not in _TRANSLATED
