"""Every provider, by name: the only module that reaches them. A new one is one line here."""

from collections.abc import Callable
from dataclasses import dataclass

from pressrun.connectors.base import ImageModel, Picture, Publisher, TextModel
from pressrun.connectors.http import Http
from pressrun.kit.clock import Clock


@dataclass(frozen=True)
class Addresses:
    """Where the outside services are; the sandbox's addresses take their place in rehearsals."""

    facebook: str = "https://graph.facebook.com"
    instagram: str = "https://graph.instagram.com"
    anthropic: str = ""


def publishers(http: Http, addresses: Addresses, clock: Clock) -> dict[str, Publisher]:
    """Every platform that posts can go to."""
    from pressrun.connectors.publishers.instagram import Instagram

    instagram = Instagram(
        http, now=clock.now, facebook_url=addresses.facebook, instagram_url=addresses.instagram
    )
    return {publisher.platform: publisher for publisher in (instagram,)}


def anthropic_text_model(*, api_key: str, model: str, addresses: Addresses, clock: Clock) -> TextModel:
    """Claude. Its client is heavy, so it is imported only where a key is set."""
    from pressrun.connectors.text_models.anthropic import AnthropicTextModel

    return AnthropicTextModel(api_key=api_key, model=model, clock=clock, base_url=addresses.anthropic or None)


def offline_text_model() -> TextModel:
    """Writes without a key and without a network."""
    from pressrun.connectors.text_models.offline import OfflineTextModel

    return OfflineTextModel()


def title_cards(draw: Callable[[Picture], bytes]) -> ImageModel:
    """Draws pictures on this machine."""
    from pressrun.connectors.image_models.title_cards import TitleCards

    return TitleCards(draw)
