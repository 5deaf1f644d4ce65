"""How every explanation borrows a network: through a copy of its structure that shares its numbers, never by its own hooks.

Why not ``torchvision.models.feature_extraction`` at serving time: it switches the model to training mode and back, and while
it traces, ``torch.fx`` replaces ``nn.Module.__call__`` for the whole process, so that the predictions of every other
visitor fail or come out wrong (measured; tests/runtime/test_borrowed.py shows it). The copy takes 3 to 20 ms, so it is kept.
"""

import contextlib
import copy
import itertools
import threading
import weakref
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any

import torch
from torch import Tensor, nn

from cnn_core.errors import InputError


def private_copy(model: nn.Module) -> nn.Module:
    """A copy of ``model`` in eval mode whose modules are new and whose parameters and buffers are the very same tensors.

    Its mode and hooks can be changed without anybody else noticing; its numbers must not be.
    """
    shared: dict[int, Any] = {id(tensor): tensor for tensor in chain(model.parameters(), model.buffers())}
    return copy.deepcopy(model, shared).eval()


@contextlib.contextmanager
def borrowed_copy(model: nn.Module) -> Iterator[nn.Module]:
    """A block's own private copy, which was made for an earlier block if its numbers are still the model's.

    Whoever borrows it leaves it as found, without hooks.
    """
    with _lock:
        idle = _idle.setdefault(model, [])
        network = idle.pop() if idle else None
    if network is None or not _share_all(model, network):
        network = private_copy(model)
    yield network
    with _lock:  # after an error it is not kept
        idle.append(network)


_idle: weakref.WeakKeyDictionary[nn.Module, list[nn.Module]] = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def _share_all(model: nn.Module, network: nn.Module) -> bool:
    """Whether the copy still has the model's tensors: who moves a model to another device gives it all new buffers."""
    mine, copied = ((next(one.parameters(), None), next(one.buffers(), None)) for one in (model, network))
    return all(a is b for a, b in zip(mine, copied, strict=True))


@contextlib.contextmanager
def gradients_on() -> Iterator[None]:
    """A block in which gradients are recorded, whatever mode the caller is in."""
    with torch.inference_mode(False), torch.enable_grad():
        yield


def outputs_of(model: nn.Module, x: Tensor, layers: Sequence[str], *more: Any) -> tuple[Any, dict[str, Tensor]]:
    """The network's output for ``x`` and the outputs of the named layers on the way, all within one autograd graph.

    A layer that runs several times answers with its last output; "name@1" is that of its second call.

    Args:
        model: the network, left as found.
        x: its first input.
        layers: module names.
        more: its further inputs.

    Raises:
        InputError: the network has no layer of that name, or the layer did not run.
    """
    seen: dict[str, Tensor] = {}
    with borrowed_copy(model) as network, listening(network, layers, seen.__setitem__):
        answer = network(x, *more)
    for name in layers:
        if not isinstance(seen.get(name), Tensor):
            raise InputError(f"The layer {name!r} gave no tensor for this picture, so there is nothing to look at.")
    return answer, {name: seen[name] for name in layers}


@contextlib.contextmanager
def listening(network: nn.Module, layers: Sequence[str], tell: Callable[[str, Any], None]) -> Iterator[None]:
    """A block in which ``tell`` gets the name and the output of each of these layers as soon as it has run.

    Args:
        network: one's own (see ``borrowed_copy``); its hooks are gone after the block.
        layers: module names; of a module that runs several times every output is told, or with "name@1" the second alone.
        tell: is called in the thread that runs the network.

    Raises:
        InputError: the network has no layer of that name.
    """
    modules = dict(network.named_modules())
    hooks = []
    for name in layers:
        module, _, call = name.partition("@")
        if module not in modules or not module or (name != module and not call.isdigit()):
            listed = ", ".join([entry for entry in modules if entry][:12])
            raise InputError(f"The network has no layer called {name!r}. Its first layers are: {listed}.")
        hooks.append(modules[module].register_forward_hook(_teller(name, int(call) if call else None, tell)))
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def _teller(name: str, call: int | None, tell: Callable[[str, Any], None]) -> Callable[[nn.Module, Any, Any], None]:
    calls = itertools.count()

    def hook(module: nn.Module, inputs: Any, output: Any) -> None:
        if call in (None, next(calls)):
            tell(name, output)

    return hook
