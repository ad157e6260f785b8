"""One post of a thread, or the only one: what is sent, and what is kept to recognise it later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pressrun.connectors.publishers.x import comparing
from pressrun.connectors.publishers.x.limits import MAX_LENGTH
from pressrun.connectors.publishers.x.media import Sent
from pressrun.connectors.publishers.x.options import PostOptions
from pressrun.connectors.publishers.x.weighted import weighted_length


@dataclass(frozen=True, kw_only=True)
class Part:
    """`earlier_ids` are the posts of the same thread that are out; each part replies to the one before it.

    `since` is when the draft's first part was ready to be sent for the first time.
    """

    text: str
    chosen: PostOptions
    media: Sequence[Sent] = ()
    earlier_ids: tuple[str, ...] = ()
    is_last: bool
    handle: str
    since: str

    @property
    def name(self) -> str:
        """The name of its call: `publish`, `publish_2`, …"""
        return f"publish_{len(self.earlier_ids) + 1}" if self.earlier_ids else "publish"

    @property
    def in_reply_to(self) -> str:
        """The post it replies to; empty where it begins a conversation."""
        return self.earlier_ids[-1] if self.earlier_ids else self.chosen.in_reply_to

    @property
    def quote(self) -> str:
        """The post it quotes."""
        return "" if self.earlier_ids else self.chosen.quote

    def body(self) -> dict[str, Any]:
        """What `POST /2/tweets` takes. Media, quote and who may reply go with the first part."""
        said: dict[str, Any] = {
            "text": self.text,
            "media": {"media_ids": self._media_ids} if self.media else None,
            "reply": {"in_reply_to_tweet_id": self.in_reply_to} if self.in_reply_to else None,
            "quote_tweet_id": self.quote,
            "reply_settings": "" if self.earlier_ids else self.chosen.reply_settings,
            "made_with_ai": self.chosen.made_with_ai or None,
        }
        return {name: value for name, value in said.items() if value not in (None, "")}

    def evidence(self) -> Mapping[str, Any]:
        """What `find` needs; X gives nothing before the post exists."""
        return {
            "text_sha256": comparing.sha256(comparing.comparable(self.text)),
            "without_links_sha256": comparing.sha256(comparing.without_links(self.text)),
            "is_long": weighted_length(self.text) > MAX_LENGTH,
            "in_reply_to": self.in_reply_to,
            "quote": self.quote,
            "media_ids": self._media_ids,
            "media_keys": [file["key"] for file in self.media],
            "earlier_ids": list(self.earlier_ids),
            "is_last": self.is_last,
            "handle": self.handle,
            "since": self.since,
        }

    @property
    def _media_ids(self) -> list[str]:
        return [file["id"] for file in self.media]
