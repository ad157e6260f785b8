"""The composer: one content to one or several accounts, now or at a time; below it 예약 목록 (S0.2, S0.7)."""

from collections.abc import Mapping
from typing import Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, Response

from pressrun.actions import assets as asset_actions
from pressrun.actions import scheduling
from pressrun.actions.base import Workspace
from pressrun.actions.scheduling import PublishRequest
from pressrun.connectors.base import Option, OptionKind
from pressrun.domain.account import AccountStatus
from pressrun.domain.persona import Language
from pressrun.domain.post import Format, PostStatus
from pressrun.domain.problems import Problem
from pressrun.kit.ids import new_id
from pressrun.store import accounts, assets, personas, posts
from pressrun.store.database import Tx
from pressrun.store.posts import Post, PostFilter
from pressrun.web import templating, wording
from pressrun.web.auth import FORM_FIELD, Reader, Visitor, check_form_token
from pressrun.web.deps import InStore, InWorkspace
from pressrun.web.flash import back_to
from pressrun.web.language import language_of
from pressrun.web.pages.composed import Composed, Outcome, composed
from pressrun.web.pages.frame import screen
from pressrun.web.pages.looks import ACCOUNTS, DIALOG_STEPS, FORMAT_WORDS, OPTION_WORDS, PLATFORM_WORDS
from pressrun.web.pages.own_forms import flaw_texts
from pressrun.web.pages.post_view import views
from pressrun.web.pages.zones import reading_zone
from pressrun.web.uploads import UploadRoute, received

router = APIRouter(prefix="/compose", include_in_schema=False)
uploads = APIRouter(prefix="/compose", include_in_schema=False, route_class=UploadRoute)

JOBS_SHOWN = 20
SHAPES = (Format.STORY, Format.SHORT, Format.THREAD)
"""What a person chooses; between feed and carousel the number of files decides."""
_WAITING = (
    PostStatus.SCHEDULED,
    PostStatus.ARMED,
    PostStatus.RETRY_WAIT,
    PostStatus.AWAITING_APPROVAL,
    PostStatus.HELD,
)


@router.get("")
def compose(request: Request, visitor: Reader, workspace: InWorkspace) -> HTMLResponse:
    """An empty composer."""
    return _page(request, workspace, Composed())


@router.get("/jobs")
def jobs(request: Request, visitor: Reader, store: InStore) -> HTMLResponse:
    """예약 목록, as the page holds it."""
    with store.read() as tx:
        values = _jobs(tx, language_of(request))
    return templating.part(request, "compose/jobs.html", values)


@uploads.post("/files")
async def add_file(request: Request, visitor: Reader, workspace: InWorkspace) -> Response:
    """Takes one file beside the draft, for browsers without scripts, and shows the draft again."""
    upload = await received(request)
    check_form_token(visitor, upload.fields.get(FORM_FIELD, ""))
    draft = composed(upload.fields)
    try:
        asset = await run_sync(lambda: asset_actions.keep(workspace, upload.file, name=upload.name))
    except Problem as problem:
        flaws = flaw_texts(problem, language_of(request), names={"file": "asset_ids"})
        return await run_sync(_again, request, workspace, draft, Outcome(flaws=flaws))
    return await run_sync(_page, request, workspace, draft.with_asset(asset.id))


@router.post("")
async def send(request: Request, visitor: Reader, workspace: InWorkspace) -> Response:
    """Schedules or publishes to every chosen account; what failed stays in the form."""
    form = await request.form()
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    check_form_token(visitor, fields.get(FORM_FIELD, ""))
    draft = composed(fields)
    outcome = await _send_to_all(request, workspace, visitor, draft)
    if outcome.is_clean:
        return _accepted(draft, outcome.accepted)
    rest = draft.without_accounts({post.account_id for post in outcome.accepted})
    return await run_sync(_again, request, workspace, rest, outcome)


async def _send_to_all(request: Request, workspace: Workspace, visitor: Visitor, draft: Composed) -> Outcome:
    language = language_of(request)
    if not draft.account_ids:
        return Outcome(flaws={"account_id": wording.what_to_do("account_missing", language)})
    outcome = Outcome()
    for account_id in draft.account_ids:
        wanted = PublishRequest(
            account_id=account_id,
            caption=draft.caption,
            hashtags=draft.hashtags.split(),
            asset_ids=draft.asset_ids,
            format=draft.format or None,
            scheduled_publish_time=None if draft.is_now else draft.at,
            options=_options(workspace, account_id, draft),
        )
        try:
            outcome = outcome.with_post(await scheduling.schedule_publish(workspace, visitor.caller, wanted))
        except Problem as problem:
            outcome = outcome.with_problem(problem, _texts(problem, language))
    return outcome


def _options(workspace: Workspace, account_id: str, draft: Composed) -> dict[str, Any]:
    """What was typed for the account's platform, as its publisher wants it."""
    with workspace.store.read() as tx:
        account = accounts.find(tx, account_id)
    if account is None:
        return {}
    typed = draft.options.get(account.platform, {})
    declared = {option.name: option for option in workspace.publisher(account.platform).limits.options}
    return {name: _value(declared[name], text) for name, text in typed.items() if name in declared}


def _value(option: Option, text: str) -> str | bool | int:
    if option.kind is OptionKind.FLAG:
        return text == "on"
    return int(text) if option.kind is OptionKind.NUMBER and text.isdecimal() else text


def _texts(problem: Problem, language: Language) -> Mapping[str, str]:
    """What is wrong by field; a refusal without a field belongs to the account."""
    if problem.status == 422 and all(flaw.field for flaw in problem.flaws):
        return flaw_texts(problem, language, names={"scheduled_publish_time": "at"})
    flaw = problem.flaws[0]
    happened = wording.what_happened(flaw.code, language, flaw.values)
    return {"account_id": f"{happened} {wording.what_to_do(flaw.code, language, flaw.values)}".strip()}


def _accepted(draft: Composed, accepted: tuple[Post, ...]) -> Response:
    first = accepted[0]
    if first.status is PostStatus.AWAITING_APPROVAL:
        return back_to("/compose", "post_submitted", href=f"/posts/{first.id}")
    if draft.is_now:
        return back_to(f"/posts/{first.id}", "post_publishing")
    return back_to("/compose#jobs", "post_scheduled", href=f"/posts/{first.id}")


def _page(request: Request, workspace: Workspace, draft: Composed) -> HTMLResponse:
    return screen(request, "compose/page.html", _values(request, workspace, draft, Outcome()))


def _again(request: Request, workspace: Workspace, draft: Composed, outcome: Outcome) -> HTMLResponse:
    values = _values(request, workspace, draft, outcome)
    return screen(request, "compose/page.html", values, status=outcome.status)


def _values(request: Request, workspace: Workspace, draft: Composed, outcome: Outcome) -> dict[str, Any]:
    with workspace.store.read() as tx:
        people = {persona.id: persona for persona in personas.listed(tx)}
        connected = accounts.listed(tx)
        return {
            "draft": draft,
            "outcome": outcome,
            "flaws": outcome.flaws,
            "personas": people,
            "accounts": connected,
            "account_looks": ACCOUNTS,
            "usable": AccountStatus.ACTIVE,
            "media": [asset for asset_id in draft.asset_ids if (asset := assets.find(tx, asset_id))],
            "limits": {name: each.limits.text for name, each in workspace.publishers.items()},
            "weighed": {
                name for name, each in workspace.publishers.items() if each.limits.text.length is not len
            },
            "shapes": _shapes(workspace),
            "options": {name: each.limits.options for name, each in workspace.publishers.items()},
            "option_words": OPTION_WORDS,
            "platform_words": PLATFORM_WORDS,
            "zone": reading_zone(list(people.values())),
            "zones": sorted({persona.timezone for persona in people.values()}),
            "key": new_id(),
            "step_words": DIALOG_STEPS,
            "format_words": FORMAT_WORDS,
            **_jobs(tx, language_of(request)),
        }


def _shapes(workspace: Workspace) -> dict[Format, list[str]]:
    """Which platforms take each shape that is not chosen by the files themselves."""
    return {
        shape: takers
        for shape in SHAPES
        if (takers := [name for name, each in workspace.publishers.items() if shape in each.limits.formats])
    }


def _weighed(workspace: Workspace) -> set[str]:
    """The platforms that do not just count characters: for them the server counts."""
    return {name for name, each in workspace.publishers.items() if each.limits.text.length is not len}


def _jobs(tx: Tx, language: Language) -> dict[str, Any]:
    wanted = PostFilter(statuses=_WAITING, waiting_by_time=True)
    total = sum(posts.counts(tx, wanted).values())
    return {"jobs": views(tx, wanted, language, limit=JOBS_SHOWN), "jobs_total": total}
