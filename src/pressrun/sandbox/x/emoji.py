"""Emoji sequences, each of which X counts as one: flags, keycaps, skin tones, and whatever a joiner joins."""

import re

from pressrun.sandbox.x.tlds import COUNTRIES

_PRESENTATION, _JOINER, _KEYCAP = "\ufe0f", "\u200d", "\u20e3"
_REGION_A = 0x1F1E6

# Shown as text until U+FE0F follows.
_TEXT_FIRST = "©®‼⁉™ℹ↔-↙↩↪⌨⏏⏭-⏯⏱⏲⏸-⏺Ⓜ▪▫▶◀◻◼☀-☄☎☑☘☝☠☢☣☦☪☮☯☸-☺♀♂♟♠♣♥♦♨♻♾⚒⚔-⚗⚙⚛⚜⚠⚧⚰⚱⛈⛏⛑⛓⛩⛰⛱⛴⛷-⛹"
_MORE_TEXT_FIRST = "✂✈✉✌✍✏✒✔✖✝✡✳✴❄❇❣❤➡⤴⤵⬅-⬇〰〽㊗㊙"
_ALWAYS = "⌚⌛⏩-⏬⏰⏳◽◾☔☕♈-♓♿⚓⚡⚪⚫⚽⚾⛄⛅⛎⛔⛪⛲⛳⛵⛺⛽✅✊✋✨❌❎❓-❕❗➕-➗➰➿⬛⬜⭐⭕"
_PLANE_1 = "\U0001f004\U0001f0cf\U0001f170\U0001f171\U0001f17e\U0001f17f\U0001f18e\U0001f191-\U0001f19a"
_PLANE_1 += "\U0001f201\U0001f202\U0001f21a\U0001f22f\U0001f232-\U0001f23a\U0001f250\U0001f251"
_PLANE_1 += "\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f7e0-\U0001f7eb\U0001f7f0\U0001f90c-\U0001f9ff"
_PLANE_1 += "\U0001fa70-\U0001faff"
_TAKES_A_TONE = "☝⛹✊-✍"
_TAKES_A_TONE += "\U0001f385\U0001f3c2-\U0001f3c4\U0001f3c7\U0001f3ca-\U0001f3cc\U0001f442\U0001f443"
_TAKES_A_TONE += (
    "\U0001f446-\U0001f450\U0001f466-\U0001f478\U0001f47c\U0001f481-\U0001f483\U0001f485-\U0001f487"
)
_TAKES_A_TONE += "\U0001f48f\U0001f491\U0001f4aa\U0001f574\U0001f575\U0001f57a\U0001f590\U0001f595\U0001f596"
_TAKES_A_TONE += (
    "\U0001f645-\U0001f647\U0001f64b-\U0001f64f\U0001f6a3\U0001f6b4-\U0001f6b6\U0001f6c0\U0001f6cc"
)
_TAKES_A_TONE += (
    "\U0001f90c\U0001f90f\U0001f918-\U0001f91f\U0001f926\U0001f930-\U0001f939\U0001f93c-\U0001f93e"
)
_TAKES_A_TONE += "\U0001f977\U0001f9b5\U0001f9b6\U0001f9b8\U0001f9b9\U0001f9bb\U0001f9cd-\U0001f9cf"
_TAKES_A_TONE += "\U0001f9d1-\U0001f9dd\U0001fac3-\U0001fac5\U0001faf0-\U0001faf8"
_TONE = "[\U0001f3fb-\U0001f3ff]"
_TAGS = "[\U000e0020-\U000e007e]+\U000e007f"


def _flags() -> str:
    """Two regional letters that are a country's code; any other pair is shown as two letters."""
    regions = (COUNTRIES - {"uk", "su"}) | {"cp", "dg", "ea", "ic", "ta", "un", "xk"}
    pairs = ("".join(chr(_REGION_A + ord(letter) - ord("a")) for letter in region) for region in regions)
    return "|".join(sorted(pairs))


_ONE = (
    f"[{_TAKES_A_TONE}]{_TONE}"
    f"|[{_TEXT_FIRST}{_MORE_TEXT_FIRST}{_ALWAYS}{_PLANE_1}]{_PRESENTATION}"
    f"|[{_ALWAYS}{_PLANE_1}]"
)
_JOINED = f"(?:[♀♂⚕⚖✈❤⚧☠⬛➡↔↕❄⛓]{_PRESENTATION}?|{_ONE})"
EMOJI = re.compile(
    f"[0-9#*]{_PRESENTATION}?{_KEYCAP}"
    f"|{_flags()}"
    f"|\U0001f3f4{_TAGS}"
    f"|(?:{_ONE}|[⛹❤⛓]){_JOINER}{_JOINED}(?:{_JOINER}{_JOINED})*"
    f"|{_ONE}"
)
