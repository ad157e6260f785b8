"""The application with its pages, on the embedded database: pages ask nothing that differs elsewhere."""

from pathlib import Path

import pytest
from fastapi import FastAPI

import databases
import makers
from pressrun.actions.base import Workspace
from pressrun.domain.persona import Language
from pressrun.web import pages
from pressrun.web.app import create_app


@pytest.fixture
def database_url(sqlite_template: Path, tmp_path: Path) -> str:
    return databases.sqlite_copy(sqlite_template, tmp_path)


@pytest.fixture
def app(workspace: Workspace) -> FastAPI:
    return create_app(
        workspace,
        language=Language.KO,
        own_url="http://testserver",
        passwords=makers.CHEAP,
        routers=pages.ROUTERS,
        error_page=pages.error_page,
    )
