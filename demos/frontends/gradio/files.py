"""Files that the page shows or offers: kept once by their content, served only to those who know the name, and deleted."""

import os
import re
import tempfile
from pathlib import Path
from typing import Any

from gradio import processing_utils
from gradio.utils import get_upload_folder

from cnn_core.errors import LabError
from cnn_core.images import opening
from demos.frontends import presentation
from demos.spec import PictureArray

UNFIT_FOR_NAMES = re.compile(r"[^\w().,&+-]+")
"""What file names leave out, on any system; folders are among it."""
KEPT: set[str] = set()
"""The paths of all kept files, for Gradio to delete in time; it forgets them then."""
SHOWN_BY_BROWSERS = ("PNG", "WEBP", "BMP", "GIF")
LOSSY = ("JPEG", "HEIF")
"""Copies of these may be JPEGs, too: a telephone's photograph as PNG takes ten times as long, and 20 MB."""


def picture_path(picture: PictureArray, exact: bool, shows: str) -> str:
    """The path of a file that holds the picture and can be served; it is named after what it ``shows``."""
    data, ending = presentation.picture_file(picture, exact)
    return keep(data, f"{shows}.{ending}")


def as_shown(path: str) -> str:
    """The path of an upload, or of its upright copy where browsers show the file otherwise than it is opened here.

    A click then hits the same pixel in both: browsers turn JPEGs by EXIF, of the other formats some, most show no TIFF or
    HEIC, and what is opened smaller here is larger there. Nothing is decoded to find that out.
    """
    try:
        header = opening.read_header(path)
        alike = header.format == "JPEG" or (header.format in SHOWN_BY_BROWSERS and not header.turned)
        if alike and header.factor == 1:
            return path
        picture = opening.open_picture(path)
        data, ending = presentation.picture_file(picture, exact=header.format not in LOSSY)
        if len(data) > opening.MOST_BYTES:  # or the run would refuse it
            data, ending = presentation.picture_file(picture, exact=False)
        return keep(data, f"{Path(path).stem}.{ending}")
    except (LabError, OSError):
        return path  # the run will open it, too, and say in words what is wrong with it


def keep(data: bytes, name: str) -> str:
    """The path of a file of this content, served to those who know it. The same content is kept only once.

    Gradio deletes it after a while (``delete_cache``), counted from the last time it was handed out.
    """
    folder = Path(get_upload_folder()) / processing_utils.hash_bytes(data)
    folder.mkdir(parents=True, exist_ok=True)
    stem, dot, ending = name.rpartition(".")
    path = (folder / (UNFIT_FOR_NAMES.sub(" ", stem).strip(" .") + dot + UNFIT_FOR_NAMES.sub("", ending))).resolve()
    KEPT.add(str(path))
    if path.exists():
        os.utime(path)
    else:
        handle, temporary = tempfile.mkstemp(dir=folder)  # renamed when complete: nobody is served half a file
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)
    return str(path)


def in_use(paths: Any) -> bool:
    """Whether all kept files that these (nested) paths name are still there; from now they are as if just handed out."""
    if isinstance(paths, list | tuple):
        return all(in_use(path) for path in paths)
    if paths not in KEPT:
        return not Path(paths).is_absolute()  # a caption
    path = Path(paths)
    if not path.is_file():
        return False
    os.utime(path)
    return True
