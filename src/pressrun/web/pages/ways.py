"""The ways to connect accounts, by platform, in words and steps that a person follows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pressrun.actions.apps import AppSource, AppState
from pressrun.web.templating import msgid

WORDS = {
    ("instagram", "facebook"): msgid("Facebook login"),
    ("instagram", "instagram"): msgid("Instagram login"),
}
"""What a way is called where its platform has several."""


@dataclass(frozen=True)
class Guide:
    """Where the keys of an app come from: a page of the platform, and what to do there."""

    url: str
    steps: Sequence[str]
    client_id: str = msgid("Client ID")
    client_secret: str = msgid("Client secret")


_META = "https://developers.facebook.com/apps"
_REGISTER = msgid("Register the redirect address above, exactly as it stands.")

GUIDES: Mapping[tuple[str, str], Guide] = {
    ("instagram", "facebook"): Guide(
        _META,
        (
            msgid("Create an app of the type Business and add Facebook Login to it."),
            msgid("In the settings of Facebook Login, find the valid OAuth redirect URIs."),
            _REGISTER,
            msgid("App ID and app secret stand under App settings, Basic."),
        ),
        msgid("App ID"),
        msgid("App secret"),
    ),
    ("instagram", "instagram"): Guide(
        _META,
        (
            msgid("Create an app and add Instagram with the Instagram login to it."),
            msgid("Open the business login settings and their OAuth redirect URIs."),
            _REGISTER,
            msgid("The Instagram app ID and secret stand on that page; they are not those of the app."),
        ),
        msgid("Instagram app ID"),
        msgid("Instagram app secret"),
    ),
    ("youtube", "google"): Guide(
        "https://console.cloud.google.com/apis/credentials",
        (
            msgid("Make a project, and enable the YouTube Data API v3 in its library."),
            msgid("Publish the consent screen: a project in testing signs everyone out after 7 days."),
            msgid("Create an OAuth client ID of the type web application."),
            _REGISTER,
        ),
    ),
    ("x", "x"): Guide(
        "https://developer.x.com/en/portal/projects-and-apps",
        (
            msgid("Open the app of your project, and set up user authentication."),
            msgid("Allow reading and writing, and choose the type web app."),
            _REGISTER,
            msgid("The OAuth 2.0 client ID and secret are shown once at the end."),
        ),
    ),
}

_ANY = Guide("", (msgid("Register an app at the platform's page for developers."), _REGISTER))


@dataclass(frozen=True)
class Way:
    """One way to connect accounts of a platform."""

    platform: str
    sign_in: str
    word: str
    """What tells it from the platform's other ways, as a message id; empty for the only one."""
    source: AppSource
    client_id: str = ""

    @property
    def address(self) -> str:
        """Where its form is sent."""
        return f"/accounts/connect/{self.platform}/{self.sign_in}"

    @property
    def key(self) -> str:
        """Its name within a page."""
        return f"{self.platform}-{self.sign_in}"

    @property
    def is_open(self) -> bool:
        """Whether there is an app to ask with."""
        return self.source is not AppSource.MISSING

    @property
    def guide(self) -> Guide:
        """Where its keys come from."""
        return GUIDES.get((self.platform, self.sign_in), _ANY)


def by_platform(states: Sequence[AppState]) -> dict[str, list[Way]]:
    """Every way, in the order of the platforms."""
    names = [state.platform for state in states]
    ways: dict[str, list[Way]] = {}
    for state in states:
        word = WORDS.get((state.platform, state.sign_in), state.sign_in)
        is_only = names.count(state.platform) == 1
        way = Way(state.platform, state.sign_in, "" if is_only else word, state.source, state.client_id)
        ways.setdefault(state.platform, []).append(way)
    return ways
