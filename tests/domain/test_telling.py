"""What people are told outside of any page (S2.7 to S2.9, S4.1)."""

from datetime import timedelta

import pytest

from pressrun.domain.persona import Language
from pressrun.domain.telling import SHOWN, Notice, letter, next_try, page_about

URL = "https://press.example.com"
EXPIRED = Notice("login_expired", {}, "/accounts/a1")
BROKEN_TEXT = "이미지 재생성 필요. 3번째 파일을 쓸 수 없어요."
BROKEN = Notice("media_unusable", {"which": 3}, "/posts/p1")


def test_one_message_says_everything_with_the_link_to_each() -> None:
    message = letter([EXPIRED, BROKEN], Language.KO, own_url=URL)
    assert message.title == "Pressrun 알림 2건"
    assert message.text.split("\n\n") == [
        "계정 인증 만료, 재인증 필요.\n계정을 다시 연결하면 멈춘 게시물이 이어서 나가요.\n"
        + URL
        + "/accounts/a1",
        "이미지 재생성 필요. 3번째 파일을 쓸 수 없어요.\n이미지를 다시 만들거나 다른 파일로 바꿔 주세요.\n"
        + URL
        + "/posts/p1",
    ]


def test_english_readers_are_told_in_english() -> None:
    message = letter([EXPIRED], Language.EN, own_url=URL)
    assert message.title == "Pressrun: 1 notice"
    assert message.text.startswith("Sign-in expired, reconnect.\n")


def test_a_flood_is_cut_and_leads_to_the_page() -> None:
    message = letter([EXPIRED] * (SHOWN + 5), Language.KO, own_url=URL)
    assert message.text.count(URL) == SHOWN + 1
    assert message.text.endswith(f"외 5건: {URL}/notifications")


@pytest.mark.parametrize(("tries", "minutes"), [(1, 1), (2, 5), (3, 30), (4, 120), (5, None)])
def test_a_message_in_vain_is_tried_ever_more_seldom_and_then_left(tries: int, minutes: int | None) -> None:
    assert next_try(tries) == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("about", "page"),
    [
        ({"post_id": "p", "account_id": "a"}, "/posts/p"),
        ({"run_id": "r"}, "/runs/r"),
        ({"account_id": "a"}, "/accounts/a"),
        ({}, "/notifications"),
    ],
)
def test_each_notice_leads_to_what_it_is_about(about: dict[str, str], page: str) -> None:
    assert page_about(**{"post_id": None, "run_id": None, "account_id": None, **about}) == page
