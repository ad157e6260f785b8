"""OAuth 2.0 with PKCE by hand: what the consent page refuses, and refresh tokens that are good once."""

import httpx
import pytest

from sandbox.conftest import switch_on
from sandbox.x_tools import (
    APP,
    AUTHORIZE,
    CALLBACK,
    VERIFIER,
    XAccount,
    asked,
    consent,
    exchange,
    move_clock,
    open_x,
    refresh,
)

DEAD = ("invalid_request", "Value passed for the token was invalid.")


@pytest.fixture
def account(http: httpx.Client) -> XAccount:
    return open_x(http)


def refusal(answer: httpx.Response) -> tuple[str, str]:
    return answer.json()["error"], answer.json()["error_description"]


def works(account: XAccount, token: str) -> bool:
    return account.with_token(token).get("users/me").status_code == 200


class TestConsent:
    def test_the_page_names_accounts_app_and_scopes(self, account: XAccount) -> None:
        page = account.http.get(AUTHORIZE, params=asked()).text
        for shown in (
            account.id,
            "coffee_haru",
            "pressrun-demo",
            "media.write",
            'name="decision" value="allow"',
        ):
            assert shown in page

    def test_the_redirect_carries_state_and_code(self, account: XAccount) -> None:
        answered = consent(account, state="s" * 500)
        assert answered["state"] == "s" * 500
        assert exchange(account.http, answered["code"]).status_code == 200

    def test_a_denial_comes_back_as_an_error(self, account: XAccount) -> None:
        assert consent(account, decision="deny") == {"error": "access_denied", "state": "s1"}

    @pytest.mark.parametrize(
        "wrong",
        [
            {"client_id": "unknown"},
            {"redirect_uri": "https://elsewhere.example/"},
            {"response_type": "token"},
            {"state": None},
            {"state": "s" * 501},
            {"code_challenge": None},
            {"code_challenge_method": "plain"},
            {"code_challenge_method": None},
            {"scope": None},
            {"scope": "tweet.read everything"},
        ],
        ids=str,
    )
    def test_a_wrong_request_is_refused_before_a_person_is_asked(
        self, account: XAccount, wrong: dict[str, str | None]
    ) -> None:
        answer = account.http.get(AUTHORIZE, params=asked(**wrong))
        assert answer.status_code == 400
        assert answer.json()["error"]

    def test_an_app_is_sent_back_to_its_registered_address_exactly(self, account: XAccount) -> None:
        made = {"platform": "x", "redirect_uris": [CALLBACK]}
        app = account.http.post("/_sandbox/apps", json=made).json()
        assert consent(account, client_id=app["client_id"])["code"]
        moved = asked(client_id=app["client_id"], redirect_uri=CALLBACK + "/")
        assert account.http.get(AUTHORIZE, params=moved).status_code == 400


class TestCodes:
    def test_a_code_is_good_once(self, account: XAccount) -> None:
        code = consent(account)["code"]
        assert [exchange(account.http, code).status_code for _ in range(2)] == [200, 400]

    def test_a_code_is_good_for_thirty_seconds(self, account: XAccount) -> None:
        code = consent(account)["code"]
        move_clock(account.http, 31)
        assert refusal(exchange(account.http, code))[0] == "invalid_request"

    @pytest.mark.parametrize(
        "wrong", [{"code_verifier": VERIFIER + "x"}, {"redirect_uri": CALLBACK + "/"}], ids=str
    )
    def test_a_code_needs_its_verifier_and_its_redirect(
        self, account: XAccount, wrong: dict[str, str]
    ) -> None:
        assert exchange(account.http, consent(account)["code"], **wrong).status_code == 400

    def test_the_answer_is_bearer_for_two_hours(self, account: XAccount) -> None:
        answer = exchange(account.http, consent(account, scope="tweet.read users.read")["code"]).json()
        assert (answer["token_type"], answer["expires_in"]) == ("bearer", 7200)
        assert answer["scope"] == "tweet.read users.read"
        assert "refresh_token" not in answer
        assert works(account, answer["access_token"])
        move_clock(account.http, 7201)
        assert not works(account, answer["access_token"])

    def test_a_token_without_the_scope_may_not_post(self, account: XAccount) -> None:
        answer = exchange(account.http, consent(account, scope="tweet.read users.read")["code"]).json()
        refused = account.with_token(answer["access_token"]).tweet("쓸 수 없어요")
        assert refused.status_code == 403
        assert "not permitted" in refused.json()["detail"]


class TestApps:
    def test_a_confidential_app_needs_basic_auth(self, account: XAccount) -> None:
        sent = {"grant_type": "refresh_token", "refresh_token": account.credentials["refresh_token"]}
        missing = account.http.post("/x/2/oauth2/token", data=sent | {"client_id": APP[0]})
        assert (missing.status_code, refusal(missing)[0]) == (401, "unauthorized_client")
        wrong = account.http.post("/x/2/oauth2/token", data=sent, auth=(APP[0], "no"))
        assert (wrong.status_code, refusal(wrong)[0]) == (401, "invalid_client")
        assert refresh(account.http, sent["refresh_token"]).status_code == 200

    def test_a_public_app_names_itself_in_the_form(self, account: XAccount) -> None:
        made = {"platform": "x", "redirect_uris": [CALLBACK], "public": True}
        client_id = account.http.post("/_sandbox/apps", json=made).json()["client_id"]
        sent = {
            "grant_type": "authorization_code",
            "code": consent(account, client_id=client_id)["code"],
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
            "client_id": client_id,
        }
        assert account.http.post("/x/2/oauth2/token", data=sent).status_code == 200

    def test_a_refresh_token_belongs_to_its_app(self, account: XAccount) -> None:
        made = {"platform": "x", "redirect_uris": [CALLBACK]}
        other = account.http.post("/_sandbox/apps", json=made).json()
        sent = {"grant_type": "refresh_token", "refresh_token": account.credentials["refresh_token"]}
        answer = account.http.post(
            "/x/2/oauth2/token", data=sent, auth=(other["client_id"], other["client_secret"])
        )
        assert refusal(answer) == DEAD

    def test_an_unknown_grant_type_is_refused(self, account: XAccount) -> None:
        answer = account.http.post("/x/2/oauth2/token", data={"grant_type": "password"}, auth=APP)
        assert refusal(answer)[0] == "unsupported_grant_type"


class TestRotation:
    def test_each_refresh_gives_the_next_token(self, account: XAccount) -> None:
        token = account.credentials["refresh_token"]
        seen = {token}
        for _ in range(3):
            answer = refresh(account.http, token).json()
            assert works(account, answer["access_token"])
            token = answer["refresh_token"]
            seen.add(token)
        assert len(seen) == 4

    def test_a_second_use_of_an_old_token_kills_the_whole_grant(self, account: XAccount) -> None:
        first = account.credentials["refresh_token"]
        won = refresh(account.http, first).json()
        assert refusal(refresh(account.http, first)) == DEAD
        assert refusal(refresh(account.http, won["refresh_token"])) == DEAD
        assert not works(account, won["access_token"])
        healed = exchange(account.http, consent(account)["code"]).json()
        assert works(account, healed["access_token"])
        assert not works(account, won["access_token"])

    def test_a_lost_answer_loses_the_grant(self, account: XAccount) -> None:
        first = account.credentials["refresh_token"]
        switch_on(
            account.http,
            {"kind": "drop_after"},
            platform="x",
            match={"path_regex": "/oauth2/token$", "account_id": account.id},
        )
        with pytest.raises(httpx.RemoteProtocolError):
            refresh(account.http, first)
        assert refusal(refresh(account.http, first)) == DEAD

    def test_an_expired_login_is_healed_by_a_refresh(self, account: XAccount) -> None:
        account.set_state(token="expired")
        assert not works(account, account.token)
        fresh = refresh(account.http, account.credentials["refresh_token"]).json()
        assert works(account, fresh["access_token"])
        assert account.http.get(f"/_sandbox/accounts/x/{account.id}/state").json()["token"] == "valid"

    def test_a_revoked_login_is_healed_by_consent_alone(self, account: XAccount) -> None:
        account.set_state(token="revoked")
        assert refusal(refresh(account.http, account.credentials["refresh_token"])) == DEAD
        fresh = exchange(account.http, consent(account)["code"]).json()
        assert works(account, fresh["access_token"])
        assert not works(account, account.token)

    def test_a_dead_token_may_be_called_invalid_grant(self, account: XAccount) -> None:
        account.set_state(token="revoked", rules={"refresh_error": "invalid_grant"})
        assert refusal(refresh(account.http, account.credentials["refresh_token"])) == (
            "invalid_grant",
            DEAD[1],
        )

    def test_the_replaced_access_token_works_on_unless_switched_off(self, account: XAccount) -> None:
        refresh(account.http, account.credentials["refresh_token"])
        assert works(account, account.token)
        account.set_state(rules={"old_access": "ends"})
        assert not works(account, account.token)

    @pytest.mark.parametrize("which", ["access_token", "refresh_token"])
    def test_revoking_either_token_ends_both(self, account: XAccount, which: str) -> None:
        sent = {"token": account.credentials[which], "client_id": APP[0]}
        assert account.http.post("/x/2/oauth2/revoke", data=sent, auth=APP).json() == {"revoked": True}
        assert not works(account, account.token)
        assert refusal(refresh(account.http, account.credentials["refresh_token"])) == DEAD

    def test_two_grants_of_one_account_live_apart(self, account: XAccount) -> None:
        other = exchange(account.http, consent(account)["code"]).json()
        refresh(account.http, account.credentials["refresh_token"])
        refresh(account.http, account.credentials["refresh_token"])
        assert works(account, other["access_token"])


class TestTokens:
    def test_unknown_tokens_and_refresh_tokens_open_nothing(self, account: XAccount) -> None:
        for token in ("made-up", account.credentials["refresh_token"]):
            answer = account.with_token(token).get("users/me")
            assert (answer.status_code, answer.json()["title"]) == (401, "Unauthorized")
        assert account.http.get("/x/2/users/me").status_code == 401

    def test_the_fixed_key_acts_for_the_first_account(self, account: XAccount) -> None:
        open_x(account.http, "second")
        fixed = account.with_token("sandbox")
        assert fixed.get("users/me").json()["data"]["id"] == account.id
        assert fixed.tweet("고정 열쇠").status_code == 201
        account.set_state(token="expired")
        assert fixed.get("users/me").status_code == 401
