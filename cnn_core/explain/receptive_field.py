"""How much of the picture one value deep in a network can see (Araujo et al. 2019, doi:10.23915/distill.00021).

The field is followed through the forward pass, operation by operation: a window of k values whose neighbours lie ``step``
input pixels apart widens the field by (k - 1) * step; a stride multiplies ``step``; where branches meet, the field is the
union of theirs. Where a map is enlarged neighbours may see the same, so that fields repeat every few values, not every one.
The size of the picture does not matter, and nothing is measured, so the numbers are exact. Averages over the whole map that
a normalisation takes (group, instance) are left out: by them every value depends a little on every pixel.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from cnn_core.errors import InputError
from cnn_core.explain.following import Following
from cnn_core.explain.span import Span
from cnn_core.runtime.borrowed import outputs_of

PIXEL = Span()
"""What the input's own values see: themselves."""


@dataclass(frozen=True)
class ReceptiveField:
    """What one value of a layer sees of the input; ``everything`` if it is not a place in the picture any more."""

    vertical: Span = PIXEL
    horizontal: Span = PIXEL
    everything: bool = False

    @property
    def size(self) -> int:
        """Side in input pixels of the square that one value sees (the longer side if it is no square); 0: everything."""
        return 0 if self.everything else max(self.vertical.size, self.horizontal.size)

    @property
    def stride(self) -> int:
        """Input pixels between neighbouring values, at least 1; 0 where there is only one."""
        return 0 if self.everything else max(1, *(s.step // s.period for s in (self.vertical, self.horizontal)))

    def box(self, row: int, column: int, height: int, width: int) -> tuple[int, int, int, int]:
        """The patch (x1, y1, x2, y2) of a (height, width) input that the value at (row, column) sees; x2, y2 excluded."""
        if self.everything:
            return 0, 0, width, height
        (top, bottom), (left, right) = self.vertical.of(row), self.horizontal.of(column)
        return max(left, 0), max(top, 0), min(right + 1, width), min(bottom + 1, height)


EVERYTHING = ReceptiveField(everything=True)


def receptive_fields(
    model: nn.Module, x: Tensor, layers: Sequence[str], *more: Any, strict: bool = True
) -> dict[str, ReceptiveField]:
    """The receptive field of each named layer, by its name; ``x`` (N, 3, H, W) is any input that the network accepts.

    Args:
        model: the network, left as found.
        x: its first input.
        layers: module names, see ``outputs_of``.
        more: its further inputs.
        strict: False: what led to a layer and is no window (regions cut out, features measured) makes it see everything.

    Raises:
        InputError: no such layer, or if ``strict`` an operation on the way whose window is not known here.
    """
    with torch.no_grad():
        follow = Follow(x)
        with follow:
            _, outputs = outputs_of(model, x, layers, *more)
    find = follow.field_of if strict else follow.field_or_everything
    return {name: find(output) for name, output in outputs.items()}


class Follow(Following["ReceptiveField | str"]):
    """Works out the field of each operation's result from those of its arguments; of an unknown operation only its name."""

    def __init__(self, x: Tensor) -> None:
        super().__init__([(x, ReceptiveField())])

    def field_or_everything(self, tensor: Tensor) -> ReceptiveField:
        """The field of a tensor; everything, where what led to it is no window: regions cut out, features measured."""
        found = self.known.get(tensor)
        return found if isinstance(found, ReceptiveField) else EVERYTHING

    def field_of(self, tensor: Tensor) -> ReceptiveField:
        """The field of a tensor that was worked out from the input.

        Raises:
            InputError: it was not.
        """
        found = self.known.get(tensor)
        if isinstance(found, ReceptiveField):
            return found
        if found is None:
            raise InputError("This layer does not look at the picture.")
        raise InputError(f"The receptive field after the operation {found} is not known here; add it to WINDOWS.")

    def after(
        self, name: str, args: Sequence[Any], kwargs: dict[str, Any], sources: list[Tensor], out: Tensor
    ) -> ReceptiveField | str:
        """See ``Following``."""
        found = [self.known[tensor] for tensor in sources]
        fields = [field for field in found if isinstance(field, ReceptiveField)]
        if len(fields) < len(found):
            return next(field for field in found if isinstance(field, str))
        return field_after(name, args, kwargs, sources, fields, out) or repr(name)


def field_after(
    name: str, args: Sequence[Any], kwargs: dict[str, Any], sources: list[Tensor], fields: list[ReceptiveField], out: Tensor
) -> ReceptiveField | None:
    """The field of ``out``, the result of the torch operation ``name`` on ``sources``, whose fields are known.

    None of an operation that is not known here.
    """
    field = fields[0]
    for other in fields[1:]:
        field = join(field, other)
    if field.everything or out.ndim < 4 or math.prod(out.shape[2:]) == 1:  # flattened, or averaged to one value
        return EVERYTHING
    if name in WINDOWS and (windows := WINDOWS[name](*args, **kwargs)) is not None:
        vertical, horizontal = zip(*map(per_side, windows), strict=True)
        return ReceptiveField(field.vertical.through_window(*vertical), field.horizontal.through_window(*horizontal))
    if name in LARGER and (larger := LARGER[name](*args, **kwargs)) is not None:
        (way, *down), (_, *across) = larger
        return ReceptiveField(way(field.vertical, *down), way(field.horizontal, *across))
    if name not in (*WINDOWS, *LARGER) and all(t.shape[2:] == out.shape[2:] for t in sources if t.ndim == 4):
        return field  # each value sees what its own place saw: ReLU, batch normalisation, sum, concatenation
    return None


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
Larger = list[tuple[Any, ...]]


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


def _slicing(input: Tensor, index: Any) -> Window | None:
    sides = ((index if isinstance(index, tuple) else (index,)) + (slice(None),) * 4)[2:4]
    if not all(isinstance(side, slice) for side in sides):
        return None
    starts, _, steps = zip(*(side.indices(size) for side, size in zip(sides, input.shape[2:], strict=True)), strict=True)
    return 1, steps, [-start for start in starts], 1


def _padding(input: Tensor, pad: Sequence[int], *others: Any, **more: Any) -> Window:
    left_right_top_bottom = (*pad, 0, 0, 0, 0)
    return 1, 1, [left_right_top_bottom[2], left_right_top_bottom[0]], 1


WINDOWS: dict[str, Callable[..., Window | None]] = {
    "conv2d": _convolution,
    "max_pool2d": _max_pooling,
    "max_pool2d_with_indices": _max_pooling,
    "avg_pool2d": _average_pooling,
    "adaptive_avg_pool2d": _adaptive_pooling,
    "__getitem__": _slicing,
    "pad": _padding,
}


# How an operation enlarges: a method of Span and its arguments, for the vertical and for the horizontal side.


def _interpolation(input: Tensor, size: Any = None, scale_factor: Any = None, mode: str = "nearest", **more: Any) -> Any:
    times = per_side(scale_factor) if size is None else _whole_times(input, per_side(size))
    ways = {"nearest": Span.enlarged, "bilinear": Span.blended}
    if times is None or mode not in ways or more.get("align_corners") or any(n != int(n) for n in times):
        return None
    return [(ways[mode], int(n)) for n in times]


def _unpooling(input: Tensor, indices: Tensor, kernel_size: Any, *others: Any, **more: Any) -> Larger:
    return [(Span.enlarged, n) for n in per_side(kernel_size)]


def _transposed_convolution(
    input: Tensor, weight: Tensor, bias: Any = None, stride: Any = 1, padding: Any = 0, *others: Any, **more: Any
) -> Larger:
    sides = zip(weight.shape[2:], per_side(stride), per_side(padding), strict=True)
    return [(Span.stamped, *side) for side in sides]


def _whole_times(input: Tensor, size: tuple[int, int]) -> tuple[int, int] | None:
    """How many times larger both sides become; None where that is no whole number."""
    times = [divmod(wanted, n) for wanted, n in zip(size, input.shape[2:], strict=True)]
    return None if any(rest for _, rest in times) else (times[0][0], times[1][0])


LARGER: dict[str, Callable[..., Larger | None]] = {
    "interpolate": _interpolation,
    "max_unpool2d": _unpooling,
    "conv_transpose2d": _transposed_convolution,
}
