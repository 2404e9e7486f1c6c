"""Pictures that people hand in: kept as pixels and nothing else, and never a way to fill the memory."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from inbox.picture import MAX_BYTES, MAX_SIDE, Picture, PictureError, read_picture


def draw(size: tuple[int, int] = (60, 40), mode: str = "RGB", kind: str = "PNG", **options: object) -> bytes:
    out = BytesIO()
    Image.new(mode, size, 200 if mode == "L" else (200, 30, 30, 128)[: len(mode)]).save(out, kind, **options)
    return out.getvalue()


def read(body: bytes) -> tuple[Picture, Image.Image]:
    picture = read_picture(BytesIO(body))
    return picture, Image.open(BytesIO(picture.body))


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def claim(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is this large."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_whatever_comes_is_kept_as_a_jpeg(kind: str, mode: str) -> None:
    picture, image = read(draw(mode=mode, kind=kind))
    assert (image.format, image.mode, picture.mime) == ("JPEG", "RGB", "image/jpeg")
    assert (picture.width, picture.height) == image.size == (60, 40)


def test_what_is_transparent_becomes_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    corner = read(out.getvalue())[1].getpixel((5, 5))
    assert isinstance(corner, tuple)
    assert min(corner) > 250


def test_the_place_where_it_was_taken_is_not_kept_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif.get_ifd(0x8825)[1] = "S"  # GPS
    body = draw((80, 40), kind="JPEG", exif=exif)
    assert b"Exif" in body
    picture, image = read(body)
    assert b"Exif" not in picture.body
    assert not image.getexif()
    assert (picture.width, picture.height) == (40, 80)


def test_what_was_hidden_behind_the_pixels_is_not_kept() -> None:
    picture, _ = read(draw() + b"<script>alert(1)</script>" + b"PK\x03\x04")
    assert b"script" not in picture.body


def test_a_large_picture_is_made_smaller() -> None:
    picture, _ = read(draw((4_000, 1_000), kind="JPEG"))
    assert (picture.width, picture.height) == (MAX_SIDE, MAX_SIDE // 4)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "bukan gambar"),
        (b"GIF89a" + bytes(100), "bukan gambar"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "bukan gambar"),
        (b"%PDF-1.7", "bukan gambar"),
        (draw()[:60], "bukan gambar"),
        (draw((900, 900), kind="JPEG")[:900], "bukan gambar"),
        (claim(60, 40)[:-20], "bukan gambar"),
        (claim(50_000, 50_000), "terlalu besar"),
        (claim(7_100, 7_100), "terlalu besar"),
        (bytes(MAX_BYTES + 1), "lebih besar dari 10 MB"),
    ],
    ids=["empty", "gif", "svg", "pdf", "cut", "cut jpeg", "broken", "bomb", "over the edge", "over the bytes"],
)
def test_what_is_no_picture_is_refused_in_one_sentence(body: bytes, words: str) -> None:
    with pytest.raises(PictureError, match=words):
        read_picture(BytesIO(body))
