"""Claiming what is due: once, in order, within the account's hour, and never past a person (S2.6, S2.10)."""

from datetime import timedelta

from fakes import FakeEnqueue
from makers import make_account, make_content, make_post
from pressrun.actions import dispatching
from pressrun.actions.dispatching import DispatchRules
from pressrun.domain.account import AccountStatus
from pressrun.domain.limits import AccountLimit
from pressrun.domain.post import PostStatus
from pressrun.kit.clock import MovableClock
from pressrun.store import accounts, ledger, posts
from pressrun.store.database import Store
from pressrun.store.posts import Post

RULES = DispatchRules(arm=timedelta(seconds=20), limit=AccountLimit(per_hour=3))


def claim_all(store: Store, enqueue: FakeEnqueue, rules: DispatchRules = RULES) -> int:
    """Claims until nothing moves; answers how many rows moved."""
    moved = 0
    while more := dispatching.claim_due(store, enqueue, rules):
        moved += more
    return moved


def read(store: Store, post: Post) -> Post:
    with store.read() as tx:
        return posts.get(tx, post.id)


def test_a_post_is_armed_shortly_before_its_time_and_only_once(
    store: Store, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    post = make_post(store, due_at=clock.now() + timedelta(minutes=5))
    assert claim_all(store, enqueue) == 0

    clock.advance(timedelta(minutes=4, seconds=45))
    assert claim_all(store, enqueue) == 1
    assert claim_all(store, enqueue) == 0

    armed = read(store, post)
    assert armed.status is PostStatus.ARMED
    assert enqueue.work == [
        (
            "publish_post",
            f"post-{post.id}-v{armed.version}-a1",
            (post.id, armed.version, post.due_at.isoformat()),
        )
    ]


def test_of_one_account_only_the_earliest_is_on_its_way(
    store: Store, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    account = make_account(store)
    later = make_post(store, account, due_at=clock.now() + timedelta(seconds=10))
    sooner = make_post(store, account, due_at=clock.now() + timedelta(seconds=5))

    claim_all(store, enqueue)

    assert read(store, sooner).status is PostStatus.ARMED
    assert read(store, later).status is PostStatus.SCHEDULED


def test_a_post_that_is_wanted_now_does_not_wait_behind_one_that_waits_for_its_time(
    store: Store, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    account = make_account(store)
    waiting = make_post(store, account, due_at=clock.now() + timedelta(seconds=15))
    claim_all(store, enqueue)

    urgent = make_post(store, account, due_at=clock.now())
    claim_all(store, enqueue)

    assert read(store, waiting).status is PostStatus.ARMED
    assert read(store, urgent).status is PostStatus.ARMED


def test_a_full_hour_moves_the_ready_time_and_spends_no_retry(
    store: Store, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    account = make_account(store)
    begin = clock.now()
    for _ in range(3):
        earlier = make_post(store, account, status=PostStatus.CANCELLED)
        with store.transaction() as tx:
            ledger.spend(tx, account.id, earlier.id)
        clock.advance(timedelta(minutes=15))
    post = make_post(store, account, due_at=clock.now())

    claim_all(store, enqueue)

    put_off = read(store, post)
    assert put_off.status is PostStatus.SCHEDULED
    assert put_off.ready_at == begin + timedelta(hours=1)
    assert put_off.retries == 0
    assert put_off.status_reason == "hourly_limit"


def test_posts_that_are_on_their_way_have_their_place_reserved(
    store: Store, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    account = make_account(store)
    first = make_post(store, account, due_at=clock.now())
    claim_all(store, enqueue, DispatchRules(limit=AccountLimit(per_hour=1)))
    second = make_post(store, account, due_at=clock.now() - timedelta(seconds=1))

    claim_all(store, enqueue, DispatchRules(limit=AccountLimit(per_hour=1)))

    assert read(store, first).status is PostStatus.ARMED
    assert read(store, second).ready_at == first.ready_at + timedelta(hours=1)


def test_a_suspended_account_and_a_paused_persona_hold_their_posts(
    store: Store, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    account = make_account(store)
    post = make_post(store, account, due_at=clock.now())
    with store.transaction() as tx:
        accounts.set_status(tx, account, AccountStatus.SUSPENDED)

    claim_all(store, enqueue)

    held = read(store, post)
    assert (held.status, held.status_reason) == (PostStatus.HELD, "account_suspended")
    assert enqueue.work == []


def test_nothing_unapproved_goes_out(store: Store, enqueue: FakeEnqueue, clock: MovableClock) -> None:
    content = make_content(store, approved=False)
    post = make_post(store, content=content, due_at=clock.now())

    claim_all(store, enqueue)

    held = read(store, post)
    assert (held.status, held.status_reason) == (PostStatus.HELD, "not_approved")


def test_a_thousand_accounts_are_served_in_the_order_of_their_times(
    store: Store, enqueue: FakeEnqueue, clock: MovableClock
) -> None:
    made = [make_post(store, due_at=clock.now() - timedelta(seconds=n)) for n in range(30)]

    claim_all(store, enqueue, DispatchRules(batch=7))

    claimed = [args[0] for _, _, args in enqueue.work]
    assert claimed == [post.id for post in reversed(made)]
