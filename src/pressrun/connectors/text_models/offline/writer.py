"""The offline writer: the same brief always gives the same script, another topic gives another one."""

import hashlib
import random
import re
import unicodedata
from collections.abc import Iterator

from pressrun.connectors.base import Brief
from pressrun.connectors.text_models.offline.english import ENGLISH
from pressrun.connectors.text_models.offline.korean import KOREAN
from pressrun.connectors.text_models.offline.phrases import Phrases
from pressrun.domain.caption import full_text, normal_hashtags
from pressrun.domain.content import Scene, Script
from pressrun.domain.failures import Reach, Refused
from pressrun.domain.persona import Language

MAX_HASHTAGS = 30
_TITLE = 100
_TOPIC = 80
_HEADLINE = 40
_TOPIC_TAGS = 5
_WHOLE_TOPIC_TAG = 15
_JOINER = "\u200d"
_TRAILING = " .,;:!?…~"
_WORDS = re.compile(r"[^\W_]+")
_PARTICLES = re.compile(
    r"(?<=\w\w)(에서는|에게서|으로는|에서|에게|으로|까지|부터|처럼|에)$|(?<=\w)(를|(?<![가마노고])을)$"
)
_VERB_ENDINGS = re.compile(r"(는|던|할까|까요|을까|하고|하게|하며|면서|[셔해어아]야|[해어아]요|세요|니다)$")


class OfflineTextModel:
    """Writes questions, invitations and checklists around a topic; claims nothing about it."""

    name = "offline"

    async def write(self, brief: Brief) -> Script:
        """A script within `brief.max_caption`, hashtags counted. Raises `Refused` where no word is left."""
        topic = shortened(_clean(brief.topic), _TOPIC)
        if not any(character.isalnum() for character in topic):
            raise Refused(reason="title_without_words", reach=Reach.NOT_SENT)
        phrases = KOREAN if brief.language == Language.KO else ENGLISH
        # What was said about this topic before moves everything on to its next wording.
        said_before = sum(topic.rstrip(_TRAILING) in title for title in brief.recent_titles)
        dice = random.Random(_seed(topic, brief.language) + said_before)  # noqa: S311
        caption, hashtags = _caption(topic, phrases, brief, dice)
        return Script(
            title=_title(topic, phrases, brief),
            caption=caption,
            hashtags=hashtags,
            scenes=tuple(_scenes(topic, phrases, brief.scenes, dice)),
        )


def shortened(text: str, limit: int) -> str:
    """The text in at most `limit` characters, ended between words with an ellipsis where it was longer."""
    if len(text) <= limit:
        return text
    cut = text[: max(0, limit - 1)]
    space = cut.rfind(" ")
    if space > limit // 2:
        cut = cut[:space]
    while cut and (unicodedata.combining(cut[-1]) or cut[-1] in _JOINER or cut[-1] in _TRAILING):
        cut = cut[:-1]
    return cut + "…" if limit > 0 else ""


def _clean(topic: str) -> str:
    """The topic as one line of plain text that mentions nobody and tags nothing."""
    composed = unicodedata.normalize("NFC", topic)
    visible = (
        " " if character.isspace() or unicodedata.category(character) == "Cc" else character
        for character in composed
        if unicodedata.category(character) not in ("Cf", "Cs") or character == _JOINER
    )
    words = "".join(visible).replace("#", " ").split()
    return " ".join(word.lstrip("@") for word in words).strip()


def _seed(topic: str, language: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{language}\n{topic}".encode()).digest()[:8])


def _title(topic: str, phrases: Phrases, brief: Brief) -> str:
    """The plain topic, or the first other wording that was not used lately."""
    bare = topic.rstrip(_TRAILING) or topic
    wordings = [topic, *(wording.format(topic=bare) for wording in phrases.titles[1:])]
    fresh = [wording for wording in wordings if wording not in brief.recent_titles]
    return shortened((fresh or wordings)[0], _TITLE)


def _caption(topic: str, phrases: Phrases, brief: Brief, dice: random.Random) -> tuple[str, tuple[str, ...]]:
    frame = dice.choice(phrases.frames)
    bare = topic.rstrip(_TRAILING) or topic
    opening = dice.choice(frame.openings).format(topic=bare)
    closing = dice.choice(frame.closings)
    own = normal_hashtags(brief.hashtags)[:MAX_HASHTAGS]
    known = {tag.casefold() for tag in own}
    tags = (*own, *(tag for tag in _topic_tags(topic, phrases) if tag.casefold() not in known))[:MAX_HASHTAGS]
    for paragraphs in ((opening, frame.body, closing), (opening, closing), (opening,)):
        for hashtags in (tags, own):
            caption = "\n\n".join(paragraphs)
            if len(full_text(caption, hashtags)) <= brief.max_caption:
                return caption, hashtags
    return _squeezed(bare, own, brief.max_caption)


def _squeezed(topic: str, own: tuple[str, ...], limit: int) -> tuple[str, tuple[str, ...]]:
    """Where hardly anything fits: the persona's hashtags in at most half of the room, then the topic."""
    while own and len(full_text("", own)) > limit // 2:
        own = own[:-1]
    room = limit - (len(full_text("", own)) + 2 if own else 0)
    return shortened(topic, room), own


def _topic_tags(topic: str, phrases: Phrases) -> list[str]:
    """Hashtags made of the topic's own words; the whole topic as one where it is short."""
    words = [_PARTICLES.sub("", word) for word in _WORDS.findall(topic)]
    telling = [word for word in words if len(word) > 1 and _could_be_noun(word, phrases)]
    joined = "".join(words)
    is_name = 1 < len(words) <= 3 and all(_could_be_noun(word, phrases) for word in words)
    tags = [joined, *telling] if is_name and len(joined) <= _WHOLE_TOPIC_TAG else telling
    return list(dict.fromkeys(tags))[:_TOPIC_TAGS]


def _could_be_noun(word: str, phrases: Phrases) -> bool:
    return not (word.isdigit() or word.casefold() in phrases.stopwords.split() or _VERB_ENDINGS.search(word))


def _scenes(topic: str, phrases: Phrases, count: int, dice: random.Random) -> Iterator[Scene]:
    """A cover, steps in the order of a story, an ending; a single picture is only the cover."""
    if count < 1:
        return
    bare = topic.rstrip(_TRAILING) or topic
    spoken = dice.choice(phrases.covers).format(topic=bare)
    yield Scene(shortened(topic, _HEADLINE), spoken, _image_prompt("a calm opening still life", bare))
    middle = max(0, count - 2)
    chosen = sorted(dice.sample(range(len(phrases.steps)), min(middle, len(phrases.steps))))
    steps = [phrases.steps[chosen[number % len(chosen)]] for number in range(middle)]
    endings = [dice.choice(phrases.endings)] if count > 1 else []
    for step in (*steps, *endings):
        yield Scene(step.headline, step.narration, _image_prompt(step.shows, bare))


def _image_prompt(shows: str, topic: str) -> str:
    return (
        f"{shows[0].upper()}{shows[1:]}, in the spirit of “{topic}”. Natural light, muted colours, no text."
    )
