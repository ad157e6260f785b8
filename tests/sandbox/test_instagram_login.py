"""OAuth of both logins against the stand-in: consent, codes, long-lived tokens, what they may do."""

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.conftest import InstagramAccount, error_codes, open_instagram

CALLBACK = "http://127.0.0.1:8000/oauth/callback"
APP = {"client_id": "pressrun-demo", "client_secret": "pressrun-demo-secret"}
SCOPES = "instagram_business_basic,instagram_business_content_publish"


def consent(http: httpx.Client, path: str, account: InstagramAccount, **asked: str) -> dict[str, str]:
    """What the redirect carries after a person decided."""
    decision = asked.pop("decision", "allow")
    query = {
        "client_id": "pressrun-demo",
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "state": "s1",
        **asked,
    }
    answer = http.post(path, params=query, data={"account_id": account.id, "decision": decision})
    assert answer.status_code == 302, answer.text
    location = urlsplit(answer.headers["location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == query["redirect_uri"]
    return {name: values[0] for name, values in parse_qs(location.query).items()}


@pytest.fixture
def shop(http: httpx.Client) -> InstagramAccount:
    return open_instagram(http, "가게", login="instagram")


class TestInstagramLogin:
    PATH = "/instagram-consent/oauth/authorize"

    def short_token(self, http: httpx.Client, account: InstagramAccount) -> dict[str, Any]:
        code = consent(http, self.PATH, account, scope=SCOPES)["code"]
        asked = {**APP, "grant_type": "authorization_code", "redirect_uri": CALLBACK, "code": code}
        return http.post("/instagram-api/oauth/access_token", data=asked).json()["data"][0]

    def long_token(self, http: httpx.Client, account: InstagramAccount) -> str:
        short = self.short_token(http, account)["access_token"]
        asked = {
            "grant_type": "ig_exchange_token",
            "client_secret": APP["client_secret"],
            "access_token": short,
        }
        answer = http.get("/instagram-login/access_token", params=asked).json()
        assert (answer["token_type"], answer["expires_in"]) == ("bearer", 5183944)
        return answer["access_token"]

    def test_the_page_offers_the_accounts_of_this_login_only(
        self, http: httpx.Client, shop: InstagramAccount, account: InstagramAccount
    ) -> None:
        asked = {"client_id": "pressrun-demo", "redirect_uri": CALLBACK, "scope": SCOPES}
        page = http.get(self.PATH, params=asked).text
        assert shop.id in page
        assert account.id not in page
        assert 'name="decision" value="allow"' in page

    def test_a_code_becomes_a_long_token_that_publishes(
        self, http: httpx.Client, shop: InstagramAccount, photo: str
    ) -> None:
        token = self.long_token(http, shop)
        me = http.get(
            "/instagram-login/me", params={"fields": "user_id,username", "access_token": token}
        ).json()
        assert me["user_id"] == shop.id
        answer = http.post(
            f"/instagram-login/{shop.id}/media", data={"image_url": photo, "access_token": token}
        )
        assert answer.status_code == 200

    def test_the_short_answer_names_an_app_scoped_id(
        self, http: httpx.Client, shop: InstagramAccount
    ) -> None:
        answer = self.short_token(http, shop)
        assert answer["user_id"] != shop.id
        assert answer["permissions"] == SCOPES.split(",")

    def test_a_code_is_good_once_and_for_an_hour(self, http: httpx.Client, shop: InstagramAccount) -> None:
        asked = {**APP, "grant_type": "authorization_code", "redirect_uri": CALLBACK}
        code = consent(http, self.PATH, shop, scope=SCOPES)["code"]
        statuses = [
            http.post("/instagram-api/oauth/access_token", data={**asked, "code": code}).status_code
            for _ in range(2)
        ]
        assert statuses == [200, 400]
        late = consent(http, self.PATH, shop, scope=SCOPES)["code"]
        http.post("/_sandbox/clock", json={"advance_s": 3601})
        assert http.post("/instagram-api/oauth/access_token", data={**asked, "code": late}).status_code == 400

    def test_a_token_is_refreshed_after_a_day_and_before_its_end(
        self, http: httpx.Client, shop: InstagramAccount
    ) -> None:
        token = self.long_token(http, shop)

        def refresh(token: str) -> httpx.Response:
            asked = {"grant_type": "ig_refresh_token", "access_token": token}
            return http.get("/instagram-login/refresh_access_token", params=asked)

        assert error_codes(refresh(token)) == (100, None)
        http.post("/_sandbox/clock", json={"advance_s": 86401})
        fresh = refresh(token).json()["access_token"]
        assert fresh != token
        http.post("/_sandbox/clock", json={"advance_s": 61 * 86400})
        assert error_codes(refresh(fresh)) == (190, 463)

    def test_new_consent_heals_a_revoked_login_but_not_the_old_token(
        self, http: httpx.Client, shop: InstagramAccount
    ) -> None:
        shop.set_state(token="revoked")
        token = self.long_token(http, shop)
        assert http.get("/instagram-login/me", params={"access_token": token}).status_code == 200
        assert error_codes(shop.get("me")) == (190, 458)
        assert http.get(f"/_sandbox/accounts/instagram/{shop.id}/state").json()["token"] == "valid"

    def test_a_token_without_the_scope_may_not_publish(
        self, http: httpx.Client, shop: InstagramAccount, photo: str
    ) -> None:
        code = consent(http, self.PATH, shop, scope="instagram_business_basic")["code"]
        asked = {**APP, "grant_type": "authorization_code", "redirect_uri": CALLBACK, "code": code}
        token = http.post("/instagram-api/oauth/access_token", data=asked).json()["data"][0]["access_token"]
        answer = http.post(
            f"/instagram-login/{shop.id}/media", data={"image_url": photo, "access_token": token}
        )
        assert error_codes(answer) == (10, None)

    def test_the_code_ends_with_the_marker_that_clients_strip(
        self, http: httpx.Client, shop: InstagramAccount
    ) -> None:
        query = {"client_id": "pressrun-demo", "redirect_uri": CALLBACK, "scope": SCOPES}
        answer = http.post(self.PATH, params=query, data={"account_id": shop.id, "decision": "allow"})
        assert answer.headers["location"].endswith("#_")


class TestFacebookLogin:
    PATH = "/facebook-consent/v25.0/dialog/oauth"

    def test_a_code_leads_to_a_page_token_that_never_ends(
        self, http: httpx.Client, account: InstagramAccount
    ) -> None:
        answered = consent(http, self.PATH, account)
        assert answered["state"] == "s1"
        asked = {**APP, "redirect_uri": CALLBACK, "code": answered["code"]}
        short = http.get("/instagram/v25.0/oauth/access_token", params=asked).json()["access_token"]
        exchange = {**APP, "grant_type": "fb_exchange_token", "fb_exchange_token": short}
        long = http.get("/instagram/v25.0/oauth/access_token", params=exchange).json()["access_token"]
        asked = {"fields": "id,name,access_token,instagram_business_account", "access_token": long}
        (page,) = http.get("/instagram/v25.0/me/accounts", params=asked).json()["data"]
        assert page["instagram_business_account"] == {"id": account.id}

        http.post("/_sandbox/clock", json={"advance_s": 400 * 86400})
        alone = {"fields": "instagram_business_account", "access_token": page["access_token"]}
        assert http.get(f"/instagram/v25.0/{page['id']}", params=alone).json() == {
            "id": page["id"],
            "name": "커피하루",
            "instagram_business_account": {"id": account.id},
        }
        assert error_codes(http.get("/instagram/v25.0/me", params={"access_token": long})) == (190, 463)

    def test_debug_token_tells_what_a_token_is_good_for(
        self, http: httpx.Client, account: InstagramAccount
    ) -> None:
        asked = {"input_token": account.token, "access_token": "pressrun-demo|pressrun-demo-secret"}
        facts = http.get("/instagram/debug_token", params=asked).json()["data"]
        assert facts["is_valid"] is True
        assert "instagram_content_publish" in facts["scopes"]
        granted = account.get("me/permissions").json()["data"]
        assert {"permission": "instagram_content_publish", "status": "granted"} in granted

    def test_data_access_ends_90_days_after_the_consent_whatever_token_came_of_it(
        self, http: httpx.Client, account: InstagramAccount
    ) -> None:
        """Data access lapses after 90 days without the person; a Page's token itself has no end."""
        asked = {**APP, "redirect_uri": CALLBACK, "code": consent(http, self.PATH, account)["code"]}
        short = http.get("/instagram/v25.0/oauth/access_token", params=asked).json()["access_token"]
        http.post("/_sandbox/clock", json={"advance_s": 600})
        exchange = {**APP, "grant_type": "fb_exchange_token", "fb_exchange_token": short}
        long = http.get("/instagram/v25.0/oauth/access_token", params=exchange).json()["access_token"]
        http.post("/_sandbox/clock", json={"advance_s": 30 * 86400})
        asked = {"fields": "access_token", "access_token": long}
        (page,) = http.get("/instagram/v25.0/me/accounts", params=asked).json()["data"]
        proof = {"Authorization": f"Bearer {APP['client_id']}|{APP['client_secret']}"}
        for token, ends in ((long, True), (page["access_token"], False)):
            told = http.get("/instagram/v25.0/debug_token", params={"input_token": token}, headers=proof)
            facts = told.json()["data"]
            assert bool(facts["expires_at"]) is ends
            left = facts["data_access_expires_at"] - time.time()
            assert 59.9 * 86400 < left <= 60 * 86400

    def test_only_the_app_itself_learns_what_a_token_is_good_for(
        self, http: httpx.Client, account: InstagramAccount
    ) -> None:
        for proof in ("pressrun-demo|wrong", account.token):
            asked = {"input_token": account.token, "access_token": proof}
            assert error_codes(http.get("/instagram/debug_token", params=asked)) == (190, None)

    def test_a_denial_comes_back_as_an_error(self, http: httpx.Client, account: InstagramAccount) -> None:
        answered = consent(http, self.PATH, account, decision="deny")
        assert (answered["error"], answered["state"]) == ("access_denied", "s1")
        assert "code" not in answered

    def test_a_wrong_secret_or_redirect_is_refused(
        self, http: httpx.Client, account: InstagramAccount
    ) -> None:
        code = consent(http, self.PATH, account)["code"]
        wrong = {"client_id": "pressrun-demo", "client_secret": "no", "redirect_uri": CALLBACK, "code": code}
        assert error_codes(http.get("/instagram/oauth/access_token", params=wrong)) == (1, None)
        moved = {**APP, "redirect_uri": "http://127.0.0.1:1/", "code": code}
        assert error_codes(http.get("/instagram/oauth/access_token", params=moved)) == (100, 36008)

    def test_only_registered_apps_and_redirects_are_sent_back(
        self, http: httpx.Client, account: InstagramAccount
    ) -> None:
        asked = {"platform": "instagram", "redirect_uris": [CALLBACK]}
        app = http.post("/_sandbox/apps", json=asked).json()
        assert consent(http, self.PATH, account, client_id=app["client_id"])["code"]
        for client_id, redirect in (
            (app["client_id"], "http://127.0.0.1:8000/other"),
            ("pressrun-demo", "https://evil.example/"),
            ("unknown", CALLBACK),
        ):
            query = {"client_id": client_id, "redirect_uri": redirect}
            answer = http.post(self.PATH, params=query, data={"account_id": account.id, "decision": "allow"})
            assert answer.status_code == 400
