"""What a reader may ask of a post: `tweet.fields`, `expansions` and their kin, and the answer to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.growth import views
from pressrun.sandbox.posts import PublishedPost
from pressrun.sandbox.x.call import XCall
from pressrun.sandbox.x.errors import invalid
from pressrun.sandbox.x.rendering import rendered

_OF_POSTS = """
    attachments author_id conversation_id created_at edit_history_tweet_ids edit_history_post_ids
    entities id in_reply_to_user_id lang made_with_ai non_public_metrics possibly_sensitive
    public_metrics referenced_tweets referenced_posts reply_settings text
"""
POST_FIELDS = frozenset(_OF_POSTS.split())
USER_FIELDS = frozenset(
    ["created_at", "description", "id", "name", "protected", "public_metrics", "url", "username", "verified"]
)
MEDIA_FIELDS = frozenset(["alt_text", "media_key", "type", "url"])
EXPANSIONS = frozenset(["attachments.media_keys", "author_id"])
_SHARE_OF_VIEWS = {
    "impression_count": 1.0,
    "like_count": 0.03,
    "retweet_count": 0.006,
    "reply_count": 0.003,
    "bookmark_count": 0.004,
    "quote_count": 0.001,
}
_CLICKS = {"url_link_clicks": 0.01, "user_profile_clicks": 0.008}
_TYPES = {"image/gif": "animated_gif"}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """The fields that one request asks for."""

    post: frozenset[str]
    user: frozenset[str]
    media: frozenset[str]
    expansions: frozenset[str]

    def of_others(self) -> "Wanted":
        """Private numbers are told of the caller's own posts only."""
        return replace(self, post=self.post - {"non_public_metrics"})


def field_parameters(call: XCall) -> tuple[str, ...]:
    """Newer descriptions of the API say `post.fields`; the account's switch says which name is right."""
    choice = call.rule("fields_parameter")
    return ("tweet.fields", "post.fields") if choice == "both" else (f"{choice}.fields",)


def history_name(call: XCall) -> str:
    """How the list of a post's versions is called."""
    return "edit_history_post_ids" if call.rule("fields_parameter") == "post" else "edit_history_tweet_ids"


def wanted(call: XCall) -> Wanted:
    """Raises XError for a field that does not exist."""
    asked = [word for name in field_parameters(call) for word in words(call, name, POST_FIELDS)]
    return Wanted(
        post=frozenset({"id", "text", history_name(call), *asked}),
        user=frozenset({"id", "name", "username", *words(call, "user.fields", USER_FIELDS)}),
        media=frozenset({"media_key", "type", *words(call, "media.fields", MEDIA_FIELDS)}),
        expansions=frozenset(words(call, "expansions", EXPANSIONS)),
    )


def words(call: XCall, parameter: str, allowed: frozenset[str]) -> list[str]:
    """A list with commas, each word of which must be known."""
    given = [word.strip() for word in call.query.get(parameter, "").split(",") if word.strip()]
    for word in given:
        if word not in allowed:
            raise invalid(
                f"The `{parameter}` query parameter value [{word}] is not one of"
                f" [{','.join(sorted(allowed))}]",
                parameter=parameter,
                value=word,
            )
    return given


def post_json(post: PublishedPost, author: Account, asked: Wanted, now: datetime) -> dict[str, Any]:
    """The wanted fields; the platform leaves out what has no value."""
    whole = _whole(post, author, now)
    return {
        name: value for name, value in whole.items() if name in asked.post and value not in (None, {}, [])
    }


def _whole(post: PublishedPost, author: Account, now: datetime) -> dict[str, Any]:
    read = rendered(post, handle=username(author))
    references = _references(post)
    seen = views(post.id, post.created_at, now)
    public = {name: int(seen * share) for name, share in _SHARE_OF_VIEWS.items()}
    clicks = {name: int(seen * share) for name, share in _CLICKS.items()}
    extras = post.details["extras"]
    return {
        "id": post.id,
        "text": read.text,
        "edit_history_tweet_ids": [post.id],
        "edit_history_post_ids": [post.id],
        "author_id": post.account_id,
        "created_at": x_time(post.created_at),
        "conversation_id": post.details["conversation_id"],
        "in_reply_to_user_id": post.details["in_reply_to_user"],
        "attachments": {"media_keys": post.details["media_keys"]} if post.details["media_keys"] else None,
        "entities": {"urls": read.urls} if read.urls else None,
        "lang": "ko" if any("가" <= letter <= "힣" for letter in post.text) else "en",
        "made_with_ai": extras.get("made_with_ai"),
        "possibly_sensitive": False,
        "public_metrics": public,
        "non_public_metrics": clicks | {"impression_count": public["impression_count"]},
        "referenced_tweets": references,
        "referenced_posts": references,
        "reply_settings": extras.get("reply_settings", "everyone"),
    }


def _references(post: PublishedPost) -> list[dict[str, str]]:
    references = []
    if post.details["in_reply_to"]:
        references.append({"type": "replied_to", "id": post.details["in_reply_to"]})
    if post.details["quoted"]:
        references.append({"type": "quoted", "id": post.details["quoted"]["id"]})
    return references


def includes(
    posts: Sequence[PublishedPost], authors: Mapping[str, Account], asked: Wanted, call: XCall
) -> dict[str, Any]:
    """What `expansions` adds beside the posts."""
    found: dict[str, Any] = {}
    if "author_id" in asked.expansions and posts:
        ids = dict.fromkeys(post.account_id for post in posts)
        found["users"] = [user_json(authors[id_], asked.user, call) for id_ in ids]
    if "attachments.media_keys" in asked.expansions:
        media = [each for post in posts for each in _media_json(post, asked, call)]
        found |= {"media": media} if media else {}
    return {"includes": found} if found else {}


def _media_json(post: PublishedPost, asked: Wanted, call: XCall) -> list[dict[str, Any]]:
    described = []
    for key, media in zip(post.details["media_keys"], post.media, strict=True):
        whole = {
            "media_key": key,
            "type": _TYPES.get(media.mime, "photo" if media.mime.startswith("image/") else "video"),
            "url": call.base_url + media.path,
            "alt_text": media.alt or None,
        }
        described.append({name: value for name, value in whole.items() if name in asked.media and value})
    return described


def user_json(account: Account, asked: frozenset[str], call: XCall) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "id": account.account_id,
        "name": username(account),
        "username": username(account),
        "created_at": x_time(datetime.fromisoformat(account.created_at)),
        "description": "",
        "protected": False,
        "verified": False,
        "url": "",
    }
    if "public_metrics" in asked:
        posts = call.sandbox.posts.of(account.platform, account.account_id)
        followed = {"followers_count": 128, "following_count": 42, "listed_count": 0}
        whole["public_metrics"] = followed | {"tweet_count": len(posts)}
    return {name: value for name, value in whole.items() if name in asked}


def username(account: Account) -> str:
    return account.handle.removeprefix("@")


def x_time(instant: datetime) -> str:
    """RFC 3339 with three digits of a second."""
    return f"{instant.strftime('%Y-%m-%dT%H:%M:%S')}.{instant.microsecond // 1000:03}Z"
