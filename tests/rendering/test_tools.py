"""Whether the tools for media work is found out by using them."""

import pytest
from pymediainfo import MediaInfo

from pressrun.rendering.tools import versions


def test_both_tools_say_who_they_are() -> None:
    told = {tool.name: tool for tool in versions()}
    assert told["ffmpeg"].version.startswith("ffmpeg version ")
    assert told["mediainfo"].version.startswith("MediaInfoLib ")
    assert not any(tool.trouble for tool in told.values())


@pytest.mark.parametrize(("program", "why"), [("/nowhere/ffmpeg", "/nowhere/ffmpeg"), ("false", "")])
def test_a_program_that_does_not_work_has_no_version(program: str, why: str) -> None:
    (ffmpeg, _) = versions(program)
    assert ffmpeg.version == ""
    assert ffmpeg.trouble
    assert why in ffmpeg.trouble


def test_a_library_that_is_not_there_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MediaInfo, "can_parse", lambda: False)
    (_, mediainfo) = versions()
    assert (mediainfo.version, mediainfo.trouble) == ("", "libmediainfo can't be loaded")
