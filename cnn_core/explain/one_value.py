"""One value of a layer taken apart: the patch, the kernel and their products, and what was done to their sum afterwards.

The operations since the layer before are written down while the network runs; from the value one goes back along them to
the convolution (or the dense layer, or the pooling) that made it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from cnn_core.errors import InputError
from cnn_core.explain.following import tensors_in
from cnn_core.explain.kernel_sums import MAKERS, Notes, Operation, Position, Term
from cnn_core.runtime.borrowed import borrowed_copy, listening


@dataclass(frozen=True)
class Step:
    """What was done next: in words with its numbers, and the value after it."""

    words: str
    value: float


@dataclass(frozen=True)
class TakenApart:
    """How a value came about.

    Attributes:
        kind: "convolution", "transposed convolution", "dense layer", "max pooling", "average pooling"; or why it goes no
            further back.
        terms: of each channel of the input, the strongest sum first; () where it goes no further back.
        bias: what is added to all sums.
        total: of all sums and the bias.
        steps: what was done to the total, in order; the last one's value is the value.
        value: the layer's own.
    """

    kind: str
    terms: tuple[Term, ...]
    bias: float
    total: float
    steps: tuple[Step, ...]
    value: float


def take_apart(model: nn.Module, inputs: Sequence[Any], layers: Sequence[str], layer: str, place: Position) -> TakenApart:
    """How one value of a layer came about.

    Args:
        model: the network, left as found.
        inputs: what it is called with; the first entry of the first is looked at.
        layers: module names in the order in which they run; what ran two of them earlier is forgotten, so that memory holds
            little of a large network.
        layer: one of them.
        place: (channel, row, column), row and column 0 for single numbers.

    Raises:
        InputError: no such layer, it did not run, or has no such value.
    """
    notes, found = Notes(), list[TakenApart]()

    def listen(name: str, output: Tensor) -> None:
        if name == layer and len(output):
            found.append(_apart(notes, output, place))
        notes.turn_page()

    before = [name for name in layers[: layers.index(layer) + 1] if name in layers]
    with torch.no_grad(), borrowed_copy(model) as network, listening(network, before, listen), notes:
        network(*inputs)
    if not found:
        raise InputError(f"The layer {layer!r} gave no value for this picture, so there is nothing to take apart.")
    return found[0]


def _apart(notes: Notes, output: Tensor, place: Position) -> TakenApart:
    position = place if output.ndim == 4 else place[:1]
    if any(not 0 <= index < size for index, size in zip(position, output.shape[1:], strict=True)):
        raise InputError(f"The layer has values of shape {tuple(output.shape[1:])}: there is none at {position}.")
    steps: list[Step] = []
    tensor, value = output, _at(output, position)
    while (operation := notes.operation(tensor)) is not None:
        if maker := MAKERS.get(operation.name):
            kind, terms, bias = maker(*operation.args, **operation.kwargs, position=position, notes=notes)
            total = _at(tensor, position)
            return TakenApart(kind, tuple(sorted(terms, key=lambda term: -abs(term.sum))), bias, total, tuple(steps), value)
        went_back = _step_back(notes, operation, tensor, position)
        if went_back is None:
            break
        words, tensor, position, after = went_back
        if words:
            steps.insert(0, Step(words, after))
    kind = f"It was made by {operation.name.strip('_')}." if operation else "It is the input of this layer as it came."
    return TakenApart(kind, (), 0.0, _at(tensor, position), tuple(steps), value)


def _step_back(
    notes: Notes, operation: Operation, tensor: Tensor, position: Position
) -> tuple[str, Tensor, Position, float] | None:
    """Before an operation: its words, what it was done to, the position there, and the value after it."""
    sources = [one for one in tensors_in([operation.args, operation.kwargs]) if one.ndim in (2, 4)]
    after = _at(tensor, position)
    if operation.name in ("cat", "concat"):
        channel = position[0]
        for part in operation.args[0]:
            if channel < part.shape[1]:
                return "", part, (channel, *position[1:]), after
            channel -= part.shape[1]
    alike = [one for one in sources if one.shape == tensor.shape]
    if len(alike) == 2 and operation.name in SUMS:
        inner = next((one for one in reversed(alike) if _leads_to_a_kernel(notes, one)), alike[-1])
        (other,) = [one for one in alike if one is not inner] or [inner]
        return f"{signed(_at(other, position))}, which a skip connection brings", inner, position, after
    if len(alike) == 1:
        return _say(operation, position), alike[0], position, after
    return None


def _leads_to_a_kernel(notes: Notes, tensor: Tensor) -> bool:
    """Whether a convolution was noted on the way to a tensor, through operations on each value alone."""
    while (operation := notes.operation(tensor)) is not None:
        if operation.name in MAKERS:
            return True
        alike = [one for one in tensors_in([operation.args, operation.kwargs]) if one.shape == tensor.shape]
        if len(alike) != 1:
            return False
        tensor = alike[0]
    return False


def _at(tensor: Tensor, position: Position) -> float:
    return float(tensor[(0, *position)])


# ---------------------------------------------------------------- what is done to a value alone


def _say(operation: Operation, position: Position) -> str:
    """What an operation did to a value, with its numbers."""
    if operation.name == "batch_norm":
        return _normalisation(*operation.args, **operation.kwargs, channel=position[0])
    return NAMES.get(operation.name, operation.name.strip("_"))


def _normalisation(
    x: Tensor, mean: Tensor, variance: Tensor, weight: Tensor | None = None, bias: Tensor | None = None,
    training: bool = False, momentum: float = 0.1, eps: float = 1e-5, *, channel: int,
) -> str:  # fmt: skip
    gain, offset = (default if one is None else float(one[channel]) for one, default in ((weight, 1.0), (bias, 0.0)))
    spread = float((variance[channel] + eps).sqrt())
    return f"batch normalisation: (x {signed(-float(mean[channel]))}) / {spread:.4g} · {gain:.4g} {signed(offset)}"


def signed(number: float) -> str:
    """A number to be added: "+ 2.5" or "- 2.5"."""
    return f"{'-' if number < 0 else '+'} {abs(number):.4g}"


NAMES = {
    "relu": "ReLU: negative numbers become 0", "leaky_relu": "leaky ReLU", "tanh": "tanh", "sigmoid": "sigmoid",
    "group_norm": "group normalisation", "instance_norm": "instance normalisation", "mul": "times a gain",
    "add": "plus an offset",
}  # fmt: skip
SUMS = ("add", "__add__", "__radd__", "__iadd__")
