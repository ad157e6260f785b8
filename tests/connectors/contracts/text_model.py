"""What every text model promises: a complete script within the brief, whatever the topic."""

import pytest

from pressrun.connectors.base import Brief, TextModel
from pressrun.domain.caption import TextRules, full_text, text_flaws

ODD_TOPICS = {
    "markup": "<script>alert('봄')</script> 산책",
    "very long": "아주 긴 주제를 끝없이 이어서 적어 보는 이야기 " * 60,
    "one endless word": "가" * 900,
    "emoji": "🌸 봄 산책 👩‍👩‍👧 기록",
    "many hashtags": "#봄 " * 50 + "산책",
    "mentions": "@someone @another 봄 산책",
    "braces": "{topic} %s {0} 산책",
    "right to left": "봄\u202e산책\u202c 기록",
    "controls": "봄\x00산책\n\n기록\t",
    "decomposed": "\u1107\u1169\u11b7 산책",
    "question": "왜 아침에 물을 마셔야 할까?",
}


def brief(**changes: object) -> Brief:
    values: dict[str, object] = {
        "topic": "퇴근 후 저녁 루틴",
        "language": "ko",
        "scenes": 3,
        "persona": "느린 아침",
        "hashtags": ("느린아침", "일상"),
    }
    return Brief(**{**values, **changes})  # type: ignore[arg-type]


class TextModelContract:
    """Subclass with a fixture `model`."""

    @pytest.mark.parametrize("language", ["ko", "en"])
    @pytest.mark.parametrize("scenes", [0, 1, 2, 5, 10])
    async def test_it_writes_as_many_scenes_as_asked_for(
        self, model: TextModel, language: str, scenes: int
    ) -> None:
        script = await model.write(brief(language=language, scenes=scenes))
        assert len(script.scenes) == scenes
        for scene in script.scenes:
            assert scene.headline.strip()
            assert scene.narration.strip()
            assert scene.image_prompt.strip()

    @pytest.mark.parametrize("topic", ODD_TOPICS.values(), ids=ODD_TOPICS.keys())
    async def test_any_topic_makes_a_script_within_the_limits(self, model: TextModel, topic: str) -> None:
        script = await model.write(brief(topic=topic))
        assert 0 < len(script.title) <= 100
        assert script.caption.strip()
        assert text_flaws(script.caption, script.hashtags, TextRules(2200, 30, 20)) == []

    async def test_a_short_limit_is_kept_with_hashtags_counted(self, model: TextModel) -> None:
        script = await model.write(brief(max_caption=280))
        assert len(full_text(script.caption, script.hashtags)) <= 280

    async def test_the_personas_hashtags_come_first_and_once(self, model: TextModel) -> None:
        script = await model.write(brief(hashtags=("#느린아침", "일상", "느린아침")))
        assert script.hashtags[:2] == ("느린아침", "일상")
        assert len(set(script.hashtags)) == len(script.hashtags)
        assert not any("#" in tag or " " in tag for tag in script.hashtags)

    @pytest.mark.parametrize(("language", "letters"), [("ko", "가힣"), ("en", "az")])
    async def test_it_writes_in_the_personas_language(
        self, model: TextModel, language: str, letters: str
    ) -> None:
        topic = "저녁 루틴" if language == "ko" else "Evening routine"
        script = await model.write(brief(topic=topic, language=language))
        words = script.caption + "".join(scene.narration for scene in script.scenes)
        written = [character for character in words.lower() if character.isalpha()]
        own = [character for character in written if letters[0] <= character <= letters[1]]
        assert len(own) > len(written) * 0.8
