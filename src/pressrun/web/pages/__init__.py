"""The pages people use: one file per noun. `ROUTERS` and `error_page` are what the application takes."""

from pressrun.web.pages import (
    accounts,
    approvals,
    apps,
    channels,
    compose,
    connecting,
    failures,
    frame,
    login,
    notifications,
    personas,
    posts,
    queue,
    runs,
    settings,
    static,
    titles,
    today,
)
from pressrun.web.pages.errors import error_page

ROUTERS = (
    static.router,
    login.router,
    today.router,
    queue.router,
    posts.router,
    compose.router,
    compose.uploads,
    approvals.router,
    titles.router,
    runs.router,
    failures.router,
    connecting.router,
    personas.router,
    accounts.router,
    apps.router,
    notifications.router,
    settings.router,
    channels.router,
    frame.router,
)

__all__ = ["ROUTERS", "error_page"]
