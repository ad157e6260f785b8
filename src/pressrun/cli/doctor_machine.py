"""What `pressrun doctor` finds on this machine: the data folder, its disk, the key, the media tools."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pressrun.domain.checkup import Finding, fail, ok, warn
from pressrun.settings import Settings

LITTLE_BYTES = 1_000_000_000
NEARLY_NOTHING_BYTES = 200_000_000


def examine_machine(settings: Settings) -> Iterator[Finding]:
    """Everything that can be looked at without a database or a network."""
    yield data_folder(settings)
    yield disk(settings)
    yield secret_key(settings)
    yield from tools(settings)
    yield fonts()


def has_begun(settings: Settings) -> bool:
    """Whether Pressrun was ever started here; before that there is no database to look at."""
    return settings.data.is_dir() and (_given_key(settings) or _key_file(settings).is_file())


def data_folder(settings: Settings) -> Finding:
    """Whether files can be written where everything is kept."""
    folder = settings.data.resolve()
    if not folder.exists():
        return warn("check_data_folder", "data_folder_new", folder=folder)
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as file:
            file.write(b"written")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return fail("check_data_folder", "data_folder_not_writable", folder=folder, why=error.strerror)
    return ok("check_data_folder", "data_folder_ok", folder=folder)


def disk(settings: Settings) -> Finding:
    """How much room is left on the disk of the data folder, or of what it will lie in."""
    place = settings.data.resolve()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    told = f"{free / 1e9:.1f} GB"
    if free < NEARLY_NOTHING_BYTES:
        return fail("check_disk", "disk_nearly_full", free=told)
    return (
        warn("check_disk", "disk_low", free=told)
        if free < LITTLE_BYTES
        else ok("check_disk", "disk_ok", free=told)
    )


def secret_key(settings: Settings) -> Finding:
    """Where the key lies that opens all credentials."""
    if _given_key(settings):
        return ok("check_secret_key", "secret_key_ok", where="PRESSRUN_SECRET_KEY")
    path = _key_file(settings)
    if not path.exists():
        return warn("check_secret_key", "secret_key_new", where=path)
    if not os.access(path, os.R_OK):
        return fail("check_secret_key", "secret_key_unreadable", where=path)
    if path.stat().st_mode & 0o077:
        return warn("check_secret_key", "secret_key_open", where=path)
    return ok("check_secret_key", "secret_key_ok", where=path)


def tools(settings: Settings) -> Iterator[Finding]:
    """Whether videos can be made and measured."""
    from pressrun.rendering.tools import versions

    for tool in versions(settings.ffmpeg):
        if tool.version:
            yield ok(f"check_{tool.name}", "tool_ok", version=tool.version)
        else:
            yield fail(f"check_{tool.name}", "tool_missing", tool=tool.name, why=tool.trouble)


def fonts() -> Finding:
    """Whether title cards can be lettered, in Korean too."""
    from pressrun.rendering.lettering import Weight, font

    try:
        names = [" ".join(filter(None, font(weight, 20).getname())) for weight in Weight]
    except OSError as error:
        return fail("check_fonts", "fonts_missing", why=_first_line(error))
    return ok("check_fonts", "tool_ok", version=", ".join(names))


def _given_key(settings: Settings) -> bool:
    return bool(settings.secret_key.get_secret_value())


def _key_file(settings: Settings) -> Path:
    return settings.secret_key_file or settings.data / "secret.key"


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__
