"""Pictures without any service: title cards, drawn on this machine from the words of the script."""

import asyncio
from collections.abc import Callable

from pressrun.connectors.base import Picture
from pressrun.domain.failures import Answer, Refused
from pressrun.domain.problems import Problem


class TitleCards:
    """Draws every picture as a card with its headline and body; `prompt` is not used."""

    name = "title_cards"

    def __init__(self, draw: Callable[[Picture], bytes]) -> None:
        self._draw = draw

    async def draw(self, picture: Picture) -> bytes:
        """The card as a JPEG. Raises `Refused` where the typeface lacks a character of the words."""
        try:
            return await asyncio.to_thread(self._draw, picture)
        except Problem as problem:
            lacking = str(problem.flaws[0].values.get("characters", ""))
            raise Refused(
                reason="card_undrawable", answer=Answer(code=problem.code, message=lacking)
            ) from problem
