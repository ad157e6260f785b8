"""No third-party code in the repository: what the rule finds, and that it finds nothing here."""

import shutil
import subprocess
from pathlib import Path

import pytest

from frontend.third_party import findings, tracked_files


def test_git_keeps_no_third_party_file(project: Path) -> None:
    if shutil.which("git") is None or not (project / ".git").exists():
        pytest.skip("not a git checkout")
    names = tracked_files(project)
    assert "pyproject.toml" in names
    assert findings(project, names) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("src/pressrun/web/static/vendor/lib.py", "x = 1"),
        ("src/pressrun/web/static/font.WOFF2", ""),
        ("src/pressrun/web/static/lib.min.js", "let a"),
        ("src/pressrun/web/static/packed.js", "a;" * 1_001),
        ("src/pressrun/web/static/lib.css", "/*! normalize v8 */\n"),
        ("src/pressrun/web/static/lib.mjs", "let a\n//# sourceMappingURL=lib.mjs.map\n"),
        ("tools/lib.whl", ""),
    ],
)
def test_the_rule_finds_a_copied_file(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    assert [line.split(":")[0] for line in findings(tmp_path, [name])] == [name]


def test_the_rule_leaves_our_own_files_alone(tmp_path: Path) -> None:
    own = {
        "live.js": "// ours\nlet a = 1\n",
        "app.css": "a { color: red }\n",
        "logo.svg": "<svg>" + "x" * 9_999,
    }
    for name, text in own.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert findings(tmp_path, own) == []


def test_a_new_file_counts_before_it_is_committed_and_an_ignored_one_does_not(tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("made.js\n", encoding="utf-8")
    for name in ("made.js", "new.js"):
        (tmp_path / name).write_text("", encoding="utf-8")
    assert sorted(tracked_files(tmp_path)) == [".gitignore", "new.js"]
