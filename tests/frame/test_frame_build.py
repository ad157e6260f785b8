"""The build step: what it copies and compiles, what it refuses, and what ends up in the wheel."""

import gettext
import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

import hatch_build
from hatch_build import BuildError, compile_catalogues, vendor

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"

#, python-format
msgid "%(count)s posts"
msgstr "{translation}"
"""


def write_catalogue(root: Path, translation: str) -> Path:
    folder = root / "src/pressrun/web/locale/ko/LC_MESSAGES"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "messages.po").write_text(PO.replace("{translation}", translation), encoding="utf-8")
    return folder / "messages.mo"


def test_a_catalogue_is_compiled_again_when_its_source_changes_and_only_then(tmp_path: Path) -> None:
    said: list[str] = []
    compiled = write_catalogue(tmp_path, "게시물 %(count)s건")
    for _ in range(2):
        compile_catalogues(tmp_path, say=said.append)
    assert len(said) == 1
    write_catalogue(tmp_path, "%(count)s건")
    compile_catalogues(tmp_path, say=said.append)
    with compiled.open("rb") as stream:
        assert gettext.GNUTranslations(stream).gettext("%(count)s posts") == "%(count)s건"


def test_a_translation_with_a_wrong_placeholder_stops_the_build(tmp_path: Path) -> None:
    compiled = write_catalogue(tmp_path, "게시물 %(number)s건")
    with pytest.raises(BuildError, match=r"messages\.po:\d+"):
        compile_catalogues(tmp_path, say=lambda _: None)
    assert not compiled.exists()


@pytest.fixture
def small_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that ships one file of one package; npm is replaced by writing that package."""
    (tmp_path / "frontend").mkdir()
    (tmp_path / "src/pressrun/web/static").mkdir(parents=True)
    (tmp_path / "hatch_build.py").write_text("", encoding="utf-8")
    (tmp_path / "frontend/package-lock.json").write_text("one", encoding="utf-8")
    (tmp_path / "frontend/shipped.toml").write_text(
        'folders = ["web/static/vendor"]\n'
        '[[copy]]\npackage = "lib"\nfrom = ["dist/*.js"]\nto = "web/static/vendor/lib"\n',
        encoding="utf-8",
    )

    def npm_ci(frontend: Path, scratch: Path) -> None:
        (scratch / "node_modules/lib/dist").mkdir(parents=True)
        locked = (frontend / "package-lock.json").read_text(encoding="utf-8")
        (scratch / f"node_modules/lib/dist/{locked}.js").write_text(locked, encoding="utf-8")

    monkeypatch.setattr(hatch_build, "_npm_ci", npm_ci)
    return tmp_path


def vendored(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "src/pressrun/web/static/vendor").rglob("*.*"))


def test_a_changed_lockfile_replaces_the_vendored_files_and_leaves_no_old_one(small_project: Path) -> None:
    vendor(small_project, say=lambda _: None)
    assert vendored(small_project) == ["one.js"]
    (small_project / "frontend/package-lock.json").write_text("two", encoding="utf-8")
    vendor(small_project, say=lambda _: None)
    assert vendored(small_project) == ["two.js"]


def test_vendoring_does_nothing_while_all_is_current_and_repairs_what_was_removed(
    small_project: Path,
) -> None:
    said: list[str] = []
    vendor(small_project, say=said.append)
    first = len(said)
    vendor(small_project, say=said.append)
    assert len(said) == first
    shutil.rmtree(small_project / "src/pressrun/web/static/vendor/lib")
    vendor(small_project, say=said.append)
    assert vendored(small_project) == ["one.js"]


def test_a_file_that_the_package_no_longer_has_stops_the_build(small_project: Path) -> None:
    shipped = small_project / "frontend/shipped.toml"
    shipped.write_text(shipped.read_text(encoding="utf-8").replace("*.js", "gone.js"), encoding="utf-8")
    with pytest.raises(BuildError, match=r"dist/gone\.js"):
        vendor(small_project, say=lambda _: None)


def test_vendored_files_are_those_of_the_lockfile(project: Path) -> None:
    """bin/setup made them: a stale copy would show a page that nobody else has."""
    made = json.loads((project / ".cache/vendored.json").read_text(encoding="utf-8"))
    assert hatch_build._is_current(
        project, project / ".cache/vendored.json", hatch_build._fingerprint(project)
    )
    folders = tomllib.loads((project / "frontend/shipped.toml").read_text(encoding="utf-8"))["folders"]
    present = {
        path.relative_to(project / "src/pressrun").as_posix()
        for folder in folders
        for path in (project / "src/pressrun" / folder).rglob("*")
        if path.is_file()
    }
    assert present == set(made["files"])


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_drawing_fonts_have_every_modern_hangul_syllable(project: Path, weight: str) -> None:
    with TTFont(project / f"src/pressrun/rendering/fonts/Pretendard-{weight}.otf") as font:
        drawn = set(font.getBestCmap() or ())
    assert set(range(0xAC00, 0xD7A4)) - drawn == set()


@pytest.fixture(scope="module")
def wheel_names(project: Path, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Names in a wheel built from the project as it lies here. Takes some seconds."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    built = subprocess.run(command, cwd=project, capture_output=True, text=True, timeout=120, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_has_everything_that_was_vendored(project: Path, wheel_names: list[str]) -> None:
    made = json.loads((project / ".cache/vendored.json").read_text(encoding="utf-8"))
    assert {f"pressrun/{name}" for name in made["files"]} <= set(wheel_names)


def test_the_wheel_has_every_template_and_a_compiled_catalogue_for_every_source(
    project: Path, wheel_names: list[str]
) -> None:
    source = project / "src"
    templates = [path for path in source.glob("pressrun/web/templates/**/*") if path.is_file()]
    compiled = [path.with_suffix(".mo") for path in source.glob("pressrun/web/locale/**/*.po")]
    expected = {path.relative_to(source).as_posix() for path in [*templates, *compiled]}
    assert expected - set(wheel_names) == set()


def test_the_wheel_has_nothing_but_the_package_and_its_licence(wheel_names: list[str]) -> None:
    strays = [name for name in wheel_names if not name.startswith("pressrun/") and ".dist-info/" not in name]
    assert strays == []
    assert not [name for name in wheel_names if "__pycache__" in name or "/." in name]
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in wheel_names)
