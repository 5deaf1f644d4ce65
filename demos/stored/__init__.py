"""What a page opens with: the answer to a demo's first example, which slow demos bring along.

``python -m demos.stored`` works those answers out and puts each into a zip file here: its values as JSON, its pictures
without loss. A stored answer holds for the networks and the inputs that it was worked out with; where either has changed,
or a lecturer's own photographs are the examples, the demo runs. The page says that an answer was stored.
"""

import hashlib
import io
import json
import logging
import zipfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from cnn_core.runtime import weights
from demos import runner
from demos.runner import Answer
from demos.spec import Demo
from demos.stored.codec import Array, decode, encode

logger = logging.getLogger(__name__)
FOLDER = Path(__file__).parent
SLOW = ("instance_segmentation", "style_optimised", "layers", "why", "feature_visualisation", "dream")
"""Demos whose first answer takes more than a second of one core and says nothing of the time that it took."""


@cache
def first_answer(demo: Demo) -> tuple[dict[str, Any], Answer] | None:
    """The inputs and the answer of a demo's first example, worked out once for all visitors; None without examples."""
    if not demo.examples:
        return None
    values = runner.example_values(demo, demo.examples[0])
    found = find(demo)
    if found is None:
        *_, found = runner.answers(demo, values)
    return values, found


def find(demo: Demo) -> Answer | None:
    """The stored answer to a demo's first example; None where there is none that holds."""
    path = FOLDER / f"{demo.name}.zip"
    if demo.name not in SLOW or not path.exists():
        return None
    try:
        with zipfile.ZipFile(path) as pack:
            answer = json.loads(pack.read("answer.json"))
            if answer["networks"] != hashes(answer["networks"]) or answer["inputs"] != fingerprint(demo):
                return None
            values = decode(answer["values"], lambda name: _opened(pack.read(name)))
            # where there are more or fewer of them, the demo shows other things by now
            return Answer(values, answer["facts"]) if len(values) == len(demo.outputs) else None
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
        logger.exception("the stored answer of %s cannot be read", demo.name)
        return None


def store(demo: Demo, folder: Path = FOLDER) -> Path:
    """Works the first answer out and writes it; returns the file."""
    values = runner.example_values(demo, demo.examples[0])
    *_, answer = runner.answers(demo, values)
    path = folder / f"{demo.name}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as pack:

        def keep(picture: Array) -> str:
            name = f"{_hash(picture)}.webp"  # several outputs may show the same picture
            if name not in pack.namelist():
                pack.writestr(zipfile.ZipInfo(name), _packed(picture))  # without a date: the same answer is the same file
            return name

        used = [name for name in demo.weights if f"**{weights.card(name).title}**" in answer.facts]
        used += [base for base in (weights.card(name).base for name in used) if base]  # a head is nothing without it
        content = {
            "networks": hashes(used),
            "inputs": fingerprint(demo),
            "facts": facts_of_stored(answer.facts),
            "values": encode(answer.values, keep),
        }
        pack.writestr(zipfile.ZipInfo("answer.json"), json.dumps(content), zipfile.ZIP_DEFLATED)
    return path


def facts_of_stored(facts: str) -> str:
    """What every run reports, for an answer that is shown later: in place of device and time that it was stored."""
    how, *cards = facts.replace("**", "", 2).split("  \n")
    again = "press Run or change something to see it worked out here."
    return "  \n".join([f"**Stored**: worked out beforehand ({how}); {again}", *cards])


def hashes(names: Mapping[str, str] | list[str]) -> dict[str, str]:
    """Name -> hash of these networks' weights; those that are not shipped any more are left out."""
    return {name: weights.card(name).sha256 for name in names if name in weights.names()}


def fingerprint(demo: Demo) -> str:
    """A hash of all that the demo's first example gives to ``run``."""
    values = runner.example_values(demo, demo.examples[0])
    plain = encode(values, _hash)
    return hashlib.sha256(json.dumps(plain).encode()).hexdigest()


def _hash(picture: Array) -> str:
    return hashlib.sha256(str((picture.shape, picture.dtype.str)).encode() + picture.tobytes()).hexdigest()


def _packed(picture: Array) -> bytes:
    """A picture or mask as lossless WebP, which has three channels."""
    pixels = picture.astype(np.uint8) * 255 if picture.dtype == np.bool_ else picture
    rgb = pixels if pixels.ndim == 3 else np.dstack([pixels] * 3)  # (H, W) -> (H, W, 3)
    file = io.BytesIO()
    Image.fromarray(rgb).save(file, "WEBP", lossless=True, quality=100, method=6)
    return file.getvalue()


def _opened(data: bytes) -> Array:
    return np.array(Image.open(io.BytesIO(data)).convert("RGB"))
