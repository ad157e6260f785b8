"""Mail, Slack, Telegram, Discord, KakaoTalk, LINE and many more, through Apprise and its addresses."""

import asyncio
import logging

import apprise

from pressrun.domain.failures import Answer, Misconfigured, Reach, Transient

_LOG = logging.getLogger("apprise")
APP = apprise.AppriseAsset(app_id="Pressrun", app_desc="Pressrun", app_url="", async_mode=False)


class AppriseNotifier:
    """Sends one message to one address in Apprise's words, such as `slack://TokenA/TokenB/TokenC/#press`."""

    def service(self, address: str) -> str:
        """Whose service an address names. Raises `Misconfigured` where it names none."""
        return str(_opened(address).service_name)

    async def tell(self, address: str, *, title: str, text: str) -> None:
        """Sends a message of plain text. Raises `Misconfigured`, or `Transient` where it did not go out."""
        target = _opened(address)
        with _LastWords() as said:
            sent = await asyncio.to_thread(target.notify, body=text, title=title, notify_type="info")
        if not sent:
            raise Transient(answer=Answer(message=said.last), reach=Reach.ANSWERED)


def _opened(address: str) -> apprise.NotifyBase:
    with _LastWords() as said:
        target = apprise.Apprise.instantiate(address, asset=APP, suppress_exceptions=True)
    if not isinstance(target, apprise.NotifyBase):
        # Apprise quotes the address, which holds the secrets.
        raise Misconfigured(answer=Answer(message=said.last.replace(address, "…")), reach=Reach.NOT_SENT)
    return target


class _LastWords(logging.Handler):
    """Apprise answers yes or no; why stands in its log, where its warnings name no secret."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.last = record.getMessage()[:300]

    def __enter__(self) -> "_LastWords":
        _LOG.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        _LOG.removeHandler(self)
