"""The control routes and the pages for people."""

from datetime import datetime, timedelta

import httpx
import pytest

from sandbox.conftest import InstagramAccount, MediaHost, error_codes, jpeg, open_instagram


class TestAccounts:
    def test_a_handle_names_one_account_however_often_it_is_asked_for(self, http: httpx.Client) -> None:
        asked = {"platform": "instagram", "handle": "커피하루"}
        first, again = (http.post("/_sandbox/accounts", json=asked).json() for _ in range(2))
        assert first == again
        assert set(first) == {"platform", "account_id", "handle", "credentials"}
        assert first["account_id"].isdigit()
        assert set(first["credentials"]) == {
            "access_token",
            "ig_user_id",
            "login",
            "app_id",
            "app_secret",
            "expires_at",
        }
        assert datetime.fromisoformat(first["credentials"]["expires_at"]).tzinfo is not None

    def test_an_anthropic_account_is_a_key(self, http: httpx.Client) -> None:
        made = http.post("/_sandbox/accounts", json={"platform": "anthropic", "handle": "team"}).json()
        assert set(made["credentials"]) == {"api_key"}

    @pytest.mark.parametrize(
        "asked",
        [
            {},
            {"platform": "instagram"},
            {"platform": "nowhere", "handle": "a"},
            {"platform": "instagram", "handle": " "},
        ],
    )
    def test_an_account_needs_a_known_platform_and_a_handle(
        self, http: httpx.Client, asked: dict[str, str]
    ) -> None:
        assert http.post("/_sandbox/accounts", json=asked).status_code == 400

    @pytest.mark.parametrize(
        "changes",
        [
            {"token": "lost"},
            {"account": "gone"},
            {"mood": 1},
            {"rules": {"daily_cap": "many"}},
            {"rules": {"colour": 1}},
            {"processing": {"result": "maybe"}},
            {"quota_used": -1},
        ],
    )
    def test_unknown_state_words_are_refused_and_change_nothing(
        self, http: httpx.Client, account: InstagramAccount, changes: dict[str, object]
    ) -> None:
        where = f"/_sandbox/accounts/instagram/{account.id}/state"
        before = http.get(where).json()
        assert http.post(where, json=changes).status_code == 400
        assert http.get(where).json() == before

    def test_the_state_of_an_account_that_does_not_exist(self, http: httpx.Client) -> None:
        assert http.get("/_sandbox/accounts/instagram/1/state").status_code == 404


class TestPublished:
    def test_a_post_that_somebody_took_down_is_gone_everywhere(
        self, http: httpx.Client, account: InstagramAccount, photo: str
    ) -> None:
        media_id = account.publish(account.container(image_url=photo)).json()["id"]
        assert http.delete(f"/_sandbox/published/instagram/{media_id}").status_code == 204
        assert account.published() == []
        assert error_codes(account.get(media_id)) == (100, 33)
        assert http.delete(f"/_sandbox/published/instagram/{media_id}").status_code == 404

    def test_posts_are_listed_in_order_with_everything_that_was_sent(
        self, http: httpx.Client, account: InstagramAccount, photo: str
    ) -> None:
        ids = [
            account.publish(account.container(image_url=photo, caption=f"글 {n}")).json()["id"]
            for n in range(3)
        ]
        posts = account.published()
        assert [post["id"] for post in posts] == ids
        assert set(posts[0]) == {
            "extras",
            "file_extras",
            "platform",
            "account_id",
            "id",
            "kind",
            "text",
            "media",
            "created_at",
            "permalink",
            "request_id",
        }
        served = http.get("/_sandbox/requests").json()["items"]
        publishing = [item["id"] for item in served if item["path"].endswith("media_publish")]
        assert [post["request_id"] for post in posts] == publishing

    def test_since_and_account_narrow_the_list(
        self, http: httpx.Client, account: InstagramAccount, photo: str
    ) -> None:
        other = open_instagram(http, "다른곳")
        account.publish(account.container(image_url=photo))
        http.post("/_sandbox/clock", json={"advance_s": 100})
        other.publish(other.container(image_url=photo))
        everything = http.get("/_sandbox/published").json()["items"]
        assert [post["account_id"] for post in everything] == [account.id, other.id]
        later = everything[1]["created_at"]
        assert http.get("/_sandbox/published", params={"since": later}).json()["items"] == everything[1:]
        assert (
            http.get("/_sandbox/published", params={"account_id": account.id}).json()["items"]
            == everything[:1]
        )

    def test_media_are_served_as_they_were_fetched(
        self, http: httpx.Client, account: InstagramAccount, media: MediaHost
    ) -> None:
        content = jpeg(1080, 1080)
        account.publish(account.container(image_url=media.put("x.jpg", content)))
        (item,) = account.published()[0]["media"]
        answer = http.get(item["url"])
        assert (answer.content, answer.headers["content-type"]) == (content, "image/jpeg")


class TestRequests:
    def test_each_request_is_listed_with_its_answer_and_without_secrets(
        self, http: httpx.Client, account: InstagramAccount
    ) -> None:
        http.get(f"/instagram/v25.0/{account.id}", params={"fields": "id", "access_token": account.token})
        answer = http.get("/_sandbox/requests")
        assert account.token not in answer.text
        (item,) = answer.json()["items"]
        assert (item["method"], item["path"]) == ("GET", f"/instagram/v25.0/{account.id}")
        assert (item["account_id"], item["status"]) == (account.id, 200)
        assert item["started_at"] <= item["ended_at"]
        assert "fault_id" not in item

    def test_control_routes_and_pages_are_not_listed(self, http: httpx.Client) -> None:
        http.get("/")
        assert http.get("/_sandbox/requests").json() == {"items": []}

    def test_since_and_platform_narrow_the_list(self, http: httpx.Client, account: InstagramAccount) -> None:
        for _ in range(2):
            account.get(account.id)
        items = http.get("/_sandbox/requests").json()["items"]
        since = {"since": items[1]["started_at"]}
        assert http.get("/_sandbox/requests", params=since).json()["items"] == items[1:]
        assert http.get("/_sandbox/requests", params={"platform": "anthropic"}).json()["items"] == []


class TestClock:
    def test_it_moves_forward_by_seconds_or_to_an_instant(self, http: httpx.Client) -> None:
        began = datetime.fromisoformat(http.get("/_sandbox/clock").json()["now"])
        moved = datetime.fromisoformat(http.post("/_sandbox/clock", json={"advance_s": 3600}).json()["now"])
        assert timedelta(0) <= moved - began - timedelta(hours=1) < timedelta(seconds=30)
        target = began + timedelta(days=2)
        set_to = datetime.fromisoformat(
            http.post("/_sandbox/clock", json={"at": target.isoformat()}).json()["now"]
        )
        assert timedelta(0) <= set_to - target < timedelta(seconds=30)

    @pytest.mark.parametrize("asked", [{"advance_s": -1}, {"at": "2020-01-01T00:00:00Z"}, {"at": "soon"}, {}])
    def test_it_never_moves_back(self, http: httpx.Client, asked: dict[str, object]) -> None:
        assert http.post("/_sandbox/clock", json=asked).status_code == 400


def test_reset_empties_everything(http: httpx.Client, account: InstagramAccount, photo: str) -> None:
    account.publish(account.container(image_url=photo))
    http.post("/_sandbox/clock", json={"advance_s": 86400 * 400})
    http.post("/_sandbox/faults", json={"platform": "instagram", "effect": {"kind": "hang"}})
    assert http.post("/_sandbox/reset").status_code == 204
    for what in ("published", "requests", "faults", "accounts"):
        assert http.get(f"/_sandbox/{what}").json() == {"items": []}
    clock = http.get("/_sandbox/clock").json()
    drift = datetime.fromisoformat(clock["now"]) - datetime.fromisoformat(clock["real_now"])
    assert abs(drift) < timedelta(seconds=1)


def test_an_address_nobody_serves_answers_json(http: httpx.Client) -> None:
    assert http.get("/nowhere").json()["error"]
    assert http.get("/anthropic/v1/nowhere").json()["error"]["type"] == "not_found_error"


class TestPages:
    def test_a_permalink_shows_the_caption_escaped_and_the_alt_text(
        self, http: httpx.Client, account: InstagramAccount, photo: str
    ) -> None:
        caption = "오늘의 <커피> & 빵 #일상"
        account.publish(account.container(image_url=photo, caption=caption, alt_text="창가의 잔"))
        answer = http.get(account.published()[0]["permalink"])
        assert answer.status_code == 200
        assert "오늘의 &lt;커피&gt; &amp; 빵 #일상" in answer.text
        assert 'alt="창가의 잔"' in answer.text
        assert "script-src 'none'" in answer.headers["content-security-policy"]

    def test_the_feed_is_found_by_id_and_by_handle_newest_first(
        self, http: httpx.Client, account: InstagramAccount, photo: str
    ) -> None:
        for text in ("첫 번째 글", "두 번째 글"):
            account.publish(account.container(image_url=photo, caption=text))
        for name in (account.id, "커피하루"):
            page = http.get(f"/feed/instagram/{name}").text
            assert page.index("두 번째 글") < page.index("첫 번째 글")
        assert http.get("/feed/instagram/nobody").status_code == 404

    def test_a_person_makes_an_account_and_switches_failures_by_forms(self, http: httpx.Client) -> None:
        http.post("/switches/accounts", data={"platform": "instagram", "handle": "산책", "login": "facebook"})
        page = http.get("/").text
        assert "산책" in page
        (listed,) = http.get("/_sandbox/accounts").json()["items"]
        where = f"instagram/{listed['account_id']}"
        http.post(
            f"/switches/state/{where}", data={"token": "expired", "account": "suspended", "hidden": "on"}
        )
        state = http.get(f"/_sandbox/accounts/{where}/state").json()
        assert (state["token"], state["account"], state["hidden"]) == ("expired", "suspended", True)

        form = {
            "platform": "instagram",
            "effect": "drop_after",
            "path_regex": "/media_publish$",
            "times": "all",
        }
        http.post("/switches/faults", data=form)
        (fault,) = http.get("/_sandbox/faults").json()["items"]
        assert (fault["effect"], fault["times"]) == ({"kind": "drop_after"}, None)
        http.post("/switches/faults/clear")
        assert http.get("/_sandbox/faults").json() == {"items": []}

    def test_a_form_of_another_site_is_refused(self, http: httpx.Client) -> None:
        form = {"platform": "instagram", "handle": "stranger"}
        answer = http.post("/switches/accounts", data=form, headers={"Origin": "http://evil.example"})
        assert answer.status_code == 403
        assert http.get("/_sandbox/accounts").json() == {"items": []}
