"""Where PRESSRUN_REQUIRE_BROWSER=1, a browser test that would be skipped fails instead.

A pytest plugin: a machine without Chromium may skip those tests, CI may not.
"""

import os
from collections.abc import Generator

import pytest


def is_required() -> bool:
    return os.environ.get("PRESSRUN_REQUIRE_BROWSER") == "1"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if is_required() and report.skipped and item.get_closest_marker("browser"):
        report.outcome = "failed"
        report.longrepr = f"skipped, but PRESSRUN_REQUIRE_BROWSER=1 requires it: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A file skipped as a whole never shows its marks, so under the switch no file may be."""
    report = yield
    if is_required() and report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"skipped as a whole, but PRESSRUN_REQUIRE_BROWSER=1 is set: {report.longrepr}"
    return report
