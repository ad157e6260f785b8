"""The ten kinds of failure survive the database and the engine, and each has its text (DESIGN.md 6)."""

import json
import pickle
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pressrun.domain import failures
from pressrun.domain.failures import (
    KINDS,
    Answer,
    Failure,
    MediaBroken,
    Reach,
    from_json,
    kind,
    message_code,
    message_values,
    of_files,
    to_json,
)
from pressrun.domain.media import MediaKind
from pressrun.domain.messages import what_happened, what_to_do
from pressrun.domain.texts import MESSAGES

IMAGE, VIDEO = MediaKind.IMAGE, MediaKind.VIDEO

TEXTS = st.text(max_size=30)
OWN_FIELDS = {
    "transient": {
        "after": st.none() | st.timedeltas(timedelta(), timedelta(days=30)),
    },
    "rate_limited": {
        "until": st.none()
        | st.timedeltas(timedelta(), timedelta(days=999)).map(datetime(2026, 1, 1, tzinfo=UTC).__add__),
        "whose": st.sampled_from(["account", "app"]),
    },
    "login_expired": {"reason": TEXTS},
    "misconfigured": {"reason": TEXTS},
    "refused": {"reason": TEXTS, "values": st.dictionaries(TEXTS, TEXTS | st.integers(), max_size=3)},
    "media_broken": {"which": st.integers(0, 20), "is_video": st.booleans()},
    "media_unreachable": {
        "url": TEXTS,
        "after": st.none() | st.timedeltas(timedelta(), timedelta(days=9)),
    },
}
ANSWERS = st.builds(
    Answer,
    status=st.none() | st.integers(100, 599),
    code=st.none() | TEXTS,
    message=TEXTS,
    trace=st.none() | TEXTS,
)
FAILURES = st.sampled_from(sorted(KINDS)).flatmap(
    lambda name: st.builds(
        KINDS[name],
        answer=ANSWERS,
        reach=st.sampled_from(Reach),
        start_over=st.lists(TEXTS, max_size=3).map(tuple),
        **OWN_FIELDS.get(name, {}),
    )
)


def values(failure: Failure) -> dict[str, object]:
    return {item.name: getattr(failure, item.name) for item in fields(failure)}


def test_every_field_of_every_kind_is_tried_here():
    common = {item.name for item in fields(Failure)}
    own = {name: {item.name for item in fields(KINDS[name])} - common for name in KINDS}
    assert {name: names for name, names in own.items() if names} == {
        name: set(strategies) for name, strategies in OWN_FIELDS.items()
    }


def test_every_kind_that_is_defined_has_a_name():
    defined = {
        value for value in vars(failures).values() if isinstance(value, type) and issubclass(value, Failure)
    }
    assert set(KINDS.values()) == defined - {Failure}


@given(FAILURES)
def test_the_database_gives_back_the_same_failure(failure):
    again = from_json(json.loads(json.dumps(to_json(failure))))
    assert type(again) is type(failure)
    assert values(again) == values(failure)


def test_only_a_reason_says_more_than_the_kind():
    assert failures.exact_code(failures.LoginExpired()) is None
    assert failures.exact_code(failures.MediaBroken(which=1)) is None
    assert failures.exact_code(failures.MediaBroken(which=1, is_video=True)) is None
    assert failures.exact_code(failures.LoginExpired(reason="channel_missing")) == "channel_missing"


def test_a_failure_that_was_written_before_a_field_existed_is_read_with_its_default():
    plain = to_json(failures.LoginExpired())
    del plain["reason"]
    assert message_code(from_json(plain)) == "login_expired"


@given(FAILURES)
def test_the_engine_gives_back_the_same_failure(failure):
    again = pickle.loads(pickle.dumps(failure))
    assert type(again) is type(failure)
    assert values(again) == values(failure)
    assert str(again) == str(failure)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_has_a_text_that_says_what_to_do(name):
    message = MESSAGES[message_code(KINDS[name]())]
    assert message.todo_ko
    assert message.todo_en


@pytest.mark.parametrize(
    ("which", "kinds", "meant", "is_video"),
    [
        (1, [VIDEO], 1, True),
        (0, [VIDEO], 1, True),
        (0, [IMAGE], 1, False),
        (2, [IMAGE, VIDEO, IMAGE], 2, True),
        (3, [IMAGE, VIDEO, IMAGE], 3, False),
        (0, [VIDEO, VIDEO], 0, True),
        (0, [IMAGE, VIDEO], 0, False),
        (3, [VIDEO], 3, False),
        (0, [], 0, False),
    ],
)
def test_a_broken_file_is_called_a_video_where_it_is_one(which, kinds, meant, is_video):
    """S2.9."""
    told = of_files(MediaBroken(which=which, answer=Answer(code="352"), start_over=("container",)), kinds)
    assert (told.which, told.is_video) == (meant, is_video)
    assert (told.answer.code, told.start_over) == ("352", ("container",))


@pytest.mark.parametrize(
    ("is_video", "language", "happened", "todo"),
    [
        (True, "ko", "영상 재생성 필요. 2번째 파일을", "영상을 다시 만들거나 다른 파일로 바꿔 주세요."),
        (True, "en", "Video must be made again: file 2", "Make the video again or replace the file."),
        (False, "ko", "이미지 재생성 필요. 2번째 파일을", "이미지를 다시 만들거나 다른 파일로 바꿔 주세요."),
        (False, "en", "Image must be made again: file 2", "Make the image again or replace the file."),
    ],
)
def test_people_read_what_to_make_again(is_video, language, happened, todo):
    """S2.9."""
    broken = MediaBroken(which=2, is_video=is_video)
    code, told = message_code(broken), message_values(broken)
    assert what_happened(code, language, told).startswith(happened)
    assert what_to_do(code, language, told) == todo


@pytest.mark.parametrize(
    ("is_video", "language", "happened"),
    [
        (False, "ko", "이미지 재생성 필요. 쓸 수 없는 파일이 있어요."),
        (False, "en", "Image must be made again: one of the files can't be used."),
        (True, "ko", "영상 재생성 필요. 쓸 수 없는 파일이 있어요."),
        (True, "en", "Video must be made again: one of the files can't be used."),
    ],
)
def test_no_number_is_named_where_nobody_said_which_file_is_broken(is_video, language, happened):
    """S2.9."""
    broken = MediaBroken(is_video=is_video)
    assert what_happened(message_code(broken), language, message_values(broken)) == happened


def test_a_refusal_speaks_by_its_reason():
    assert message_code(failures.Refused(reason="prompt_refused")) == "prompt_refused"


def test_a_failure_reads_as_its_kind_and_what_the_platform_said():
    """For logs."""
    failure = failures.RateLimited(answer=Answer(status=429, code="4", message="Too many calls"))
    assert str(failure) == "rate_limited: 429 4 Too many calls"
    assert str(failures.MediaBroken()) == "media_broken"


@pytest.mark.parametrize("name", KINDS)
def test_only_an_unknown_outcome_is_on_its_way_unless_said_otherwise(name):
    expected = Reach.SENT if name == "outcome_unknown" else Reach.ANSWERED
    assert KINDS[name]().reach is expected


def test_failures_are_themselves_and_can_be_kept_in_sets():
    """An exception is an event, not a value: two alike are two."""
    first, second = failures.Transient(), failures.Transient()
    assert len({first, second}) == 2
    assert kind(first) == kind(second)
