"""The offline writer: always the same for the same brief, and honest about knowing nothing."""

import re
import socket

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contracts.text_model import TextModelContract, brief
from pressrun.connectors.text_models.offline import OfflineTextModel
from pressrun.connectors.text_models.offline.english import ENGLISH
from pressrun.connectors.text_models.offline.korean import KOREAN
from pressrun.connectors.text_models.offline.writer import shortened
from pressrun.domain.caption import TextRules, full_text, text_flaws
from pressrun.domain.failures import Refused, message_code
from pressrun.domain.messages import full_text as message

TOPICS = [
    f"{what} {how}"
    for what in ("봄 산책", "집 정리", "독서", "커피")
    for how in ("시작", "기록", "습관", "준비")
]


class TestOfflineTextModel(TextModelContract):
    @pytest.fixture
    def model(self) -> OfflineTextModel:
        return OfflineTextModel()


async def test_the_same_brief_gives_the_same_script() -> None:
    first = await OfflineTextModel().write(brief(scenes=6))
    assert await OfflineTextModel().write(brief(scenes=6)) == first


async def test_topics_are_told_in_different_ways() -> None:
    scripts = [await OfflineTextModel().write(brief(topic=topic)) for topic in TOPICS]
    shapes = {script.caption.replace(topic, "…") for topic, script in zip(TOPICS, scripts, strict=True)}
    assert len(shapes) >= 8


async def test_the_topic_itself_is_in_title_caption_and_cover() -> None:
    script = await OfflineTextModel().write(brief(topic="집 정리 습관"))
    assert script.title == script.scenes[0].headline == "집 정리 습관"
    assert "집 정리 습관" in script.caption
    assert "집 정리 습관" in script.scenes[0].image_prompt


async def test_a_topic_used_lately_gets_another_title_and_other_words() -> None:
    model = OfflineTextModel()
    told: list[str] = []
    captions = []
    for _ in range(4):
        script = await model.write(brief(topic="집 정리", recent_titles=tuple(told)))
        assert script.title not in told
        told.append(script.title)
        captions.append(script.caption)
    assert len(set(captions)) >= 3


@pytest.mark.parametrize("phrases", [KOREAN, ENGLISH])
def test_nothing_it_says_is_a_claim_with_a_figure(phrases: object) -> None:
    assert not re.search(r"\d+\s*(%|퍼센트|percent|명|people)|연구|study|전문가|experts?\b", str(phrases))


@pytest.mark.parametrize("phrases", [KOREAN, ENGLISH])
def test_every_headline_fits_a_card_and_is_said_once(phrases: object) -> None:
    assert isinstance(phrases, type(KOREAN))
    headlines = [step.headline for step in (*phrases.steps, *phrases.endings)]
    assert len(set(headlines)) == len(headlines)
    assert max(map(len, headlines)) <= 26


def test_both_languages_can_tell_the_same_stories() -> None:
    for part in ("titles", "frames", "covers", "steps", "endings"):
        assert len(getattr(KOREAN, part)) == len(getattr(ENGLISH, part))


async def test_no_headline_comes_twice_in_a_long_series() -> None:
    script = await OfflineTextModel().write(brief(scenes=20))
    assert len({scene.headline for scene in script.scenes}) == 20


async def test_hashtags_come_from_the_words_of_the_topic() -> None:
    korean = await OfflineTextModel().write(
        brief(topic="제주도에서 즐기는 가을 산책을 위한 준비", hashtags=())
    )
    assert korean.hashtags == ("제주도", "가을", "산책", "준비")
    english = await OfflineTextModel().write(
        brief(topic="How to brew better coffee", language="en", hashtags=())
    )
    assert english.hashtags == ("brew", "better", "coffee")
    name = await OfflineTextModel().write(brief(topic="집 정리 습관", hashtags=()))
    assert name.hashtags[0] == "집정리습관"


async def test_forty_hashtags_of_a_persona_become_thirty() -> None:
    tags = tuple(f"태그{number}" for number in range(40))
    script = await OfflineTextModel().write(brief(hashtags=tags))
    assert script.hashtags == tags[:30]


@pytest.mark.parametrize("topic", ["", "   ", "🎉🎉", "!?…", "\u200d", "\x00"])
async def test_a_topic_without_words_is_refused_with_a_remedy(topic: str) -> None:
    with pytest.raises(Refused) as caught:
        await OfflineTextModel().write(brief(topic=topic))
    assert message(message_code(caught.value), "ko")


async def test_a_long_topic_ends_between_words() -> None:
    script = await OfflineTextModel().write(brief(topic="아침마다 물 한 잔 마시는 습관 " * 20))
    assert script.scenes[0].headline.endswith("…")
    assert script.scenes[0].headline.removesuffix("…").split()[-1] in {
        "아침마다",
        "물",
        "한",
        "잔",
        "마시는",
        "습관",
    }


async def test_it_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("it tried to reach the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert await OfflineTextModel().write(brief())


@settings(max_examples=200)
@given(
    topic=st.text(max_size=300),
    language=st.sampled_from(["ko", "en", "fr"]),
    tags=st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=30), max_size=40),
    limit=st.sampled_from([10, 40, 140, 280, 500, 2200]),
    scenes=st.integers(0, 30),
)
async def test_every_script_keeps_the_limits(
    topic: str, language: str, tags: list[str], limit: int, scenes: int
) -> None:
    asked = brief(topic=topic, language=language, hashtags=tuple(tags), max_caption=limit, scenes=scenes)
    try:
        script = await OfflineTextModel().write(asked)
    except Refused:
        return
    assert text_flaws(script.caption, script.hashtags, TextRules(limit, 30, 20)) == []
    assert full_text(script.caption, script.hashtags).encode()
    assert len(script.scenes) == scenes
    assert all(len(scene.headline) <= 40 for scene in script.scenes)


@given(text=st.text(max_size=200), limit=st.integers(0, 60))
def test_a_shortened_text_is_never_too_long(text: str, limit: int) -> None:
    assert len(shortened(text, limit)) <= limit
