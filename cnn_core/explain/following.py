"""What can be worked out about a tensor from those that it was made of, operation by operation, while a network runs."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from torch import Tensor
from torch.overrides import TorchFunctionMode
from torch.utils.weak import WeakTensorKeyDictionary

Fact = TypeVar("Fact")


class Following(TorchFunctionMode, ABC, Generic[Fact]):
    """Watches every torch operation of this thread and works out a fact about its result from those about its arguments.

    Tensors are held weakly: whatever the network lets go is forgotten.

    Args:
        known: what is known before the network runs.
    """

    def __init__(self, known: Sequence[tuple[Tensor, Fact]]) -> None:
        super().__init__()
        self.known = WeakTensorKeyDictionary()
        for tensor, fact in known:
            self.known[tensor] = fact

    @abstractmethod
    def after(self, name: str, args: Sequence[Any], kwargs: dict[str, Any], sources: list[Tensor], out: Tensor) -> Fact:
        """The fact about ``out``, the result of the torch operation ``name``, from what is known about its ``sources``."""

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Runs the operation and notes what is known of each tensor that it returns, or writes into."""
        kwargs = kwargs or {}
        result = function(*args, **kwargs)
        sources = [tensor for tensor in tensors_in([args, kwargs]) if tensor in self.known]
        if sources:
            name = function.__name__
            for out in [args[0]] if name == "__setitem__" else tensors_in(result):
                self.known[out] = self.after(name, args, kwargs, sources, out)
        return result


def tensors_in(value: Any) -> list[Tensor]:
    """All tensors within nested lists, tuples and dicts."""
    if isinstance(value, Tensor):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    return [tensor for part in parts for tensor in tensors_in(part)]
