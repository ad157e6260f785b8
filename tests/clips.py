"""Short videos, made once for a whole run of tests."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import imageio_ffmpeg


@dataclass(frozen=True)
class MakeVideo:
    """Makes an MP4 of one colour and one tone with ffmpeg; the same wishes give the same file."""

    folder: Path
    _made: dict[tuple[object, ...], Path] = field(default_factory=dict)

    def __call__(self, seconds: float = 4, **wishes: Any) -> bytes:
        return self.path(seconds, **wishes).read_bytes()

    def path(
        self,
        seconds: float = 4,
        *,
        codec: str = "libx264",
        rate: int = 30,
        size: str = "108x192",
        front: bool = True,
        sound: bool = True,
    ) -> Path:
        """`front` puts the index before the pictures; without `sound` a long one is made quickly."""
        key = (seconds, codec, rate, size, front, sound)
        if key not in self._made:
            self._made[key] = self.folder / f"{len(self._made)}.mp4"
            picture = f"color=c=teal:s={size}:r={rate}:d={seconds}"
            flags = ["-movflags", "+faststart"] if front else []
            tone = ["-f", "lavfi", "-i", f"sine=d={seconds}:r=44100", "-c:a", "aac"] if sound else []
            subprocess.run(
                [
                    *(imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", picture),
                    *(*tone, "-c:v", codec, "-pix_fmt", "yuv420p", "-threads", "1", *flags),
                    str(self._made[key]),
                ],
                check=True,
            )
        return self._made[key]


def with_mark(video: bytes, mark: str) -> bytes:
    """The same video as another file: players pass over a free box at its end."""
    content = mark.encode()
    return video + (len(content) + 8).to_bytes(4, "big") + b"free" + content


def padded(video: bytes, size: int) -> bytes:
    """The same video, made `size` bytes long."""
    room = size - len(video)
    assert room >= 8
    return video + room.to_bytes(4, "big") + b"free" + bytes(room - 8)
