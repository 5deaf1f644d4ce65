"""Receptive field: a stack of layers, made by hand or a shipped network's, and what one of its values sees of a picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image, ImageDraw

from cnn_core.errors import InputError
from cnn_core.explain.effective_field import CHANNELS, Layer, build_stack, effective_field, follow_stack, side_that_holds
from cnn_core.explain.receptive_field import receptive_fields
from cnn_core.explain.span import Span
from cnn_core.images import opening
from cnn_core.images.placement import Placement
from cnn_core.results import Floats, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.borrowed import outputs_of
from cnn_core.runtime.on_network import with_fallback
from cnn_core.tasks.feeding import Fed, feed, seen_by, split
from cnn_core.tasks.preprocessing import as_tensor
from demos.spec import Choice, Demo, Note, Options, Picture, Point, Scene, Seed, Table, Text
from demos.tabs._addresses import address_of
from demos.tabs._networks import every_network, facts_of
from demos.tabs.by_hand._receptive_field_lesson import LESSON

OWN = "own"
MOST_LAYERS = 6
ALLOWED = {"kernel": (1, 3, 5, 7), "stride": (1, 2, 3), "dilation": (1, 2, 4, 8)}
SIDE = 160
"""Pixels on a side that a stack made by hand is given."""

HELD = 0.9
HEAT, FRAME = (230, 120, 0), (42, 132, 198)
Place = tuple[int, int] | None


@dataclass(frozen=True)
class Seen:
    """What one value sees.

    Attributes:
        picture: (h, w, 3) uint8, as the network is given it.
        placement: where the upload lies in it.
        at: the middle of the field, (x, y) in its pixels; whole numbers are pixels' middles.
        side: of the field in theory, pixels; 0: everything.
        values: (h, w), how much each pixel counts.
    """

    picture: PictureArray
    placement: Placement
    at: tuple[float, float]
    side: int
    values: Floats


def run(picture: PictureArray, network: str, layer: str, layers: str, place: Place, seed: int) -> tuple[Any, ...]:
    """What one value of a stack's last layer, or of a network's layer, sees of the picture in theory and in effect."""
    stack = read_layers(layers)
    if network == OWN:
        found = look_at_stack(picture, stack, place, seed)
        rows = list_stack(stack, len(found.picture))
    else:
        found = with_fallback(network, lambda net: look_at_network(net, picture, layer, place))
        rows = list_network(network)
    return say_fields(found), draw(found, stack if network == OWN else ()), rows, paint(found)


def read_layers(text: str) -> list[Layer]:
    """The layers from their text: one a line or between semicolons, each "kernel stride dilation".

    Raises:
        InputError: not one to MOST_LAYERS layers of what is allowed.
    """
    rows = [row.split() for row in text.replace("\n", ";").split(";") if row.strip()]
    fits = 1 <= len(rows) <= MOST_LAYERS and all(
        len(row) == 3 and all(entry in map(str, allowed) for entry, allowed in zip(row, ALLOWED.values(), strict=True))
        for row in rows
    )
    if not fits:
        listed = ", ".join(f"{name} {' '.join(map(str, allowed))}" for name, allowed in ALLOWED.items())
        raise InputError(
            f"Your layers: 1 to {MOST_LAYERS} rows of kernel, stride, dilation, such as 3 2 1. Allowed: {listed}."
        )
    return [Layer(*map(int, row)) for row in rows]


def networks() -> Options:
    """The stack made by hand, and every network of this machine that is given the picture as it lies there."""
    return (OWN, "your own stack"), *((name, words) for name, words in every_network() if has_places(name))


def has_places(network: str) -> bool:
    """Whether what a network is given has the picture's places: no noise, no shuffled pixels, no face turned upright."""
    name, generator = split(network)
    card = weights.card(name)
    turned = card.task in ("face_similarity", "hand_crafted") or card.input.shuffle_seed is not None
    return not (generator or turned or card.architecture == "dense")


def layers_with_places(network: str) -> Options:
    """(name, words) of a network's layers whose values are places of the picture; one entry for the stack made by hand."""
    if network == OWN:
        return ((OWN, "the last of your layers"),)
    table = [facts for facts in facts_of(network) if len(facts.shape) == 3 and facts.shape[1] > 1]
    return tuple((facts.name, facts.words) for facts in table if facts.receptive_field)


def look_at_stack(picture: PictureArray, stack: Sequence[Layer], place: Place, seed: int) -> Seen:
    """What the middle value of a random network of these layers sees, or the one nearest to a place of the upload."""
    small, placement = opening.fit(picture, SIDE, SIDE, "crop")
    x = as_tensor(small).float() / 255 - 0.5
    return look(Fed(build_stack(stack, seed), (x,), photo=small, placement=placement), str(len(stack) - 1), place, small)


def look_at_network(net: weights.Network, picture: PictureArray, layer: str, place: Place) -> Seen:
    """What the value of a network's layer sees that is nearest to a place of the upload."""
    fed = feed(net, picture)
    return look(fed, layer, place, seen_by(net.card, fed.inputs[0]))


def look(fed: Fed, layer: str, place: Place, small: PictureArray) -> Seen:
    """The field of the value nearest to ``place`` (x, y in the upload; None: the middle) and each pixel's part in it.

    Args:
        fed: a network and what it is given; ``small`` (h, w, 3) uint8 as a picture.
        layer: one whose values are places, see ``layers_with_places``.
        place: where to look.
        small: see ``fed``.
    """
    assert fed.placement is not None
    (x, *more), (height, width) = fed.inputs, small.shape[:2]
    wanted = (width / 2, height / 2) if place is None else fed.placement.point_from_upload(place[0] + 0.5, place[1] + 0.5)
    field = receptive_fields(fed.model, x, [layer], *more, strict=False)[layer]
    with torch.no_grad():
        rows, columns = outputs_of(fed.model, x, [layer], *more)[1][layer].shape[2:]
    column, left, right = nearest(field.horizontal, columns, wanted[0])
    row, top, bottom = nearest(field.vertical, rows, wanted[1])
    values = effective_field(fed.model, x, layer, row, column, *more)
    side = 1 + max(right - left, bottom - top)
    return Seen(small, fed.placement, ((left + right) / 2, (top + bottom) / 2), side, values)


def nearest(span: Span, count: int, goal: float) -> tuple[int, int, int]:
    """Of ``count`` values the one whose field's middle is nearest to a place, and that field's first and last pixel."""
    ends = [span.of(number) for number in range(count)]
    number = min(range(count), key=lambda number: abs(sum(ends[number]) / 2 - (goal - 0.5)))
    return number, *ends[number]


def say_fields(found: Seen) -> str:
    """Both fields in words. Markdown."""
    theory = f"One value sees **{found.side} × {found.side}** pixels"
    held = side_that_holds(found.values, *found.at, HELD)
    if not held:
        return f"{theory}; here it follows none of them: its ReLU is shut"
    said = f"{theory}; **{HELD:.0%}** of what moves it is in the middle **{held} × {held}**"
    return said if held <= found.side else f"{said}: its normalisation averages over the whole picture"


def paint(found: Seen) -> PictureArray:
    """The picture, at least 480 pixels on a side, with what moves the value in orange and the field's frame."""
    share = np.sqrt(found.values / max(float(found.values.max()), 1e-12))[..., None]  # (h, w, 1); roots, as in the drawing
    mixed = (1 - 0.9 * share) * found.picture + 0.9 * share * np.array(HEAT)
    factor = -(-480 // min(found.picture.shape[:2]))
    large = Image.fromarray(opening.enlarge(mixed.round().astype(np.uint8), factor))
    x, y = (factor * (middle + 0.5) for middle in found.at)
    reach = factor * found.side / 2
    ImageDraw.Draw(large).rectangle((x - reach, y - reach, x + reach - 1, y + reach - 1), outline=FRAME, width=4)
    return np.asarray(large)


def draw(found: Seen, stack: Sequence[Layer]) -> dict[str, Any]:
    """The picture with the fields, and the layers to be changed; none of those for a network."""
    heat = np.zeros((*found.values.shape, 4), np.uint8)
    heat[..., :3] = HEAT
    heat[..., 3] = 230 * np.sqrt(found.values / max(float(found.values.max()), 1e-12))  # roots: the faint rim stays visible
    height, width = found.picture.shape[:2]
    return {
        "words": say_fields(found).replace("*", "") + ".",
        "picture": address_of(Image.fromarray(found.picture), "jpeg", quality=90),
        "heat": address_of(Image.fromarray(heat), "png"),
        "width": width,
        "height": height,
        "at": found.at,
        "side": found.side,
        "source": found.placement.source,
        "inside": found.placement.inside,
        "layers": [[layer.kernel, layer.stride, layer.dilation] for layer in stack],
        "most": MOST_LAYERS,
        "allowed": ALLOWED,
    }


def list_stack(stack: Sequence[Layer], side: int) -> list[list[Any]]:
    """A line a layer: its window, the field by the formula, weights, and multiply-adds for a picture of this side."""
    rows, before, step, channels = [], 1, 1, 3
    for number, (layer, grown) in enumerate(zip(stack, follow_stack(stack), strict=True), 1):
        side = -(-side // layer.stride)
        count = channels * CHANNELS * layer.kernel**2
        window = f"{layer.kernel} × {layer.kernel}, stride {layer.stride}, dilation {layer.dilation}"
        worked = f"{before} + ({layer.kernel} - 1) · {layer.dilation} · {step} = {grown.field}"
        rows.append([f"{number}: {window}", worked, grown.step, f"{side} × {side}", f"{count:,}", f"{count * side**2:,}"])
        before, step, channels = grown.field, grown.step, CHANNELS
    return rows


def list_network(network: str) -> list[list[Any]]:
    """A line for each layer of a network that still has places: sizes and arithmetic for a square of its input size."""
    places = dict(layers_with_places(network))
    return [
        [
            facts.words,
            f"{facts.receptive_field}",
            facts.stride,
            f"{facts.shape[1]} × {facts.shape[2]}",
            f"{facts.parameters:,}",
            f"{facts.multiply_adds:,}",
        ]
        for facts in facts_of(network)
        if facts.name in places
    ]


DEMO = Demo(
    title="Receptive field",
    summary="Stack convolutions and see how much of your picture one value sees, in theory and in effect.",
    lesson=LESSON,
    inputs={
        "picture": Picture(label="Your picture"),
        "network": Choice(label="Layers of", options=networks),
        "layer": Choice(label="Layer", options=layers_with_places, depends_on=("network",)),
        "layers": Text(
            label="Your layers",
            default="5 1 1; 5 2 1; 5 2 1; 5 2 1; 3 1 1",
            longest=200,
            folded=True,
            help="Kernel, stride, dilation of each. The drawing changes them, too.",
        ),
        "place": Point(label="Place", on="picture", folded=True),
        "seed": Seed(label="Seed of your layers' weights", default=1, folded=True),
    },
    outputs=(
        Note(label="What it sees", tone="headline"),
        Scene(label="Fields", script="field", sets=("layers", "place")),
        Table(
            label="Layer by layer",
            columns=("layer", "field (pixels)", "step", "map", "weights", "multiply-adds"),
        ),
        Picture(
            label="The field as a picture", alt="The picture with the field framed and what moves it in orange", folded=True
        ),
    ),
    run=run,
    examples=(
        {"picture": "chelsea"},
        {"picture": "coffee", "layers": "3 1 1; 3 1 2; 3 1 4; 3 1 8"},
        {"picture": "rocket", "network": "classify_resnet20_cifar10"},
    ),
    example_titles=("strides", "dilations", "a residual network, whose field outgrows the picture"),
    order=1,
)
