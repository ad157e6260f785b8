"""What a Google Cloud project, that is one OAuth client, may use in a day: units, and uploads apart."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pressrun.sandbox.accounts import Account
from pressrun.sandbox.standin import Sandbox
from pressrun.sandbox.youtube.errors import ApiError, units_used_up, uploads_used_up
from pressrun.sandbox.youtube.operations import Operation
from pressrun.sandbox.youtube.rules import PLATFORM, rule
from pressrun.sandbox.youtube.times import quota_day

_DAY = timedelta(hours=24)


@dataclass(frozen=True)
class Quota:
    """A request that is refused later for its contents has been counted all the same."""

    sandbox: Sandbox

    def spend(self, operation: Operation, account: Account, client_id: str) -> None:
        """Count one request of this project; raises ApiError when the day's share is used up."""
        if operation.cost is None:
            self._spend_upload(account, client_id)
        else:
            self._spend_units(account, client_id, operation.cost)

    def _spend_upload(self, account: Account, client_id: str) -> None:
        if self.uploads_today(client_id) >= rule(self.sandbox, account, "uploads_per_day"):
            status = rule(self.sandbox, account, "upload_limit_status")
            raise uploads_used_up(status=status, project=project_number(client_id))
        self.sandbox.accounts.spend(account, "publish", client_id=client_id)

    def _spend_units(self, account: Account, client_id: str, cost: int) -> None:
        key = f"{client_id}/{quota_day(self.sandbox.clock.now())}"
        kept = self.sandbox.records.get("yt_units", key) or {"used": 0}
        if kept["used"] + cost > rule(self.sandbox, account, "units_per_day"):
            raise units_used_up()
        self.sandbox.records.put("yt_units", key, {"used": kept["used"] + cost})

    def uploads_today(self, client_id: str) -> int:
        """Of all channels of the project; what a state switch pretended counts for the account's own one."""
        today = quota_day(self.sandbox.clock.now())
        accounts = self.sandbox.accounts
        return sum(
            use.get("client_id", account.credentials["client_id"]) == client_id
            and quota_day(datetime.fromisoformat(use["at"])) == today
            for account in accounts.of(PLATFORM)
            for use in accounts.latest_uses(account, "publish")
        )


def project_number(client_id: str) -> str:
    """Google's number of the project; its client ids begin with it."""
    return client_id if client_id.isdigit() else "100000000001"


def check_channel_limit(sandbox: Sandbox, account: Account) -> None:
    """The channel's own limit of uploads in 24 hours, whatever the project has left."""
    from_channel = sandbox.accounts.spent(account, "upload", within=_DAY)
    if from_channel >= rule(sandbox, account, "channel_uploads"):
        message = "The user has exceeded the number of videos they may upload."
        raise ApiError(400, "uploadLimitExceeded", message, domain="youtube.video")


def spend_thumbnail(sandbox: Sandbox, account: Account) -> None:
    """Pictures have a limit of the channel's own too."""
    if sandbox.accounts.spent(account, "thumbnail", within=_DAY) >= rule(
        sandbox, account, "channel_thumbnails"
    ):
        message = "The channel has uploaded too many thumbnails recently. Please try again later."
        raise ApiError(429, "uploadRateLimitExceeded", message, domain="youtube.thumbnail")
    sandbox.accounts.spend(account, "thumbnail")
