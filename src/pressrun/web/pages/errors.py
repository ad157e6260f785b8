"""What a person sees when something went wrong: a page, or a notice for the script that asked."""

from fastapi import Request
from starlette.responses import HTMLResponse, Response

from pressrun.web import templating
from pressrun.web.auth import visitor_of
from pressrun.web.deps import Trouble
from pressrun.web.errors import plain_error_page
from pressrun.web.pages.frame import screen
from pressrun.web.pages.own_forms import referring_path

_STORE_IS_DOWN = 500


def error_page(request: Request, trouble: Trouble) -> Response:
    """The trouble as a page inside the frame; without it where the database may be what failed."""
    if trouble.status >= _STORE_IS_DOWN:
        return plain_error_page(request, trouble)
    if templating.is_swap(request):
        return _notice(request, trouble)
    values = {"trouble": trouble, "back": referring_path(request)}
    if visitor_of(request) is None:
        return templating.page(request, "error_alone.html", values, status=trouble.status)
    return screen(request, "error.html", values, status=trouble.status)


def _notice(request: Request, trouble: Trouble) -> HTMLResponse:
    """Goes above the page instead of into the piece that was asked for."""
    response = templating.part(request, "parts/problem.html", {"trouble": trouble}, status=trouble.status)
    response.headers["HX-Retarget"] = "#notices"
    response.headers["HX-Reswap"] = "innerHTML"
    return response
