"""One account of X at the sandbox, and drafts of posts and threads for it."""

import hashlib
import io
import itertools
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from connectors.contracts.publisher import HANG_SECONDS, Call, Memory, Out
from connectors.publishers.conftest import NewHttp
from makers import make_image
from pressrun.connectors.base import Draft, DraftMedia, Intent, Login, Publisher
from pressrun.connectors.publishers.x import X
from pressrun.domain.failures import OutcomeUnknown
from pressrun.domain.media import MediaFacts, MediaKind
from pressrun.domain.post import Format

HANDLE = "coffee_haru"
CALLS = {
    "initialize": Call("POST", "/upload/initialize$"),
    "append": Call("POST", "/append$", tolerates=True),
    "finalize": Call("POST", "/finalize$"),
    "status": Call("GET", "/media/upload$"),
    "alt text": Call("POST", "/media/metadata$"),
    "who": Call("GET", "/users/me$"),
    "publish": Call("POST", "/tweets$"),
}
LATER = timedelta(seconds=61)
"""The publisher's clock goes ahead so far that the timeline has caught up with every call."""
BETWEEN_PARTS = "\n---\n"
_numbers = itertools.count(1)


class XStand:
    """One account. Threads come with a GIF and its alt text, single posts with words alone."""

    handle = HANDLE
    calls: Mapping[str, Call] = CALLS
    publisher: Publisher

    def __init__(self, sandbox: httpx.Client, new_http: NewHttp, folder: Path) -> None:
        self.sandbox = sandbox
        self.url = str(sandbox.base_url).rstrip("/")
        self._new_http = new_http
        self._folder = folder
        made = sandbox.post("/_sandbox/accounts", json={"platform": "x", "handle": HANDLE}).json()
        self.login = Login("account", made["account_id"], made["credentials"])
        self.publisher = self.made()

    @property
    def impatient(self) -> Publisher:
        return self.made(seconds=HANG_SECONDS)

    def made(self, *, seconds: float = 20, ahead: timedelta = LATER, **choices: Any) -> X:
        given: dict[str, Any] = {
            "now": lambda: datetime.now(UTC) + ahead,
            "api_url": f"{self.url}/x",
            "consent_url": f"{self.url}/x-consent",
            "post_url": f"{self.url}/feed/x/{{user_id}}/{{id}}",
            "longest_pause": 0.02,
        }
        return X(self._new_http(seconds), **given | choices)

    # Drafts

    def draft(self, format: Format, *, count: int = 0, **changes: Any) -> Draft:
        number = next(_numbers)
        first = f"오늘의 커피 {number} ☕ 물 & 원두 <3 haru.example.com/메뉴"
        caption = BETWEEN_PARTS.join([first, f"둘째 {number}", f"셋째 {number}\n끝 > 시작"])
        files = [self.photo() for _ in range(count)]
        fields: dict[str, Any] = {
            "post_id": f"post-{number}",
            "caption": caption if format is Format.THREAD else first,
            "hashtags": ("커피하루", "coffee"),
            "media": tuple(files or ([self.gif()] if format is Format.THREAD else [])),
        }
        return Draft(format=format, **fields | changes)

    def photo(self, content: bytes = b"", **changes: Any) -> DraftMedia:
        return self.media(content or make_image(), "image/jpeg", **changes)

    def gif(self) -> DraftMedia:
        shades = [next(_numbers) % 256, next(_numbers) % 256]
        frames = [Image.new("L", (64, 48), shade) for shade in shades]
        buffer = io.BytesIO()
        frames[0].save(buffer, "GIF", save_all=True, append_images=frames[1:], duration=100)
        return self.media(buffer.getvalue(), "image/gif", duration=0.2, alt_text="김이 나는 잔")

    def media(
        self,
        content: bytes,
        mime: str,
        *,
        kind: MediaKind = MediaKind.IMAGE,
        duration: float | None = None,
        alt_text: str = "",
    ) -> DraftMedia:
        """A prepared file as a draft holds it."""
        digest = hashlib.sha256(content).hexdigest()
        file = self._folder / digest
        file.write_bytes(content)
        facts = MediaFacts(kind, mime, len(content), 640, 480, duration)
        return DraftMedia(digest, facts, url="", alt_text=alt_text, path=file)

    async def lose(self, effect: Mapping[str, Any], draft: Draft, memory: Memory | None = None) -> Intent:
        """The intent of a draft whose next call met `effect`."""
        memory = memory or Memory()
        self.fault(effect, CALLS["publish"])
        with pytest.raises(OutcomeUnknown):
            await self.publisher.publish(draft, self.login, memory)
        return memory.intents[0]

    # The stand-in's side

    def items(self) -> list[dict[str, Any]]:
        """Every post, parts of threads one by one."""
        asked = {"platform": "x", "account_id": self.login.external_id}
        return self.sandbox.get("/_sandbox/published", params=asked).json()["items"]

    def published(self) -> Sequence[Out]:
        """A thread is one post, with the id and the address of its first part."""
        threads: dict[str, list[dict[str, Any]]] = {}
        for item in self.items():
            threads.setdefault(item["conversation_id"], []).append(item)
        return [
            Out(
                parts[0]["id"],
                parts[0]["permalink"],
                BETWEEN_PARTS.join(part["text"] for part in parts),
                tuple(media["sha256"] for part in parts for media in part["media"]),
            )
            for parts in threads.values()
        ]

    def fault(self, effect: Mapping[str, Any], call: Call, *, times: int | None = 1) -> None:
        match = {"method": call.method, "path_regex": call.path_regex}
        asked = {"platform": "x", "match": match, "effect": dict(effect), "times": times}
        self.sandbox.post("/_sandbox/faults", json=asked).raise_for_status()

    def heal(self) -> None:
        self.sandbox.delete("/_sandbox/faults").raise_for_status()

    def requests(self) -> Sequence[tuple[str, str]]:
        items = self.sandbox.get("/_sandbox/requests", params={"platform": "x"}).json()["items"]
        return [(item["method"], item["path"]) for item in items]

    def sent(self, call: str) -> int:
        """How often a call was made."""
        wanted = CALLS[call]
        ending = wanted.path_regex.removesuffix("$")
        return sum(method == wanted.method and path.endswith(ending) for method, path in self.requests())

    def set_state(self, **changes: Any) -> None:
        path = f"/_sandbox/accounts/x/{self.login.external_id}/state"
        self.sandbox.post(path, json=changes).raise_for_status()

    def advance(self, by: timedelta) -> None:
        self.sandbox.post("/_sandbox/clock", json={"advance_s": by.total_seconds()}).raise_for_status()
