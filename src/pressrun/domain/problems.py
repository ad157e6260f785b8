"""Bad input and refused requests, as values that a caller can read in Korean or English (S0.7)."""

import dataclasses
from collections.abc import Mapping
from typing import Any


@dataclasses.dataclass(frozen=True)
class Flaw:
    """One thing wrong with one field; `values` fill the placeholders of the message for `code`."""

    code: str
    field: str | None = None
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)


class Problem(Exception):
    """A request that can't be done, with every flaw that was found.

    `status` is the HTTP status that fits it. Messages are found by code in `domain.messages`.
    """

    def __init__(self, *flaws: Flaw, status: int = 422, extra: dict[str, Any] | None = None) -> None:
        super().__init__(
            ", ".join(f"{flaw.field}: {flaw.code}" if flaw.field else flaw.code for flaw in flaws)
        )
        self.flaws = flaws
        self.status = status
        self.extra = extra or {}

    @property
    def code(self) -> str:
        """The one code, or `invalid` where several fields are wrong (API.md)."""
        return self.flaws[0].code if len(self.flaws) == 1 else "invalid"

    @classmethod
    def invalid(cls, code: str, /, *, field: str | None = None, **values: Any) -> "Problem":
        """422: the input can't be used."""
        return cls(Flaw(code, field, values))

    @classmethod
    def conflict(cls, code: str, /, **values: Any) -> "Problem":
        """409: the state refuses it."""
        return cls(Flaw(code, None, values), status=409)

    @classmethod
    def not_found(cls, code: str, /, **values: Any) -> "Problem":
        """404: there is no such thing, or the caller may not see it."""
        return cls(Flaw(code, None, values), status=404)

    @classmethod
    def unavailable(cls, code: str, /, **values: Any) -> "Problem":
        """503: something outside does not answer; the same request may work later."""
        return cls(Flaw(code, None, values), status=503)

    @classmethod
    def forbidden(cls, code: str, /, **values: Any) -> "Problem":
        """403: the caller may not do this."""
        return cls(Flaw(code, None, values), status=403)
