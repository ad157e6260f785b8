"""The HTTP API: one file of routes per noun (API.md). `ROUTERS` is everything that is served."""

from pressrun.web.api import (
    accounts,
    assets,
    auth,
    channels,
    contents,
    events,
    health,
    media,
    notifications,
    personas,
    posts,
    publish,
    runs,
    schedules,
    tasks,
    titles,
)

ROUTERS = (
    auth.router,
    personas.router,
    accounts.router,
    assets.router,
    publish.router,
    posts.router,
    titles.router,
    runs.router,
    schedules.router,
    contents.router,
    tasks.router,
    events.router,
    notifications.router,
    channels.router,
    media.router,
    health.router,
)
