"""What makes one value out of others: the patch that a kernel sees and its weights, for each channel of the input.

``ops.convolution`` does the same for whole maps, on paper's notation; here it is read off torch's own operations.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor
from torch.overrides import TorchFunctionMode

from cnn_core.explain.following import tensors_in
from cnn_core.explain.receptive_field import per_side

Numbers = NDArray[np.float64]
Position = tuple[int, ...]
"""(channel, row, column) in a map, (channel,) in a vector."""


@dataclass(frozen=True)
class Term:
    """What one channel of the input gives to the value.

    Attributes:
        channel: of the input.
        patch: (k, l) what the kernel sees of it, 0 in the padding.
        weights: (k, l) of the kernel; None for a pooling, which has none.
        sum: of the products.
    """

    channel: int
    patch: Numbers
    weights: Numbers | None
    sum: float


@dataclass(frozen=True)
class Operation:
    """One torch operation that ran."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


@dataclass
class Notes(TorchFunctionMode):
    """Writes down every operation of this thread on two pages; a third page is begun on the first.

    Attributes:
        kept: this page: the id of a result -> the result, which so keeps its id, and its operation.
        before: the page before.
    """

    kept: dict[int, tuple[Tensor, Operation]] = field(default_factory=dict)
    before: dict[int, tuple[Tensor, Operation]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Runs the operation and writes it down."""
        result = function(*args, **(kwargs or {}))
        for out in tensors_in(result):
            if out.ndim in (2, 4) and id(out) not in {id(tensor) for tensor in tensors_in([args, kwargs])}:
                self.kept[id(out)] = (out, Operation(function.__name__, tuple(args), kwargs or {}))
        return result

    def operation(self, tensor: Tensor) -> Operation | None:
        """What made a tensor, if it stands on these two pages."""
        found = self.kept.get(id(tensor)) or self.before.get(id(tensor))
        return found[1] if found else None

    def turn_page(self) -> None:
        """Begins a new page; of those before, the last one stays."""
        self.before, self.kept = self.kept, {}


Made = tuple[str, list[Term], float]


def _convolution(
    x: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Any = 1, padding: Any = 0, dilation: Any = 1,
    groups: int = 1, *, position: Position, notes: Notes,
) -> Made:  # fmt: skip
    channel, places = position[0], []
    sides = zip(position[1:], weight.shape[2:], *map(per_side, (stride, padding, dilation)), strict=True)
    for place, k, step, border, apart in sides:
        places.append(place * step - border + apart * np.arange(k))
    first = channel // (len(weight) // groups) * weight.shape[1]  # of the channels that its group looks at
    kernel = _numbers(weight[channel])
    patches = gather(x[0, first : first + weight.shape[1]], places)
    return "convolution", _terms(patches, kernel, first), _bias(bias, channel)


def _transposed_convolution(
    x: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Any = 1, padding: Any = 0, output_padding: Any = 0,
    groups: int = 1, dilation: Any = 1, *, position: Position, notes: Notes,
) -> Made:  # fmt: skip
    """Each weight of the kernel lies on the input whose stamp puts it here; on none where no stamp does."""
    group, channel = divmod(position[0], weight.shape[1])
    count, places = len(weight) // groups, []
    sides = zip(position[1:], weight.shape[2:], *map(per_side, (stride, padding, dilation)), strict=True)
    for place, k, step, border, apart in sides:
        whole, rest = np.divmod(place + border - apart * np.arange(k), step)
        places.append(np.where(rest == 0, whole, -1))
    first = group * count
    patches = gather(x[0, first : first + count], places)
    return (
        "transposed convolution",
        _terms(patches, _numbers(weight[first : first + count, channel]), first),
        _bias(bias, position[0]),
    )


def _dense(x: Tensor, weight: Tensor, bias: Tensor | None = None, *, position: Position, notes: Notes) -> Made:
    shape, made = (x.shape[1], 1, 1), notes.operation(x)
    if made and made.name in ("flatten", "view", "reshape") and made.args[0].ndim == 4:
        shape = tuple(made.args[0].shape[1:])
    patches, kernel = _numbers(x[0]).reshape(shape), _numbers(weight[position[0]]).reshape(shape)  # (F,) -> (C, h, w)
    return "dense layer", _terms(patches, kernel, 0), _bias(bias, position[0])


def _pooling(kind: str) -> Callable[..., Made]:
    def pool(
        x: Tensor, kernel_size: Any, stride: Any = None, padding: Any = 0, *others: Any, position: Position, notes: Notes,
        **more: Any,
    ) -> Made:  # fmt: skip
        channel, sizes = position[0], per_side(kernel_size)
        steps, borders = per_side(stride or kernel_size), per_side(padding)
        sides = zip(position[1:], sizes, steps, borders, strict=True)
        places = [place * step - border + np.arange(k) for place, k, step, border in sides]
        (patch,) = gather(x[0, channel : channel + 1], places, outside=-np.inf if kind == "max" else 0.0)
        total = float(patch.max() if kind == "max" else patch.mean())
        return f"{kind} pooling", [Term(channel, patch, None, total)], 0.0

    return pool


def _everywhere(x: Tensor, output_size: Any, *, position: Position, notes: Notes) -> Made:
    """Adaptive average pooling, of the whole map or of equal parts of it."""
    ends = zip(position[1:], x.shape[2:], per_side(output_size), strict=True)
    rows, columns = (np.arange(place * n // parts, -(-(place + 1) * n // parts)) for place, n, parts in ends)
    (patch,) = gather(x[0, position[0] : position[0] + 1], (rows, columns))
    return "average pooling", [Term(position[0], patch, None, float(patch.mean()))], 0.0


MAKERS: dict[str, Callable[..., Made]] = {
    "conv2d": _convolution,
    "conv_transpose2d": _transposed_convolution,
    "linear": _dense,
    "max_pool2d": _pooling("max"),
    "avg_pool2d": _pooling("average"),
    "adaptive_avg_pool2d": _everywhere,
}


def gather(x: Tensor, places: Sequence[NDArray[Any]], outside: float = 0.0) -> Numbers:
    """What lies at these rows and columns of each channel, and what lies outside. (C, H, W) -> (C, rows, columns)."""
    (rows, columns), (height, width) = places, x.shape[1:]
    known = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
    found = _numbers(x)[:, rows.clip(0, height - 1)[:, None], columns.clip(0, width - 1)]
    return np.where(known, found, outside)


def _terms(patches: Numbers, kernel: Numbers, first: int) -> list[Term]:
    sums = (patches * kernel).sum((1, 2))  # (C, k, l) -> (C,)
    return [Term(first + k, patches[k], kernel[k], float(sums[k])) for k in range(len(kernel))]


def _numbers(x: Tensor) -> Numbers:
    return x.detach().cpu().double().numpy()


def _bias(bias: Tensor | None, channel: int) -> float:
    return 0.0 if bias is None else float(bias[channel])
