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
from cnn_core.runtime import run_log, weights
from cnn_core.runtime.on_network import with_fallback
from cnn_core.tasks.feeding import feed, split
from demos import atlas
from demos.tabs._networks import name_channel

NEAREST = Image.Resampling.NEAREST
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
    if other is None or split(network)[1]:
        return []
    there = maps_for(network, other, maps.layer, seed)
    shown = []
    for k in most_different(maps, there, COMPARED):
        means = f"{maps.values[k].mean():.2f} here, {there.values[k].mean():.2f} there on average"
        shown.append((beside(maps, there, k), f"{name_channel(network, maps.layer, k)}: {means}"))
    return shown


def maps_for(network: str, picture: PictureArray, layer: str, seed: int) -> Activations:
    """What a layer of any network answers to a picture (H, W, 3)."""
    name, generator = split(network)
    small = for_the_screen(picture)

    def look(net: weights.Network) -> Activations:
        fed = feed(net, small, generator, seed)
        with run_log.timed(net.card.name):
            return first_activations(fed.model, fed.inputs[0], [layer], *fed.inputs[1:])[layer]

    return with_fallback(name, look)


def beside(
    one: Activations, other: Activations, channel: int, there: int | None = None, one_scale: bool = True
) -> PictureArray:
    """Two maps side by side, (SIDE, w, 3).

    Args:
        one, other: all channels of both.
        channel, there: the first one's, and the second one's where it has another number.
        one_scale: the same colours for the same numbers; else each map at its own brightness.
    """
    chosen = [(one, channel), (other, channel if there is None else there)]
    both = [shrunk(Activations(maps.layer, maps.values[k : k + 1]), SIDE).values[0] for maps, k in chosen]
    limits = [float(np.abs(values).max()) or 1.0 for values in both]
    signed = [maps.values.min() < 0 for maps, _ in chosen]
    if one_scale:
        limits, signed = [max(limits)] * 2, [any(signed)] * 2
    names = [drawing.DIVERGING if below else drawing.SEQUENTIAL for below in signed]
    colours = [drawing.map_to_colours(*each) for each in zip(both, limits, names, strict=True)]
    sizes = [(round(SIDE * part.shape[1] / part.shape[0]), SIDE) for part in colours]  # (w, h)
    parts = [np.asarray(Image.fromarray(part).resize(size, NEAREST)) for part, size in zip(colours, sizes, strict=True)]
    return np.hstack([parts[0], np.full((SIDE, 4, 3), drawing.GAP_GREY, np.uint8), parts[1]])
