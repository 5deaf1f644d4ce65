"""Every layer worth looking at in numbers, and what each is made from, all read off one forward pass."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from cnn_core.errors import InputError
from cnn_core.explain.following import Following
from cnn_core.explain.receptive_field import Follow
from cnn_core.results import LayerFacts
from cnn_core.runtime.borrowed import listening, private_copy

INPUT = "input"
"""Stands among a layer's sources for what the network is given."""


def layer_table(model: nn.Module, x: Tensor, layers: Sequence[tuple[str, str]], *more: Any) -> list[LayerFacts]:
    """One record for each (module name, words) of ``layers``, which stand in the order in which they run.

    A layer's parameters and multiply-adds are all those used after the layer before it in the list and up to this one, so
    that a ReLU that stands for "convolution, BN, ReLU" carries the convolution's, and the columns' sums are the network's.
    Parameters that several calls share count for the first; those of parts that this forward pass leaves out for none.

    Args:
        model: the network, left as found.
        x: any input that it accepts, (1, 3, H, W).
        layers: as an architecture's ``layers()`` names them.
        more: its further inputs.

    Raises:
        InputError: no such layer, or one that did not run.
    """
    network, found = private_copy(model), dict[str, LayerFacts]()
    fields, origins, since = Follow(x), Origins([x]), Since(network)

    def note(name: str, output: Tensor) -> None:
        field = fields.field_or_everything(output)
        parameters, multiply_adds = since.taken()
        sources = origins.renamed(output, name)
        shape = tuple(output.shape[1:])
        found[name] = LayerFacts(name, words[name], shape, parameters, field.size, field.stride, multiply_adds, sources)

    words = dict(layers)
    with torch.no_grad(), listening(network, list(words), note), fields, origins, since:
        network(x, *more)
    if missing := [name for name in words if name not in found]:
        raise InputError(f"The layer {missing[0]!r} did not run for this input, so there is nothing to look at.")
    last, (parameters, multiply_adds) = next(reversed(found)), since.taken()
    facts = found[last]
    parameters, multiply_adds = facts.parameters + parameters, facts.multiply_adds + multiply_adds
    found[last] = replace(facts, parameters=parameters, multiply_adds=multiply_adds)
    return [found[name] for name in words]


class Origins(Following[frozenset[str]]):
    """Which of the layers that are listed each tensor was made from, without another one of them in between."""

    def __init__(self, inputs: Sequence[Tensor]) -> None:
        super().__init__([(x, frozenset([INPUT])) for x in inputs])
        self.order = [INPUT]

    def after(
        self, name: str, args: Sequence[Any], kwargs: dict[str, Any], sources: list[Tensor], out: Tensor
    ) -> frozenset[str]:
        """See ``Following``."""
        return frozenset[str]().union(*(self.known[tensor] for tensor in sources))

    def renamed(self, output: Tensor, name: str) -> tuple[str, ...]:
        """What a listed layer's output was made from, in the order in which they ran; from now on it stands for itself.

        What no torch operation led to comes from the input: features that were measured outside of torch.
        """
        before = self.known.get(output) or {INPUT}
        self.known[output] = frozenset([name])
        self.order.append(name)
        return tuple(source for source in self.order if source in before)


class Since(TorchFunctionMode):
    """Counts the parameters of the modules that ran, each once, and the multiply-adds.

    Not by torch's FlopCounterMode: it hooks into all modules of the process, those of other visitors included. The cards'
    figures are that one's, and a test compares the two.
    """

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.counted: set[int] = set()
        self.parameters = self.multiply_adds = 0
        for module in network.modules():  # before any other hook, so that a layer's own parameters are counted with it
            module.register_forward_hook(self._count, prepend=True)

    def taken(self) -> tuple[int, int]:
        """Parameters and multiply-adds since it was asked last."""
        result = self.parameters, self.multiply_adds
        self.parameters = self.multiply_adds = 0
        return result

    def _count(self, module: nn.Module, inputs: object, output: object) -> None:
        new = [p for p in module.parameters(recurse=False) if id(p) not in self.counted]
        self.counted.update(id(p) for p in new)
        self.parameters += sum(p.numel() for p in new)

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Runs the operation and counts it."""
        result = function(*args, **(kwargs or {}))
        if count := MULTIPLY_ADDS.get(function.__name__):
            self.multiply_adds += count(args[0], args[1], result)
        return result


MULTIPLY_ADDS: dict[str, Callable[[Tensor, Tensor, Tensor], int]] = {
    "conv2d": lambda x, weight, out: out.numel() * weight[0].numel(),  # a weight for each number that a value is made of
    "conv_transpose2d": lambda x, weight, out: x.numel() * weight[0].numel(),  # each number stamps all of its weights
    "linear": lambda x, weight, out: out.numel() * weight.shape[1],
    "matmul": lambda x, other, out: out.numel() * x.shape[-1],
    "__matmul__": lambda x, other, out: out.numel() * x.shape[-1],
    "bmm": lambda x, other, out: out.numel() * x.shape[-1],
    "lstm_cell": lambda x, state, out: 4 * state[0].numel() * (x.shape[1] + state[0].shape[1]),  # four gates
    "gru_cell": lambda x, state, out: 3 * out.numel() * (x.shape[1] + out.shape[1]),  # three gates
    "gru": lambda x, state, out: 3 * out[0].numel() * (x.shape[-1] + out[0].shape[-1]),
}
"""Operation -> its multiply-adds, from its first two arguments and its result."""


def last_of_each_size(table: Sequence[LayerFacts]) -> list[LayerFacts]:
    """For each height and width that the maps take on their way, down and perhaps up again, the last layer that has it."""
    maps = [facts for facts in table if len(facts.shape) == 3 and facts.shape[1:] != (1, 1)]
    changes = [one for one, after in pairwise(maps) if one.shape[1:] != after.shape[1:]]
    return [*changes, *maps[-1:]]


def in_words(facts: LayerFacts, size: int, shown: tuple[int, ...] = ()) -> str:
    """The layer in one sentence (Markdown).

    Args:
        facts: of the layer.
        size: longer side of the network's input, pixels; 0 where no picture goes in.
        shown: the shape (C, h, w) that its maps have for the picture that is looked at, if that is another one.
    """
    if len(facts.shape) == 1 or facts.shape[1:] == (1, 1):
        whole = f"the whole {'picture' if size else 'noise vector'}"
        return f"**{facts.words}**: {facts.shape[0]} numbers, each made from {whole}"
    count, height, width = shown or facts.shape
    if not facts.receptive_field or not size:
        return f"**{facts.words}**: {count} channels of {height} × {width}"
    sees = f"{facts.receptive_field} × {facts.receptive_field}"
    more = (
        f"more than the {size} × {size} pixels there are" if facts.receptive_field > size else f"of {size} × {size} pixels"
    )
    return f"**{facts.words}**: {count} channels of {height} × {width}; each value sees {sees}, {more}"
