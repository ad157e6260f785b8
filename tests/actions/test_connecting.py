"""Connecting by consent: begun by one browser, answered once, kept where it belongs (S2.7, S2.12)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

import makers
from fakes import FakePublisher
from pressrun.actions import apps, connecting, holding
from pressrun.actions.base import Workspace
from pressrun.actions.connecting import Asker, Connected, Standing, ToChoose
from pressrun.connectors.base import App
from pressrun.domain import failures
from pressrun.domain.account import AccountStatus
from pressrun.domain.failures import Answer, Failure
from pressrun.domain.post import HeldReason, PostStatus
from pressrun.domain.problems import Problem
from pressrun.kit.clock import MovableClock
from pressrun.store import accounts, posts, schema
from pressrun.store.accounts import Account
from pressrun.store.consents import Consent
from pressrun.store.database import Store
from pressrun.store.personas import Persona

CALLBACK = "http://testserver/accounts/connect/callback"


@pytest.fixture
def asker(store: Store) -> Asker:
    return Asker(makers.make_user(store, "Alice").id, "session-of-alice")


@pytest.fixture
def persona(workspace: Workspace, store: Store) -> Persona:
    """A persona, where the app's keys are given."""
    apps.save(workspace, "instagram", "facebook", client_id="app-1", client_secret="s3cret")
    return makers.make_persona(store)


def begin(workspace: Workspace, asker: Asker, persona: Persona, account: Account | None = None) -> str:
    """Asks for consent; answers the state that the platform is given."""
    address = connecting.begin(
        workspace,
        asker,
        platform="instagram",
        sign_in="facebook",
        persona_id=persona.id,
        account_id=account.id if account else None,
        redirect_uri=CALLBACK,
    )
    (state,) = parse_qs(urlsplit(address).query)["state"]
    return state


async def consent(
    workspace: Workspace, asker: Asker, persona: Persona, code: str, account: Account | None = None
) -> Connected | ToChoose:
    """The whole way, where the platform gives `code`."""
    state = begin(workspace, asker, persona, account)
    taken_up = connecting.take_up(workspace.store, asker, state)
    return await connecting.finish(workspace, taken_up, code=code)


def refused(caught: pytest.ExceptionInfo[Problem]) -> tuple[int, str]:
    return caught.value.status, caught.value.code


async def test_a_consent_connects_the_account_it_gives(
    workspace: Workspace, store: Store, asker: Asker, persona: Persona, clock: MovableClock
) -> None:
    connected = await consent(workspace, asker, persona, "haru")
    assert isinstance(connected, Connected)
    (account,) = connected.accounts
    assert not connected.again
    assert (account.persona_id, account.platform, account.handle) == (persona.id, "instagram", "haru")
    assert account.external_id == "id-of-haru"
    assert (account.app_id, account.sign_in) == ("app-1", "facebook")
    assert account.token_expires_at == clock.now() + timedelta(days=60)
    assert account.renew_at == clock.now() + timedelta(days=40)
    with store.read() as tx:
        assert accounts.credentials(tx, account.id)["client_secret"] == "s3cret"


async def test_the_code_is_exchanged_with_what_asked_for_it(
    workspace: Workspace, asker: Asker, persona: Persona, publisher: FakePublisher
) -> None:
    await consent(workspace, asker, persona, "haru")
    await consent(workspace, asker, persona, "haru2")
    (app, code, redirect_uri, verifier), (*_, other_verifier) = publisher.sign_in.exchanged
    assert (app, code, redirect_uri) == (App("app-1", "s3cret"), "haru", CALLBACK)
    assert 43 <= len(verifier) <= 128
    assert verifier != other_verifier


async def test_the_state_is_long_and_lies_as_a_hash_beside_sealed_secrets(
    workspace: Workspace, store: Store, asker: Asker, persona: Persona
) -> None:
    state = begin(workspace, asker, persona)
    assert len(state) >= 43
    with store.read() as tx:
        (row,) = tx.rows(sa.select(schema.consent))
    assert state not in str(dict(row))
    assert asker.session.encode() not in row["sealed"]


async def test_a_consent_is_answered_once(workspace: Workspace, asker: Asker, persona: Persona) -> None:
    state = begin(workspace, asker, persona)
    connecting.take_up(workspace.store, asker, state)
    with pytest.raises(Problem) as caught:
        connecting.take_up(workspace.store, asker, state)
    assert refused(caught) == (422, "consent_unknown")


@pytest.mark.parametrize("change", [{"user_id": "somebody-else"}, {"session": "another-browser"}])
async def test_a_consent_is_answered_by_the_browser_that_began_it_alone(
    workspace: Workspace, asker: Asker, persona: Persona, change: dict[str, str]
) -> None:
    state = begin(workspace, asker, persona)
    with pytest.raises(Problem) as caught:
        connecting.take_up(workspace.store, replace(asker, **change), state)
    assert refused(caught) == (422, "consent_unknown")
    assert connecting.take_up(workspace.store, asker, state).persona_id == persona.id


async def test_a_consent_lasts_a_quarter_of_an_hour(
    workspace: Workspace, store: Store, asker: Asker, persona: Persona, clock: MovableClock
) -> None:
    state = begin(workspace, asker, persona)
    clock.advance(timedelta(minutes=15))
    with pytest.raises(Problem) as caught:
        connecting.take_up(store, asker, state)
    assert refused(caught) == (422, "consent_unknown")
    begin(workspace, asker, persona)
    with store.read() as tx:
        assert len(tx.rows(sa.select(schema.consent))) == 1


@pytest.mark.parametrize("state", ["", "guess", "\0"])
async def test_a_guessed_state_opens_nothing(
    workspace: Workspace, asker: Asker, persona: Persona, state: str
) -> None:
    begin(workspace, asker, persona)
    with pytest.raises(Problem) as caught:
        connecting.take_up(workspace.store, asker, state)
    assert refused(caught) == (422, "consent_unknown")


async def test_an_account_that_is_connected_here_is_connected_again(
    workspace: Workspace, store: Store, asker: Asker, persona: Persona
) -> None:
    account = makers.make_account(store, persona, external_id="id-of-haru", handle="old-name")
    connected = await consent(workspace, asker, persona, "haru")
    assert isinstance(connected, Connected)
    assert connected.again
    assert [(each.id, each.handle) for each in connected.accounts] == [(account.id, "haru")]


async def test_an_account_of_another_persona_stays_there(
    workspace: Workspace, store: Store, asker: Asker, persona: Persona
) -> None:
    other = makers.make_persona(store, "Night Desk")
    makers.make_account(store, other, external_id="id-of-haru", credentials={"access_token": "old"})
    with pytest.raises(Problem) as caught:
        await consent(workspace, asker, persona, "haru")
    assert refused(caught) == (409, "account_elsewhere")
    assert caught.value.flaws[0].values == {"handle": "haru", "persona": "Night Desk"}


async def test_a_consent_without_any_account_says_so(
    workspace: Workspace, asker: Asker, persona: Persona
) -> None:
    with pytest.raises(Problem) as caught:
        await consent(workspace, asker, persona, ",")
    assert refused(caught) == (422, "no_account_granted")


@pytest.mark.parametrize(
    ("failure", "status", "code"),
    [
        (failures.Transient(), 503, "consent_unanswered"),
        (failures.RateLimited(), 503, "consent_unanswered"),
        (failures.LoginExpired(answer=Answer(message="code was used")), 422, "consent_refused"),
        (failures.Refused(answer=Answer(message="no channel")), 422, "consent_refused"),
        (failures.Misconfigured(answer=Answer(message="invalid_client")), 422, "app_refused"),
    ],
)
async def test_what_the_platform_says_is_told_and_nothing_is_kept(
    workspace: Workspace,
    store: Store,
    asker: Asker,
    persona: Persona,
    publisher: FakePublisher,
    failure: Failure,
    status: int,
    code: str,
) -> None:
    publisher.sign_in.failure = failure
    with pytest.raises(Problem) as caught:
        await consent(workspace, asker, persona, "haru")
    assert refused(caught) == (status, code)
    assert caught.value.flaws[0].values.get("said", "") == failure.answer.message
    with store.read() as tx:
        assert accounts.listed(tx) == []


def test_what_a_person_denied_is_told_apart_from_what_went_wrong() -> None:
    assert connecting.refusal("access_denied", "The user denied your request").code == "consent_denied"
    wrong = connecting.refusal("server_error", "Try later")
    assert (wrong.code, wrong.flaws[0].values) == ("consent_refused", {"said": "Try later"})


async def test_without_keys_nobody_is_sent_anywhere(workspace: Workspace, store: Store, asker: Asker) -> None:
    with pytest.raises(Problem) as caught:
        begin(workspace, asker, makers.make_persona(store))
    assert refused(caught) == (409, "app_missing")


# Several accounts


async def ask(workspace: Workspace, asker: Asker, persona: Persona, code: str) -> str:
    asked = await consent(workspace, asker, persona, code)
    assert isinstance(asked, ToChoose)
    return asked.token


def standings(consents: tuple[Consent, Sequence[connecting.Choice]]) -> dict[str, Standing]:
    return {choice.handle: choice.standing for choice in consents[1]}


async def test_several_accounts_are_chosen_from_and_each_says_how_it_stands(
    workspace: Workspace, store: Store, asker: Asker, persona: Persona
) -> None:
    makers.make_account(store, persona, external_id="id-of-haru")
    makers.make_account(store, makers.make_persona(store, "Night Desk"), external_id="id-of-desk")
    token = await ask(workspace, asker, persona, "haru,desk,tea")
    assert standings(connecting.choices(store, asker, token)) == {
        "haru": Standing.HERE,
        "desk": Standing.ELSEWHERE,
        "tea": Standing.NEW,
    }


async def test_only_the_chosen_ones_are_connected(
    workspace: Workspace, store: Store, asker: Asker, persona: Persona
) -> None:
    token = await ask(workspace, asker, persona, "haru,tea,bread")
    connected = connecting.choose(workspace, asker, token, ["id-of-tea", "id-of-bread", "id-of-nobody"])
    assert {account.handle for account in connected.accounts} == {"tea", "bread"}
    with store.read() as tx:
        assert {account.handle for account in accounts.listed(tx)} == {"tea", "bread"}


async def test_an_account_of_another_persona_can_not_be_chosen(
    workspace: Workspace, store: Store, asker: Asker, persona: Persona
) -> None:
    elsewhere = makers.make_account(store, external_id="id-of-desk", credentials={"access_token": "old"})
    token = await ask(workspace, asker, persona, "desk,tea")
    with pytest.raises(Problem) as caught:
        connecting.choose(workspace, asker, token, ["id-of-desk"])
    assert refused(caught) == (422, "account_missing")
    connecting.choose(workspace, asker, token, ["id-of-desk", "id-of-tea"])
    with store.read() as tx:
        assert accounts.credentials(tx, elsewhere.id) == {"access_token": "old"}


async def test_a_choice_is_made_once_by_the_same_browser_within_a_quarter_of_an_hour(
    workspace: Workspace, store: Store, asker: Asker, persona: Persona, clock: MovableClock
) -> None:
    token = await ask(workspace, asker, persona, "haru,tea")
    for stranger in (replace(asker, user_id="else"), replace(asker, session="else")):
        with pytest.raises(Problem):
            connecting.choices(store, stranger, token)
    connecting.choose(workspace, asker, token, ["id-of-tea"])
    with pytest.raises(Problem) as caught:
        connecting.choose(workspace, asker, token, ["id-of-haru"])
    assert refused(caught) == (422, "consent_unknown")
    late = await ask(workspace, asker, persona, "haru,tea")
    clock.advance(timedelta(minutes=15))
    with pytest.raises(Problem):
        connecting.choices(store, asker, late)


async def test_the_two_steps_of_a_consent_do_not_take_each_others_token(
    workspace: Workspace, store: Store, asker: Asker, persona: Persona
) -> None:
    state, token = begin(workspace, asker, persona), await ask(workspace, asker, persona, "haru,tea")
    with pytest.raises(Problem) as caught:
        connecting.choices(store, asker, state)
    assert refused(caught) == (422, "consent_unknown")
    with pytest.raises(Problem) as caught:
        connecting.take_up(store, asker, token)
    assert refused(caught) == (422, "consent_unknown")


async def test_credentials_that_wait_for_a_choice_lie_sealed(
    workspace: Workspace, store: Store, asker: Asker, persona: Persona
) -> None:
    await ask(workspace, asker, persona, "haru-token,tea-token")
    with store.read() as tx:
        (row,) = tx.rows(sa.select(schema.consent))
    assert b"haru-token" not in row["sealed"]


# Again


async def test_a_login_that_had_expired_goes_on_with_its_held_posts(
    workspace: Workspace, store: Store, asker: Asker, persona: Persona
) -> None:
    account = makers.make_account(store, persona, external_id="id-of-haru")
    post = makers.make_post(store, account)
    with store.transaction() as tx:
        holding.hold_account(tx, account, HeldReason.NEEDS_REAUTH)
    connected = await consent(workspace, asker, persona, "haru", account)
    assert isinstance(connected, Connected)
    assert connected.accounts[0].status is AccountStatus.ACTIVE
    with store.read() as tx:
        assert posts.get(tx, post.id).status is PostStatus.SCHEDULED


@pytest.mark.parametrize("code", ["tea", "tea,bread"])
async def test_another_account_does_not_take_its_place(
    workspace: Workspace, store: Store, asker: Asker, persona: Persona, code: str
) -> None:
    account = makers.make_account(store, persona, external_id="id-of-haru")
    with store.transaction() as tx:
        holding.hold_account(tx, account, HeldReason.NEEDS_REAUTH)
    with pytest.raises(Problem) as caught:
        await consent(workspace, asker, persona, code, account)
    assert refused(caught) == (422, "account_differs")
    with store.read() as tx:
        assert [each.status for each in accounts.listed(tx)] == [AccountStatus.NEEDS_REAUTH]


async def test_among_several_the_account_that_is_meant_is_found_without_asking(
    workspace: Workspace, store: Store, asker: Asker, persona: Persona
) -> None:
    account = makers.make_account(store, persona, external_id="id-of-haru")
    connected = await consent(workspace, asker, persona, "tea,haru,bread", account)
    assert isinstance(connected, Connected)
    assert [each.id for each in connected.accounts] == [account.id]
    with store.read() as tx:
        assert len(accounts.listed(tx)) == 1


async def test_a_consent_for_an_account_is_asked_for_at_its_own_place(
    workspace: Workspace, store: Store, asker: Asker, persona: Persona
) -> None:
    of_another = makers.make_account(store)
    with pytest.raises(Problem) as caught:
        begin(workspace, asker, persona, of_another)
    assert refused(caught) == (404, "account_not_found")


async def test_what_is_suspended_stays_so_whoever_signs_in(
    workspace: Workspace, store: Store, asker: Asker, persona: Persona
) -> None:
    account = makers.make_account(store, persona, external_id="id-of-haru")
    with store.transaction() as tx:
        holding.suspend_account(tx, account)
    connected = await consent(workspace, asker, persona, "haru", account)
    assert isinstance(connected, Connected)
    assert connected.accounts[0].status is AccountStatus.SUSPENDED
