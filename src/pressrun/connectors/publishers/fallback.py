"""What an answer means that no table of its platform knows: its words, then its status (S2.7 to S2.9)."""

from pressrun.domain.failures import (
    AccountSuspended,
    Answer,
    Duplicate,
    Failure,
    LoginExpired,
    MediaBroken,
    Misconfigured,
    RateLimited,
    Refused,
    Transient,
)


def by_words(said: Answer, words: str = "") -> Failure | None:
    """By what `words`, or else its message, say in whatever case; a broken server's words say nothing."""
    if (said.status or 0) >= 500:
        return None
    words = (words or said.message).lower()
    if any(sign in words for sign in ("suspend", "locked", "restricted")):
        return AccountSuspended(answer=said)
    if "duplicate" in words:
        return Duplicate(answer=said)
    return RateLimited(answer=said) if "rate limit" in words else None


def by_status(said: Answer) -> Failure:
    """By the HTTP status alone."""
    match said.status or 0:
        case 420 | 429:
            return RateLimited(answer=said)
        case 401 | 403:
            return LoginExpired(answer=said)
        case 402:
            return Misconfigured(answer=said)
        case 413 | 415:
            return MediaBroken(answer=said)
        case status if status < 400 or status >= 500 or status in (408, 409, 425):
            # Below 400 it is an answer that can't be read: nothing is wrong with what was sent.
            return Transient(answer=said)
    return Refused(answer=said)
