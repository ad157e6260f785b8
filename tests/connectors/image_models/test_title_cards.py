"""The offline image model draws cards, and says plainly what it can't draw."""

import threading

import pytest

from connectors.contracts.image_model import ImageModelContract, picture
from pressrun.connectors.base import Picture
from pressrun.connectors.image_models.title_cards import TitleCards
from pressrun.domain.failures import Refused, message_code
from pressrun.domain.messages import full_text
from pressrun.rendering import title_card


class TestTitleCards(ImageModelContract):
    @pytest.fixture
    def model(self) -> TitleCards:
        return TitleCards(title_card.draw)


async def test_letters_the_typeface_lacks_are_a_refusal_that_names_them() -> None:
    with pytest.raises(Refused) as caught:
        await TitleCards(title_card.draw).draw(picture(headline="สวัสดี"))
    assert "ส" in caught.value.answer.message
    assert full_text(message_code(caught.value), "ko")


async def test_drawing_does_not_hold_up_the_event_loop() -> None:
    threads: list[int] = []

    def draw(asked: Picture) -> bytes:
        threads.append(threading.get_ident())
        return title_card.draw(asked)

    await TitleCards(draw).draw(picture())
    assert threads != [threading.get_ident()]
