"""``python -m demos.atlas``: makes the small pictures of all layers' channels; after a change of a network.

It takes about ten minutes of one core for each network and may be stopped: the next time it goes on with the layer at which
it stood.
"""

import argparse
import io
import json
import shutil
import sys
import time
from typing import Any

from PIL import Image

from cnn_core.explain.channel_atlas import visualise_channels
from cnn_core.images.drawing import tile
from cnn_core.results import PictureArray
from cnn_core.runtime import devices, weights
from cnn_core.tasks.preprocessing import standardise
from demos import atlas
from demos.tabs._networks import facts_of, is_last

AT_ONCE = 16
"""Pictures that are made together: more are not faster."""
QUALITY = 70
"""Of WebP: at 64 pixels a picture takes about 1.3 kB."""


def main(arguments: list[str] | None = None) -> None:
    """Makes the sheets that are missing or of other weights."""
    parser = argparse.ArgumentParser(prog="python -m demos.atlas", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=atlas.NETWORKS, help="weights names; without it all of them")
    asked = parser.parse_args(arguments)
    devices.set_threads()
    for network in asked.only or atlas.NETWORKS:
        entry = begin(network)
        for facts in facts_of(network):
            if facts.name not in entry["layers"]:
                since = time.monotonic()
                entry["layers"][facts.name] = store(network, facts.name, facts.shape[0])
                text = json.dumps({**atlas.contents(), network: entry}, indent=1) + "\n"
                (atlas.FOLDER / "atlas.json").write_text(text, encoding="utf-8")
                sys.stdout.write(f"{network} {facts.name}: {time.monotonic() - since:.0f} s\n")
                sys.stdout.flush()


def begin(network: str) -> dict[str, Any]:
    """The network's entry with the layers that are there already; where they are of other weights, without any."""
    entry = atlas.contents().get(network)
    if entry and atlas.holds(network, entry):
        return dict(entry)
    shutil.rmtree(atlas.FOLDER / network, ignore_errors=True)
    return {**atlas.made_how(network), "layers": {}}


def store(network: str, layer: str, channels: int) -> int:
    """Makes the sheet of a layer that has so many channels; returns how many of them are on it."""
    count = channels if is_last(network, layer) else min(channels, atlas.CHANNELS)
    pictures: list[PictureArray] = []
    for first in range(0, count, AT_ONCE):
        pictures += make(network, layer, list(range(first, min(first + AT_ONCE, count))))
    path = atlas.path_of(network, layer)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(packed(pictures))
    return count


def make(network: str, layer: str, channels: list[int]) -> list[PictureArray]:
    """The pictures of some channels of a layer."""
    net = weights.load(network)
    return visualise_channels(
        net.model, lambda x: standardise(x, net.card.input), layer, channels, atlas.SIDE, atlas.STEPS, atlas.SEED, net.device
    )


def packed(pictures: list[PictureArray]) -> bytes:
    """All pictures on one sheet, as WebP."""
    file = io.BytesIO()
    Image.fromarray(tile(pictures, atlas.COLUMNS, gap=0)).save(file, "WEBP", quality=QUALITY, method=6)
    return file.getvalue()


if __name__ == "__main__":
    main()
