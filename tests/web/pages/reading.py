"""Reading pages as a browser would."""

import re
from typing import Any

from fastapi.testclient import TestClient

HTML = {"Accept": "text/html"}


def token_of(browser: TestClient, path: str = "/notifications") -> str:
    """The form token that pages of this session carry."""
    found = re.search(r'name="form_token" value="(\w+)"', browser.get(path, headers=HTML).text)
    assert found is not None
    return found[1]


def submit(browser: TestClient, path: str, **fields: str | list[str]) -> Any:
    """Sends a form of our own pages, without following where it leads."""
    data = {"form_token": token_of(browser), **fields}
    return browser.post(path, data=data, headers=HTML, follow_redirects=False)
