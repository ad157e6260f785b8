"""A large upload goes to the disk and not into memory."""

import subprocess
import sys
from pathlib import Path

import httpx
import psutil

from sandbox.cloudinary_calls import now, open_cloud
from sandbox.conftest import jpeg

MB = 1024 * 1024


def test_a_large_upload_goes_to_the_disk_and_not_into_memory(tmp_path: Path) -> None:
    """In a process of its own, so that only the stand-in's memory is measured."""
    serving = (
        "import sys; from pathlib import Path; from pressrun.sandbox.app import running\n"
        "with running(state_path=Path(sys.argv[1])) as url:\n"
        "    print(url, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", serving, tmp_path / "state.db"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        with httpx.Client(base_url=process.stdout.readline().strip(), timeout=60, trust_env=False) as http:
            cloud = open_cloud(http)
            cloud.set_state(rules={"max_image_mb": 500})
            cloud.upload(jpeg())
            before = _peak(process.pid)
            film = tmp_path / "film.bin"
            with film.open("wb") as file:
                file.truncate(200 * MB)
            params = cloud.sign({"timestamp": now(), "public_id": "film.bin"})
            with film.open("rb") as file:
                answer = http.post(f"{cloud.api}/raw/upload", data=params, files={"file": file})
            assert answer.json()["bytes"] == 200 * MB
            added = _peak(process.pid) - before
        process.communicate()
    assert added < 60 * MB


def _peak(pid: int) -> int:
    """The most memory the process ever held, by Linux's count; elsewhere what it holds now."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return psutil.Process(pid).memory_info().rss
    line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024
