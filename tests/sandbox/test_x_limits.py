"""Windows and their headers, credits, suspended and locked accounts, and both shapes of errors."""

import time
from typing import Any

import httpx
import pytest

from sandbox.conftest import switch_on
from sandbox.x_tools import XAccount, detail_of, move_clock, open_x


@pytest.fixture
def account(http: httpx.Client) -> XAccount:
    return open_x(http)


def window(answer: httpx.Response, group: str = "x-rate-limit") -> tuple[int, int]:
    """Limit and what is left of it."""
    return int(answer.headers[f"{group}-limit"]), int(answer.headers[f"{group}-remaining"])


def reopens_in(answer: httpx.Response, group: str = "x-rate-limit") -> float:
    return int(answer.headers[f"{group}-reset"]) - time.time()


class TestWindows:
    def test_every_answer_carries_its_window(self, account: XAccount) -> None:
        assert window(account.get("users/me")) == (75, 74)
        assert window(account.get("users/me")) == (75, 73)
        assert window(account.timeline()) == (900, 899)
        made = account.tweet("하나")
        assert window(made) == (100, 99)
        assert window(made, "x-app-limit-24hour") == (10_000, 9_999)
        assert 890 < reopens_in(made) <= 901
        assert 86_000 < reopens_in(made, "x-app-limit-24hour") <= 86_401
        assert window(account.delete(made.json()["data"]["id"])) == (50, 49)
        refused = account.tweet("가" * 200)
        assert (refused.status_code, window(refused)) == (400, (100, 98))
        assert window(account.initialize(b"a", "image/jpeg", "tweet_image")) == (1_875, 1_874)
        assert window(account.get("media/upload")) == (1_000, 999)

    def test_a_full_window_refuses_until_it_reopens(self, account: XAccount) -> None:
        for _ in range(75):
            assert account.get("users/me").status_code == 200
        refused = account.get("users/me")
        assert (refused.status_code, window(refused)) == (429, (75, 0))
        assert detail_of(refused) == "Too Many Requests"
        assert "retry-after" not in refused.headers
        move_clock(account.http, 600)
        later = account.get("users/me")
        assert later.status_code == 429
        assert 290 < reopens_in(later) <= 301
        assert account.timeline().status_code == 200
        move_clock(account.http, 301)
        assert window(account.get("users/me")) == (75, 74)

    def test_posts_count_in_a_rolling_window(self, account: XAccount) -> None:
        account.set_state(rules={"post_limit": 3})
        for n in range(3):
            assert account.tweet(f"글 {n}").status_code == 201
            move_clock(account.http, 60)
        refused = account.tweet("글 3")
        assert (refused.status_code, window(refused)) == (429, (3, 0))
        move_clock(account.http, 720)
        assert account.tweet("글 3").status_code == 201
        assert account.tweet("글 4").status_code == 429

    def test_the_switch_fills_the_window_of_posts(self, account: XAccount) -> None:
        account.set_state(quota_used=99)
        assert window(account.tweet("마지막")) == (100, 0)
        assert account.tweet("넘침").status_code == 429
        assert len(account.published()) == 1
        move_clock(account.http, 901)
        assert account.tweet("넘침").status_code == 201

    def test_the_older_limits_hold_for_three_hours_too(self, account: XAccount) -> None:
        account.set_state(rules={"post_limit": 200}, quota_used=199)
        assert window(account.tweet("이백")) == (200, 0)
        account.set_state(quota_used=299)
        assert account.tweet("하나").status_code == 429
        move_clock(account.http, 901)
        assert window(account.tweet("삼백")) == (300, 0)
        refused = account.tweet("더")
        assert refused.status_code == 429
        assert 9_000 < reopens_in(refused) < 10_000

    def test_the_apps_own_day_is_shared_by_its_accounts(self, account: XAccount) -> None:
        other = open_x(account.http, "other")
        for each in (account, other):
            each.set_state(rules={"app_daily_posts": 2})
        assert [account.tweet("하나").status_code, other.tweet("하나").status_code] == [201, 201]
        refused = account.tweet("둘")
        assert (refused.status_code, window(refused, "x-app-limit-24hour")) == (429, (2, 0))
        assert window(refused)[1] > 0

    def test_windows_belong_to_one_account(self, account: XAccount) -> None:
        account.set_state(quota_used=100)
        assert account.tweet("가득").status_code == 429
        assert open_x(account.http, "other").tweet("비었음").status_code == 201

    @pytest.mark.parametrize("status", [403, 429])
    def test_a_cap_of_the_day_comes_with_room_in_the_window(self, account: XAccount, status: int) -> None:
        account.set_state(rules={"daily_cap": 2, "daily_cap_status": status})
        for n in range(2):
            account.tweeted(f"글 {n}")
        refused = account.tweet("글 2")
        assert (refused.status_code, window(refused)[1] > 90) == (status, True)
        move_clock(account.http, 86_401)
        assert account.with_token("sandbox").tweet("글 2").status_code == 201


class TestStanding:
    @pytest.mark.parametrize(
        ("state", "word", "code"), [("suspended", "suspended", 64), ("restricted", "temporarily locked", 326)]
    )
    def test_a_stopped_account_is_refused_everywhere(
        self, account: XAccount, state: str, word: str, code: int
    ) -> None:
        post_id = account.tweeted("이전 글")
        account.set_state(account=state)
        for answer in (account.tweet("새 글"), account.timeline(), account.delete(post_id)):
            assert answer.status_code == 403
            assert word in detail_of(answer)
        account.set_state(rules={"errors": "legacy"})
        assert account.tweet("새 글").json()["errors"][0]["code"] == code
        assert len(account.published()) == 1
        account.set_state(account="active")
        assert account.tweet("새 글").status_code == 201

    def test_an_account_without_credits(self, account: XAccount) -> None:
        account.set_state(rules={"billing": "no-credits"})
        answer = account.tweet("돈이 없어요")
        assert (answer.status_code, answer.json()["title"]) == (402, "CreditsDepleted")
        account.set_state(rules={"billing": "paid"})
        assert account.tweet("돈이 있어요").status_code == 201

    def test_a_used_up_month(self, account: XAccount) -> None:
        account.set_state(rules={"billing": "usage-capped"})
        answer = account.tweet("이번 달은 끝")
        assert answer.status_code == 429
        assert answer.json()["type"].endswith("/usage-capped")
        assert window(answer)[1] > 0

    @pytest.mark.parametrize(
        ("rule", "sign", "code", "reading"),
        [
            ("client-forbidden", "client-forbidden", 453, 403),
            ("app-suspended", "App has been suspended", 416, 403),
            ("not-permitted", "not permitted to perform this action", 261, 200),
            ("automated", "looks automated", 226, 200),
        ],
    )
    def test_what_the_app_may_not_do(
        self, account: XAccount, rule: str, sign: str, code: int, reading: int
    ) -> None:
        account.set_state(rules={"refuses": rule})
        answer = account.tweet("안 돼요")
        assert answer.status_code == 403
        assert detail_of(answer)
        assert sign in answer.text
        assert account.timeline().status_code == reading
        account.set_state(rules={"errors": "legacy"})
        assert account.tweet("안 돼요").json()["errors"][0]["code"] == code


class TestShapes:
    @pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 429, 500, 503])
    def test_a_switched_on_answer_has_the_platforms_shape(self, account: XAccount, status: int) -> None:
        switch_on(account.http, {"kind": "answer", "status": status}, platform="x")
        answer = account.get("users/me")
        assert answer.status_code == status
        assert detail_of(answer)

    @pytest.mark.parametrize("path", ["/x/2/unknown", "/x/1.1/statuses/update.json", "/x-upload/2"])
    def test_an_unknown_path_is_a_problem_too(self, account: XAccount, path: str) -> None:
        assert detail_of(account.http.get(path, headers=account.login()))

    def test_switches_are_checked(self, account: XAccount) -> None:
        wrong: list[dict[str, Any]] = [{"errors": "v3"}, {"post_limit": -1}, {"unknown": 1}]
        for rules in wrong:
            answer = account.http.post(f"/_sandbox/accounts/x/{account.id}/state", json={"rules": rules})
            assert answer.status_code == 400
