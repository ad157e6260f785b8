"""Looking for a post in the account's own timeline, the only witness that X has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pressrun.connectors.base import Intent, Login
from pressrun.connectors.http import HttpAnswer
from pressrun.connectors.publishers.x import comparing
from pressrun.connectors.publishers.x.calls import Calls
from pressrun.domain.confirming import Sighting
from pressrun.domain.failures import Failure

CLOCK_SKEW = timedelta(minutes=2)
LISTED_AFTER = timedelta(seconds=60)
"""A post that is not in the timeline this long after its call is not there."""
FURTHEST_BACK = timedelta(days=1)
"""Of older posts we do not know which are our others."""

_PAGE = "100"
_FIELDS = "attachments,created_at,entities,referenced_tweets"


@dataclass(frozen=True)
class Wanted:
    """What the post must look like."""

    text: str
    without_links: str
    is_wordless: bool
    is_long: bool
    """Longer than what a timeline shows of a text, which it may cut."""
    in_reply_to: str
    quote: str
    media: tuple[frozenset[str], frozenset[str]]
    """The numbers by which its media may be called: their ids, and those in their keys."""
    since: datetime
    not_these: frozenset[str]


def wanted_by(intent: Intent) -> Wanted:
    """What the effect of a call must look like, by the evidence that was kept before it."""
    evidence = intent.evidence
    first_ready_at = datetime.fromisoformat(evidence["since"])
    return Wanted(
        text=evidence["text_sha256"],
        without_links=evidence["without_links_sha256"],
        is_wordless=evidence["text_sha256"] == comparing.sha256(""),
        is_long=evidence["is_long"],
        in_reply_to=evidence["in_reply_to"],
        quote=evidence["quote"],
        media=(frozenset(evidence["media_ids"]), frozenset(map(_number, evidence["media_keys"]))),
        # An earlier call that was given up may turn out to have worked after all.
        since=max(min(first_ready_at, intent.sent_at), intent.sent_at - FURTHEST_BACK) - CLOCK_SKEW,
        not_these=intent.known_ids | frozenset(evidence["earlier_ids"]),
    )


async def look(calls: Calls, login: Login, wanted: Wanted) -> str | Sighting:
    """The id of the one post that is meant; `NOT_THERE` where the timeline has nothing that could be it."""
    try:
        answer = await calls.read_posts(
            login,
            f"users/{login.external_id}/tweets",
            _FIELDS,
            max_results=_PAGE,
            exclude="retweets",
            start_time=wanted.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
    except Failure:
        return Sighting.CANNOT_TELL
    listed = _listed(answer)
    if listed is None:
        return Sighting.CANNOT_TELL
    candidates = [post for post in listed if _could_be(post, wanted)]
    if not candidates:
        may_be_cut = wanted.is_long and any(post["id"] not in wanted.not_these for post in listed)
        is_sure = _is_complete(answer.body) and not may_be_cut
        return Sighting.NOT_THERE if is_sure else Sighting.CANNOT_TELL
    return _the_one(candidates, wanted)


def _the_one(candidates: Sequence[Mapping[str, Any]], wanted: Wanted) -> str | Sighting:
    """The only one that fits in everything, or else the only one at all if nothing speaks against it."""
    fitting = [post for post in candidates if _is_it(post, wanted) and _media(post) in wanted.media]
    if not fitting and len(candidates) == 1 and not wanted.is_wordless:
        fitting = [post for post in candidates if _is_it(post, wanted)]
    return str(fitting[0]["id"]) if len(fitting) == 1 else Sighting.CANNOT_TELL


def _could_be(post: Mapping[str, Any], wanted: Wanted) -> bool:
    text, without_links = map(comparing.sha256, comparing.shown(post, quote=wanted.quote))
    return (
        post["id"] not in wanted.not_these
        and _replies_to(post) in ("", wanted.in_reply_to)
        and _made_at(post, wanted) >= wanted.since
        and (text == wanted.text or without_links == wanted.without_links)
    )


def _is_it(post: Mapping[str, Any], wanted: Wanted) -> bool:
    text, _ = comparing.shown(post, quote=wanted.quote)
    return (
        comparing.sha256(text) == wanted.text
        and _replies_to(post) == wanted.in_reply_to
        and len(_media(post)) == len(wanted.media[0])
    )


def _listed(answer: HttpAnswer) -> list[Mapping[str, Any]] | None:
    """The posts of a timeline that was read; None where it was not."""
    body = answer.body
    if not answer.is_success or not isinstance(body, dict) or not isinstance(body.get("meta"), dict):
        return None
    listed = body.get("data", [])
    if not isinstance(listed, list):
        return None
    return [post for post in listed if isinstance(post, dict) and isinstance(post.get("id"), str)]


def _is_complete(body: Mapping[str, Any]) -> bool:
    """Whether these are all posts since then, and none was left out."""
    return not body.get("errors") and not body["meta"].get("next_token")


def _replies_to(post: Mapping[str, Any]) -> str:
    for name in ("referenced_tweets", "referenced_posts"):
        references = post.get(name)
        for reference in references if isinstance(references, list) else ():
            match reference:
                case {"type": "replied_to", "id": str(post_id)}:
                    return post_id
    return ""


def _media(post: Mapping[str, Any]) -> frozenset[str]:
    attachments = post.get("attachments")
    keys = attachments.get("media_keys") if isinstance(attachments, dict) else None
    return frozenset(_number(str(key)) for key in keys) if isinstance(keys, list) else frozenset()


def _number(key: str) -> str:
    """The part of a media key that is its id, as in `3_1234`."""
    return key.rpartition("_")[2]


def _made_at(post: Mapping[str, Any], wanted: Wanted) -> datetime:
    """A time that can't be read is left to X, which was asked for nothing older."""
    try:
        made_at = datetime.fromisoformat(str(post.get("created_at")))
    except ValueError:
        return wanted.since
    return made_at if made_at.tzinfo else made_at.replace(tzinfo=UTC)
