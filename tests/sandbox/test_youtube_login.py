"""Google's OAuth 2 against the stand-in: consent, codes, tokens that end, are refreshed and revoked."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.conftest import switch_on
from sandbox.youtube_tools import Channel, later, open_channel, reason

CALLBACK = "http://127.0.0.1:8000/api/oauth/callback"
AUTH = "https://www.googleapis.com/auth/"
UPLOAD, READONLY, FORCE_SSL = (f"{AUTH}youtube.{name}" for name in ("upload", "readonly", "force-ssl"))
VERIFIER = "a" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@pytest.fixture
def channel(http: httpx.Client) -> Channel:
    return open_channel(http, "산책하루")


@pytest.fixture
def app(http: httpx.Client) -> dict[str, str]:
    asked = {"platform": "youtube", "redirect_uris": [CALLBACK]}
    return http.post("/_sandbox/apps", json=asked).json()


def authorization(app: dict[str, str], **more: str) -> dict[str, str]:
    return {
        "client_id": app["client_id"],
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": f"{UPLOAD} {READONLY}",
        "access_type": "offline",
        "state": "s1",
        **more,
    }


def consent(
    channel: Channel, app: dict[str, str], form: dict[str, Any] | None = None, /, **more: str
) -> dict[str, str]:
    """What the redirect carries after a person decided."""
    answer = channel.http.post(
        "/google-accounts/o/oauth2/v2/auth",
        params=authorization(app, **more),
        data={"account_id": channel.id, "decision": "allow", **(form or {})},
    )
    assert answer.status_code == 302, answer.text
    location = urlsplit(answer.headers["location"])
    assert f"{location.scheme}://{location.netloc}{location.path}" == CALLBACK
    return {name: values[0] for name, values in parse_qs(location.query).items()}


def token(http: httpx.Client, app: dict[str, str], **sent: str) -> httpx.Response:
    return http.post("/google-oauth/token", data={**app, **sent})


def redeem(http: httpx.Client, app: dict[str, str], code: str, **more: str) -> httpx.Response:
    sent = {"grant_type": "authorization_code", "redirect_uri": CALLBACK, "code": code, **more}
    return token(http, app, **sent)


def refresh(http: httpx.Client, app: dict[str, str], refresh_token: str) -> httpx.Response:
    return token(http, app, grant_type="refresh_token", refresh_token=refresh_token)


def granted(channel: Channel, app: dict[str, str], **more: str) -> dict[str, Any]:
    """The tokens of a whole consent."""
    answer = redeem(channel.http, app, consent(channel, app, **more)["code"])
    assert answer.status_code == 200, answer.text
    return answer.json()


def oauth_error(answer: httpx.Response) -> tuple[int, str]:
    assert answer.json()["error_description"]
    return answer.status_code, answer.json()["error"]


def own(http: httpx.Client, access_token: str) -> httpx.Response:
    login = {"Authorization": f"Bearer {access_token}"}
    return http.get("/youtube/youtube/v3/channels?part=id&mine=true", headers=login)


def credentials_of(channel: Channel) -> dict[str, str]:
    return {name: channel.credentials[name] for name in ("client_id", "client_secret")}


class TestConsent:
    def test_the_page_offers_every_channel_and_each_scope(
        self, http: httpx.Client, channel: Channel, app: dict[str, str]
    ) -> None:
        other = open_channel(http, "다른채널")
        page = http.get("/google-accounts/o/oauth2/v2/auth", params=authorization(app)).text
        for shown in (channel.id, other.id, UPLOAD, READONLY, 'name="decision" value="allow"'):
            assert shown in page

    def test_the_redirect_brings_code_state_and_scopes(self, channel: Channel, app: dict[str, str]) -> None:
        answered = consent(channel, app)
        assert answered["state"] == "s1"
        assert answered["scope"] == f"{UPLOAD} {READONLY}"
        assert answered["code"].startswith("4/0")

    def test_a_denial_comes_back_as_an_error(self, channel: Channel, app: dict[str, str]) -> None:
        answered = consent(channel, app, {"decision": "deny"})
        assert answered == {"error": "access_denied", "state": "s1"}

    def test_a_person_may_leave_scopes_out(self, channel: Channel, app: dict[str, str]) -> None:
        code = consent(channel, app, {"choosing": "1", "scope": READONLY})["code"]
        tokens = redeem(channel.http, app, code).json()
        assert tokens["scope"] == READONLY
        assert own(channel.http, tokens["access_token"]).status_code == 200
        limited = Channel(channel.http, channel.id, {"access_token": tokens["access_token"]})
        answer = limited.start()
        assert reason(answer) == (403, "insufficientPermissions")
        assert answer.json()["error"]["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"

    @pytest.mark.parametrize(
        ("changes", "status", "error"),
        [
            ({"client_id": "unknown"}, 401, "invalid_client"),
            ({"redirect_uri": CALLBACK + "/"}, 400, "redirect_uri_mismatch"),
            ({"redirect_uri": "https://evil.example/"}, 400, "redirect_uri_mismatch"),
            ({"response_type": "token"}, 400, "unsupported_response_type"),
            ({"scope": ""}, 400, "invalid_request"),
            ({"scope": f"{UPLOAD} everything"}, 400, "invalid_scope"),
            ({"access_type": "always"}, 400, "invalid_request"),
            ({"code_challenge": "x", "code_challenge_method": "S512"}, 400, "invalid_request"),
        ],
    )
    def test_a_wrong_request_is_never_sent_back_to_its_redirect(
        self,
        http: httpx.Client,
        channel: Channel,
        app: dict[str, str],
        changes: dict[str, str],
        status: int,
        error: str,
    ) -> None:
        for method in ("GET", "POST"):
            answer = http.request(
                method,
                "/google-accounts/o/oauth2/v2/auth",
                params=authorization(app, **changes),
                data={"account_id": channel.id, "decision": "allow"} if method == "POST" else None,
            )
            assert oauth_error(answer) == (status, error)

    def test_the_demo_app_takes_any_loopback_redirect(self, http: httpx.Client, channel: Channel) -> None:
        demo = {"client_id": "pressrun-demo", "client_secret": "pressrun-demo-secret"}
        assert redeem(http, demo, consent(channel, demo)["code"]).status_code == 200


class TestCodes:
    def test_a_code_becomes_tokens_that_open_the_api(self, channel: Channel, app: dict[str, str]) -> None:
        tokens = granted(channel, app)
        assert set(tokens) == {"access_token", "expires_in", "refresh_token", "scope", "token_type"}
        assert (tokens["expires_in"], tokens["token_type"]) == (3599, "Bearer")
        assert own(channel.http, tokens["access_token"]).json()["items"][0]["id"] == channel.id

    def test_a_code_is_good_once_and_for_ten_minutes(self, channel: Channel, app: dict[str, str]) -> None:
        code = consent(channel, app)["code"]
        assert redeem(channel.http, app, code).status_code == 200
        assert oauth_error(redeem(channel.http, app, code)) == (400, "invalid_grant")
        late = consent(channel, app)["code"]
        later(channel.http, minutes=10)
        assert oauth_error(redeem(channel.http, app, late)) == (400, "invalid_grant")

    def test_a_code_belongs_to_its_app_and_redirect(
        self, http: httpx.Client, channel: Channel, app: dict[str, str]
    ) -> None:
        demo = {"client_id": "pressrun-demo", "client_secret": "pressrun-demo-secret"}
        assert oauth_error(redeem(http, demo, consent(channel, app)["code"])) == (400, "invalid_grant")
        moved = redeem(http, app, consent(channel, app)["code"], redirect_uri="http://127.0.0.1/")
        assert oauth_error(moved) == (400, "redirect_uri_mismatch")

    @pytest.mark.parametrize("method", ["S256", "plain"])
    def test_a_challenge_that_was_sent_must_be_met(
        self, channel: Channel, app: dict[str, str], method: str
    ) -> None:
        challenge = CHALLENGE if method == "S256" else VERIFIER
        asked = {"code_challenge": challenge, "code_challenge_method": method}
        for sent in ({}, {"code_verifier": "b" * 43}, {"code_verifier": CHALLENGE + "x"}):
            code = consent(channel, app, **asked)["code"]
            assert oauth_error(redeem(channel.http, app, code, **sent)) == (400, "invalid_grant")
        code = consent(channel, app, **asked)["code"]
        assert redeem(channel.http, app, code, code_verifier=VERIFIER).status_code == 200

    def test_a_refresh_token_comes_with_the_first_grant_and_with_a_new_consent(
        self, channel: Channel, app: dict[str, str]
    ) -> None:
        assert "refresh_token" not in granted(channel, app, access_type="online")
        assert "refresh_token" not in granted(channel, app)
        assert "refresh_token" in granted(channel, app, prompt="consent")
        assert "refresh_token" not in granted(channel, app, prompt="select_account")
        assert "refresh_token" not in granted(channel, app, prompt="consent", access_type="online")

    def test_scopes_granted_before_are_included_when_asked_for(
        self, channel: Channel, app: dict[str, str]
    ) -> None:
        granted(channel, app, scope=UPLOAD)
        more = granted(channel, app, scope=READONLY, include_granted_scopes="true")
        assert set(more["scope"].split()) == {UPLOAD, READONLY}
        assert granted(channel, app, scope=FORCE_SSL)["scope"] == FORCE_SSL


class TestClients:
    @pytest.mark.parametrize(
        ("changes", "status", "error"),
        [
            ({"client_id": "nobody"}, 401, "invalid_client"),
            ({"client_secret": "wrong"}, 401, "invalid_client"),
            ({"client_secret": ""}, 401, "invalid_client"),
            ({"client_id": ""}, 400, "invalid_request"),
            ({"grant_type": "password"}, 400, "unsupported_grant_type"),
            ({"grant_type": ""}, 400, "unsupported_grant_type"),
            ({"refresh_token": "unknown"}, 400, "invalid_grant"),
        ],
    )
    def test_who_asks_for_what_is_checked(
        self, http: httpx.Client, channel: Channel, changes: dict[str, str], status: int, error: str
    ) -> None:
        sent = {
            **credentials_of(channel),
            "grant_type": "refresh_token",
            "refresh_token": channel.credentials["refresh_token"],
            **changes,
        }
        assert oauth_error(http.post("/google-oauth/token", data=sent)) == (status, error)

    def test_an_app_may_name_itself_in_the_header(self, http: httpx.Client, channel: Channel) -> None:
        sent = {"grant_type": "refresh_token", "refresh_token": channel.credentials["refresh_token"]}
        own_login = (channel.credentials["client_id"], channel.credentials["client_secret"])
        assert http.post("/google-oauth/token", data=sent, auth=own_login).status_code == 200
        wrong = http.post("/google-oauth/token", data=sent, auth=(own_login[0], "wrong"))
        assert oauth_error(wrong) == (401, "invalid_client")
        broken = http.post("/google-oauth/token", data=sent, headers={"Authorization": "Basic %"})
        assert oauth_error(broken) == (400, "invalid_request")

    def test_a_refresh_token_belongs_to_its_app(
        self, http: httpx.Client, channel: Channel, app: dict[str, str]
    ) -> None:
        answer = refresh(http, app, channel.credentials["refresh_token"])
        assert oauth_error(answer) == (401, "unauthorized_client")

    def test_a_fault_finds_the_account_behind_a_refresh(self, http: httpx.Client, channel: Channel) -> None:
        other = open_channel(http, "다른채널")
        switch_on(
            http, {"kind": "answer", "status": 500}, platform="youtube", match={"account_id": channel.id}
        )
        assert refresh(http, credentials_of(other), other.credentials["refresh_token"]).status_code == 200
        assert refresh(http, credentials_of(channel), channel.credentials["refresh_token"]).status_code == 500


class TestTokens:
    def test_an_access_token_lives_3599_seconds_and_is_refreshed(
        self, http: httpx.Client, channel: Channel
    ) -> None:
        later(http, seconds=3590)
        assert own(http, channel.token).status_code == 200
        later(http, seconds=9)
        dead = own(http, channel.token)
        assert reason(dead) == (401, "authError")
        assert 'error="invalid_token"' in dead.headers["www-authenticate"]
        answer = refresh(http, credentials_of(channel), channel.credentials["refresh_token"]).json()
        assert set(answer) == {"access_token", "expires_in", "scope", "token_type"}
        assert own(http, answer["access_token"]).status_code == 200

    def test_no_token_an_unknown_one_and_one_of_the_wrong_kind(
        self, http: httpx.Client, channel: Channel
    ) -> None:
        assert reason(http.get("/youtube/youtube/v3/channels?part=id&mine=true")) == (401, "required")
        assert reason(own(http, "made-up")) == (401, "authError")
        assert reason(own(http, channel.credentials["refresh_token"])) == (401, "authError")

    def test_the_state_expired_is_healed_by_a_refresh_and_revoked_only_by_consent(
        self, http: httpx.Client, channel: Channel
    ) -> None:
        app = credentials_of(channel)
        channel.set_state(token="expired")
        assert reason(own(http, channel.token)) == (401, "authError")
        fresh = refresh(http, app, channel.credentials["refresh_token"]).json()["access_token"]
        assert own(http, fresh).status_code == 200
        assert state(channel)["token"] == "valid"
        channel.set_state(token="revoked")
        assert reason(own(http, fresh)) == (401, "authError")
        again = refresh(http, app, channel.credentials["refresh_token"])
        assert oauth_error(again) == (400, "invalid_grant")
        tokens = granted(channel, app, prompt="consent")
        assert own(http, tokens["access_token"]).status_code == 200
        assert refresh(http, app, tokens["refresh_token"]).status_code == 200
        assert refresh(http, app, channel.credentials["refresh_token"]).status_code == 400

    @pytest.mark.parametrize("which", ["access_token", "refresh_token"])
    def test_revoking_either_token_ends_the_grant(
        self, http: httpx.Client, channel: Channel, app: dict[str, str], which: str
    ) -> None:
        tokens = granted(channel, app)
        assert http.post("/google-oauth/revoke", params={"token": tokens[which]}).status_code == 200
        assert reason(own(http, tokens["access_token"])) == (401, "authError")
        assert oauth_error(refresh(http, app, tokens["refresh_token"])) == (400, "invalid_grant")
        twice = http.post("/google-oauth/revoke", data={"token": tokens[which]})
        assert oauth_error(twice) == (400, "invalid_token")
        assert own(http, channel.token).status_code == 200
        assert "refresh_token" in granted(channel, app)

    def test_a_refresh_token_dies_after_six_months_without_use(
        self, http: httpx.Client, channel: Channel
    ) -> None:
        app, kept = credentials_of(channel), channel.credentials["refresh_token"]
        later(http, days=179)
        assert refresh(http, app, kept).status_code == 200
        later(http, days=179)
        assert refresh(http, app, kept).status_code == 200
        later(http, days=180)
        assert oauth_error(refresh(http, app, kept)) == (400, "invalid_grant")

    def test_a_project_in_testing_has_refresh_tokens_of_seven_days(
        self, http: httpx.Client, channel: Channel, app: dict[str, str]
    ) -> None:
        channel.set_state(testing_project=True)
        tokens = granted(channel, app)
        assert tokens["refresh_token_expires_in"] == 604799
        later(http, days=6)
        assert refresh(http, app, tokens["refresh_token"]).status_code == 200
        later(http, days=1)
        assert oauth_error(refresh(http, app, tokens["refresh_token"])) == (400, "invalid_grant")

    def test_the_oldest_of_more_than_a_hundred_refresh_tokens_dies(
        self, channel: Channel, app: dict[str, str]
    ) -> None:
        made = [granted(channel, app, prompt="consent")["refresh_token"] for _ in range(101)]
        alive = [refresh(channel.http, app, kept).status_code for kept in (made[0], made[1], made[100])]
        assert alive == [400, 200, 200]

    def test_a_refresh_may_replace_the_refresh_token(self, http: httpx.Client, channel: Channel) -> None:
        channel.set_state(refresh_rotates=True)
        app, old = credentials_of(channel), channel.credentials["refresh_token"]
        new = refresh(http, app, old).json()["refresh_token"]
        assert oauth_error(refresh(http, app, old)) == (400, "invalid_grant")
        assert refresh(http, app, new).status_code == 200

    def test_the_fixed_key_acts_for_the_first_channel(self, http: httpx.Client, channel: Channel) -> None:
        assert own(http, "sandbox").json()["items"][0]["id"] == channel.id
        demo = {"client_id": "pressrun-demo", "client_secret": "pressrun-demo-secret"}
        made = refresh(http, demo, "sandbox").json()["access_token"]
        assert own(http, made).json()["items"][0]["id"] == channel.id
        channel.set_state(token="revoked")
        assert reason(own(http, "sandbox")) == (401, "authError")
        assert oauth_error(refresh(http, demo, "sandbox")) == (400, "invalid_grant")


class TestAccounts:
    def test_an_account_comes_with_all_that_a_connection_needs(self, channel: Channel) -> None:
        assert set(channel.credentials) == {
            "access_token",
            "refresh_token",
            "client_id",
            "client_secret",
            "channel_id",
            "expires_at",
        }
        assert channel.credentials["channel_id"] == channel.id
        assert (channel.id[:2], len(channel.id)) == ("UC", 24)

    def test_an_account_can_belong_to_another_project(self, http: httpx.Client, app: dict[str, str]) -> None:
        channel = open_channel(http, "프로젝트", client_id=app["client_id"])
        assert credentials_of(channel) == app
        unknown = {"platform": "youtube", "handle": "누구", "client_id": "nobody"}
        assert http.post("/_sandbox/accounts", json=unknown).status_code == 400


def state(channel: Channel) -> dict[str, Any]:
    return channel.http.get(f"/_sandbox/accounts/youtube/{channel.id}/state").json()
