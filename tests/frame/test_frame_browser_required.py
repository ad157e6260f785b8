"""CI may not skip a browser test: PRESSRUN_REQUIRE_BROWSER=1 turns the skip into a failure."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

TESTS = """
import pytest

@pytest.mark.browser
def test_in_a_browser():
    pytest.skip("no chromium")

def test_elsewhere():
    pytest.skip("not here")
"""

INI = """
[pytest]
markers = browser
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, project: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.setenv("PYTHONPATH", str(project / "tests"))
    pytester.makeini(INI)
    pytester.makepyfile(TESTS)
    return pytester


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_a_skipped_browser_test_fails_where_a_browser_is_required(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, workers: tuple[str, ...]
) -> None:
    monkeypatch.setenv("PRESSRUN_REQUIRE_BROWSER", "1")
    ran = suite.runpytest_subprocess("-p", "frame.browser_required", *workers)
    ran.assert_outcomes(failed=1, skipped=1)
    ran.stdout.fnmatch_lines(["*requires it*no chromium*"])


def test_a_skipped_browser_test_stays_skipped_elsewhere(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PRESSRUN_REQUIRE_BROWSER", raising=False)
    suite.runpytest_subprocess("-p", "frame.browser_required").assert_outcomes(skipped=2)


def test_a_file_skipped_as_a_whole_fails_where_a_browser_is_required(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRESSRUN_REQUIRE_BROWSER", "1")
    suite.makepyfile(test_whole="import pytest\npytest.importorskip('no_such_browser_driver')\n")
    ran = suite.runpytest_subprocess("-p", "frame.browser_required", "test_whole.py")
    ran.assert_outcomes(errors=1)
