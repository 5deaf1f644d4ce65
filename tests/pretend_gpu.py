"""A GPU for machines without one: its tensors refuse to mix with the CPU's, or to become numpy arrays.

Every number is still computed by the CPU, so the answers are right; only the rules of a second device are kept. It cannot
see kernels that a real GPU lacks, its memory, or its speed.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import pytest
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._mode_utils import no_dispatch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_flatten, tree_map

from cnn_core.runtime import devices, recent, weights

PLACE = torch.device("meta")
"""The one kind besides the CPU whose rules every build of torch knows; here its tensors have numbers."""
CPU = torch.device("cpu")
aten = torch.ops.aten
CROSSING = {aten._to_copy.default, aten.copy_.default}
"""What may take tensors from one device to the other."""

INDEXING = {aten.index.Tensor, aten.index_put_.default, aten.index_put.default}
"""A real GPU takes indices from the CPU, too."""


class PretendTensor(torch.Tensor):
    """A tensor that says it lies on ``PLACE``; the numbers are in ``held``, on the CPU."""

    held: torch.Tensor

    @staticmethod
    def __new__(cls, held: torch.Tensor) -> "PretendTensor":
        """A wrapper around ``held``."""
        made = torch.Tensor._make_wrapper_subclass(  # type: ignore[attr-defined]
            cls, held.size(), strides=held.stride(), dtype=held.dtype, device=PLACE, requires_grad=held.requires_grad
        )
        made.held = held
        return made

    def __repr__(self, **_: Any) -> str:
        """For messages."""
        return f"PretendTensor({self.held!r})"

    def numpy(self, **_: Any) -> Any:
        """Refuses, as a GPU's tensor does."""
        raise TypeError("can't convert a GPU's tensor to numpy; use .cpu() first")

    __array__ = numpy

    def tolist(self) -> Any:
        """The numbers as a list, as a GPU's tensor gives them."""
        return self.held.tolist()

    @classmethod
    def __torch_dispatch__(cls, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Runs ``function`` on the held numbers, if all tensors lie on one device."""
        return computed(function, args, kwargs or {})


class PretendMode(TorchDispatchMode):
    """Sees functions that make tensors on ``PLACE`` out of nothing, or bring the CPU's there."""

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """See the class."""
        return computed(function, args, kwargs or {})


class BroughtOver(TorchFunctionMode):
    """``torch.tensor(..., device=PLACE)`` makes its tensor on the CPU and brings it there: within torch no mode sees it."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """See the class."""
        kwargs = kwargs or {}
        wanted = kwargs.get("device")
        if function in (torch.tensor, torch.as_tensor) and wanted is not None and torch.device(wanted).type == PLACE.type:
            return function(*args, **{**kwargs, "device": CPU}).to(PLACE)
        return function(*args, **kwargs)


def computed(function: Any, args: Any, kwargs: dict[str, Any]) -> Any:
    """What ``function`` answers, wrapped if it lies on ``PLACE``."""
    tensors = [leaf for leaf in tree_flatten((args, kwargs))[0] if isinstance(leaf, torch.Tensor)]
    there = [leaf for leaf in tensors if isinstance(leaf, PretendTensor)]
    here = [leaf for leaf in tensors if not isinstance(leaf, PretendTensor) and leaf.ndim > 0]
    if there and here and function not in CROSSING | INDEXING:
        raise RuntimeError(f"Expected all tensors to be on the same device, but {function} got the GPU's and the CPU's")
    wanted = kwargs.get("device")
    goes_there = bool(there) if wanted is None else torch.device(wanted).type == PLACE.type
    if function is aten.copy_.default:
        goes_there = isinstance(args[0], PretendTensor)
    plain = {key: (CPU if key == "device" and value is not None else value) for key, value in kwargs.items()}
    answer = function(*tree_map(held, args), **tree_map(held, plain))
    if goes_there and _writes(function) and isinstance(args[0], PretendTensor):
        if torch.Tag.inplace_view in function.tags:  # transpose_, which a GRU ends with: the wrapper's shape follows
            with no_dispatch():
                function(*args, **kwargs)
        return args[0]
    return (
        tree_map(lambda leaf: PretendTensor(leaf) if isinstance(leaf, torch.Tensor) else leaf, answer)
        if goes_there
        else answer
    )


def wrapped(leaf: Any) -> Any:
    """A tensor as one that pretends; anything else as it is."""
    return PretendTensor(leaf) if isinstance(leaf, torch.Tensor) else leaf


def held(leaf: Any) -> Any:
    """The numbers of a pretending tensor; anything else as it is."""
    return leaf.held if isinstance(leaf, PretendTensor) else leaf


def _writes(function: Any) -> bool:
    """Whether a function changes its first argument and returns it."""
    name = function._schema.name.split("::")[1]
    return name.endswith("_") and not name.endswith("__")


@contextmanager
def pretended(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A block in which this machine seems to have a GPU, empty of networks at first."""
    monkeypatch.setattr(devices, "device", lambda: PLACE)
    monkeypatch.setattr(torch.__future__, "get_overwrite_module_params_on_conversion", lambda: True)
    # A wrapper cannot be viewed in inference mode; without gradients is the same to what is tested here.
    monkeypatch.setattr(torch, "inference_mode", lambda mode=True: torch.no_grad() if mode else nullcontext())
    weights._load.cache_clear()
    recent.forget()
    with PretendMode(), BroughtOver():
        yield
    weights._load.cache_clear()
    recent.forget()
