"""Titles, runs and approvals in the browser (S4.1, S4.4, S2.12)."""

from typing import Any

from fastapi.testclient import TestClient

import makers
from pressrun.domain import failures
from pressrun.domain.content import ContentEvent, ContentStatus, ContentType
from pressrun.domain.run import RunStatus, Stage
from pressrun.store import contents, runs, titles
from pressrun.store.contents import Content
from pressrun.store.database import Store
from pressrun.store.runs import Run
from web.pages.reading import HTML, submit


def submitted(store: Store, **choices: Any) -> Content:
    content = makers.make_content(store, approved=False, **choices)
    with store.transaction() as tx:
        return contents.change(tx, content, ContentEvent.SUBMITTED)


def started(store: Store) -> Run:
    persona = makers.make_persona(store)
    with store.transaction() as tx:
        kind = ContentType.CAROUSEL
        return runs.add(tx, persona_id=persona.id, account_ids=(), content_type=kind, about="몬스테라")


def test_a_title_without_a_time_starts_a_run_and_shows_it(alice: TestClient, store: Store) -> None:
    persona = makers.make_persona(store)
    account = makers.make_account(store, persona)
    fields = {"title": "겨울 몬스테라", "persona_id": persona.id, f"accounts-{persona.id}": account.id}
    answer = submit(alice, "/titles", content_type="carousel", scheduled_at="", **fields)
    with store.read() as tx:
        run = runs.newest(tx)[0]
    assert answer.headers["location"] == f"/runs/{run.id}"
    assert run.account_ids == (account.id,)
    assert "겨울 몬스테라" in alice.get(f"/runs/{run.id}", headers=HTML).text


def test_a_title_with_a_time_waits_and_can_be_cancelled(alice: TestClient, store: Store) -> None:
    persona = makers.make_persona(store)
    fields = {"title": "내일의 주제", "persona_id": persona.id, "content_type": "carousel"}
    submit(alice, "/titles", scheduled_at="2026-11-22T09:00", **fields)
    with store.read() as tx:
        title = titles.newest(tx)[0]
        assert runs.newest(tx) == []
    submit(alice, f"/titles/{title.id}/cancel")
    assert "취소됨" in alice.get("/titles", headers=HTML).text


def test_an_empty_title_is_refused_beside_its_field(alice: TestClient, store: Store) -> None:
    persona = makers.make_persona(store)
    page = submit(alice, "/titles", title="  ", persona_id=persona.id, content_type="carousel")
    assert page.status_code == 422
    assert "제목이 비어 있어요. 주제를 적어 주세요." in page.text


def test_a_failed_run_says_why_and_starts_again_from_its_stage(alice: TestClient, store: Store) -> None:
    run = started(store)
    failure = failures.Transient(answer=failures.Answer(status=500))
    with store.transaction() as tx:
        run = runs.change(tx, run, RunStatus.SCRIPT_PROCESSING)
        runs.begin_stage(tx, run, Stage.SCRIPT)
        runs.fail_stage(tx, run, Stage.SCRIPT, failure)
        runs.change(tx, run, RunStatus.FAILED, failed_stage="script", failure=failures.to_json(failure))
    page = alice.get(f"/runs/{run.id}", headers=HTML).text
    assert "대본 단계에서 실패" in page
    assert "(500)" in page
    submit(alice, f"/runs/{run.id}/retry", from_stage="script")
    with store.read() as tx:
        assert runs.get(tx, run.id).attempt == 2


def test_a_run_can_be_stopped(alice: TestClient, store: Store) -> None:
    run = started(store)
    submit(alice, f"/runs/{run.id}/stop")
    assert "중단됨" in alice.get(f"/runs/{run.id}", headers=HTML).text


def test_approving_keeps_the_caption_as_it_was_edited(alice: TestClient, store: Store) -> None:
    content = submitted(store)
    submit(alice, f"/approvals/{content.id}", decision="approve", caption="고친 글", hashtags="#하나 #둘")
    with store.read() as tx:
        approved = contents.get(tx, content.id)
    assert approved.is_approved
    assert (approved.caption, approved.hashtags) == ("고친 글", ("하나", "둘"))


def test_rejecting_needs_a_reason(alice: TestClient, store: Store) -> None:
    content = submitted(store)
    without = submit(alice, f"/approvals/{content.id}", decision="reject", caption="", note="")
    assert without.status_code == 422
    assert "반려하려면 이유가 필요해요." in without.text
    submit(alice, f"/approvals/{content.id}", decision="reject", note="첫 문장을 더 짧게")
    with store.read() as tx:
        assert contents.get(tx, content.id).status is ContentStatus.REJECTED


def test_what_someone_else_decided_says_who(alice: TestClient, charlie: TestClient, store: Store) -> None:
    content = submitted(store)
    submit(charlie, f"/approvals/{content.id}", decision="approve", caption=content.caption, hashtags="haru")
    page = alice.get(f"/approvals/{content.id}", headers=HTML).text
    assert "Charlie" in page
    assert 'value="approve"' not in page


def test_an_editor_may_keep_changes_and_not_decide(bob: TestClient, store: Store) -> None:
    content = submitted(store)
    page = bob.get(f"/approvals/{content.id}", headers=HTML).text
    assert 'value="approve"' not in page
    assert submit(bob, f"/approvals/{content.id}", decision="approve", caption="x").status_code == 403
    with store.read() as tx:
        assert contents.get(tx, content.id).caption == content.caption


def test_the_log_of_a_run_tells_what_was_drawn_and_which_fallback_was_used(
    alice: TestClient, store: Store
) -> None:
    run = started(store)
    with store.transaction() as tx:
        runs.note(tx, run.id, "image.drawn", position=2, count=5, asset_id="a")
        runs.note(tx, run.id, "fallback.used", instead_of="claude", why="transient: 529")
    log = alice.get(f"/runs/{run.id}/log", headers={"HX-Request": "true"}).text
    assert "이미지 5장 가운데 2번째 완성" in log
    assert "claude 서비스를 쓸 수 없어 내장 작성기로 썼어요" in log
