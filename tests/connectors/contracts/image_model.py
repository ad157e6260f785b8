"""What every image model promises: one picture file in the size asked for."""

import asyncio
import io

import pytest
from PIL import Image

from pressrun.connectors.base import ImageModel, Picture


def picture(**changes: object) -> Picture:
    values: dict[str, object] = {
        "headline": "퇴근 후 저녁 루틴",
        "body": "오늘 하루를 천천히 닫아 봐요.",
        "prompt": "A quiet room in the evening, no text",
        "language": "ko",
        "persona": "느린 아침",
        "hue": 40,
        "position": 1,
        "count": 3,
    }
    return Picture(**{**values, **changes})  # type: ignore[arg-type]


class ImageModelContract:
    """Subclass with a fixture `model`."""

    @pytest.mark.parametrize("size", [(1080, 1350), (1080, 1920), (1080, 1080)])
    async def test_it_makes_an_image_of_the_size_asked_for(
        self, model: ImageModel, size: tuple[int, int]
    ) -> None:
        made = await model.draw(picture(width=size[0], height=size[1]))
        with Image.open(io.BytesIO(made)) as image:
            image.load()
            assert image.size == size

    async def test_a_picture_without_words_is_still_a_picture(self, model: ImageModel) -> None:
        made = await model.draw(picture(headline="", body="", persona=""))
        with Image.open(io.BytesIO(made)) as image:
            image.load()

    async def test_every_picture_of_a_series_can_be_made_at_once(self, model: ImageModel) -> None:
        asked = [picture(position=position, count=10) for position in range(1, 11)]
        made = await asyncio.gather(*map(model.draw, asked))
        assert len(set(made)) == 10
