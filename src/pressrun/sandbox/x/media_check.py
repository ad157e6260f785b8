"""Which media X takes: by its declared type and size at the start, by its real bytes at the end."""

from pathlib import Path

from PIL import Image, UnidentifiedImageError

from pressrun.sandbox.tracks import Track, Tracks, number, read_tracks
from pressrun.sandbox.x.uploads import family_of

MEGABYTE = 1024 * 1024
MAX_BYTES = {"image": 5 * MEGABYTE, "gif": 15 * MEGABYTE, "video": 512 * MEGABYTE, "subtitles": MEGABYTE}
CATEGORIES = (
    "tweet_image",
    "tweet_gif",
    "tweet_video",
    "amplify_video",
    "subtitles",
    "dm_image",
    "dm_gif",
    "dm_video",
)
TYPES = {
    "image": (
        "image/jpeg",
        "image/pjpeg",
        "image/png",
        "image/webp",
        "image/gif",
        "image/bmp",
        "image/tiff",
    ),
    "gif": ("image/gif",),
    "video": ("video/mp4", "video/quicktime", "video/webm", "video/mp2t"),
    "subtitles": ("text/srt", "text/vtt"),
}
_COMMON_IMAGES = ("JPEG", "MPO", "PNG", "GIF", "WEBP")
_MORE_IMAGES = ("BMP", "TIFF")
_CONTAINERS = {"MPEG-4": "video/mp4", "QuickTime": "video/quicktime", "MPEG-TS": "video/mp2t"}
_MAX_GIF = (1280, 1080)
_MAX_GIF_FRAMES, _MAX_GIF_PIXELS = 350, 300_000_000
_VIDEO_SECONDS = (0.5, 140.0)
_MIN_SIDE, _MAX_LONG_SIDE, _MAX_SHORT_SIDE = 32, 1280, 1024


class MediaRefused(ValueError):
    """The bytes are not what X takes; the text says why."""


def declared_fault(*, media_type: str, category: str, total_bytes: int) -> tuple[str, str] | None:
    """The parameter at fault, and why; None when an upload may begin."""
    if category not in CATEGORIES:
        return "media_category", f"must be one of {', '.join(CATEGORIES)}"
    family = family_of(category)
    if media_type not in TYPES[family]:
        return "media_type", f"is not supported for {category}"
    if total_bytes < 1:
        return "total_bytes", "must be positive"
    if total_bytes > MAX_BYTES[family]:
        return "total_bytes", f"file size exceeds {MAX_BYTES[family]} bytes"
    return None


def check_file(file: Path, *, family: str, any_size: bool, more_images: bool) -> str:
    """The real media type of acceptable bytes; raises MediaRefused."""
    match family:
        case "image":
            return _check_image(file, formats=_COMMON_IMAGES + (_MORE_IMAGES if more_images else ()))
        case "gif":
            return _check_gif(file)
        case "video":
            return _check_video(file, any_size=any_size)
    return _check_subtitles(file)


def _check_image(file: Path, *, formats: tuple[str, ...]) -> str:
    kind = _opened(file)[0]
    if kind not in formats:
        raise MediaRefused(f"The image format {kind} is not supported.")
    return "image/jpeg" if kind == "MPO" else f"image/{kind.lower()}"


def _check_gif(file: Path) -> str:
    kind, (width, height), frames = _opened(file)
    if kind != "GIF":
        raise MediaRefused("The file is not a GIF.")
    if width > _MAX_GIF[0] or height > _MAX_GIF[1]:
        raise MediaRefused(f"A GIF has at most {_MAX_GIF[0]}×{_MAX_GIF[1]} pixels.")
    if frames > _MAX_GIF_FRAMES or width * height * frames > _MAX_GIF_PIXELS:
        raise MediaRefused("The GIF has too many frames or pixels.")
    return "image/gif"


def _opened(file: Path) -> tuple[str, tuple[int, int], int]:
    """Format, size and number of frames of an image that can be read to its end."""
    try:
        with Image.open(file) as image:
            image.load()
            return image.format or "", image.size, getattr(image, "n_frames", 1)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
        raise MediaRefused("The file is not an image, or it is damaged.") from broken


def _check_video(file: Path, *, any_size: bool) -> str:
    tracks = read_tracks(file)
    if tracks is None or tracks.general.get("format") not in _CONTAINERS:
        raise MediaRefused("The file is not a video in MP4, MOV or MPEG-TS.")
    shortest, longest = _VIDEO_SECONDS
    seconds = number(tracks.general, "duration") / 1000
    # A video cut to whole frames may miss its nominal length by a frame.
    if not shortest - 0.05 <= seconds <= longest + 0.05:
        raise MediaRefused(f"A video lasts {shortest} to {longest:.0f} seconds.")
    _check_picture(tracks.video)
    if not any_size:
        _check_sides(tracks.video)
    if tracks.audio is not None:
        _check_sound(tracks.audio)
    return _type_of(tracks)


def _type_of(tracks: Tracks) -> str:
    quicktime = tracks.general.get("commercial_name") == "QuickTime"
    return "video/quicktime" if quicktime else _CONTAINERS[tracks.general["format"]]


def _check_picture(video: Track) -> None:
    if video.get("format") != "AVC" or video.get("chroma_subsampling", "4:2:0") != "4:2:0":
        raise MediaRefused("The picture must be H.264 in yuv420p.")
    if number(video, "frame_rate") > 60.1:
        raise MediaRefused("A video has at most 60 pictures a second.")
    if video.get("scan_type", "Progressive") != "Progressive":
        raise MediaRefused("The picture must be progressive.")
    if not 1 / 3 - 0.01 <= number(video, "width") / max(number(video, "height"), 1) <= 3.01:
        raise MediaRefused("The sides of a video are in a ratio of 1:3 to 3:1.")


def _check_sides(video: Track) -> None:
    """The documented 1280×1024 must hold upright too: 720×1280 is among the recommended sizes."""
    short, long = sorted((number(video, "width"), number(video, "height")))
    if short < _MIN_SIDE or short > _MAX_SHORT_SIDE or long > _MAX_LONG_SIDE:
        raise MediaRefused("A video has 32×32 to 1280×1024 pixels.")


def _check_sound(audio: Track) -> None:
    low_complexity = "LC" in (audio.get("format_additionalfeatures") or "LC")
    if audio.get("format") != "AAC" or not low_complexity or number(audio, "channel_s") > 2:
        raise MediaRefused("The sound must be AAC-LC, mono or stereo.")


def _check_subtitles(file: Path) -> str:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as broken:
        raise MediaRefused("Subtitles must be text in UTF-8.") from broken
    if "-->" not in text:
        raise MediaRefused("The file holds no subtitles.")
    return "text/vtt" if text.startswith("WEBVTT") else "text/srt"
