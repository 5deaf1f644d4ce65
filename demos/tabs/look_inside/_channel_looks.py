"""More about a channel for the tab "Layers": what it looks for, and how two pictures differ in a layer."""

import io
from functools import lru_cache

import numpy as np
from PIL import Image

from cnn_core.explain.activations import first_activations, shrunk
from cnn_core.explain.channel_difference import most_different
from cnn_core.images import drawing, opening
from cnn_core.images.placement import for_the_screen
from cnn_core.results import Activations, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import with_fallback
from cnn_core.tasks.feeding import feed, split
from demos import atlas
from demos.tabs._networks import name_channel

COMPARED = 6
SIDE = 160


def sought(network: str, layer: str, channel: int) -> list[tuple[PictureArray, str]]:
    """What a channel looks for, as worked out beforehand; nothing for networks and channels of which there is none."""
    tiles = tiles_of(network, layer)
    if channel >= len(tiles):
        return []
    return [(opening.enlarge_to(tiles[channel], 256), "What it looks for: noise, changed until it answers")]


@lru_cache(maxsize=8)
def tiles_of(network: str, layer: str) -> tuple[PictureArray, ...]:
    """The stored pictures of a layer's channels, (SIDE, SIDE, 3) each, the first channel first."""
    sheet = atlas.find(network, layer)
    if sheet is None:
        return ()
    pixels, side = np.asarray(Image.open(io.BytesIO(sheet.webp)).convert("RGB")), atlas.SIDE
    corners = [(side * (k // atlas.COLUMNS), side * (k % atlas.COLUMNS)) for k in range(sheet.count)]
    return tuple(pixels[top : top + side, left : left + side] for top, left in corners)


def compare(other: PictureArray | None, network: str, maps: Activations, seed: int) -> list[tuple[PictureArray, str]]:
    """The channels whose answers to the picture and to another one differ most, both maps side by side at one scale."""
    name, generator = split(network)
    if other is None or generator:
        return []
    small = for_the_screen(other)

    def look(net: weights.Network) -> Activations:
        fed = feed(net, small, generator, seed)
        return first_activations(fed.model, fed.inputs[0], [maps.layer], *fed.inputs[1:])[maps.layer]

    there = with_fallback(name, look)
    shown = []
    for k in most_different(maps, there, COMPARED):
        means = f"{maps.values[k].mean():.2f} here, {there.values[k].mean():.2f} there on average"
        shown.append((beside(maps, there, k), f"{name_channel(network, maps.layer, k)}: {means}"))
    return shown


def beside(one: Activations, other: Activations, channel: int) -> PictureArray:
    """A channel's two maps side by side, in the same colours for the same numbers; (SIDE, w, 3)."""
    both = [shrunk(Activations(maps.layer, maps.values[channel : channel + 1]), SIDE).values[0] for maps in (one, other)]
    limit = max(float(np.abs(values).max()) for values in both) or 1.0
    signed = min(one.values.min(), other.values.min()) < 0
    colours = [drawing.map_to_colours(v, limit, drawing.DIVERGING if signed else drawing.SEQUENTIAL) for v in both]
    parts = [np.asarray(Image.fromarray(part).resize((SIDE, SIDE), Image.Resampling.NEAREST)) for part in colours]
    gap = np.full((SIDE, 4, 3), drawing.GAP_GREY, np.uint8)
    return np.hstack([parts[0], gap, parts[1]])
