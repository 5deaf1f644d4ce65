"""Every layer worth looking at in numbers: shape, parameters, receptive field, stride."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

from cnn_core.explain.receptive_field import receptive_fields
from cnn_core.results import LayerFacts
from cnn_core.runtime.borrowed import outputs_of, private_copy


def layer_table(model: nn.Module, x: Tensor, layers: Sequence[tuple[str, str]]) -> list[LayerFacts]:
    """One record for each (module name, words) of ``layers``, which stand in the order in which they run.

    A layer's parameters are all those used after the layer before it in the list and up to this one, so that a ReLU that
    stands for "convolution, BN, ReLU" carries the convolution's, and the column's sum is the network's size.

    Args:
        model: the network, left as found.
        x: any input that it accepts, (1, 3, H, W).
        layers: as an architecture's ``layers()`` names them.

    Raises:
        InputError: no such layer, or an operation whose receptive field is not known.
    """
    names = [name for name, _ in layers]
    fields = receptive_fields(model, x, names)
    used = parameters_used(model, x, names)
    with torch.no_grad():
        _, outputs = outputs_of(model, x, names)
    return [
        LayerFacts(name, words, tuple(outputs[name].shape[1:]), used[name], fields[name].size, fields[name].stride)
        for name, words in layers
    ]


def last_of_each_size(table: Sequence[LayerFacts]) -> list[LayerFacts]:
    """For each height and width that the maps take on their way, the last layer that has it."""
    sized = {facts.shape[1:]: facts for facts in table if len(facts.shape) == 3 and facts.shape[1:] != (1, 1)}
    return list(sized.values())


def parameters_used(model: nn.Module, x: Tensor, names: Sequence[str]) -> dict[str, int]:
    """For each named layer, the numbers learned in the modules that ran since the named layer before it finished."""
    network = private_copy(model)
    counted: set[int] = set()
    waiting = 0
    found: dict[str, int] = {}

    def after(name: str) -> Callable[[nn.Module, object, object], None]:
        def add(module: nn.Module, inputs: object, output: object) -> None:
            nonlocal waiting
            new = [p for p in module.parameters(recurse=False) if id(p) not in counted]
            counted.update(id(p) for p in new)
            waiting += sum(p.numel() for p in new)
            if name in names and name not in found:
                found[name], waiting = waiting, 0

        return add

    for name, module in network.named_modules():
        module.register_forward_hook(after(name))
    with torch.no_grad():
        network(x)
    return found


def in_words(facts: LayerFacts, size: int) -> str:
    """The layer in one sentence (Markdown) for a network whose input is size x size pixels."""
    if len(facts.shape) == 1 or facts.shape[1:] == (1, 1):
        return f"**{facts.words}**: {facts.shape[0]} numbers, each made from the whole picture"
    count, height, width = facts.shape
    sees = f"{facts.receptive_field} × {facts.receptive_field}"
    more = (
        f"more than the {size} × {size} pixels there are" if facts.receptive_field > size else f"of {size} × {size} pixels"
    )
    return f"**{facts.words}**: {count} channels of {height} × {width}; each value sees {sees}, {more}"
