"""One attempt's memory in the database; implements the engine's `Journal`, one transaction a call."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from pressrun.actions import outcomes
from pressrun.connectors.base import Published, published_from_json
from pressrun.domain.failures import Failure, RateLimited, Reach
from pressrun.domain.limits import AccountLimit, earliest
from pressrun.store import attempts, ledger, posts
from pressrun.store.attempts import Attempt
from pressrun.store.database import Store, Tx


@dataclass(frozen=True)
class AttemptJournal:
    """Refuses, by `NotMine`, to write for an attempt that another worker has now."""

    store: Store
    attempt: Attempt
    content_hash: str
    limit: AccountLimit

    def kept(self, name: str) -> Mapping[str, Any] | None:
        """`{"result": …}` where this stage was done already, by this attempt or an earlier one."""
        with self.store.read() as tx:
            return attempts.kept(tx, self.attempt.post_id, self.content_hash, name)

    def begin(self, name: str) -> None:
        """The stage begins."""
        with self.store.transaction() as tx:
            attempts.begin_stage(tx, self._mine(tx), name)

    def keep(self, name: str, result: Any) -> None:
        """The stage is done, and this is what it made."""
        with self.store.transaction() as tx:
            attempt = self._mine(tx)
            attempts.keep(tx, attempt.post_id, self.content_hash, name, result)
            attempts.end_stage(tx, attempt, name)

    def report(self, name: str, message: str, values: Mapping[str, object]) -> None:
        """Something worth telling happened inside the stage."""
        with self.store.transaction() as tx:
            attempts.report(tx, self._mine(tx), name, message, values)

    def outcome(self, name: str) -> Published | None:
        """What this call published, where that is known. Raises `OutcomeUnknown` for an open intent."""
        with self.store.read() as tx:
            published = attempts.call_outcome(tx, self.attempt.post_id, name)
        return published_from_json(published) if published is not None else None

    def write_intent(self, name: str, evidence: Mapping[str, Any], *, completes: bool = True) -> str:
        """The call is about to be made; its place in the hour is spent in the same transaction (S2.6)."""
        with self.store.transaction(flushed=True) as tx:
            attempt = self._mine(tx)
            # The parts of one thread are one post: what is begun is never left half said for our own limit.
            if not attempts.is_partly_out(tx, attempt.post_id):
                self._spend_place(tx, attempt.post_id)
            return attempts.write_intent(tx, attempt, name, evidence, completes=completes)

    def withdraw_intent(self, intent_id: str) -> None:
        """The call was surely not made: the place is free again."""
        with self.store.transaction() as tx:
            post_id = self._mine(tx).post_id
            if not attempts.is_partly_out(tx, post_id):
                ledger.take_back(tx, post_id)
            attempts.end_intent(tx, intent_id, "withdrawn")

    def note_failure(self, intent_id: str, failure: Failure) -> None:
        """The call failed, and whether it had its effect is open."""
        with self.store.transaction() as tx:
            self._mine(tx)
            attempts.note_intent_failure(tx, intent_id, failure)

    def fulfil_intent(self, intent_id: str, published: Published) -> None:
        """The call worked."""
        with self.store.transaction(flushed=True) as tx:
            attempt = self._mine(tx)
            name = attempts.end_intent(tx, intent_id, "published", asdict(published))
            if published.is_out:
                outcomes.shown(tx, posts.get(tx, attempt.post_id), published)
            attempts.end_stage(tx, attempt, name)

    def _spend_place(self, tx: Tx, post_id: str) -> None:
        account_id = posts.get(tx, post_id).account_id
        taken = ledger.taken(tx, account_id, except_post=post_id)
        free_at = earliest(self.limit.for_post(post_id), taken=taken, wanted=tx.now)
        if free_at > tx.now:
            raise RateLimited(until=free_at, reach=Reach.NOT_SENT)
        ledger.spend(tx, account_id, post_id)

    def _mine(self, tx: Tx) -> Attempt:
        return attempts.mine(tx, self.attempt.id, self.attempt.worker_id)
