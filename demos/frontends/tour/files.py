"""The files of a tour: pictures as WebP, each written once however often it is shown."""

import hashlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from cnn_core.images import opening
from demos.frontends import presentation
from demos.spec import PictureArray

FOLDER = "files"
LARGEST = 900
"""The longest side of a photograph in a tour, pixels. Where pixels mean something, a picture stays as large as it is."""
QUALITY = 80
LETTERS = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Shown:
    """A picture as a page shows it.

    Attributes:
        address: of its file, seen from the pages.
        width, height: pixels of the file.
    """

    address: str
    width: int
    height: int


class Files:
    """Writes what pages show into the folder of a tour.

    Args:
        folder: the tour's; the pages lie in it, pictures and other files below.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep_picture(self, picture: PictureArray, exact: bool = False) -> Shown:
        """A picture (H, W) or (H, W, 3) uint8 as WebP: without loss if ``exact`` or drawn, else smaller and a little off."""
        lossless = exact or presentation.is_drawing(picture)
        if not lossless:
            picture, _ = opening.cap_longest_side(picture, LARGEST)
        file = io.BytesIO()
        Image.fromarray(picture).convert("RGB").save(file, "WEBP", lossless=lossless, quality=QUALITY, method=4)
        height, width = picture.shape[:2]
        return Shown(self._keep(file.getvalue(), "webp"), width, height)

    def keep_figure(self, png: bytes) -> Shown:
        """A figure's PNG file as WebP, without loss."""
        drawn = Image.open(io.BytesIO(png)).convert("RGB")
        return self.keep_picture(np.asarray(drawn), exact=True)

    def keep_file(self, data: bytes, name: str) -> str:
        """The address of a file that a visitor may keep, under a name that every system can write."""
        return self._keep(data, LETTERS.sub("_", name).lstrip(".") or "file")

    def _keep(self, data: bytes, ending: str) -> str:
        """Writes a file named after what is in it, and returns its address."""
        name = hashlib.blake2b(data, digest_size=8).hexdigest()
        address = f"{FOLDER}/{name}.{ending}"
        path = self.folder / address
        path.parent.mkdir(exist_ok=True)
        if not path.exists():
            path.write_bytes(data)
        return address
