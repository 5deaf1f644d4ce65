"""A layer to keep: its channels as one picture, its values as a file of numpy; and how alive they are."""

import io

import numpy as np
from PIL import Image
from torch import nn

from cnn_core.explain.survey import Health, bounds_of, health_of
from cnn_core.images import drawing
from cnn_core.results import Activations
from demos.tabs._networks import channels_of

File = tuple[str, bytes]


def save_layer(wanted: bool, network: str, maps: Activations, common_scale: bool) -> tuple[File | None, File | None]:
    """All channels of a layer as a PNG sheet and as an .npz file, if they are wanted.

    The file of numpy holds ``values`` (C, h, w) float32, ``channels``, their names, ``network`` and ``layer``.
    """
    if not wanted:
        return None, None
    name = f"{network}_{maps.layer}".replace(":", "_").replace("@", "_")
    sheet, values = io.BytesIO(), io.BytesIO()
    columns = int(np.ceil(np.sqrt(len(maps.values))))
    Image.fromarray(drawing.draw_channels(maps, columns, common_scale, cell=96)).save(sheet, "png")
    words = dict(channels_of(network, maps.layer))
    names = [words.get(str(k), f"channel {k}") for k in range(len(maps.values))]
    np.savez_compressed(values, values=maps.values, channels=names, network=network, layer=maps.layer)
    return (f"{name}.png", sheet.getvalue()), (f"{name}.npz", values.getvalue())


def say_layers_health(model: nn.Module, maps: Activations) -> str:
    """How many channels of a layer say nothing of this picture. Markdown."""
    return say_health(health_of(maps, bounds_of(model, maps.layer)))


def say_health(health: Health) -> str:
    """How many channels say nothing. Markdown."""
    words = [f"**{health.dead} of {health.channels}** channels are dead for this picture: 0 everywhere"]
    if health.saturated:
        words.append(f"{health.saturated} are saturated: nearly all of their values lie at a bound of the activation")
    return "; ".join([*words, f"{health.zeros:.0%} of all values are 0."])
