"""Pictures as addresses that hold them, for the data of scenes."""

import base64
import io
from typing import Any, Literal

from PIL import Image


def address_of(image: Image.Image, kind: Literal["png", "jpeg"], **options: Any) -> str:
    """The picture itself as an address: "data:image/png;base64,..."; ``options`` as of Pillow's ``save``."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return f"data:image/{kind};base64,{base64.b64encode(out.getvalue()).decode()}"
