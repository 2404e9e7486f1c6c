"""Pictures that people hand in: made anew from their pixels, within bounds; nothing else of a file is kept."""

from __future__ import annotations

import threading
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from django.utils.translation import gettext
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 10 << 20
MAX_PIXELS = 50_000_000  # a phone's largest; four bytes each while it is read
MAX_SIDE = 2_000  # of what is kept: a page of a letter is read well
QUALITY = 82
MIME = "image/jpeg"
_FORMATS = ("JPEG", "PNG", "WEBP")
_ONE_AT_A_TIME = threading.Lock()  # so that a full house of uploads costs the memory of one picture


class PictureError(ValueError):
    """The file is no picture that we take; `str()` is one sentence for whoever handed it in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Picture:
    """A picture as it is stored: JPEG, upright, without a word about where and by what it was taken."""

    body: bytes
    width: int
    height: int
    mime: str = MIME


def read_picture(file: IO[bytes]) -> Picture:
    """Decode and encode anew; PictureError where it is none, is too large or is broken."""
    body = file.read(MAX_BYTES + 1)
    if len(body) > MAX_BYTES:
        raise PictureError(gettext("Gambar ini lebih besar dari 10 MB. Perkecil dahulu, lalu unggah lagi."))
    try:
        with _ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks about odd files; the limits are our own
            return _encode(_decode(body))
    except Image.DecompressionBombError as error:
        raise PictureError(_too_large()) from error
    except PictureError:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:  # what Pillow says of broken chunks
        raise PictureError(
            gettext("Berkas ini bukan gambar yang dapat dibaca. Unggah foto JPEG, PNG, atau WebP.")
        ) from error


def _too_large() -> str:
    return gettext("Gambar ini terlalu besar (lebih dari 50 juta titik). Perkecil dahulu.")


def _decode(body: bytes) -> Image.Image:
    image = Image.open(BytesIO(body), formats=_FORMATS)
    # The size stands in the header: a small file that unfolds to gigabytes is refused before a pixel is read.
    if image.width * image.height > MAX_PIXELS:
        raise PictureError(_too_large())
    image.draft("RGB", (MAX_SIDE, MAX_SIDE))  # a JPEG is read no finer than needed
    image.load()
    return image


def _encode(image: Image.Image) -> Picture:
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    upright = ImageOps.exif_transpose(image)
    flat = _flatten(upright)
    out = BytesIO()
    flat.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Picture(body=out.getvalue(), width=flat.width, height=flat.height)


def _flatten(image: Image.Image) -> Image.Image:
    """Without transparency, on white; a new image, so that it carries no further information of the file."""
    clear = image.convert("RGBA") if image.has_transparency_data else image.convert("RGB")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(clear, mask=clear.getchannel("A") if clear.mode == "RGBA" else None)
    return paper
