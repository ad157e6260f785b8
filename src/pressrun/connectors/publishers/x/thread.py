"""How one text becomes a thread.

A line that holds nothing but three hyphens or more divides it; blanks around a part fall away, and so does a
part that is empty. Hashtags are appended to the text before it is divided, so they stand at the end of the
last part; a text that ends with a dividing line gives them a post of their own.
"""

import re

MOST_PARTS = 25
"""As many as X's own composer takes."""

_DIVIDING_LINE = re.compile(r"^[ \t]*-{3,}[ \t\r]*$", re.MULTILINE)


def parts_of(text: str) -> list[str]:
    """The posts of a thread, in their order; one that is empty where there is no text at all."""
    parts = [part.strip() for part in _DIVIDING_LINE.split(text)]
    return [part for part in parts if part] or [""]
