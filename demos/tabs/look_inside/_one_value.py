"""One value of a feature map for the tab "Layers": where it lies, what it sees, and the sum that made it."""

from typing import Any

import numpy as np
from PIL import Image

from cnn_core.explain.one_value import TakenApart, take_apart
from cnn_core.images import drawing, opening
from cnn_core.images.placement import Placement
from cnn_core.results import Activations, PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.feeding import Fed, split
from demos.tabs._addresses import address_of
from demos.tabs._networks import channels_of, facts_of, fields_of, layers_of, name_channel
from demos.tabs.look_inside._atlas import neighbours

SHOWN = 4
"""Channels of the input whose products are shown one by one."""
COLOURS = ("red", "green", "blue")
PHOTO = 320
Place = tuple[int, int] | None


def show_value(
    picture: PictureArray, network: str, fed: Fed, maps: Activations, number: int, place: Place
) -> dict[str, Any]:
    """The value of a channel nearest to a place of the picture, for the scene.

    Args:
        picture: (H, W, 3) uint8 that came in; ``place`` is one of its pixels. None: the channel's strongest value.
        network: its name.
        fed: what it was given.
        maps: all channels of the layer.
        number: the channel.
        place: (x, y).
    """
    placement = placed_on(picture, network, fed, maps)
    row, column = cell_at(maps, number, place, placement)
    names = [layer for layer, _ in layers_of(network)]
    found = take_apart(fed.model, fed.inputs, names, maps.layer, (number, row, column))
    return {
        "words": say_value(found, name_channel(network, maps.layer, number), row, column),
        **map_of(maps, number),
        "at": [row, column],
        **field_on_photo(network, fed, maps.layer, row, column),
        "source": placement.source,
        "inside": placement.inside,
        "size": placement.size,
        "upload": placement.upload,
        "channel": channel_beside(network, maps, number),
        "layer": {"name": dict(layers_of(network))[maps.layer], **neighbours(layers_of(network), maps.layer)},
        **sum_of(found, colours=is_first(network, maps.layer)),
    }


# ---------------------------------------------------------------- which value


def placed_on(picture: PictureArray, network: str, fed: Fed, maps: Activations) -> Placement:
    """Where the picture that came in lies in the input; all over it where the network does not get the picture as it is."""
    if fed.placement is None:  # a generator: as if the picture lay under its maps
        return Placement.plan(picture.shape[:2], (maps.values.shape[1], maps.values.shape[2]), "stretch")
    form, (h, w) = weights.card(split(network)[0]).input, fed.inputs[0].shape[2:]
    alike = fed.photo is not None and abs(fed.photo.shape[0] * picture.shape[1] / fed.photo.shape[1] - picture.shape[0]) < 2
    return Placement.plan(picture.shape[:2], (h, w), form.how if alike and form.shuffle_seed is None else "stretch")


def cell_at(maps: Activations, number: int, place: Place, placement: Placement) -> tuple[int, int]:
    """Row and column of the value that lies under a place of the picture; without one, of the strongest value."""
    _, rows, columns = maps.values.shape
    if place is None:
        row, column = divmod(int(np.abs(maps.values[number]).argmax()), columns)
        return row, column
    x, y = placement.point_from_upload(place[0] + 0.5, place[1] + 0.5)
    (h, w) = placement.size
    return int(np.clip(y * rows // h, 0, rows - 1)), int(np.clip(x * columns // w, 0, columns - 1))


def channel_beside(network: str, maps: Activations, number: int) -> dict[str, Any]:
    """The channel's name, and the numbers of those before and after it."""
    count = min(len(maps.values), len(channels_of(network, maps.layer)))
    earlier, later = (str(k) if 0 <= k < count else None for k in (number - 1, number + 1))
    return {"name": f"{name_channel(network, maps.layer, number)} of {count}", "earlier": earlier, "later": later}


def is_first(network: str, layer: str) -> bool:
    """Whether a layer is made from the input, or from a layer that is: its kernels are over a picture's colours."""
    sources = {facts.name: facts.sources for facts in facts_of(network)}
    return all(source == "input" or sources[source] == ("input",) for source in sources[layer])


# ---------------------------------------------------------------- how it is shown


def map_of(maps: Activations, number: int) -> dict[str, Any]:
    """The channel as a picture of one pixel a value; none of single numbers."""
    values = maps.values[number]
    rows, columns = values.shape
    limit = float(drawing.find_limits(maps)[number])
    name = drawing.DIVERGING if maps.values.min() < 0 else drawing.SEQUENTIAL
    picture = address_of(Image.fromarray(drawing.map_to_colours(values, limit, name)), "png") if values.size > 1 else None
    return {"map": picture, "rows": rows, "columns": columns}


def field_on_photo(network: str, fed: Fed, layer: str, row: int, column: int) -> dict[str, Any]:
    """The photo and the part of it that the value sees, as shares of its sides; none where no picture goes in."""
    if fed.photo is None or fed.placement is None:
        return {"photo": None, "field": None}
    box = fields_of(network)[layer].box(row, column, *fed.placement.size)
    height, width = fed.photo.shape[:2]
    shares = fed.placement.boxes_to_upload([box])[0] / (width, height, width, height)
    small = opening.enlarge_to(opening.cap_longest_side(fed.photo, PHOTO)[0], PHOTO)
    return {"photo": address_of(Image.fromarray(small), "jpeg", quality=88), "field": shares.round(4).tolist()}


def sum_of(found: TakenApart, colours: bool) -> dict[str, Any]:
    """The products and sums: the channels that give most one by one, the others together."""
    named = colours and len(found.terms) == len(COLOURS)
    terms = [
        {
            "name": COLOURS[term.channel] if named else f"channel {term.channel}",
            "patch": numbers(term.patch),
            "weights": None if term.weights is None else numbers(term.weights),
            "sum": term.sum,
        }
        for term in found.terms[:SHOWN]
    ]
    rest = found.terms[SHOWN:]
    return {
        "value": found.value,
        "kind": found.kind,
        "terms": terms,
        "others": {"count": len(rest), "sum": sum(term.sum for term in rest)} if rest else None,
        "bias": found.bias,
        "total": found.total,
        "steps": [{"words": step.words, "value": step.value} for step in found.steps],
    }


def numbers(table: np.ndarray) -> list[list[float | None]]:
    """A table of numbers in four digits; None for what is no number: the padding of a max pooling."""
    return [[float(f"{value:.4g}") if np.isfinite(value) else None for value in row] for row in table.tolist()]


def say_value(found: TakenApart, name: str, row: int, column: int) -> str:
    """The value and its sum in one sentence, for people who cannot see the drawing."""
    strongest = ", ".join(f"{term.sum:.3g} from channel {term.channel}" for term in found.terms[:SHOWN])
    made = f" It comes from a {found.kind}: {strongest}; {found.total:.3g} altogether." if found.terms else ""
    steps = "".join(f" Then {step.words}: {step.value:.3g}." for step in found.steps)
    return f"{name[0].upper()}{name[1:]}, row {row}, column {column}: {found.value:.3g}.{made}{steps}"
