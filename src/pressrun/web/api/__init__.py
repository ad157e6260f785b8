"""The HTTP API: one file of routes per noun (API.md). `ROUTERS` is everything that is served."""

from pressrun.web.api import auth

ROUTERS = (auth.router,)
