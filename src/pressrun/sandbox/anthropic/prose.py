"""Believable Korean and English text about a topic that a prompt names."""

import random
import re
from dataclasses import dataclass
from html import unescape

_LABELS = r"주제|소재|제목|토픽|topic|title|subject|theme"
_LABELLED = re.compile(rf"^[\W_]*(?:{_LABELS})[\"'*_]*\s*[:：=]\s*[\"'“]?(.+?)[\"'”,]*\s*$", re.I | re.M)
_TAGGED = re.compile(rf"<({_LABELS})>\s*(.+?)\s*</\1>", re.I | re.S)
_QUOTED = re.compile(r"[\"“「'‘]([^\"”」'’\n]{2,60})[\"”」'’]")
_ASKS_KOREAN = re.compile(r"한국어로|한글로|in korean", re.I)
_ASKS_ENGLISH = re.compile(r"영어로|in english", re.I)
_NAMED_LANGUAGE = re.compile(r"(?:language|언어)\W{1,4}(?:(ko\b|korean|한국)|(en\b|english|영어))", re.I)
_HANGUL = re.compile(r"[가-힣]")
_TOPIC_LENGTH = 40
_HEADLINE_LENGTH = 30

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
    "{angle} {topic}, 오늘부터 시작하는 방법",
    "{angle} {topic_obj} 오래 즐기는 습관",
    "{angle} {topic}, 아무도 말해 주지 않은 것",
    "{angle} {topic_subj} 쉬워지는 순간",
    "{angle} {topic} 이야기",
    "{angle} {topic}, 이것만 알면 돼요",
)
_EN_TITLES = (
    "{topic} {angle}: where to begin",
    "Five habits for {topic} {angle}",
    "What nobody told you about {topic} {angle}",
    "{topic} {angle}, made easy",
    "A short story of {topic} {angle}",
    "{topic} {angle}: all you need to know",
)
_KO_ANGLES = (
    "바쁜 아침의",
    "비 오는 날의",
    "혼자 즐기는",
    "처음 만나는",
    "돈 들이지 않는",
    "주말 오후의",
    "계절이 바뀔 때의",
    "친구와 함께하는",
    "십 분이면 되는",
    "실패 없는",
    "다시 보는",
    "작은 방에서 즐기는",
)
_EN_ANGLES = (
    "on a busy morning",
    "on a rainy day",
    "on your own",
    "for beginners",
    "without spending",
    "on a slow afternoon",
    "when the season turns",
    "with friends",
    "in ten minutes",
    "without fail",
    "revisited",
    "in a small room",
)
TITLES = len(_KO_TITLES) * len(_KO_ANGLES)
"""How many different titles there are for one topic."""

_KO_HEADLINES = (
    "작은 것부터 시작하기",
    "하루 십 분이면 충분해요",
    "꾸준함이 먼저예요",
    "준비물은 이미 집에 있어요",
    "한 번에 바꾸지 않기",
    "오늘은 한 가지만",
    "메모로 남겨 두기",
    "쉬어 가도 괜찮아요",
    "나만의 속도로",
)
_EN_HEADLINES = (
    "Start small",
    "Ten minutes will do",
    "Steady beats perfect",
    "You have what you need",
    "Not all at once",
    "One thing today",
    "Write it down",
    "Rest is fine",
    "At your own pace",
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
    prompt: str = ""

    def title(self, variant: int) -> str:
        """One of TITLES; one that the prompt already names is passed over."""
        titles = (self._title(variant + step) for step in range(TITLES))
        return next((title for title in titles if title not in self.prompt), self._title(variant))

    def headline(self, variant: int) -> str:
        """Short enough for a card; the first one is the topic itself."""
        texts = _KO_HEADLINES if self.korean else _EN_HEADLINES
        return self.topic[:_HEADLINE_LENGTH] if variant == 0 else texts[(variant - 1) % len(texts)]

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

    def _title(self, variant: int) -> str:
        angles = _KO_ANGLES if self.korean else _EN_ANGLES
        # Seven has no factor in common with twelve: every frame meets every angle before one comes again.
        angle = angles[(variant // len(_KO_TITLES) * 7 + variant % len(_KO_TITLES)) % len(angles)]
        return self._filled(_KO_TITLES if self.korean else _EN_TITLES, variant, angle=angle)

    def _filled(self, texts: tuple[str, ...], variant: int, *, angle: str = "") -> str:
        return texts[variant % len(texts)].format(
            angle=angle,
            topic=self.topic,
            topic_obj=with_particle(self.topic, "을", "를"),
            topic_subj=with_particle(self.topic, "이", "가"),
        )


def writer_for(prompt: str, system: str, *, seed: int) -> Writer:
    """`prompt` is the last user message; the language is what either text asks for, else its own."""
    topic = topic_of(prompt)
    korean = _wants_korean(prompt, system, topic)
    return Writer(topic=topic, korean=korean, dice=random.Random(seed), prompt=prompt)


def topic_of(prompt: str) -> str:
    """A labelled topic, else a quoted one, else the first words."""
    tagged, labelled, quoted = _TAGGED.search(prompt), _LABELLED.search(prompt), _QUOTED.search(prompt)
    if tagged or labelled:
        found = tagged[2] if tagged else labelled[1] if labelled else ""
    elif quoted:
        found = quoted[1]
    else:
        found = re.split(r"[.!?\n。]", prompt.strip(), maxsplit=1)[0]
    words = " ".join(unescape(found).split())
    if len(words) > _TOPIC_LENGTH:
        words = words[:_TOPIC_LENGTH].rsplit(" ", 1)[0]
    return words.strip(" .,:;-#*\"'") or "오늘"


def _wants_korean(prompt: str, system: str, topic: str) -> bool:
    named = _NAMED_LANGUAGE.search(prompt) or _NAMED_LANGUAGE.search(system)
    if named:
        return named[1] is not None
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
