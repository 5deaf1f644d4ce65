"""The stored pictures of a layer's channels (demos/atlas), as the page shows them."""

import base64
from typing import Any

from cnn_core.runtime import weights
from demos import atlas
from demos.spec import Options
from demos.tabs._networks import facts_of, is_last, layers_of


def atlas_scene(network: str, layer: str, channel: str) -> dict[str, Any] | None:
    """All stored pictures of a layer with the chosen one marked; None for a network of which there are none."""
    sheet = atlas.find(network, layer)
    if sheet is None:
        return None
    classes = is_last(network, layer)
    names = list(weights.card(network).classes) if classes else [f"channel {k}" for k in range(sheet.count)]
    title = dict(layers_of(network))[layer]
    return {
        "words": f"{sheet.count} small pictures: what the {'classes' if classes else 'channels'} of {title} look for.",
        "key": f"{network} {layer}",
        "sheet": base64.b64encode(sheet.webp).decode(),
        "side": atlas.SIDE,
        "columns": atlas.COLUMNS,
        "names": names,
        "chosen": int(channel) if int(channel) < sheet.count else -1,
        "title": title,
        "made": say_how(network, layer, sheet.count),
        **neighbours(layers_of(network), layer),
    }


def say_how(network: str, layer: str, count: int) -> str:
    """How many of the layer's channels are there, and how their pictures were made."""
    channels = next(facts.shape[0] for facts in facts_of(network) if facts.name == layer)
    which = f"all {count}" if count == channels else f"the first {count} of {channels}"
    how = f"in {atlas.STEPS} steps at {atlas.SIDE} × {atlas.SIDE} pixels, with both tricks and seed {atlas.SEED}"
    return f"Stored: {which}, made beforehand {how}. Press one, and it is worked out again, larger and with your settings."


def neighbours(layers: Options, layer: str) -> dict[str, Any]:
    """The layers before and after a layer, as the page names them; None at either end."""
    here = [value for value, _ in layers].index(layer)
    beside = {"earlier": here - 1, "later": here + 1}
    return {
        name: dict(zip(("value", "label"), layers[k], strict=True)) if 0 <= k < len(layers) else None
        for name, k in beside.items()
    }
