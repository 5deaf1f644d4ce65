"""How much of the picture one value deep in a network can see (Araujo et al. 2019, doi:10.23915/distill.00021).

The field is followed through the forward pass, operation by operation: a window of k values whose neighbours lie ``step``
input pixels apart widens the field by (k - 1) * step; a stride multiplies ``step``; where branches meet, the field is the
union of theirs. The size of the picture does not matter, and nothing is measured, so the numbers are exact.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cnn_core.errors import InputError
from cnn_core.runtime.borrowed import outputs_of


@dataclass(frozen=True)
class Span:
    """The input pixels that one output value sees, along one side of the picture.

    Attributes:
        first, last: input pixels seen by output 0, both included; before 0 lies the padding.
        step: how many input pixels further the next output looks.
    """

    first: int = 0
    last: int = 0
    step: int = 1

    def through_window(self, kernel: int, stride: int, padding: int, dilation: int) -> "Span":
        """The span after a convolution or a pooling with this window."""
        first = self.first - padding * self.step
        last = self.last + (dilation * (kernel - 1) - padding) * self.step
        return Span(first, last, self.step * stride)

    def joined(self, other: "Span") -> "Span":
        """The span of a value that sees what either sees."""
        return Span(min(self.first, other.first), max(self.last, other.last), max(self.step, other.step))


@dataclass(frozen=True)
class ReceptiveField:
    """What one value of a layer sees of the input; ``everything`` if it is not a place in the picture any more."""

    vertical: Span = Span()
    horizontal: Span = Span()
    everything: bool = False

    @property
    def size(self) -> int:
        """Side in input pixels of the square that one value sees (the longer side if it is no square); 0: everything."""
        return 0 if self.everything else 1 + max(s.last - s.first for s in (self.vertical, self.horizontal))

    @property
    def stride(self) -> int:
        """Input pixels between neighbouring values; 0 where there is only one."""
        return 0 if self.everything else max(self.vertical.step, self.horizontal.step)

    def box(self, row: int, column: int, height: int, width: int) -> tuple[int, int, int, int]:
        """The patch (x1, y1, x2, y2) of a (height, width) input that the value at (row, column) sees; x2, y2 excluded."""
        if self.everything:
            return 0, 0, width, height
        top, left = (s.step * i for s, i in ((self.vertical, row), (self.horizontal, column)))
        x1, y1 = max(self.horizontal.first + left, 0), max(self.vertical.first + top, 0)
        x2, y2 = min(self.horizontal.last + left + 1, width), min(self.vertical.last + top + 1, height)
        return x1, y1, x2, y2


EVERYTHING = ReceptiveField(everything=True)


def receptive_fields(model: nn.Module, x: Tensor, layers: Sequence[str]) -> dict[str, ReceptiveField]:
    """The receptive field of each named layer, by its name; ``x`` (N, 3, H, W) is any input that the network accepts.

    Raises:
        InputError: no such layer, or an operation on the way whose window is not known here.
    """
    with torch.no_grad():
        follow = Follow(x)
        with follow:
            _, outputs = outputs_of(model, x, layers)
    return {name: follow.field_of(output) for name, output in outputs.items()}


class Follow(TorchFunctionMode):
    """Watches every torch operation of this thread and works out the field of its result from those of its arguments."""

    def __init__(self, x: Tensor) -> None:
        super().__init__()
        self.known: dict[int, tuple[Tensor, ReceptiveField]] = {id(x): (x, ReceptiveField())}  # the tensor keeps its id

    def field_of(self, tensor: Tensor) -> ReceptiveField:
        """The field of a tensor that was worked out from the input.

        Raises:
            InputError: it was not.
        """
        if id(tensor) not in self.known:
            raise InputError("This layer does not look at the picture.")
        return self.known[id(tensor)][1]

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Runs the operation and notes the field of each tensor that it returns."""
        kwargs = kwargs or {}
        result = function(*args, **kwargs)
        sources = [tensor for tensor in tensors_in([args, kwargs]) if id(tensor) in self.known]
        if sources:
            fields = [self.known[id(tensor)][1] for tensor in sources]
            for output in tensors_in(result):
                self.known[id(output)] = (output, field_after(function.__name__, args, kwargs, sources, fields, output))
        return result


def tensors_in(value: Any) -> list[Tensor]:
    """All tensors within nested lists, tuples and dicts."""
    if isinstance(value, Tensor):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [tensor for part in parts for tensor in tensors_in(part)]


def field_after(
    name: str, args: Sequence[Any], kwargs: dict[str, Any], sources: list[Tensor], fields: list[ReceptiveField], out: Tensor
) -> ReceptiveField:
    """The field of ``out``, the result of the torch operation ``name`` on ``sources``, whose fields are known."""
    field = fields[0]
    for other in fields[1:]:
        field = join(field, other)
    if field.everything or out.ndim < 4 or math.prod(out.shape[2:]) == 1:  # flattened, or averaged to one value
        return EVERYTHING
    if name in WINDOWS:
        windows = [per_side(value) for value in WINDOWS[name](*args, **kwargs)]
        vertical, horizontal = zip(*windows, strict=True)
        return ReceptiveField(field.vertical.through_window(*vertical), field.horizontal.through_window(*horizontal))
    if all(tensor.shape[2:] == out.shape[2:] for tensor in sources if tensor.ndim == 4):
        return field  # each value sees what its own place saw: ReLU, batch normalisation, sum, concatenation
    raise InputError(f"The receptive field after the operation {name!r} is not known here; add it to WINDOWS.")


def join(a: ReceptiveField, b: ReceptiveField) -> ReceptiveField:
    """The field of a value made from both."""
    if a.everything or b.everything:
        return EVERYTHING
    return ReceptiveField(a.vertical.joined(b.vertical), a.horizontal.joined(b.horizontal))


def per_side(value: int | Sequence[int]) -> tuple[int, int]:
    """(vertical, horizontal) of what torch lets one write as one number."""
    if isinstance(value, int):
        return value, value
    return (value[0], value[-1])


# What each operation's window is: its arguments, named as in torch -> (kernel, stride, padding, dilation).

Window = tuple[Any, Any, Any, Any]


def _convolution(
    input: Tensor, weight: Tensor, bias: Any = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1, groups: int = 1
) -> Window:
    kernel = tuple(weight.shape[2:])
    if padding == "same":
        padding = [(k - 1) * d // 2 for k, d in zip(kernel, per_side(dilation), strict=True)]
    return kernel, stride, 0 if padding == "valid" else padding, dilation


def _max_pooling(
    input: Tensor, kernel_size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1, *others: Any, **more: Any
) -> Window:
    return kernel_size, stride or kernel_size, padding, dilation


def _average_pooling(
    input: Tensor, kernel_size: Any, stride: Any = None, padding: Any = 0, *others: Any, **more: Any
) -> Window:
    return kernel_size, stride or kernel_size, padding, 1


def _adaptive_pooling(input: Tensor, output_size: Any) -> Window:
    sides = list(zip(input.shape[2:], per_side(output_size), strict=True))
    return [-(-size // wanted) for size, wanted in sides], [size // wanted for size, wanted in sides], 0, 1


def _slicing(input: Tensor, index: Any) -> Window:
    sides = ((index if isinstance(index, tuple) else (index,)) + (slice(None),) * 4)[2:4]
    if not all(isinstance(side, slice) for side in sides):
        raise InputError(f"The receptive field after picking {index!r} out of a map is not known here.")
    starts, _, steps = zip(*(side.indices(size) for side, size in zip(sides, input.shape[2:], strict=True)), strict=True)
    return 1, steps, [-start for start in starts], 1


def _padding(input: Tensor, pad: Sequence[int], *others: Any, **more: Any) -> Window:
    left_right_top_bottom = (*pad, 0, 0, 0, 0)
    return 1, 1, [left_right_top_bottom[2], left_right_top_bottom[0]], 1


WINDOWS: dict[str, Callable[..., Window]] = {
    "conv2d": _convolution,
    "max_pool2d": _max_pooling,
    "avg_pool2d": _average_pooling,
    "adaptive_avg_pool2d": _adaptive_pooling,
    "__getitem__": _slicing,
    "pad": _padding,
}
