"""A post: one content on one account at one time, and the life it may lead (DESIGN.md 5, S2.1)."""

from enum import StrEnum

from pressrun.domain.problems import Problem


class PostStatus(StrEnum):
    """Where a post stands. The sentence of each member is what a person may rely on."""

    DRAFT = "draft"
    """It is being written; no clock knows of it."""
    AWAITING_APPROVAL = "awaiting_approval"
    """A person must approve its content before it may go out."""
    SCHEDULED = "scheduled"
    """It goes out when its ready time comes."""
    ARMED = "armed"
    """A worker holds it and waits in memory for the instant."""
    PUBLISHING = "publishing"
    """A worker is talking to the platform."""
    CONFIRMING = "confirming"
    """The last call's outcome is unknown and is being looked up; nothing is sent meanwhile."""
    RETRY_WAIT = "retry_wait"
    """An attempt failed; the next one starts by itself at the ready time."""
    HELD = "held"
    """It waits for a person, for the reason given in `status_reason`."""
    PUBLISHED = "published"
    """The platform shows it."""
    FAILED = "failed"
    """It did not go out and will not by itself; a person may retry it or give up."""
    UNCONFIRMED = "unconfirmed"
    """Nobody can tell whether it went out; a person must look before anything else may happen."""
    CANCELLED = "cancelled"
    """A person called it off before it went out."""
    GIVEN_UP = "given_up"
    """It failed and a person decided to leave it."""


class PostEvent(StrEnum):
    """What may happen to a post. Together with the status it decides the next status."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    SCHEDULED = "scheduled"
    RESCHEDULED = "rescheduled"
    EDITED = "edited"
    DEFERRED = "deferred"
    ARMED = "armed"
    STARTED = "started"
    PUBLISHED = "published"
    OUTCOME_LOST = "outcome_lost"
    LOOKED = "looked"
    CONTINUED = "continued"
    """A part of it turned out to be there; what follows it is sent next."""
    RETRY_PLANNED = "retry_planned"
    HELD = "held"
    RESUMED = "resumed"
    FAILED = "failed"
    DOUBTED = "doubted"
    CANCELLED = "cancelled"
    RETRIED = "retried"
    GIVEN_UP = "given_up"
    TAKEN_BACK = "taken_back"
    """Giving up was undone."""
    FOUND_MISSING = "found_missing"
    """A person looked and the post is not there."""


class HeldReason(StrEnum):
    """Why a held post waits for a person (API.md, "Words and rules")."""

    ACCOUNT_SUSPENDED = "account_suspended"
    PERSONA_PAUSED = "persona_paused"
    NEEDS_REAUTH = "needs_reauth"
    NOT_APPROVED = "not_approved"


class Badge(StrEnum):
    """The four words of the queue (S2.1), a view on the status."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Format(StrEnum):
    """The shape a post takes on its platform."""

    FEED = "feed"
    CAROUSEL = "carousel"
    REEL = "reel"
    STORY = "story"
    VIDEO = "video"
    SHORT = "short"
    TWEET = "tweet"
    THREAD = "thread"


_S, _E = PostStatus, PostEvent

TRANSITIONS: dict[tuple[PostStatus, PostEvent], PostStatus] = {
    (_S.DRAFT, _E.SUBMITTED): _S.AWAITING_APPROVAL,
    (_S.DRAFT, _E.SCHEDULED): _S.SCHEDULED,
    (_S.DRAFT, _E.CANCELLED): _S.CANCELLED,
    (_S.AWAITING_APPROVAL, _E.APPROVED): _S.SCHEDULED,
    (_S.AWAITING_APPROVAL, _E.REJECTED): _S.CANCELLED,
    (_S.AWAITING_APPROVAL, _E.RESCHEDULED): _S.AWAITING_APPROVAL,
    (_S.AWAITING_APPROVAL, _E.CANCELLED): _S.CANCELLED,
    (_S.SCHEDULED, _E.ARMED): _S.ARMED,
    (_S.SCHEDULED, _E.DEFERRED): _S.SCHEDULED,
    (_S.SCHEDULED, _E.RESCHEDULED): _S.SCHEDULED,
    (_S.SCHEDULED, _E.EDITED): _S.AWAITING_APPROVAL,
    (_S.SCHEDULED, _E.HELD): _S.HELD,
    (_S.SCHEDULED, _E.CANCELLED): _S.CANCELLED,
    (_S.ARMED, _E.STARTED): _S.PUBLISHING,
    (_S.ARMED, _E.DEFERRED): _S.SCHEDULED,
    (_S.ARMED, _E.RESCHEDULED): _S.SCHEDULED,
    (_S.ARMED, _E.EDITED): _S.AWAITING_APPROVAL,
    (_S.ARMED, _E.HELD): _S.HELD,
    (_S.ARMED, _E.CANCELLED): _S.CANCELLED,
    (_S.PUBLISHING, _E.PUBLISHED): _S.PUBLISHED,
    (_S.PUBLISHING, _E.OUTCOME_LOST): _S.CONFIRMING,
    (_S.PUBLISHING, _E.RETRY_PLANNED): _S.RETRY_WAIT,
    (_S.PUBLISHING, _E.HELD): _S.HELD,
    (_S.PUBLISHING, _E.FAILED): _S.FAILED,
    (_S.CONFIRMING, _E.LOOKED): _S.CONFIRMING,
    (_S.CONFIRMING, _E.PUBLISHED): _S.PUBLISHED,
    (_S.CONFIRMING, _E.CONTINUED): _S.RETRY_WAIT,
    (_S.CONFIRMING, _E.RETRY_PLANNED): _S.RETRY_WAIT,
    (_S.CONFIRMING, _E.HELD): _S.HELD,
    (_S.CONFIRMING, _E.FAILED): _S.FAILED,
    (_S.CONFIRMING, _E.DOUBTED): _S.UNCONFIRMED,
    (_S.RETRY_WAIT, _E.ARMED): _S.ARMED,
    (_S.RETRY_WAIT, _E.DEFERRED): _S.RETRY_WAIT,
    (_S.RETRY_WAIT, _E.RESCHEDULED): _S.SCHEDULED,
    (_S.RETRY_WAIT, _E.RETRIED): _S.SCHEDULED,
    (_S.RETRY_WAIT, _E.EDITED): _S.AWAITING_APPROVAL,
    (_S.RETRY_WAIT, _E.HELD): _S.HELD,
    (_S.RETRY_WAIT, _E.CANCELLED): _S.CANCELLED,
    (_S.RETRY_WAIT, _E.GIVEN_UP): _S.GIVEN_UP,
    (_S.HELD, _E.RESUMED): _S.SCHEDULED,
    (_S.HELD, _E.RESCHEDULED): _S.HELD,
    (_S.HELD, _E.EDITED): _S.AWAITING_APPROVAL,
    (_S.HELD, _E.CANCELLED): _S.CANCELLED,
    (_S.HELD, _E.GIVEN_UP): _S.GIVEN_UP,
    (_S.FAILED, _E.RETRIED): _S.SCHEDULED,
    (_S.FAILED, _E.EDITED): _S.FAILED,
    (_S.FAILED, _E.GIVEN_UP): _S.GIVEN_UP,
    (_S.UNCONFIRMED, _E.PUBLISHED): _S.PUBLISHED,
    (_S.UNCONFIRMED, _E.CONTINUED): _S.RETRY_WAIT,
    (_S.UNCONFIRMED, _E.FOUND_MISSING): _S.FAILED,
    (_S.GIVEN_UP, _E.TAKEN_BACK): _S.FAILED,
}
"""The whole life of a post. What is not here is refused."""

_TOO_LATE_ONCE_OUT = frozenset({_E.CANCELLED, _E.EDITED, _E.RESCHEDULED, _E.GIVEN_UP})
"""What nobody can do to a post that everybody sees, whatever is still to be added to it."""

FINAL = frozenset({_S.PUBLISHED, _S.CANCELLED, _S.GIVEN_UP})
"""Nothing happens to these by itself."""

DISPATCHED = (_S.SCHEDULED, _S.RETRY_WAIT, _S.CONFIRMING)
"""The dispatcher picks these up when their ready time comes."""

_BADGES = {
    _S.ARMED: Badge.RUNNING,
    _S.PUBLISHING: Badge.RUNNING,
    _S.CONFIRMING: Badge.RUNNING,
    _S.PUBLISHED: Badge.DONE,
    _S.FAILED: Badge.FAILED,
    _S.UNCONFIRMED: Badge.FAILED,
    _S.CANCELLED: Badge.DONE,
    _S.GIVEN_UP: Badge.FAILED,
}

_REFUSALS = {
    _S.ARMED: "already_publishing",
    _S.PUBLISHING: "already_publishing",
    _S.CONFIRMING: "outcome_unknown_yet",
    _S.UNCONFIRMED: "outcome_unknown",
    _S.PUBLISHED: "already_published",
    _S.CANCELLED: "cancelled",
    _S.FAILED: "failed",
    _S.GIVEN_UP: "given_up",
    _S.AWAITING_APPROVAL: "awaiting_approval",
    _S.HELD: "held",
    _S.DRAFT: "draft",
    _S.SCHEDULED: "not_failed",
    _S.RETRY_WAIT: "not_failed",
}


def badge(status: PostStatus) -> Badge:
    """The queue's word for a status (S2.1)."""
    return _BADGES.get(status, Badge.WAITING)


def may_happen(status: PostStatus, event: PostEvent, *, is_out: bool = False) -> bool:
    """Whether `event` may happen to a post in this state; `is_out` where everybody sees it already."""
    return (status, event) in TRANSITIONS and not (is_out and event in _TOO_LATE_ONCE_OUT)


def next_status(status: PostStatus, event: PostEvent, *, is_out: bool = False) -> PostStatus:
    """The status after `event`. Raises `Problem` (409, codes of API.md) where the state refuses."""
    if not may_happen(status, event, is_out=is_out):
        code = "already_published" if is_out else _REFUSALS[status]
        raise Problem.conflict(code, status=status.value, event=event.value)
    return TRANSITIONS[status, event]
