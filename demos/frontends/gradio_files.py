"""Files that the page shows or offers: kept once by their content, served only to those who know the name, and deleted."""

import os
import tempfile
from pathlib import Path

from gradio import processing_utils
from gradio.utils import get_upload_folder

from demos.frontends import presentation
from demos.spec import PictureArray


def picture_path(picture: PictureArray, exact: bool) -> str:
    """The path of a file that holds the picture and can be served."""
    data, ending = presentation.picture_file(picture, exact)
    return keep(data, f"picture.{ending}")


def keep(data: bytes, name: str) -> str:
    """The path of a file of this content, served to those who know it. The same content is kept only once.

    Gradio deletes it after a while (``delete_cache``), counted from the last time it was handed out.
    """
    folder = Path(get_upload_folder()) / processing_utils.hash_bytes(data)
    folder.mkdir(parents=True, exist_ok=True)
    path = (folder / Path(name).name).resolve()
    if path.exists():
        os.utime(path)
    else:
        handle, temporary = tempfile.mkstemp(dir=folder)  # renamed when complete: nobody is served half a file
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(path)
    return str(path)
