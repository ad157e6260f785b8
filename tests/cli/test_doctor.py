"""`pressrun doctor`: every part is looked at, each trouble is named with what to do, nothing is changed."""

import ast
import inspect
import json
import shutil
import socket
import subprocess
import threading
from collections import namedtuple
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Formatter
from typing import Any

import httpx
import pytest

import makers
from pressrun import bootstrap
from pressrun.cli import doctor as doctor_command
from pressrun.cli import doctor_machine, doctor_outside, main
from pressrun.connectors.media_stores.local import LocalMediaStore
from pressrun.domain.checkup_texts import CHECKUP
from pressrun.domain.problems import Problem
from pressrun.kit.clock import SystemClock
from pressrun.sandbox.app import running
from pressrun.settings import Settings
from pressrun.store.migrate import migrate

EVERY_CHECK = [
    "data_folder",
    "disk",
    "secret_key",
    "ffmpeg",
    "mediainfo",
    "fonts",
    "database",
    "media_store",
    "public_url",
    "clock",
    "login",
]


@pytest.fixture(scope="session")
def sandbox_url() -> Iterator[str]:
    with running() as url:
        yield url


@pytest.fixture
def sandbox(sandbox_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=sandbox_url, trust_env=False) as control:
        control.post("/_sandbox/reset")
        yield control


class Doctor:
    """An installation in a folder, at the sandbox, and what the doctor says of it."""

    def __init__(self, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._patch = patch
        self._capsys = capsys

    def set(self, **settings: str) -> None:
        for name, value in settings.items():
            self._patch.setenv(name, value)

    def report(self) -> dict[str, Any]:
        """As `--json`; the exit status must fit it."""
        status = main(["doctor", "--json"])
        told = json.loads(self._capsys.readouterr().out)
        assert status == (0 if told["ok"] else 1)
        assert told["ok"] == all(check["level"] != "fail" for check in told["checks"])
        return told

    def finding(self, check: str) -> tuple[str, str]:
        """Level and code of one check."""
        (found,) = [each for each in self.report()["checks"] if each["check"] == check]
        assert bool(found["what_to_do"]) == (found["level"] != "ok")
        return found["level"], found["code"]

    def lines(self) -> list[str]:
        main(["doctor"])
        return self._capsys.readouterr().out.splitlines()


@pytest.fixture
def untouched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], sandbox: httpx.Client
) -> Doctor:
    """Before the first start."""
    for name in ("PRESSRUN_DATABASE_URL", "PRESSRUN_PUBLIC_URL", "PRESSRUN_SECRET_KEY", "CLOUDINARY_URL"):
        monkeypatch.delenv(name, raising=False)
    doctor = Doctor(monkeypatch, capsys)
    doctor.set(
        PRESSRUN_DATA=str(tmp_path / "data"),
        PRESSRUN_SANDBOX_URL=str(sandbox.base_url).rstrip("/"),
        PRESSRUN_PORT=str(free_port()),
    )
    return doctor


@pytest.fixture
def doctor(untouched: Doctor) -> Doctor:
    """After the first start."""
    store = bootstrap.open_store(Settings())
    migrate(store.engine)
    store.engine.dispose()
    return untouched


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def serving_media(doctor: Doctor, folder: Path) -> Iterator[None]:
    """Stands where `pressrun up` would: gives out what its own media addresses name."""
    settings = Settings()
    key = bootstrap._derived_key(settings, "media addresses")
    files = LocalMediaStore(folder / "media", settings.own_url, key, SystemClock())

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            url = httpx.URL(f"http://x{self.path}")
            try:
                path = files.verify(
                    url.path.removeprefix("/media/"),
                    url.params.get("expires", ""),
                    url.params.get("signature", ""),
                    datetime.now(UTC),
                )
            except Problem:
                self.send_error(404)
                return
            self.send_response(200)
            self.end_headers()
            self.wfile.write(path.read_bytes())

        def log_message(self, format: str, *args: Any) -> None:
            """Keep the test output quiet."""

    with ThreadingHTTPServer(("127.0.0.1", settings.port), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield
        server.shutdown()
        thread.join()


def connect(sandbox: httpx.Client, handle: str = "haru", **changes: Any) -> str:
    """An account of the installation and of the sandbox; answers the sandbox's id."""
    made = sandbox.post("/_sandbox/accounts", json={"platform": "instagram", "handle": handle}).json()
    store = bootstrap.open_store(Settings())
    fields = {"handle": handle, "external_id": made["account_id"], "credentials": made["credentials"]}
    makers.make_account(store, **fields | changes)
    store.engine.dispose()
    return made["account_id"]


# The whole


@pytest.mark.usefixtures("serving_media")
def test_where_all_is_well_every_part_is_named_and_the_exit_is_0(
    doctor: Doctor, sandbox: httpx.Client
) -> None:
    connect(sandbox)
    told = doctor.report()
    assert [check["check"] for check in told["checks"]] == EVERY_CHECK
    assert {check["level"] for check in told["checks"]} == {"ok"}, told
    assert told["ok"] is True


def test_lines_begin_with_how_it_is_in_the_language_that_is_set(doctor: Doctor) -> None:
    korean = doctor.lines()
    assert len(korean) == len(EVERY_CHECK)
    assert all(line.startswith(("ok    ", "warn  ", "fail  ")) for line in korean)
    assert any("데이터베이스: SQLite" in line for line in korean)
    doctor.set(PRESSRUN_LANGUAGE="en")
    assert any("Database: SQLite with schema" in line for line in doctor.lines())


def test_before_the_first_start_there_is_nothing_to_look_at_and_nothing_is_made(
    untouched: Doctor, folder: Path
) -> None:
    told = untouched.report()
    assert {check["code"] for check in told["checks"]} >= {
        "installation_new",
        "data_folder_new",
        "secret_key_new",
    }
    assert told["ok"] is True
    assert not folder.exists()


def test_nothing_is_changed_but_for_one_small_file(
    doctor: Doctor, sandbox: httpx.Client, folder: Path
) -> None:
    connect(sandbox)
    before = {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "pressrun.db" not in path.name
    }
    doctor.report()
    doctor.report()
    after = {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "pressrun.db" not in path.name
    }
    assert [path.name for path in after.keys() - before.keys()] == ["essrun-doctor.jpg"]
    assert {path: after[path] for path in before} == before


def test_every_text_is_said_somewhere_with_the_values_it_needs() -> None:
    said: set[str] = {f"check_{name}" for name in EVERY_CHECK}
    for module in (doctor_command, doctor_machine, doctor_outside):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Constant) and node.value in CHECKUP:
                said.add(node.value)
            if isinstance(node, ast.Call):
                values = {keyword.arg for keyword in node.keywords}
                codes = [each.value for each in node.args if isinstance(each, ast.Constant)]
                assert all(needed(code) <= values for code in codes if code in CHECKUP), codes
    assert said == CHECKUP.keys()


def needed(code: str) -> set[str]:
    message = CHECKUP[code]
    texts = (message.ko, message.en, message.todo_ko, message.todo_en)
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}


# This machine


Usage = namedtuple("Usage", "total used free")


@pytest.mark.parametrize(
    ("free", "expected"),
    [(50_000_000_000, "ok"), (900_000_000, "warn"), (100_000_000, "fail")],
)
def test_a_disk_that_fills_up_is_noticed(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch, free: int, expected: str
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 0, free))
    assert doctor.finding("disk")[0] == expected


def test_a_data_folder_that_can_not_be_written_to(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor_machine.tempfile, "NamedTemporaryFile", refuse)
    assert doctor.finding("data_folder") == ("fail", "data_folder_not_writable")


def test_a_key_that_others_can_read(doctor: Doctor, folder: Path) -> None:
    assert doctor.finding("secret_key") == ("ok", "secret_key_ok")
    (folder / "secret.key").chmod(0o644)
    assert doctor.finding("secret_key") == ("warn", "secret_key_open")


def test_a_key_from_the_environment(doctor: Doctor) -> None:
    doctor.set(PRESSRUN_SECRET_KEY="sixteen characters")
    assert doctor.finding("secret_key") == ("ok", "secret_key_ok")


def test_tools_that_are_not_there(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    import imageio_ffmpeg
    import pymediainfo

    from pressrun.rendering import lettering

    def gone(*_: Any) -> Any:
        raise OSError("no such font")

    monkeypatch.setattr(imageio_ffmpeg, "get_ffmpeg_exe", lambda: "/nowhere/ffmpeg")
    monkeypatch.setattr(pymediainfo.MediaInfo, "can_parse", lambda: False)
    monkeypatch.setattr(lettering, "font", gone)
    found = {check["check"]: (check["level"], check["code"]) for check in doctor.report()["checks"]}
    assert found["ffmpeg"] == found["mediainfo"] == ("fail", "tool_missing")
    assert found["fonts"] == ("fail", "fonts_missing")


def test_a_tool_that_hangs_is_not_waited_for(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(command: Any, **options: Any) -> Any:
        raise subprocess.TimeoutExpired(command, options["timeout"])

    monkeypatch.setattr(subprocess, "run", hang)
    assert doctor.finding("ffmpeg") == ("fail", "tool_missing")


# Database


def test_a_database_of_another_version(doctor: Doctor) -> None:
    store = bootstrap.open_store(Settings())
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE schema_version SET version_num = '0000'")
    store.engine.dispose()
    assert doctor.finding("database") == ("fail", "database_old")
    assert "login" not in {check["check"] for check in doctor.report()["checks"]}


def test_a_database_that_is_empty(doctor: Doctor, folder: Path) -> None:
    for path in folder.glob("pressrun.db*"):
        path.unlink()
    assert doctor.finding("database") == ("warn", "database_new")


def test_a_database_that_does_not_answer(doctor: Doctor) -> None:
    doctor.set(PRESSRUN_DATABASE_URL=f"postgresql+psycopg://press:secret-word@127.0.0.1:{free_port()}/press")
    assert doctor.finding("database") == ("fail", "database_no_answer")
    assert "secret-word" not in json.dumps(doctor.report())


# Media store


def fault(sandbox: httpx.Client, effect: dict[str, Any], platform: str = "cloudinary", **match: str) -> None:
    asked = {"platform": platform, "effect": effect, "match": match, "times": None}
    assert sandbox.post("/_sandbox/faults", json=asked).status_code == 201


def test_a_store_that_takes_and_gives(doctor: Doctor) -> None:
    doctor.set(PRESSRUN_MEDIA_STORE="cloudinary")
    assert doctor.finding("media_store") == ("ok", "media_store_ok")


def test_this_machine_s_own_store(doctor: Doctor) -> None:
    assert doctor.finding("media_store") == ("ok", "media_store_local")


@pytest.mark.parametrize(
    ("effect", "path_regex", "code"),
    [
        ({"kind": "answer", "status": 401}, "/upload$", "media_store_refuses"),
        ({"kind": "answer", "status": 503}, "/upload$", "media_store_unreachable"),
        ({"kind": "drop_before"}, "/upload$", "media_store_unreachable"),
        ({"kind": "answer", "status": 404}, "/cloudinary-res/", "media_store_unfetchable"),
        ({"kind": "answer", "status": 200, "body": "other"}, "/cloudinary-res/", "media_store_alters"),
    ],
)
def test_a_store_that_fails_is_told_by_how_it_fails(
    doctor: Doctor, sandbox: httpx.Client, effect: dict[str, Any], path_regex: str, code: str
) -> None:
    doctor.set(PRESSRUN_MEDIA_STORE="cloudinary")
    fault(sandbox, effect, path_regex=path_regex)
    assert doctor.finding("media_store") == ("fail", code)


def test_a_store_with_a_wrong_secret_says_what_the_service_said(
    doctor: Doctor, sandbox: httpx.Client
) -> None:
    made = sandbox.post("/_sandbox/accounts", json={"platform": "cloudinary", "handle": "press"}).json()
    given = made["credentials"]
    doctor.set(
        PRESSRUN_MEDIA_STORE="cloudinary",
        CLOUDINARY_URL=f"cloudinary://{given['api_key']}:wrong-secret@{given['cloud_name']}",
    )
    (found,) = [each for each in doctor.report()["checks"] if each["check"] == "media_store"]
    assert "Invalid Signature" in found["message"]
    assert "wrong-secret" not in found["message"]


# Public address


@pytest.mark.usefixtures("serving_media")
def test_without_the_sandbox_a_private_address_is_not_good_enough(
    doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert doctor.finding("public_url") == ("ok", "public_url_ok")
    closed = f"http://127.0.0.1:{free_port()}"
    monkeypatch.delenv("PRESSRUN_SANDBOX_URL")
    monkeypatch.setattr(bootstrap, "_addresses", lambda _: bootstrap.Addresses(*[closed] * 5))
    assert doctor.finding("public_url") == ("warn", "public_url_private")
    monkeypatch.setattr(doctor_outside, "_is_private", lambda _: False)
    assert doctor.finding("public_url") == ("warn", "public_url_plain")


def test_an_address_that_does_not_answer(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a private one Pressrun may simply not run now."""
    assert doctor.finding("public_url") == ("warn", "public_url_silent")
    monkeypatch.setattr(doctor_outside, "_is_private", lambda _: False)
    assert doctor.finding("public_url") == ("fail", "public_url_silent")


def test_an_address_where_something_else_answers(doctor: Doctor, sandbox: httpx.Client) -> None:
    doctor.set(PRESSRUN_PUBLIC_URL=str(sandbox.base_url))
    assert doctor.finding("public_url") == ("warn", "public_url_other")


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("http://127.0.0.1:8000", True),
        ("http://localhost", True),
        ("https://192.168.0.10", True),
        ("http://[::1]:8000", True),
        ("https://8.8.8.8", False),
        ("https://no-such-name.invalid", False),
    ],
)
def test_which_addresses_nobody_outside_can_reach(url: str, private: bool) -> None:
    assert doctor_outside._is_private(url) is private


# Clock


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(0, "ok"), (-4, "ok"), (30, "warn"), (-100, "warn"), (300, "fail"), (-9000, "fail")],
)
def test_a_clock_is_compared_with_a_platform_s(seconds: int, expected: str) -> None:
    theirs = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    found = doctor_outside._clock_finding(theirs + timedelta(seconds=seconds), theirs, "https://a.example/x")
    assert found.level == expected
    assert found.values["host"] == "a.example"


def test_where_nobody_tells_the_time_it_is_not_known(doctor: Doctor) -> None:
    doctor.set(PRESSRUN_SANDBOX_URL=f"http://127.0.0.1:{free_port()}")
    assert doctor.finding("clock") == ("warn", "clock_unknown")


# Logins


def test_without_accounts_that_is_said(doctor: Doctor) -> None:
    assert doctor.finding("login") == ("ok", "login_none")


def test_each_account_is_asked_about(doctor: Doctor, sandbox: httpx.Client) -> None:
    for number in range(12):
        connect(sandbox, f"haru{number}")
    lines = [line for line in doctor.lines() if "haru" in line]
    assert len(lines) == 12
    assert all(line.startswith("ok    계정: instagram @haru") for line in lines)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({"token": "expired"}, ("fail", "login_dead")),
        ({"token": "revoked"}, ("fail", "login_dead")),
    ],
)
def test_a_login_that_is_dead(
    doctor: Doctor, sandbox: httpx.Client, state: dict[str, str], expected: tuple[str, str]
) -> None:
    account_id = connect(sandbox)
    sandbox.post(f"/_sandbox/accounts/instagram/{account_id}/state", json=state)
    assert doctor.finding("login") == expected


def test_a_token_that_has_run_out_is_renewed_when_it_is_needed(doctor: Doctor, sandbox: httpx.Client) -> None:
    account_id = connect(sandbox, token_expires_at=datetime.now(UTC) - timedelta(minutes=1))
    sandbox.post(f"/_sandbox/accounts/instagram/{account_id}/state", json={"token": "expired"})
    assert doctor.finding("login") == ("warn", "login_over")


@pytest.mark.parametrize(
    ("effect", "expected"),
    [
        ({"kind": "answer", "status": 503}, ("warn", "login_unknown")),
        ({"kind": "drop_before"}, ("warn", "login_unknown")),
        (
            {"kind": "answer", "status": 400, "body": {"error": {"code": 25, "error_subcode": 2207050}}},
            ("fail", "login_suspended"),
        ),
    ],
)
def test_a_platform_that_does_not_say_who_it_is(
    doctor: Doctor, sandbox: httpx.Client, effect: dict[str, Any], expected: tuple[str, str]
) -> None:
    connect(sandbox)
    fault(sandbox, effect, platform="instagram")
    assert doctor.finding("login") == expected


def test_a_token_of_somebody_else(doctor: Doctor, sandbox: httpx.Client) -> None:
    connect(sandbox, external_id="17841000000000001")
    assert doctor.finding("login") == ("fail", "login_other")


def test_credentials_that_this_key_does_not_open(doctor: Doctor, sandbox: httpx.Client) -> None:
    connect(sandbox)
    doctor.set(PRESSRUN_SECRET_KEY="another secret key of mine")
    assert doctor.finding("login") == ("fail", "login_sealed")


def test_an_account_of_a_platform_that_is_gone(doctor: Doctor, sandbox: httpx.Client) -> None:
    connect(sandbox, platform="orkut")
    assert doctor.finding("login") == ("fail", "login_no_platform")
