"""A post as every screen shows it: its look, what it may do, how far it is, and why it stands still."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pressrun.domain.persona import Language
from pressrun.domain.post import Badge, PostEvent, PostStatus, badge, may_happen
from pressrun.store import attempts, posts
from pressrun.store.attempts import Attempt, AttemptStage
from pressrun.store.database import Tx
from pressrun.store.posts import Post, PostCard, PostFilter
from pressrun.web.failure_text import FailureText, failure_text
from pressrun.web.pages.looks import Look, post_look
from pressrun.web.progress import percent

_WORKING = (PostStatus.PUBLISHING, PostStatus.CONFIRMING)


@dataclass(frozen=True)
class PostView:
    """One post, ready to be shown."""

    card: PostCard
    look: Look
    trouble: FailureText | None
    attempt: Attempt | None
    steps: tuple[AttemptStage, ...] = ()

    @property
    def post(self) -> Post:
        """The post itself."""
        return self.card.post

    @property
    def zone(self) -> ZoneInfo:
        """The persona's time zone."""
        return ZoneInfo(self.card.timezone)

    @property
    def at(self) -> datetime:
        """When it went out, or when it will."""
        return self.post.published_at or self.post.due_at

    @property
    def badge(self) -> Badge:
        """Its word in the queue."""
        return badge(self.post.status)

    @property
    def is_running(self) -> bool:
        """Whether a worker is busy with it."""
        return self.post.status in _WORKING

    @property
    def progress(self) -> int:
        """How far the attempt is, in percent."""
        if self.step is None:
            return 0
        return percent(self.step.name, (self.step.message or {}).get("values"))

    @property
    def step(self) -> AttemptStage | None:
        """What goes on right now."""
        return self.steps[-1] if self.steps else None

    @property
    def title(self) -> str:
        """The first line of the caption, as its name in lists."""
        return next((line for line in self.card.caption.splitlines() if line.strip()), "")

    def can(self, event: str) -> bool:
        """Whether `event` may happen to it now."""
        return may_happen(self.post.status, PostEvent(event), is_out=self.post.is_out)

    @property
    def can_go_now(self) -> bool:
        """Whether "publish now" would do anything (S2.1)."""
        return self.post.status in (PostStatus.SCHEDULED, PostStatus.RETRY_WAIT) and not self.post.is_out


def view(tx: Tx, card: PostCard, language: Language) -> PostView:
    """One post with what it is doing."""
    post = card.post
    attempt = attempts.open_attempt(tx, post.id) if post.status in _WORKING else None
    trouble = None
    if post.failure is not None and post.status is not PostStatus.PUBLISHED:
        trouble = failure_text(post.failure, language, persona=card.persona)
    steps = tuple(attempts.stages(tx, attempt.id)) if attempt else ()
    return PostView(card, post_look(post), trouble, attempt, steps)


def views(
    tx: Tx, wanted: PostFilter, language: Language, *, newest_first: bool = False, limit: int = 100
) -> Sequence[PostView]:
    """The posts of a list, in order of their due time."""
    found = posts.cards(tx, wanted, newest_first=newest_first, limit=limit)
    return [view(tx, card, language) for card in found]


def one(tx: Tx, post_id: str, language: Language) -> PostView:
    """One post. Raises `Problem` (404)."""
    return view(tx, posts.card(tx, post_id), language)
