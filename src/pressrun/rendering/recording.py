"""What is inside a video or a sound file, as MediaInfo reads it."""

import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from pymediainfo import MediaInfo

from pressrun.domain.media import VideoFacts

# The native library reads its settings while another thread may be writing them.
_MEDIAINFO = threading.Lock()

_VIDEO_MIMES = {
    "MPEG-4": "video/mp4",
    "WebM": "video/webm",
    "Matroska": "video/x-matroska",
    "AVI": "video/x-msvideo",
    "MPEG-TS": "video/mp2t",
    "BDAV": "video/mp2t",
}
_AUDIO_MIMES = {
    "MPEG-4": "audio/mp4",
    "MPEG Audio": "audio/mpeg",
    "Wave": "audio/wav",
    "ADTS": "audio/aac",
    "FLAC": "audio/flac",
    "Ogg": "audio/ogg",
}
_CODECS = {
    "AVC": "h264",
    "HEVC": "hevc",
    "MPEG-4 Visual": "mpeg4",
    "MPEG Video": "mpeg2video",
    "H.263": "h263",
    "JPEG": "mjpeg",
    "DV": "dvvideo",
    "AC-3": "ac3",
    "E-AC-3": "eac3",
}
_WITHOUT_INDEX = frozenset({"video/mp2t"})
_ISO_BOXES = (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_STARTS = (b"\x1a\x45\xdf\xa3", b"RIFF", b"ID3", b"fLaC", b"OggS")
_TS_PACKETS = ((0, 188), (4, 192))


@dataclass(frozen=True)
class Recording:
    """A video (`video` is given) or a sound. `duration` is in seconds, sizes are pixels as displayed."""

    mime: str
    """Empty for a kind that Pressrun does not take."""
    duration: float
    width: int | None = None
    height: int | None = None
    video: VideoFacts | None = None
    is_whole: bool = True
    """Whether nothing is missing at its end."""
    is_hdr: bool = False
    """Whether its colours mean more light than a common screen has."""

    @property
    def is_seekable(self) -> bool:
        """Whether an index leads to any of its moments."""
        return self.mime not in _WITHOUT_INDEX


def read(path: Path) -> Recording | None:
    """The recording at `path`; None where the file is none. A duration of 0: it does not tell its length."""
    if not _looks_like_recording(path):
        return None
    with _MEDIAINFO:
        found = MediaInfo.parse(path)
    assert isinstance(found, MediaInfo)
    general = found.general_tracks[0]
    if found.video_tracks:
        sound = found.audio_tracks[0] if found.audio_tracks else None
        return _video(path, general, found.video_tracks[0], sound)
    if found.audio_tracks:
        return _sound(path, general, found.audio_tracks[0])
    return None


def starts_like_media(start: bytes) -> bool:
    """Whether the first bytes claim a recording, which says nothing about the rest."""
    return start[4:8] in _ISO_BOXES or start.startswith(_STARTS)


def _looks_like_recording(path: Path) -> bool:
    """Only what no text file can be is shown to MediaInfo: it would follow the addresses in a playlist."""
    with path.open("rb") as file:
        start = file.read(1024)
    if starts_like_media(start):
        return True
    is_audio_frame = start[:1] == b"\xff" and len(start) > 1 and start[1] & 0xE0 == 0xE0
    is_packets = any(start[at : at + 1] == start[at + by : at + by + 1] == b"G" for at, by in _TS_PACKETS)
    return is_audio_frame or is_packets


def _video(path: Path, general: Any, track: Any, sound: Any) -> Recording:
    is_quicktime = general.format_profile == "QuickTime"
    mime = "video/quicktime" if is_quicktime else _VIDEO_MIMES.get(str(general.format), "")
    duration = _seconds(track.duration or general.duration)
    width, height = _displayed_size(track)
    boxes = top_boxes(path) if general.format == "MPEG-4" else {}
    return Recording(
        mime=mime,
        duration=duration,
        width=width,
        height=height,
        video=VideoFacts(
            codec=_codec(track),
            fps=_fps(track, duration),
            pixel_format=_pixel_format(track),
            bits_per_second=_rate(track, path, duration),
            is_progressive=track.scan_type in (None, "Progressive"),
            starts_fast=_starts_fast(boxes),
            **(_sound_facts(sound) if sound is not None else {}),
        ),
        is_whole=_is_whole(general, boxes),
        is_hdr=str(track.transfer_characteristics) in ("PQ", "HLG"),
    )


def _sound(path: Path, general: Any, track: Any) -> Recording:
    boxes = top_boxes(path) if general.format == "MPEG-4" else {}
    return Recording(
        mime=_AUDIO_MIMES.get(str(general.format), ""),
        duration=_seconds(track.duration or general.duration),
        is_whole=_is_whole(general, boxes),
    )


def _starts_fast(boxes: Mapping[bytes, bool]) -> bool:
    order = list(boxes)
    return b"mdat" not in order or (b"moov" in order and order.index(b"moov") < order.index(b"mdat"))


def _is_whole(general: Any, boxes: Mapping[bytes, bool]) -> bool:
    if general.format == "MPEG-4" and (b"moov" not in boxes or not all(boxes.values())):
        return False
    return general.istruncated != "Yes"


def _displayed_size(track: Any) -> tuple[int, int]:
    stored = int(track.width or 0), int(track.height or 0)
    width, height = round(stored[0] * float(track.pixel_aspect_ratio or 1)), stored[1]
    return (height, width) if round(float(track.rotation or 0)) % 180 == 90 else (width, height)


def _codec(track: Any) -> str:
    return _CODECS.get(str(track.format), str(track.format).lower())


def _fps(track: Any, duration: float) -> float:
    told = float(track.frame_rate or track.original_frame_rate or 0)
    return told or (round(int(track.frame_count or 0) / duration, 3) if duration else 0.0)


def _pixel_format(track: Any) -> str:
    """By ffmpeg's names; what MediaInfo does not tell is as usual."""
    if track.color_space == "RGB":
        return "rgb24"
    sampling = str(track.chroma_subsampling or "4:2:0").split(" ")[0].replace(":", "")
    depth = int(track.bit_depth or 8)
    return f"yuv{sampling}p" + (f"{depth}le" if depth > 8 else "")


def _rate(track: Any, path: Path, duration: float) -> int | None:
    if track.bit_rate:
        return int(float(track.bit_rate))
    return int(path.stat().st_size * 8 / duration) if duration else None


def _sound_facts(track: Any) -> dict[str, Any]:
    return {
        "audio_codec": _sound_codec(track),
        "audio_channels": int(track.channel_s or 0) or None,
        "audio_hertz": int(track.sampling_rate or 0) or None,
    }


def _sound_codec(track: Any) -> str:
    match str(track.format):
        case "AAC":
            return "he_aac" if "SBR" in str(track.format_additionalfeatures) else "aac"
        case "MPEG Audio":
            return "mp3" if "Layer 3" in str(track.format_profile) else "mp2"
        case "PCM":
            return f"pcm_s{track.bit_depth or 16}{'be' if track.format_settings == 'Big' else 'le'}"
    return _codec(track)


def _seconds(milliseconds: Any) -> float:
    return float(milliseconds or 0) / 1000


def top_boxes(path: Path) -> dict[bytes, bool]:
    """The outermost boxes of an MP4 or MOV in their order, and whether each lies in the file as a whole.

    The index (`moov`) often stands first, so a file cut in half looks healthy to all who read only that.
    """
    boxes: dict[bytes, bool] = {}
    size = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        while at < size:
            length, name = _box_at(file, at, size)
            is_there = length >= 8 and at + length <= size
            boxes[name] = boxes.get(name, True) and is_there
            if not is_there:
                break
            at += length
    return boxes


def _box_at(file: BinaryIO, at: int, size: int) -> tuple[int, bytes]:
    file.seek(at)
    head = file.read(16)
    if len(head) < 8:
        return 0, b""
    length, box = struct.unpack(">I4s", head[:8])
    if length == 1 and len(head) == 16:
        length = struct.unpack(">Q", head[8:])[0]
    return (size - at if length == 0 else length), box
