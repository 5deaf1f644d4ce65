"""The card beside each weights file: what a network is, what it wants to be given, how good it is, what it cannot do."""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import ceil
from types import MappingProxyType
from typing import Any, Literal

from pydantic import ValidationError

from cnn_core.errors import WeightsError
from cnn_core.images.placement import How
from cnn_core.runtime.card_schema import schema_for

Channels = Literal["rgb", "grey", "lightness"]


@dataclass(frozen=True)
class Preprocessing:
    """How a picture becomes a network's input: the one record of it, for tasks, recipes and explanations alike.

    Attributes:
        size: side of the square input, or with ``stride`` its longer side; pixels.
        mean, std: per RGB channel, for values 0..1.
        how: "stretch" to the input's shape (nothing at the edges is lost), "pad" (proportions kept), "crop" (the middle).
        channels: "rgb"; "grey" is Rec. 601's luma in all three channels, "lightness" CIELAB's L (0..100 as 0..255).
        stride: the input's sides are whole multiples of it and keep the picture's proportions; 0 for a square.
        mirrored: the answer is the mean of those to the picture and to its mirror image.
        fixed: True where no other size than ``size`` fits (dense layers).
        shuffle_seed: the seed of the fixed order in which all pixels are shuffled; None where they are not.
        largest: pictures larger than ``size`` are given up to this size, so that small things in them stay visible.
    """

    size: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    how: How = "stretch"
    channels: Channels = "rgb"
    stride: int = 0
    mirrored: bool = False
    fixed: bool = False
    shuffle_seed: int | None = None
    largest: int | None = None

    def side(self, height: int, width: int) -> int:
        """The side of the square in which a picture of this size is given to the network, pixels."""
        return max(self.size, min(height, width, self.largest or self.size))

    def shape(self, height: int, width: int, longest: int | None = None) -> tuple[int, int]:
        """The (height, width) of the input for a picture of this size.

        Args:
            height, width: of the picture, pixels.
            longest: the longer side of the input in the place of ``size``; only where there is a stride.
        """
        if not self.stride:
            return (self.side(height, width),) * 2
        scale = (longest or self.size) / max(height, width)
        return whole_strides(height * scale, self.stride), whole_strides(width * scale, self.stride)

    def record(self) -> dict[str, Any]:
        """As a card's ``[input]`` table: TOML knows no None."""
        return {key: list(v) if isinstance(v, tuple) else v for key, v in asdict(self).items() if v is not None}


def whole_strides(length: float, stride: int) -> int:
    """The smallest multiple of ``stride``, at least one, that is not below ``length`` rounded to a whole pixel."""
    return stride * max(1, ceil(round(length) / stride))


@dataclass(frozen=True)
class Card:
    """All that is known about one weights file; see the ``.toml`` files in ``weights/``.

    Attributes:
        name: file name without its ending, ``task_architecture_data``.
        title: what a person calls it, e.g. "ResNet-20".
        architecture, arguments: what ``cnn_core.models.build_model`` gets.
        classes: class names in the order of the logits.
        input: how a picture becomes its input.
        parameters, multiply_adds: numbers learned; multiplications for one picture of the input size.
        bytes, sha256: of the file.
        metrics: data set -> {"n": pictures, figure: value 0..1}.
        limits: what it cannot do, in sentences.
        base: name of the weights whose feature maps this head stands on (see ``models/on_base.py``); "" for a whole network.
        second_base: name of the weights whose maps it gets beside those (see ``on_base.TwoBases``); "" for none.
        record: the whole card as read, with data, training, golden output and curves.
    """

    name: str
    task: str
    title: str
    architecture: str
    arguments: Mapping[str, Any]
    classes: tuple[str, ...]
    input: Preprocessing
    parameters: int
    multiply_adds: int
    bytes: int
    sha256: str
    metrics: Mapping[str, Mapping[str, float]]
    limits: tuple[str, ...]
    record: Mapping[str, Any]
    base: str = ""
    second_base: str = ""

    @property
    def line(self) -> str:
        """One sentence for the page: trained on what, how good, what it gets wrong."""
        return str(self.record["line"])

    @property
    def top1(self) -> float:
        """Top-1 accuracy on the first data set of the metrics, 0..1; 0 where the task has none."""
        return float(next(iter(self.metrics.values())).get("top1", 0.0))


def parse_card(name: str, text: str) -> Card:
    """The card called ``name`` from its TOML text.

    Raises:
        WeightsError: the text is not TOML, or does not say what cards of its task must say; each fault is named.
    """
    try:
        record = tomllib.loads(text)
        found = schema_for(str(record.get("task"))).model_validate(record)
    except tomllib.TOMLDecodeError as error:
        raise damaged(name, str(error)) from error
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc'])) or 'card'}: {fault['msg']}" for fault in error.errors()]
        raise damaged(name, "; ".join(faults[:4])) from error
    fields = found.model_dump(include=set(Card.__dataclass_fields__) - {"name", "record", "classes", "limits", "input"})
    for key in ("arguments", "metrics"):
        fields[key] = MappingProxyType(fields[key])
    fields |= {"classes": tuple(found.classes), "limits": tuple(found.limits)}
    return Card(name=name, record=MappingProxyType(record), input=Preprocessing(**found.input.model_dump()), **fields)


def damaged(name: str, faults: str) -> WeightsError:
    """The error for a card that cannot be used, with its faults."""
    return WeightsError(f"The card {name}.toml is damaged ({faults}). Restore it, or run its recipe again.")
