"""Which token may do what, and how a dead one is refused."""

import httpx

from sandbox.conftest import InstagramAccount, error_codes, open_instagram


class TestTokens:
    def test_an_expired_token_is_refused_with_http_400(self, account: InstagramAccount) -> None:
        account.set_state(token="expired")
        answer = account.get(account.id)
        assert (answer.status_code, error_codes(answer)) == (400, (190, 463))
        account.set_state(rules={"token_status": 401})
        assert account.get(account.id).status_code == 401
        account.set_state(token="valid")
        assert account.get(account.id).status_code == 200

    def test_a_token_ends_after_60_days_of_the_stand_ins_clock(
        self, http: httpx.Client, account: InstagramAccount
    ) -> None:
        http.post("/_sandbox/clock", json={"advance_s": 59 * 86400})
        assert account.get(account.id).status_code == 200
        http.post("/_sandbox/clock", json={"advance_s": 2 * 86400})
        assert error_codes(account.get(account.id)) == (190, 463)

    def test_a_revoked_token_and_an_unknown_one(self, http: httpx.Client, account: InstagramAccount) -> None:
        account.set_state(token="revoked")
        assert error_codes(account.get(account.id)) == (190, 458)
        unknown = http.get(f"/instagram/{account.id}", params={"access_token": "made-up"})
        assert (unknown.status_code, error_codes(unknown)) == (400, (190, None))

    def test_a_call_without_a_token(self, http: httpx.Client, account: InstagramAccount) -> None:
        assert error_codes(http.get(f"/instagram/{account.id}")) == (2500, None)

    def test_a_token_reaches_its_own_account_and_host_only(
        self, http: httpx.Client, account: InstagramAccount
    ) -> None:
        other = open_instagram(http, "다른곳", login="instagram")
        assert error_codes(account.get(other.id)) == (100, 33)
        crossed = http.get(f"/instagram/{other.id}", params={"access_token": other.token})
        assert error_codes(crossed) == (190, None)
        assert other.get(other.id, fields="username").json() == {"id": other.id, "username": "다른곳"}

    def test_the_fixed_key_acts_for_any_account_until_its_login_dies(
        self, http: httpx.Client, account: InstagramAccount
    ) -> None:
        asked = {"access_token": "sandbox"}
        assert http.get(f"/instagram/{account.id}", params=asked).status_code == 200
        assert error_codes(http.get("/instagram/17841000000000000", params=asked)) == (100, 33)
        account.set_state(token="expired")
        assert error_codes(http.get(f"/instagram/{account.id}", params=asked)) == (190, 463)

    def test_parameters_come_by_query_form_or_json(
        self, http: httpx.Client, account: InstagramAccount, photo: str
    ) -> None:
        path = f"/instagram/{account.id}/media"
        asked = {"image_url": photo, "caption": "#해시 와 &", "access_token": account.token}
        answers = [http.post(path, params=asked), http.post(path, data=asked), http.post(path, json=asked)]
        for answer in answers:
            account.publish(answer.json()["id"])
        assert [post["text"] for post in account.published()] == ["#해시 와 &"] * 3
