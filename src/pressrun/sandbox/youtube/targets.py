"""What an upload becomes once its bytes are complete."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from pressrun.sandbox.youtube.call import ApiCall
from pressrun.sandbox.youtube.operations import Operation
from pressrun.sandbox.youtube.sessions import Session


class Target(Protocol):
    """One kind of upload. Whatever can be refused before the bytes is refused in `describe`."""

    @property
    def name(self) -> str: ...

    @property
    def operation(self) -> Operation: ...

    @property
    def mimes(self) -> Sequence[str]:
        """Accepted media types; `video/*` stands for a family."""
        ...

    def max_bytes(self, call: ApiCall) -> int: ...

    def describe(self, call: ApiCall, sent: Mapping[str, Any]) -> dict[str, Any]:
        """The checked metadata, as the session keeps it; raises ApiError."""
        ...

    def examine(self, session: Session, file: Path) -> Any:
        """What must be learned from the complete file, in a thread; raises ApiError when it can't be used."""
        ...

    def create(self, session: Session, learned: Any, *, request_id: str, base_url: str) -> dict[str, Any]:
        """Make it, inside a transaction; gives the answer."""
        ...
