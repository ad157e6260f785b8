"""Where Instagram answers: its hosts, each of which can be set alone."""

from dataclasses import dataclass

VERSION = "v25.0"


@dataclass(frozen=True)
class Hosts:
    """Addresses without a slash at their end; `version` is the Graph API's."""

    facebook: str = "https://graph.facebook.com"
    instagram: str = "https://graph.instagram.com"
    upload: str = "https://rupload.facebook.com"
    facebook_consent: str = "https://www.facebook.com"
    instagram_consent: str = "https://www.instagram.com"
    instagram_api: str = "https://api.instagram.com"
    version: str = VERSION

    def graph(self, flavour: str) -> str:
        """The Graph API's host for a flavour of login."""
        return self.instagram if flavour == "instagram" else self.facebook
