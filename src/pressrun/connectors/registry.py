"""Every provider, by name: the only module that reaches them. A new one is one line here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pressrun.connectors.base import ImageModel, MediaStore, Notifier, Picture, Publisher, TextModel
from pressrun.connectors.http import Http
from pressrun.kit.clock import Clock


@dataclass(frozen=True)
class Addresses:
    """Where the outside services are; the sandbox's addresses take their place in rehearsals."""

    facebook: str = "https://graph.facebook.com"
    instagram: str = "https://graph.instagram.com"
    instagram_upload: str = "https://rupload.facebook.com"
    instagram_api: str = "https://api.instagram.com"
    instagram_consent: str = "https://www.instagram.com"
    facebook_consent: str = "https://www.facebook.com"
    youtube: str = "https://youtube.googleapis.com"
    youtube_watch: str = "https://www.youtube.com"
    google_accounts: str = "https://accounts.google.com"
    google_oauth: str = "https://oauth2.googleapis.com"
    x: str = "https://api.x.com"
    x_consent: str = "https://x.com"
    x_post: str = "https://x.com/{handle}/status/{id}"
    """Where a post is seen; `{user_id}` is known too."""
    anthropic: str = ""
    cloudinary: str = "https://api.cloudinary.com"
    cloudinary_delivery: str = "https://res.cloudinary.com"


@dataclass(frozen=True)
class Choices:
    """What an installation decides about platforms whose documentation leaves it open."""

    instagram_hashtags: int = 30
    instagram_version: str = "v25.0"
    youtube_uploads_per_day: int = 100
    youtube_units_per_day: int = 10_000
    x_max_length: int = 280


def publishers(
    http: Http, addresses: Addresses, clock: Clock, choices: Choices | None = None
) -> dict[str, Publisher]:
    """Every platform that posts can go to."""
    from pressrun.connectors.publishers.x import X
    from pressrun.connectors.publishers.youtube import YouTube

    chosen = choices or Choices()
    instagram = _instagram(http, addresses, clock, chosen)
    youtube = YouTube(
        http,
        now=clock.now,
        api_url=addresses.youtube,
        accounts_url=addresses.google_accounts,
        oauth_url=addresses.google_oauth,
        watch_url=addresses.youtube_watch,
        uploads_per_day=chosen.youtube_uploads_per_day,
        units_per_day=chosen.youtube_units_per_day,
    )
    x = X(
        http,
        now=clock.now,
        api_url=addresses.x,
        consent_url=addresses.x_consent,
        post_url=addresses.x_post,
        max_length=chosen.x_max_length,
    )
    return {publisher.platform: publisher for publisher in (instagram, youtube, x)}


def _instagram(http: Http, addresses: Addresses, clock: Clock, choices: Choices) -> Publisher:
    from pressrun.connectors.publishers.instagram import Hosts, Instagram

    hosts = Hosts(
        facebook=addresses.facebook.rstrip("/"),
        instagram=addresses.instagram.rstrip("/"),
        upload=addresses.instagram_upload.rstrip("/"),
        instagram_api=addresses.instagram_api.rstrip("/"),
        instagram_consent=addresses.instagram_consent.rstrip("/"),
        facebook_consent=addresses.facebook_consent.rstrip("/"),
        version=choices.instagram_version,
    )
    return Instagram(http, now=clock.now, hosts=hosts, max_hashtags=choices.instagram_hashtags)


def notifier() -> Notifier:
    """Every service that Apprise knows. It is heavy, so it is imported when the first message is due."""
    from pressrun.connectors.notifiers.apprise import AppriseNotifier

    return AppriseNotifier()


def local_media_store(root: Path, public_url: str, key: bytes, clock: Clock) -> MediaStore:
    """This machine's disk; platforms fetch from Pressrun itself."""
    from pressrun.connectors.media_stores.local import LocalMediaStore

    return LocalMediaStore(root, public_url, key, clock)


def cloudinary_media_store(
    http: Http, addresses: Addresses, clock: Clock, *, cloud: str, key: str, secret: str
) -> MediaStore:
    """One product environment of Cloudinary."""
    from pressrun.connectors.media_stores.cloudinary import Cloud, CloudinaryMediaStore

    place = Cloud(
        name=cloud,
        api_key=key,
        api_secret=secret,
        api_url=addresses.cloudinary,
        delivery_url=addresses.cloudinary_delivery,
    )
    return CloudinaryMediaStore(http, place, now=clock.now)


def s3_media_store(
    *,
    bucket: str,
    access_key: str,
    secret_key: str,
    region: str,
    endpoint: str,
    prefix: str,
    timeout: timedelta,
) -> MediaStore:
    """A bucket of Amazon or of any service that speaks S3."""
    from pressrun.connectors.media_stores.s3 import Bucket, S3MediaStore

    place = Bucket(
        name=bucket,
        access_key=access_key,
        secret_key=secret_key,
        region=region,
        endpoint=endpoint,
        prefix=prefix,
    )
    return S3MediaStore(place, timeout=timeout)


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
