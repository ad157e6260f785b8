"""Images are made to fit a platform's rules without anyone noticing a loss."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from pressrun.domain.framing import canvas_for
from pressrun.domain.media import ImageRules
from pressrun.domain.problems import Problem
from pressrun.rendering.images import conform, is_plain, thumbnail
from pressrun.rendering.probe import probe
from rendering import makers

INSTAGRAM = ImageRules(frozenset({"image/jpeg"}), 8_000_000, (0.8, 1.91), 1440)
RED, BLUE, WHITE = (220, 30, 30), (30, 30, 220), (255, 255, 255)


def conformed(source: Path, rules: ImageRules = INSTAGRAM) -> Image.Image:
    target = source.with_name("conformed.jpg")
    facts = conform(source, target, rules)
    assert facts == probe(target, name="conformed.jpg")
    assert rules.accept(facts)
    with Image.open(target) as image:
        image.load()
        return image


def near(one: object, other: tuple[int, ...], tolerance: int = 6) -> bool:
    assert isinstance(one, tuple)
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "HEIF"])
def test_every_supported_kind_becomes_an_acceptable_jpeg(kind: str, tmp_path: Path) -> None:
    conformed(makers.saved(makers.photo(1500, 300), tmp_path / "in", kind))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_png_mode_becomes_an_acceptable_jpeg(mode: str, tmp_path: Path) -> None:
    image = Image.new(mode, (300, 400)) if mode == "I;16" else makers.photo(300, 400).convert(mode)
    conformed(makers.saved(image, tmp_path / "in.png", "PNG"))


def test_sixteen_bit_grey_keeps_its_tones(tmp_path: Path) -> None:
    ramp = Image.new("I;16", (256, 200))
    ramp.putdata([column * 257 for _ in range(200) for column in range(256)])
    image = conformed(makers.saved(ramp, tmp_path / "ramp.png", "PNG"))
    for column in (10, 128, 245):
        assert near(image.getpixel((column, 100)), (column,) * 3)


def test_cmyk_becomes_rgb(tmp_path: Path) -> None:
    image = conformed(
        makers.saved(Image.new("CMYK", (400, 400), (0, 255, 255, 0)), tmp_path / "in.jpg", "JPEG")
    )
    red, green, blue = image.getpixel((200, 200))  # type: ignore[misc]
    assert red > 200
    assert max(green, blue) < 60


@pytest.mark.parametrize("turn", range(1, 9))
def test_the_picture_stands_upright_whatever_its_orientation_tag(turn: int, tmp_path: Path) -> None:
    upright = Image.new("RGB", (400, 400), BLUE)
    upright.paste(RED, (0, 0, 200, 100))
    undo = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    stored = upright
    for step in undo.get(turn, []):
        stored = stored.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = turn
    image = conformed(makers.saved(stored, tmp_path / "in.jpg", "JPEG", exif=exif, quality=95))
    assert near(image.getpixel((50, 50)), RED, 12)
    assert near(image.getpixel((350, 50)), BLUE, 12)
    assert near(image.getpixel((50, 350)), BLUE, 12)


def test_transparency_lies_on_white(tmp_path: Path) -> None:
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    image.paste((*RED, 255), (100, 100, 300, 300))
    result = conformed(makers.saved(image, tmp_path / "in.png", "PNG"))
    assert near(result.getpixel((20, 20)), WHITE)
    assert near(result.getpixel((200, 200)), RED)


def test_a_transparent_palette_lies_on_white(tmp_path: Path) -> None:
    image = Image.new("P", (400, 400), 0)
    image.putpalette([0, 0, 0, *RED])
    image.paste(1, (100, 100, 300, 300))
    result = conformed(makers.saved(image, tmp_path / "in.gif", "GIF", transparency=0))
    assert near(result.getpixel((20, 20)), WHITE)
    assert near(result.getpixel((200, 200)), RED)


def test_colours_of_another_profile_are_converted(tmp_path: Path) -> None:
    swapped = _profile_with_red_and_blue_swapped()
    path = makers.saved(Image.new("RGB", (400, 400), RED), tmp_path / "in.png", "PNG", icc_profile=swapped)
    assert near(conformed(path).getpixel((200, 200)), RED[::-1], 25)


def test_a_broken_profile_changes_nothing(tmp_path: Path) -> None:
    path = makers.saved(
        Image.new("RGB", (400, 400), RED), tmp_path / "in.png", "PNG", icc_profile=b"no profile"
    )
    assert near(conformed(path).getpixel((200, 200)), RED)


def test_location_comment_and_profile_are_gone(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (37.0, 33.0, 0.0), 3: "E", 4: (126.0, 58.0, 0.0)}
    exif[0x010E] = "at home"
    path = makers.saved(
        makers.photo(), tmp_path / "in.jpg", "JPEG", exif=exif, comment=b"my secret", dpi=(300, 300)
    )
    assert b"my secret" in path.read_bytes()
    image = conformed(path)
    assert dict(image.getexif()) == {}
    assert not {"exif", "comment", "icc_profile", "xmp"} & set(image.info)
    small = tmp_path / "small.jpg"
    thumbnail(path, small)
    for made in (path.with_name("conformed.jpg"), small):
        assert b"my secret" not in made.read_bytes()
        assert b"Exif" not in made.read_bytes()


@pytest.mark.parametrize("size", [(400, 1600), (1600, 400)])
def test_what_is_too_tall_or_too_wide_is_padded_and_never_cropped(
    size: tuple[int, int], tmp_path: Path
) -> None:
    image = Image.new("RGB", size, RED)
    width, height = size
    marks = [(20, 20), (width - 21, 20), (20, height - 21), (width - 21, height - 21)]
    for x, y in marks:
        image.paste(BLUE, (x - 20, y - 20, x + 20, y + 20))
    result = conformed(makers.saved(image, tmp_path / "in.png", "PNG"))
    scale = min(result.width / width, result.height / height, 1.0)
    left = (result.width - width * scale) / 2
    top = (result.height - height * scale) / 2
    for x, y in marks:
        assert near(result.getpixel((round(left + x * scale), round(top + y * scale))), BLUE, 40)


def test_padding_continues_the_edge_it_touches(tmp_path: Path) -> None:
    tall = Image.new("RGB", (400, 1600), (12, 120, 60))
    tall.paste(RED, (100, 100, 300, 1500))
    result = conformed(makers.saved(tall, tmp_path / "in.png", "PNG"))
    assert near(result.getpixel((3, result.height // 2)), (12, 120, 60))


def test_the_file_gets_smaller_until_it_fits(tmp_path: Path) -> None:
    noisy = Image.effect_noise((1400, 1400), 120).convert("RGB")
    path = makers.saved(noisy, tmp_path / "in.png", "PNG")
    rules = ImageRules(frozenset({"image/jpeg"}), 120_000, (0.8, 1.91), 1440)
    assert conformed(path, rules).width < 1400


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    width=st.integers(1, 1500),
    height=st.integers(1, 1500),
    ratio=st.sampled_from(
        [(0.8, 1.91), (9 / 16, 9 / 16), (0.5625, 1.0), (1.0, 1.0), (4 / 5, 4 / 5), (0.01, 10)]
    ),
    max_width=st.sampled_from([320, 1080, 1440]),
    max_bytes=st.sampled_from([8_000, 60_000, 8_000_000]),
)
def test_the_result_always_satisfies_the_rules(
    width: int, height: int, ratio: tuple[float, float], max_width: int, max_bytes: int, tmp_path: Path
) -> None:
    path = makers.saved(makers.photo(width, height), tmp_path / "in.png", "PNG", compress_level=1)
    conformed(path, ImageRules(frozenset({"image/jpeg"}), max_bytes, ratio, max_width))


@given(
    size=st.tuples(st.integers(1, 9000), st.integers(1, 9000)),
    ratio=st.sampled_from([(0.8, 1.91), (9 / 16, 9 / 16), (2 / 3, 3 / 2), (1.0, 1.0)]),
)
def test_a_canvas_holds_the_picture_and_is_no_larger_than_needed(
    size: tuple[int, int], ratio: tuple[float, float]
) -> None:
    width, height = canvas_for(size, ratio)
    assert ratio[0] <= width / height <= ratio[1]
    assert width >= size[0]
    assert height >= size[1]
    # One side hugs the picture, but for the few pixels that an exact ratio of whole numbers costs.
    assert width - size[0] <= 16 or height - size[1] <= 16


def test_rules_that_no_image_can_satisfy_are_refused(tmp_path: Path) -> None:
    path = makers.saved(makers.photo(), tmp_path / "in.png", "PNG")
    with pytest.raises(Problem, match="media_unmendable"):
        conform(path, tmp_path / "out.jpg", ImageRules(frozenset({"image/jpeg"}), 50, (0.8, 1.91), 1440))
    with pytest.raises(ValueError, match="image/heic"):
        conform(
            path, tmp_path / "out.jpg", ImageRules(frozenset({"image/heic"}), 9_000_000, (0.8, 1.91), 1440)
        )
    assert not (tmp_path / "out.jpg").exists()


@pytest.mark.parametrize("mime", ["image/png", "image/webp"])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "HEIF"])
def test_where_no_jpeg_is_taken_another_kind_is_made(kind: str, mime: str, tmp_path: Path) -> None:
    rules = ImageRules(frozenset({mime}), 90_000, (0.8, 1.25), 300)
    conformed(makers.saved(makers.photo(420, 270), tmp_path / "in", kind), rules)


def test_a_png_stays_one_with_its_transparency_where_that_is_taken(tmp_path: Path) -> None:
    image = Image.new("RGBA", (1200, 800), (0, 0, 0, 0))
    image.paste((*RED, 255), (300, 200, 900, 600))
    rules = ImageRules(frozenset({"image/jpeg", "image/png"}), 5_000_000, (0.3, 3.0), 600)
    made = conformed(makers.saved(image, tmp_path / "in.png", "PNG"), rules)
    assert (made.format, made.size) == ("PNG", (600, 400))
    assert made.getpixel((10, 10)) == (0, 0, 0, 0)
    assert made.getpixel((300, 200)) == (*RED, 255)


def test_a_png_that_is_too_heavy_becomes_a_jpeg_of_the_same_size(tmp_path: Path) -> None:
    noisy = Image.effect_noise((900, 900), 60).convert("RGB")
    path = makers.saved(noisy, tmp_path / "in.png", "PNG")
    rules = ImageRules(frozenset({"image/jpeg", "image/png"}), path.stat().st_size - 1, (0.3, 3.0), 4096)
    made = conformed(path, rules)
    assert (made.format, made.size) == ("JPEG", (900, 900))


@pytest.mark.parametrize(
    ("mode", "turn", "settings", "plain"),
    [
        ("RGB", 1, {}, True),
        ("L", 1, {"progressive": True}, True),
        ("CMYK", 1, {}, False),
        ("RGB", 6, {}, False),
    ],
)
def test_what_not_everybody_reads_alike_is_told_apart(
    mode: str, turn: int, settings: dict[str, Any], plain: bool, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = turn
    path = makers.saved(makers.photo(mode=mode), tmp_path / "in.jpg", "JPEG", exif=exif, **settings)
    assert is_plain(path) is plain


def test_a_second_picture_inside_is_not_plain(tmp_path: Path) -> None:
    path = tmp_path / "phone.jpg"
    makers.photo().save(path, "MPO", save_all=True, append_images=[makers.photo(seed=2)])
    assert not is_plain(path)
    assert conformed(path).format == "JPEG"


def test_a_broken_source_is_named_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "half.png"
    whole = makers.encoded(makers.photo(), "PNG")
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(Problem) as caught:
        conform(path, tmp_path / "out.jpg", INSTAGRAM)
    assert caught.value.code == "media_broken"
    assert [entry.name for entry in tmp_path.iterdir()] == ["half.png"]


def test_a_film_can_not_be_conformed_as_an_image(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(makers.film())
    with pytest.raises(Problem) as caught:
        conform(path, tmp_path / "out.jpg", INSTAGRAM)
    assert caught.value.code == "media_unsupported"


@pytest.mark.parametrize(
    ("size", "expected"), [((2000, 1000), (480, 240)), ((300, 200), (300, 200)), ((100, 5000), (19, 960))]
)
def test_thumbnails_are_small_and_never_enlarged(
    size: tuple[int, int], expected: tuple[int, int], tmp_path: Path
) -> None:
    facts = thumbnail(makers.saved(makers.photo(*size), tmp_path / "in.webp", "WEBP"), tmp_path / "small.jpg")
    assert (facts.width, facts.height) == expected
    assert facts == probe(tmp_path / "small.jpg", name="small.jpg")


def test_many_threads_conform_at_once(tmp_path: Path) -> None:
    sources = [
        makers.saved(makers.photo(900, 700, seed=seed), tmp_path / f"{seed}.png", "PNG") for seed in range(6)
    ]
    alone = [conform(source, tmp_path / f"alone-{source.stem}.jpg", INSTAGRAM) for source in sources]
    with ThreadPoolExecutor(6) as pool:
        together = list(
            pool.map(lambda source: conform(source, tmp_path / f"{source.stem}.jpg", INSTAGRAM), sources)
        )
    assert together == alone


def _profile_with_red_and_blue_swapped() -> bytes:
    """An sRGB profile whose red and blue primaries changed places."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(profile[128:132], "big")
    entries = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, blue = entries[b"rXYZ"], entries[b"bXYZ"]
    profile[red : red + 4], profile[blue : blue + 4] = b"bXYZ", b"rXYZ"
    return bytes(profile)
