"""The composer without scripts: complete, and nothing typed is ever lost (S0.2, S0.5, S0.7)."""

from dataclasses import replace
from pathlib import Path

from fastapi.testclient import TestClient

import makers
from fakes import FakePublisher
from pressrun.connectors.base import FormatRules, Option, OptionKind
from pressrun.domain.persona import ApprovalRule
from pressrun.domain.post import Format, PostStatus
from pressrun.store import accounts, posts
from pressrun.store.database import Store
from pressrun.store.posts import PostCard, PostFilter
from web.pages.reading import HTML, submit, token_of


def sent(store: Store) -> list[PostCard]:
    with store.read() as tx:
        return posts.cards(tx, PostFilter())


def test_one_content_goes_to_every_chosen_account(
    alice: TestClient, store: Store, asset_folder: Path
) -> None:
    first, second = makers.make_account(store), makers.make_account(store)
    asset = makers.make_asset(store, asset_folder)
    fields = {f"account-{first.id}": "on", f"account-{second.id}": "on", "asset_ids": asset.id}
    answer = submit(
        alice,
        "/compose",
        caption="비 오는 날",
        hashtags="#비 카페",
        when="at",
        at="2026-11-21T18:30",
        **fields,
    )
    assert answer.headers["location"] == "/compose#jobs"
    assert {card.post.account_id for card in sent(store)} == {first.id, second.id}
    assert {card.post.due_at.isoformat() for card in sent(store)} == {"2026-11-21T09:30:00+00:00"}
    assert {card.hashtags for card in sent(store)} == {("비", "카페")}


def test_publishing_now_leads_to_the_post(alice: TestClient, store: Store, asset_folder: Path) -> None:
    account, asset = makers.make_account(store), makers.make_asset(store, asset_folder)
    fields = {f"account-{account.id}": "on", "asset_ids": asset.id}
    answer = submit(alice, "/compose", caption="지금", when="now", **fields)
    assert answer.headers["location"] == f"/posts/{sent(store)[0].post.id}"


def test_what_was_typed_stays_when_something_is_wrong(alice: TestClient, store: Store) -> None:
    account = makers.make_account(store)
    fields = {f"account-{account.id}": "on", "option-instagram-location_id": "213385402"}
    page = submit(alice, "/compose", caption="그대로 <남아요>", when="at", at="2020-01-01T10:00", **fields)
    assert page.status_code == 422
    assert "그대로 &lt;남아요&gt;</textarea>" in page.text
    assert 'value="2020-01-01T10:00"' in page.text
    assert "이미 지난 시각이에요." in page.text
    assert sent(store) == []


def test_without_an_account_nothing_is_sent(alice: TestClient, store: Store) -> None:
    page = submit(alice, "/compose", caption="x", when="now")
    assert page.status_code == 422
    assert "계정을 골라 주세요." in page.text


def test_a_blocked_account_can_not_be_chosen(alice: TestClient, store: Store) -> None:
    account = makers.make_account(store)
    with store.transaction() as tx:
        accounts.set_status(tx, account, accounts.AccountStatus.SUSPENDED)
    page = alice.get("/compose", headers=HTML).text
    chip = page[page.index(f'name="account-{account.id}"') :]
    assert " disabled>" in chip[: chip.index("</label>")]


def test_a_file_joins_the_draft_without_losing_it(alice: TestClient, store: Store) -> None:
    account = makers.make_account(store)
    data = {"form_token": token_of(alice), "caption": "글", f"account-{account.id}": "on"}
    files = {"file": ("a.jpg", makers.make_image(), "image/jpeg")}
    page = alice.post("/compose/files", data=data, files=files, headers=HTML)
    assert page.status_code == 200
    assert "글</textarea>" in page.text
    assert page.text.count("data-asset=") == 1


def test_a_file_that_is_no_picture_is_refused_by_name(alice: TestClient, store: Store) -> None:
    makers.make_account(store)
    files = {"file": ("notes.txt", b"hello", "text/plain")}
    page = alice.post("/compose/files", data={"form_token": token_of(alice)}, files=files, headers=HTML)
    assert page.status_code == 422
    assert "지원하지 않는 파일이에요: notes.txt." in page.text


def test_what_an_editor_sends_waits_where_the_persona_asks_for_approval(
    bob: TestClient, store: Store, asset_folder: Path
) -> None:
    persona = makers.make_persona(store, approval=ApprovalRule.ALWAYS)
    account, asset = makers.make_account(store, persona), makers.make_asset(store, asset_folder)
    fields = {f"account-{account.id}": "on", "asset_ids": asset.id}
    submit(bob, "/compose", caption="승인받을 글", when="at", at="2026-11-21T18:30", **fields)
    assert sent(store)[0].post.status is PostStatus.AWAITING_APPROVAL
    assert "승인을 기다려요." in bob.get("/compose", headers=HTML).text


def test_only_shapes_that_a_connected_platform_takes_are_offered(
    alice: TestClient, store: Store, publisher: FakePublisher
) -> None:
    makers.make_account(store)
    takes_stories = {**publisher.limits.formats, Format.STORY: FormatRules(1, 1, frozenset({"image"}))}
    publisher.limits = replace(publisher.limits, formats=takes_stories)
    assert 'value="story" data-takers="instagram"' in alice.get("/compose", headers=HTML).text
    without = {shape: rules for shape, rules in takes_stories.items() if shape is not Format.STORY}
    publisher.limits = replace(publisher.limits, formats=without)
    assert 'name="format"' not in alice.get("/compose", headers=HTML).text


def test_settings_of_a_platform_go_with_its_posts(
    alice: TestClient, store: Store, asset_folder: Path
) -> None:
    account, asset = makers.make_account(store), makers.make_asset(store, asset_folder)
    fields = {
        f"account-{account.id}": "on",
        "asset_ids": asset.id,
        "option-instagram-location_id": " 7640348 ",
    }
    submit(
        alice, "/compose", caption="여기", when="now", **fields, **{"option-x-reply_settings": "following"}
    )
    assert sent(store)[0].post.options == {"location_id": "7640348"}


def test_every_declared_setting_has_its_field_with_label_and_hint(
    alice: TestClient, store: Store, publisher: FakePublisher
) -> None:
    makers.make_account(store)
    kinds = {
        "location_id": OptionKind.LINE,
        "thread": OptionKind.TEXT,
    }
    options = tuple(Option(name, kind) for name, kind in kinds.items())
    publisher.limits = replace(publisher.limits, options=options)
    text = alice.get("/compose", headers=HTML).text
    assert '<input class="input" id="option-instagram-location_id"' in text
    assert '<textarea class="input" id="option-instagram-thread"' in text
    assert "장소 페이지의 번호예요." in text


def test_a_choice_and_a_flag_are_read_as_what_they_are(
    alice: TestClient, store: Store, publisher: FakePublisher, asset_folder: Path
) -> None:
    account, asset = makers.make_account(store), makers.make_asset(store, asset_folder)
    publisher.limits = replace(
        publisher.limits,
        options=(
            Option("location_id", OptionKind.CHOICE, choices=("public", "private")),
            Option("thread", OptionKind.FLAG),
        ),
    )
    fields = {f"account-{account.id}": "on", "asset_ids": asset.id}
    chosen = {"option-instagram-location_id": "private", "option-instagram-thread": "on"}
    submit(alice, "/compose", caption="여기", when="now", **fields, **chosen)
    assert sent(store)[0].post.options == {"location_id": "private", "thread": True}
