"""Log lines: what happened, made of events (S2.2, S1.4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from pressrun.domain.persona import Language
from pressrun.domain.texts import MESSAGES
from pressrun.store.events import Event
from pressrun.web import times, wording
from pressrun.web.pages.looks import STAGE_WORDS, STEP_WORDS
from pressrun.web.templating import Words, words


@dataclass(frozen=True)
class Line:
    """One line of a log."""

    at: datetime
    tone: str
    icon: str
    text: str
    href: str = ""


@dataclass(frozen=True)
class Teller:
    """Tells events to one reader; `names` are the personas of posts, `troubles` why a post failed."""

    language: Language
    zone: ZoneInfo
    now: datetime
    names: Mapping[str, str]
    troubles: Mapping[str, str]

    @property
    def words(self) -> Words:
        """The reader's texts."""
        return words(self.language)

    def lines(self, events: Sequence[Event]) -> list[Line]:
        """The events worth a line, in their order."""
        return [line for event in events if (line := self.line(event))]

    def line(self, event: Event) -> Line | None:
        """One event as a line, None where it says nothing to a reader."""
        kind = event.data.get("code", "") if event.kind == "run.note" else event.kind
        tell = _TELLERS.get(kind)
        if tell is None:
            return None
        tone, icon, text = tell(self, event)
        noun, _, item_id = event.topic.partition(":")
        return Line(event.at, tone, icon, text, f"/posts/{item_id}" if noun == "post" else "")

    def name(self, event: Event) -> str:
        """Whose post it is about."""
        return self.names.get(event.topic.partition(":")[2], "")

    def reason(self, event: Event) -> str:
        """Why it failed, as far as that is known."""
        code = event.data.get("code")
        if isinstance(code, str) and _is_plain(code):
            return wording.what_happened(code, self.language, {}).rstrip(".")
        return self.troubles.get(event.topic.partition(":")[2], "").rstrip(".")

    def clock(self, event: Event, name: str) -> str:
        """A time that the event carries."""
        at = datetime.fromisoformat(event.data[name])
        return times.short(at, self.now, self.zone, self.words)


Told = tuple[str, str, str]


def _is_plain(code: str) -> bool:
    return code in MESSAGES and "{" not in MESSAGES[code].ko


def _started(teller: Teller, event: Event) -> Told:
    return "", "dot", teller.words.gettext("%(name)s: publishing begins", name=teller.name(event))


def _published(teller: Teller, event: Event) -> Told:
    number = event.data.get("external_id") or event.topic.partition(":")[2]
    return "done", "ok", teller.words.gettext("Success! Post ID: %(number)s", number=number)


def _retry(teller: Teller, event: Event) -> Told:
    text = teller.words.gettext(
        "%(name)s failed: %(reason)s, retries at %(time)s",
        name=teller.name(event),
        reason=teller.reason(event),
        time=teller.clock(event, "retry_at"),
    )
    return "failed", "fail", text


def _failed(teller: Teller, event: Event) -> Told:
    text = teller.words.gettext(
        "%(name)s failed: %(reason)s", name=teller.name(event), reason=teller.reason(event)
    )
    return "failed", "fail", text


def _held(teller: Teller, event: Event) -> Told:
    return "attention", "pause", teller.words.gettext("%(name)s: held until you act", name=teller.name(event))


def _confirming(teller: Teller, event: Event) -> Told:
    text = teller.words.gettext("%(name)s: checking whether it went out", name=teller.name(event))
    return "running", "loader", text


def _continued(teller: Teller, event: Event) -> Told:
    text = teller.words.gettext("%(name)s: a part of it is out, the rest follows", name=teller.name(event))
    return "running", "loader", text


def _doubted(teller: Teller, event: Event) -> Told:
    text = teller.words.gettext("%(name)s: nobody can tell whether it went out", name=teller.name(event))
    return "failed", "warn", text


def _cancelled(teller: Teller, event: Event) -> Told:
    return "", "x", teller.words.gettext("%(name)s: cancelled", name=teller.name(event))


def _stage_began(teller: Teller, event: Event) -> Told:
    return "", "dot", teller.words.gettext("%(stage)s begins", stage=_stage(teller, event))


def _stage_ended(teller: Teller, event: Event) -> Told:
    return "done", "ok", teller.words.gettext("%(stage)s done", stage=_stage(teller, event))


def _stage_failed(teller: Teller, event: Event) -> Told:
    text = teller.words.gettext(
        "%(stage)s failed: %(reason)s", stage=_stage(teller, event), reason=teller.reason(event)
    )
    return "failed", "fail", text


def _reported(teller: Teller, event: Event) -> Told:
    code, values = event.data["code"], event.data.get("values", {})
    return "", "dot", wording.what_happened(code, teller.language, values) if code in MESSAGES else code


def _run_created(teller: Teller, event: Event) -> Told:
    return "", "dot", teller.words.gettext("The run is in the queue")


def _drawn(teller: Teller, event: Event) -> Told:
    text = teller.words.gettext(
        "Picture %(position)s of %(count)s", position=event.data["position"], count=event.data["count"]
    )
    return "", "image", text


def _fallback(teller: Teller, event: Event) -> Told:
    text = teller.words.gettext(
        "%(name)s could not be used, so the built-in fallback wrote it", name=event.data["instead_of"]
    )
    return "attention", "warn", text


def _other_place(teller: Teller, event: Event) -> Told:
    text = teller.words.gettext(
        "%(store)s could not be used, so the file lies on this machine", store=event.data["store"]
    )
    return "attention", "warn", text


def _stage(teller: Teller, event: Event) -> str:
    name = str(event.data.get("stage", ""))
    return teller.words.gettext(_STAGES.get(name, name))


_STAGES: dict[str, str] = {**STEP_WORDS, **{stage.value: word for stage, word in STAGE_WORDS.items()}}

_TELLERS: Mapping[str, Callable[[Teller, Event], Told]] = {
    "post.started": _started,
    "post.published": _published,
    "post.retry_planned": _retry,
    "post.failed": _failed,
    "post.held": _held,
    "post.outcome_lost": _confirming,
    "post.continued": _continued,
    "post.doubted": _doubted,
    "post.cancelled": _cancelled,
    "stage.started": _stage_began,
    "stage.ended": _stage_ended,
    "stage.failed": _stage_failed,
    "stage.reported": _reported,
    "run.created": _run_created,
    "image.drawn": _drawn,
    "fallback.used": _fallback,
    "media.fell_back": _other_place,
}
