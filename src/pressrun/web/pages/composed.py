"""What stands in the composer, read from its form, and what came of sending it."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field, replace

from pressrun.domain.problems import Problem
from pressrun.store.posts import Post

_ACCOUNT = "account-"
_OPTION = "option-"


@dataclass(frozen=True)
class Composed:
    """A draft; `at` is wall-clock time in each account's own zone."""

    account_ids: tuple[str, ...] = ()
    caption: str = ""
    hashtags: str = ""
    options: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What was set for each platform, as it was typed."""
    format: str = ""
    asset_ids: tuple[str, ...] = ()
    at: str = ""
    is_now: bool = False

    def with_asset(self, asset_id: str) -> "Composed":
        """The draft with one more file; the same file twice counts once."""
        return replace(self, asset_ids=tuple(dict.fromkeys((*self.asset_ids, asset_id))))

    def without_accounts(self, account_ids: Set[str]) -> "Composed":
        """The draft for the other accounts."""
        return replace(self, account_ids=tuple(each for each in self.account_ids if each not in account_ids))


def _options(fields: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The fields `option-{platform}-{name}` that say something."""
    found: dict[str, dict[str, str]] = {}
    for key, value in fields.items():
        platform, _, name = key.removeprefix(_OPTION).partition("-")
        if key.startswith(_OPTION) and name and value.strip():
            found.setdefault(platform, {})[name] = value.strip().replace("\r\n", "\n")
    return found


@dataclass(frozen=True)
class Outcome:
    """Which posts were accepted, and what is wrong with the rest by field."""

    accepted: tuple[Post, ...] = ()
    flaws: Mapping[str, str] = field(default_factory=dict)
    scheduling_failed: bool = False
    publish_now_possible: bool = False
    cause: str = ""
    """What a media store said that refused."""
    status: int = 422

    @property
    def is_clean(self) -> bool:
        """Whether everything was accepted."""
        return not self.flaws and not self.scheduling_failed

    def with_post(self, post: Post) -> "Outcome":
        """One more was accepted."""
        return replace(self, accepted=(*self.accepted, post))

    def with_problem(self, problem: Problem, texts: Mapping[str, str]) -> "Outcome":
        """One was refused."""
        if problem.code == "scheduling_failed":
            possible = bool(problem.extra.get("publish_now_possible"))
            cause = problem.extra.get("cause", {})
            return replace(
                self,
                scheduling_failed=True,
                publish_now_possible=possible,
                cause=": ".join(map(str, cause.values())),
                status=problem.status,
            )
        return replace(self, flaws={**self.flaws, **texts}, status=problem.status)


def composed(fields: Mapping[str, str]) -> Composed:
    """The draft that the fields of the form hold."""
    return Composed(
        account_ids=tuple(name.removeprefix(_ACCOUNT) for name in fields if name.startswith(_ACCOUNT)),
        caption=fields.get("caption", "").replace("\r\n", "\n"),
        hashtags=fields.get("hashtags", ""),
        options=_options(fields),
        format=fields.get("format", ""),
        asset_ids=tuple(dict.fromkeys(fields.get("asset_ids", "").split())),
        at=fields.get("at", ""),
        is_now=fields.get("when") == "now",
    )
