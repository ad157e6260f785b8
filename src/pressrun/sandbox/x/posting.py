"""`POST /2/tweets` and `DELETE /2/tweets/{id}`: no key makes a repetition safe, only the duplicate check."""

import itertools
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from pressrun.sandbox.posts import PostMedia, PublishedPost
from pressrun.sandbox.standin import Sandbox
from pressrun.sandbox.x.call import XCall
from pressrun.sandbox.x.errors import XError, forbidden, invalid, not_found
from pressrun.sandbox.x.fields import history_name
from pressrun.sandbox.x.grants import PLATFORM
from pressrun.sandbox.x.limits import DAY
from pressrun.sandbox.x.post_body import check_body
from pressrun.sandbox.x.rendering import rendered
from pressrun.sandbox.x.uploads import Upload, Uploads

_EPOCH = datetime(2010, 11, 4, 1, 42, 54, 657000, tzinfo=UTC)


@dataclass(frozen=True)
class Posting:
    """The call that cannot be undone, and the one that undoes it."""

    sandbox: Sandbox
    _made: Iterator[int] = field(default_factory=itertools.count)

    async def create(self, call: XCall) -> Response:
        sent = await call.json()
        check_body(sent, max_length=call.rule("max_length"))
        uploads = self._attached(call, sent)
        answered, quoted = self._answered(call, sent), self._quoted(call, sent)
        self._check_duplicate(call, sent)
        self._check_day(call)
        post = self._post(call, sent, uploads, answered=answered, quoted=quoted)
        with self.sandbox.records.transaction():
            self.sandbox.posts.add(post)
            self.sandbox.accounts.spend(call.account, "post")
            if answered is not None and answered.kind == "post" and post.kind == "thread":
                self.sandbox.posts.add(replace(answered, kind="thread"))
        text = rendered(post, handle=handle_of(self.sandbox, call.account.account_id)).text
        made = {"id": post.id, "text": text, history_name(call): [post.id]}
        return JSONResponse({"data": made}, 201)

    async def delete(self, call: XCall) -> Response:
        id_ = call.request.path_params["post_id"]
        post = self.sandbox.posts.get(PLATFORM, id_)
        if post is None:
            raise not_found("id", id_)
        if post.account_id != call.account.account_id:
            raise forbidden("You are not authorized to delete this Tweet.", 183)
        self.sandbox.posts.remove(post)
        return JSONResponse({"data": {"deleted": True}})

    def _attached(self, call: XCall, sent: Mapping[str, Any]) -> list[Upload]:
        """The media of the post, all usable together; raises XError."""
        ids = (sent.get("media") or {}).get("media_ids") or []
        found = [upload for upload in map(Uploads(self.sandbox).get, ids) if upload is not None]
        usable = [
            upload
            for upload in found
            if upload.account_id == call.account.account_id
            and upload.is_ready(call.now)
            and upload.category in ("tweet_image", "tweet_gif", "tweet_video", "amplify_video")
        ]
        if len(usable) < len(ids):
            expired = any(upload.is_gone(call.now) for upload in found)
            raise invalid(
                "Your media IDs are invalid.",
                parameter="media.media_ids",
                value=list(ids),
                code=325 if expired or len(found) < len(ids) else 324,
                legacy_status=403,
            )
        if len(usable) > 1 and any(upload.is_processed for upload in usable):
            raise invalid(
                "A post has up to 4 photos, or 1 GIF, or 1 video.",
                parameter="media.media_ids",
                value=list(ids),
                code=324,
                legacy_status=403,
            )
        return usable

    def _answered(self, call: XCall, sent: Mapping[str, Any]) -> PublishedPost | None:
        """The post this one replies to."""
        if sent.get("reply") is None:
            return None
        id_ = sent["reply"].get("in_reply_to_tweet_id")
        if not isinstance(id_, str) or not id_.isdecimal():
            raise invalid("must be the id of a post", parameter="reply.in_reply_to_tweet_id", value=id_)
        post = self.sandbox.posts.get(PLATFORM, id_)
        if post is None:
            raise forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.", 385)
        if call.rule("reply") == "self-serve" and not self._was_addressed(call, post):
            raise forbidden(
                "Reply to this conversation is not allowed: its author has not mentioned or quoted you.", 433
            )
        return post

    def _was_addressed(self, call: XCall, post: PublishedPost) -> bool:
        own = call.account.account_id
        if post.account_id == own:
            return True
        quoted = post.details.get("quoted")
        handle = handle_of(self.sandbox, own)
        return f"@{handle}".lower() in post.text.lower() or (
            quoted is not None and quoted["account_id"] == own
        )

    def _quoted(self, call: XCall, sent: Mapping[str, Any]) -> PublishedPost | None:
        id_ = sent.get("quote_tweet_id")
        if not id_:
            return None
        post = self.sandbox.posts.get(PLATFORM, id_)
        if post is None:
            raise invalid("names no post", parameter="quote_tweet_id", value=id_)
        if call.rule("quote") == "self-serve" and post.account_id != call.account.account_id:
            raise forbidden("Quoting this post is not allowed for this App.", 433)
        return post

    def _check_duplicate(self, call: XCall, sent: Mapping[str, Any]) -> None:
        text = _comparable(sent.get("text") or "")
        if not text or call.rule("duplicates") == "allow":
            return
        since = call.now - timedelta(hours=call.rule("duplicate_hours"))
        for post in self.sandbox.posts.of(PLATFORM, call.account.account_id):
            if post.created_at <= since:
                return
            if _comparable(post.text) == text:
                raise forbidden("You are not allowed to create a Tweet with duplicate content.", 187)

    def _check_day(self, call: XCall) -> None:
        cap = call.rule("daily_cap")
        if not cap or self.sandbox.accounts.spent(call.account, "post", within=DAY) < cap:
            return
        if call.rule("daily_cap_status") == 403:
            raise forbidden("User is over daily status update limit.", 185)
        raise XError(status=429, title="Too Many Requests", detail="Too Many Requests", code=88)

    def _post(
        self,
        call: XCall,
        sent: Mapping[str, Any],
        uploads: list[Upload],
        *,
        answered: PublishedPost | None,
        quoted: PublishedPost | None,
    ) -> PublishedPost:
        id_ = self._new_id(call.now)
        own_thread = answered is not None and answered.account_id == call.account.account_id
        return PublishedPost(
            platform=PLATFORM,
            account_id=call.account.account_id,
            id=id_,
            kind="thread" if own_thread else "post",
            text=sent.get("text") or "",
            media=tuple(_media(upload) for upload in uploads),
            created_at=call.now,
            request_id=call.request_id,
            details={
                "conversation_id": answered.details["conversation_id"] if answered else id_,
                "in_reply_to": answered.id if answered else None,
                "in_reply_to_user": answered.account_id if answered else None,
                "quoted": self._quoted_facts(quoted) if quoted else None,
                "media_keys": [upload.media_key for upload in uploads],
                "extras": {name: sent[name] for name in _KEPT if sent.get(name)},
            },
        )

    def _quoted_facts(self, quoted: PublishedPost) -> dict[str, str]:
        handle = handle_of(self.sandbox, quoted.account_id)
        return {"id": quoted.id, "account_id": quoted.account_id, "handle": handle}

    def _new_id(self, now: datetime) -> str:
        """Milliseconds since X's own epoch and a running number: later posts have greater ids."""
        milliseconds = int((now - _EPOCH).total_seconds() * 1000)
        return str((milliseconds << 22) + next(self._made) % (1 << 22))


_KEPT = ("made_with_ai", "paid_partnership", "reply_settings", "poll", "community_id", "nullcast", "geo")


def _media(upload: Upload) -> PostMedia:
    return PostMedia(
        path=f"/media/{upload.sha256}", sha256=upload.sha256, mime=upload.mime, alt=upload.alt_text
    )


def _comparable(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def handle_of(sandbox: Sandbox, account_id: str) -> str:
    account = sandbox.accounts.get(PLATFORM, account_id)
    return account.handle.removeprefix("@") if account else "i"
