"""What every publisher promises: each draft out exactly once, whatever its platform does meanwhile.

The platform is its stand-in with failures switched on; what was published is counted there. A provider
subclasses `PublisherContract` with a fixture `stand`.
"""

import json
import re
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol, TypeVar

import pytest

from pressrun.connectors.base import Draft, Intent, Login, Published, Publisher
from pressrun.domain.caption import TextRules
from pressrun.domain.confirming import Sighting
from pressrun.domain.failures import Failure, LoginExpired, OutcomeUnknown, Reach, Transient
from pressrun.domain.post import Format

T = TypeVar("T")

HANG_SECONDS = 0.4
"""The time limit of `Stand.impatient`."""


@dataclass(frozen=True)
class Call:
    """One kind of request that publishing makes."""

    method: str
    path_regex: str
    tolerates: bool = False
    """Whether publishing goes on where this call fails."""
    format: Format | None = None
    """A format whose publishing makes this call; None where the last declared one does."""
    has_body: bool = True
    """Whether its answer has a body that can be cut short."""


@dataclass(frozen=True)
class Out:
    """One post that exists, as the stand-in itself says."""

    id: str
    permalink: str
    text: str
    media: tuple[str, ...] = ()
    """SHA-256 of each file: where a format shows no text, a draft's asset ids must be these."""


class Stand(Protocol):
    """A provider's publisher, one of its accounts, and the stand-in behind them."""

    publisher: Publisher
    login: Login
    handle: str
    calls: Mapping[str, Call]
    """Every kind of request that publishing makes; the irrevocable one is `publish`."""

    @property
    def impatient(self) -> Publisher:
        """The publisher with a time limit of `HANG_SECONDS`."""
        ...

    def draft(self, format: Format, *, count: int = 0, **changes: Any) -> Draft:
        """A good draft of a format with `count` files, or the fewest; another caption each time."""
        ...

    def published(self) -> Sequence[Out]:
        """Everything this account ever published, oldest first."""
        ...

    def fault(self, effect: Mapping[str, Any], call: Call, *, times: int | None = 1) -> None:
        """Switches a failure on."""
        ...

    def heal(self) -> None:
        """Switches every failure off."""
        ...

    def requests(self) -> Sequence[tuple[str, str]]:
        """Method and path of every request so far, oldest first."""
        ...

    def set_state(self, **changes: Any) -> None:
        """Changes the account's state at the stand-in."""
        ...


class Died(BaseException):
    """The process died here; nothing of it runs any more."""


@dataclass
class Memory:
    """Steps that keep results as a database does, as JSON, and may die at one stage.

    `dies` is a stage and a moment: `before` it, `inside` (done, not kept) or `after` it was kept.
    """

    dies: tuple[str, str] | None = None
    kept: dict[str, str] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    """Calls that were made, and whose outcome is not known."""
    outcomes: dict[str, Published] = field(default_factory=dict)
    completing: set[str] = field(default_factory=set)
    """The calls after which the post is published."""
    failure: Failure | None = None
    """What the irrevocable call raised."""
    reports: list[tuple[str, str]] = field(default_factory=list)
    known_ids: frozenset[str] = frozenset()
    """The platform's ids of our other posts."""

    async def run(self, name: str, step: Callable[[], Coroutine[Any, Any, T]]) -> T:
        if name in self.kept:
            return json.loads(self.kept[name])
        self.names.append(name)
        self._die(name, "before")
        result = await step()
        self._die(name, "inside")
        self.kept[name] = json.dumps(result)
        self._die(name, "after")
        return json.loads(self.kept[name])

    async def commit(
        self,
        name: str,
        evidence: Mapping[str, Any],
        call: Callable[[], Coroutine[Any, Any, Published]],
        *,
        completes: bool = True,
    ) -> Published:
        if name in self.outcomes:
            return self.outcomes[name]
        if self.intents:
            raise OutcomeUnknown
        self.names.append(name)
        self._die(name, "before")
        plain = json.loads(json.dumps(evidence))
        intent = Intent(name, plain, datetime.now(UTC), known_ids=self.known_ids)
        self.intents.append(intent)
        self.completing |= {name} if completes else set()
        try:
            outcome = await call()
        except Failure as failure:
            self.failure = failure
            if failure.reach is Reach.NOT_SENT:
                self.intents.remove(intent)
                raise
            raise OutcomeUnknown(reach=failure.reach) from failure
        self._die(name, "inside")
        self.fulfil(intent, outcome)
        self._die(name, "after")
        return outcome

    def fulfil(self, intent: Intent, outcome: Published) -> bool:
        """Keeps what a call published; answers whether that is the whole post."""
        self.intents.remove(intent)
        self.outcomes[intent.name] = outcome
        return intent.name in self.completing

    async def report(self, stage: str, message: str, **values: object) -> None:
        json.dumps(values)
        self.reports.append((stage, message))

    def _die(self, name: str, moment: str) -> None:
        if self.dies == (name, moment):
            self.dies = None
            raise Died


async def goes_out(
    stand: Stand, draft: Draft, memory: Memory, *, publisher: Publisher | None = None
) -> Published:
    """Tries again as the engine does: never after a call of unknown outcome without having looked."""
    publisher = publisher or stand.publisher
    for _ in range(5):
        try:
            return await publisher.publish(draft, stand.login, memory)
        except OutcomeUnknown:
            (intent,) = memory.intents
            match await stand.publisher.find(draft, intent, stand.login):
                case Published() as found:
                    if memory.fulfil(intent, found):
                        return found
                case Sighting.NOT_THERE:
                    memory.intents.clear()
        except Transient as failure:
            for stage in failure.start_over:
                memory.kept.pop(stage, None)
        except Died:
            continue
    raise AssertionError("five tries were not enough")


def assert_out_once(stand: Stand, draft: Draft, published: Published) -> None:
    """It is there once, and the publisher named exactly that one."""
    has_text = stand.publisher.limits.formats[draft.format].shows_text
    (there,) = [out for out in stand.published() if _is_of(draft, out, has_text)]
    assert there.text == (draft.text if has_text else "")
    assert (published.external_id, published.permalink) in {(there.id, there.permalink), (there.id, "")}


def _is_of(draft: Draft, out: Out, has_text: bool) -> bool:
    if has_text:
        return draft.caption in out.text
    return out.media == tuple(media.asset_id for media in draft.media)


ANSWERED, SENT = (Transient, Reach.ANSWERED), (Transient, Reach.SENT)
EFFECTS: dict[str, tuple[dict[str, Any], tuple[type[Failure], Reach] | None]] = {
    "answer 500": ({"kind": "answer", "status": 500}, ANSWERED),
    "answer HTML": ({"kind": "answer", "status": 502, "body": "<html>Bad gateway</html>"}, ANSWERED),
    "answer nothing": ({"kind": "answer", "status": 200, "body": ""}, ANSWERED),
    "answer a list": ({"kind": "answer", "status": 200, "body": []}, ANSWERED),
    "drop before": ({"kind": "drop_before"}, SENT),
    "drop after": ({"kind": "drop_after"}, SENT),
    "truncate": ({"kind": "truncate", "bytes": 5}, SENT),
    "hang": ({"kind": "hang"}, SENT),
    "delay": ({"kind": "delay", "ms": 60}, None),
    "done, then answer 500": ({"kind": "answer_after", "status": 500}, ANSWERED),
}
"""Each effect of the stand-in, with the failure it must become."""


class PublisherContract:
    """Subclass with a fixture `stand`."""

    lookups: ClassVar[Sequence[Call]] = (Call("GET", "."),)
    """The requests that looking for a post may make: they change nothing, whatever their method."""
    only_advised: ClassVar[frozenset[str]] = frozenset()
    """Rules for text that only `check` keeps: the platform takes more, and makes nothing of it."""

    async def test_each_declared_format_goes_out_once_with_its_id_and_link(self, stand: Stand) -> None:
        for format in stand.publisher.limits.formats:
            draft = stand.draft(format)
            published = await stand.publisher.publish(draft, stand.login, Memory())
            out = stand.published()[-1]
            assert published == Published(out.id, out.permalink)
            assert_out_once(stand, draft, published)
        assert len(stand.published()) == len(stand.publisher.limits.formats)

    async def test_publishing_makes_no_call_that_the_tests_do_not_break(self, stand: Stand) -> None:
        for format in stand.publisher.limits.formats:
            await stand.publisher.publish(stand.draft(format), stand.login, Memory())
        made = set(stand.requests())
        unknown = {each for each in made if not any(_is_call(each, call) for call in stand.calls.values())}
        assert unknown == set()

    # What it takes

    async def test_the_most_files_of_each_format_are_taken(self, stand: Stand) -> None:
        for format, rules in stand.publisher.limits.formats.items():
            draft = stand.draft(format, count=rules.highest)
            assert stand.publisher.check(draft) == []
            await stand.publisher.publish(draft, stand.login, Memory())

    async def test_one_file_too_many_or_too_few_is_refused(self, stand: Stand) -> None:
        for format, rules in stand.publisher.limits.formats.items():
            few, many = stand.draft(format), stand.draft(format, count=rules.highest + 1)
            assert [flaw.code for flaw in stand.publisher.check(many)] == ["media_count"]
            one_less = replace(few, media=few.media[: rules.lowest - 1])
            expected = ["media_count"] if one_less.media else ["media_missing"] if rules.lowest else []
            assert [flaw.code for flaw in stand.publisher.check(one_less)] == expected

    async def test_a_format_it_does_not_declare_is_refused(self, stand: Stand) -> None:
        declared = stand.publisher.limits.formats
        draft = stand.draft(next(iter(declared)))
        for format in set(Format) - set(declared):
            codes = [flaw.code for flaw in stand.publisher.check(replace(draft, format=format))]
            assert codes == ["format_unknown"]

    @pytest.mark.parametrize("what", ["length", "hashtags", "mentions"])
    async def test_text_at_the_limit_is_taken_and_one_more_is_refused_by_both(
        self, stand: Stand, what: str
    ) -> None:
        rules = stand.publisher.limits.text
        format = next(iter(stand.publisher.limits.formats))
        captions = {
            "length": (rules.max_length, lambda n: _of_length(n, rules)),
            "hashtags": (rules.max_hashtags, lambda n: " ".join(f"#태그{i}" for i in range(n))),
            "mentions": (rules.max_mentions, lambda n: " ".join(f"@name{i}" for i in range(n))),
        }
        limit, caption = captions[what]
        if limit is None:
            pytest.skip("as many as one likes")
        fits = stand.draft(format, caption=caption(limit), hashtags=())
        assert stand.publisher.check(fits) == []
        published = await stand.publisher.publish(fits, stand.login, Memory())
        assert_out_once(stand, fits, published)
        over = stand.draft(format, caption=caption(limit + 1), hashtags=())
        assert len(stand.publisher.check(over)) == 1
        if what in self.only_advised:
            return
        with pytest.raises(Failure):
            await stand.publisher.publish(over, stand.login, Memory())
        assert len(stand.published()) == 1

    # Crashes

    @pytest.mark.parametrize("moment", ["before", "inside", "after"])
    async def test_it_goes_on_after_a_crash_at_any_stage(self, stand: Stand, moment: str) -> None:
        for format in stand.publisher.limits.formats:
            whole = Memory()
            await stand.publisher.publish(stand.draft(format), stand.login, whole)
            for stage in whole.names:
                draft = stand.draft(format)
                memory = Memory(dies=(stage, moment), known_ids=_ids(stand))
                published = await goes_out(stand, draft, memory)
                assert_out_once(stand, draft, published)

    async def test_kept_stages_are_not_done_again(self, stand: Stand) -> None:
        for format in stand.publisher.limits.formats:
            memory = Memory(dies=("publish", "before"))
            draft = stand.draft(format)
            with pytest.raises(Died):
                await stand.publisher.publish(draft, stand.login, memory)
            before = list(memory.names)
            await stand.publisher.publish(draft, stand.login, memory)
            assert not set(before[:-1]) & set(memory.names[len(before) :])

    # Failures

    @pytest.mark.parametrize("effect", EFFECTS)
    async def test_any_failure_of_any_call_is_a_known_kind_and_the_post_still_goes_out_once(
        self, stand: Stand, effect: str
    ) -> None:
        described, expected = EFFECTS[effect]
        for name, call in stand.calls.items():
            format = call.format or list(stand.publisher.limits.formats)[-1]
            draft, memory = stand.draft(format), Memory(known_ids=_ids(stand))
            publisher = stand.impatient if effect == "hang" else stand.publisher
            stand.fault(described, call)
            met = await _failure_of(publisher.publish(draft, stand.login, memory), memory)
            found = None if met is None else (type(met), met.reach)
            is_harmless = call.tolerates or (effect == "truncate" and not call.has_body)
            assert found == (None if is_harmless else expected), (name, met)
            stand.heal()
            published = await goes_out(stand, draft, memory)
            assert_out_once(stand, draft, published)

    # Looking

    async def test_an_effect_whose_answer_was_lost_is_found(self, stand: Stand) -> None:
        for format in stand.publisher.limits.formats:
            draft, intent = await _lose(stand, {"kind": "drop_after"}, format)
            found = await stand.publisher.find(draft, intent, stand.login)
            assert _where(found) == _where(stand.published()[-1])

    async def test_a_call_that_never_arrived_is_not_there(self, stand: Stand) -> None:
        for format in stand.publisher.limits.formats:
            draft, intent = await _lose(stand, {"kind": "drop_before"}, format)
            assert await stand.publisher.find(draft, intent, stand.login) is Sighting.NOT_THERE
        assert stand.published() == []

    async def test_another_post_is_never_taken_for_ours(self, stand: Stand) -> None:
        format = next(iter(stand.publisher.limits.formats))
        draft, intent = await _lose(stand, {"kind": "drop_before"}, format)
        await stand.publisher.publish(stand.draft(format), stand.login, Memory())
        assert await stand.publisher.find(draft, intent, stand.login) is Sighting.NOT_THERE
        mine, lost = await _lose(stand, {"kind": "drop_after"}, format)
        ours = stand.published()[-1]
        await stand.publisher.publish(stand.draft(format), stand.login, Memory())
        assert _where(await stand.publisher.find(mine, lost, stand.login)) == _where(ours)

    async def test_looking_publishes_nothing(self, stand: Stand) -> None:
        format = next(iter(stand.publisher.limits.formats))
        draft, intent = await _lose(stand, {"kind": "drop_before"}, format)
        seen = len(stand.requests())
        await stand.publisher.find(draft, intent, stand.login)
        made = stand.requests()[seen:]
        assert made
        assert [each for each in made if not any(_is_call(each, call) for call in self.lookups)] == []
        assert stand.published() == []

    @pytest.mark.parametrize("effect", [name for name in EFFECTS if name not in ("hang", "delay")])
    async def test_where_nothing_can_be_read_nobody_can_tell(self, stand: Stand, effect: str) -> None:
        if effect == "truncate" and not all(call.has_body for call in self.lookups):
            pytest.skip("an answer without a body is whole")
        format = next(iter(stand.publisher.limits.formats))
        draft, intent = await _lose(stand, {"kind": "drop_before"}, format)
        for call in self.lookups:
            stand.fault(EFFECTS[effect][0], call, times=None)
        assert await stand.publisher.find(draft, intent, stand.login) is Sighting.CANNOT_TELL

    # Logins

    async def test_credentials_are_known_by_name(self, stand: Stand) -> None:
        assert set(stand.publisher.required_credentials) <= set(stand.login.credentials)
        profile = await stand.publisher.identify(stand.login.credentials)
        assert (profile.external_id, profile.handle) == (stand.login.external_id, stand.handle)

    @pytest.mark.parametrize("token", ["wrong", "with blank", "with\nline", "한글", "", "x" * 5000])
    async def test_a_token_that_is_none_is_an_expired_login(self, stand: Stand, token: str) -> None:
        with pytest.raises(LoginExpired):
            await stand.publisher.identify({**stand.login.credentials, "access_token": token})

    @pytest.mark.parametrize("state", ["expired", "revoked"])
    async def test_a_dead_token_is_an_expired_login_everywhere(self, stand: Stand, state: str) -> None:
        stand.set_state(token=state)
        format = next(iter(stand.publisher.limits.formats))
        with pytest.raises(LoginExpired):
            await stand.publisher.identify(stand.login.credentials)
        with pytest.raises(LoginExpired):
            await stand.publisher.publish(stand.draft(format), stand.login, Memory())

    # Numbers

    async def test_a_published_post_can_be_measured(self, stand: Stand) -> None:
        for format in stand.publisher.limits.formats:
            published = await stand.publisher.publish(stand.draft(format), stand.login, Memory())
            metrics = await stand.publisher.measure(published.external_id, stand.login)
            assert isinstance(metrics, Mapping)
            assert metrics
            assert all(isinstance(number, int) and number >= 0 for number in metrics.values())


def _of_length(length: int, rules: TextRules) -> str:
    """A text of exactly this length as the platform counts it."""
    wide = "가" * (length // rules.length("가"))
    return wide + "a" * (length - rules.length(wide))


def _where(seen: Published | Sighting | Out) -> tuple[str, str] | None:
    """Id and address of what was found, or of what is there; None where nothing was found."""
    match seen:
        case Published():
            return seen.external_id, seen.permalink
        case Out():
            return seen.id, seen.permalink
    return None


def _ids(stand: Stand) -> frozenset[str]:
    return frozenset(out.id for out in stand.published())


def _is_call(request: tuple[str, str], call: Call) -> bool:
    method, path = request
    return method == call.method and re.search(call.path_regex, path) is not None


async def _failure_of(publishing: Coroutine[Any, Any, Published], memory: Memory) -> Failure | None:
    try:
        await publishing
    except OutcomeUnknown:
        return memory.failure
    except Failure as failure:
        return failure
    return None


async def _lose(stand: Stand, effect: Mapping[str, Any], format: Format) -> tuple[Draft, Intent]:
    """A draft whose irrevocable call met `effect`."""
    draft, memory = stand.draft(format), Memory()
    stand.fault(effect, stand.calls["publish"])
    with pytest.raises(OutcomeUnknown):
        await stand.publisher.publish(draft, stand.login, memory)
    return draft, memory.intents[0]
