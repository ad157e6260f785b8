"""Believable Korean and English text about a topic that a prompt names."""

import random
import re
from dataclasses import dataclass

_LABELS = r"주제|소재|제목|토픽|topic|title|subject|theme"
_LABELLED = re.compile(rf"^[\W_]*(?:{_LABELS})[\"'*_]*\s*[:：=]\s*[\"'“]?(.+?)[\"'”,]*\s*$", re.I | re.M)
_TAGGED = re.compile(rf"<({_LABELS})>\s*(.+?)\s*</\1>", re.I | re.S)
_QUOTED = re.compile(r"[\"“「'‘]([^\"”」'’\n]{2,60})[\"”」'’]")
_ASKS_KOREAN = re.compile(
    r"한국어|한글로|in korean|language\W{1,4}(?:ko\b|korean)|언어\W{1,4}(?:ko\b|한국)", re.I
)
_ASKS_ENGLISH = re.compile(
    r"영어로|in english|language\W{1,4}(?:en\b|english)|언어\W{1,4}(?:en\b|영어)", re.I
)
_HANGUL = re.compile(r"[가-힣]")
_TOPIC_LENGTH = 40

_KO_SENTENCES = (
    "{topic} 이야기를 오늘은 조금 다르게 꺼내 볼게요.",
    "처음에는 작은 것부터 시작하면 충분해요.",
    "하루에 십 분만 {topic_obj} 위해 남겨 두세요.",
    "잘하려고 하기보다 꾸준히 하는 편이 오래 가요.",
    "직접 해 보니 {topic_subj} 생각보다 어렵지 않았어요.",
    "준비물은 이미 집에 있는 것으로 충분해요.",
    "가장 많이 하는 실수는 한 번에 다 바꾸려는 거예요.",
    "오늘 저녁에 한 가지만 골라서 해 보세요.",
    "일주일 뒤에 달라진 점을 메모로 남겨 두면 좋아요.",
    "여러분은 {topic_obj} 어떻게 즐기고 있나요?",
)
_EN_SENTENCES = (
    "Let us look at {topic} a little differently today.",
    "Starting small is more than enough.",
    "Keep ten minutes a day for {topic}.",
    "Being steady beats being perfect.",
    "We tried it ourselves, and {topic} turned out easier than it looks.",
    "What you need is probably at home already.",
    "The usual mistake is to change everything at once.",
    "Pick one thing tonight and give it a go.",
    "Write down what changed after a week.",
    "How do you make room for {topic}?",
)
_KO_TITLES = (
    "{topic}, 오늘부터 시작하는 방법",
    "{topic_obj} 오래 즐기는 다섯 가지 습관",
    "아무도 알려 주지 않은 {topic} 이야기",
    "{topic_subj} 쉬워지는 순간",
    "처음 만나는 {topic}",
    "바쁜 날의 {topic}",
)
_EN_TITLES = (
    "{topic}: where to begin today",
    "Five habits for enjoying {topic}",
    "What nobody told you about {topic}",
    "The moment {topic} gets easy",
    "{topic} for beginners",
    "{topic} on a busy day",
)
_KO_TAGS = ("일상", "꿀팁", "오늘의기록", "취미", "소소한행복", "루틴", "추천", "주말", "기록", "함께해요")
_EN_TAGS = (
    "everyday",
    "howto",
    "smallsteps",
    "routine",
    "inspiration",
    "weekend",
    "learn",
    "share",
    "mood",
    "tips",
)
_SHOTS = (
    "{topic}, close-up, soft window light, shallow depth of field",
    "{topic}, wide shot, warm morning colours, calm composition",
    "hands at work, {topic}, natural textures, 4:5 frame",
    "{topic}, flat lay on a wooden table, pastel palette",
    "{topic}, evening light, quiet street, film grain",
)


@dataclass(frozen=True)
class Writer:
    """Writes in one language about one topic; the dice decide the variant."""

    topic: str
    korean: bool
    dice: random.Random

    def title(self, variant: int) -> str:
        return self._filled(_KO_TITLES if self.korean else _EN_TITLES, variant)

    def sentence(self, variant: int) -> str:
        return self._filled(_KO_SENTENCES if self.korean else _EN_SENTENCES, variant)

    def paragraph(self, sentences: int, *, start: int = 0) -> str:
        return " ".join(self.sentence(start + n) for n in range(sentences))

    def hashtag(self, variant: int, *, sign: bool) -> str:
        words = _KO_TAGS if self.korean else _EN_TAGS
        own = re.sub(r"\W+", "", self.topic.lower())[:20]
        tag = own if variant == 0 and own else words[variant % len(words)]
        if variant >= len(words):
            tag += str(variant // len(words) + 1)
        return f"#{tag}" if sign else tag

    def shot(self, variant: int) -> str:
        return _SHOTS[variant % len(_SHOTS)].format(topic=self.topic)

    def keyword(self, variant: int) -> str:
        return self.hashtag(variant, sign=False)

    def _filled(self, texts: tuple[str, ...], variant: int) -> str:
        return texts[variant % len(texts)].format(
            topic=self.topic,
            topic_obj=with_particle(self.topic, "을", "를"),
            topic_subj=with_particle(self.topic, "이", "가"),
        )


def writer_for(prompt: str, system: str, *, seed: int) -> Writer:
    """`prompt` is the last user message; the language is what either text asks for, else its own."""
    topic = topic_of(prompt)
    return Writer(topic=topic, korean=_wants_korean(prompt, system, topic), dice=random.Random(seed))


def topic_of(prompt: str) -> str:
    """A labelled topic, else a quoted one, else the first words."""
    tagged, labelled, quoted = _TAGGED.search(prompt), _LABELLED.search(prompt), _QUOTED.search(prompt)
    if tagged or labelled:
        found = tagged[2] if tagged else labelled[1] if labelled else ""
    elif quoted:
        found = quoted[1]
    else:
        found = re.split(r"[.!?\n。]", prompt.strip(), maxsplit=1)[0]
    words = " ".join(found.split())
    if len(words) > _TOPIC_LENGTH:
        words = words[:_TOPIC_LENGTH].rsplit(" ", 1)[0]
    return words.strip(" .,:;-#*\"'") or "오늘"


def _wants_korean(prompt: str, system: str, topic: str) -> bool:
    for text in (prompt, system):
        if _ASKS_KOREAN.search(text):
            return True
        if _ASKS_ENGLISH.search(text):
            return False
    return bool(_HANGUL.search(topic) or _HANGUL.search(prompt) or _HANGUL.search(system))


def with_particle(word: str, after_consonant: str, after_vowel: str) -> str:
    """The word with the particle that fits its last syllable."""
    last = word[-1:]
    closed = "가" <= last <= "힣" and (ord(last) - ord("가")) % 28 != 0
    return word + (after_consonant if closed else after_vowel)
