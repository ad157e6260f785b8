"""The HTTP API: one file of routes per noun (API.md). `ROUTERS` is everything that is served."""

from pressrun.web.api import accounts, assets, auth, health, media, notifications, personas

ROUTERS = (
    auth.router,
    personas.router,
    accounts.router,
    assets.router,
    notifications.router,
    media.router,
    health.router,
)
