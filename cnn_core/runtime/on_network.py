"""What happens around every answer of a network, written once: load it, run it, fall back to the CPU."""

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

import torch

from cnn_core.runtime import devices, run_log
from cnn_core.runtime.weights import Network, load

P = ParamSpec("P")
Given = TypeVar("Given")
Answer = TypeVar("Answer")
CPU = torch.device("cpu")
FULL = "The GPU's memory was full, so this ran on the CPU."


def on_network(
    function: Callable[Concatenate[Network, Given, P], Answer],
) -> Callable[Concatenate[Given, str, P], Answer]:
    """Makes ``function(network, given, ...)`` into ``function(given, weights_name, ...)``.

    The network of that name is loaded once and shared, on this machine's device; if the device's memory is full, the
    function runs once more on the CPU and the page says so. A generator starts anew there.

    Raises (the function made):
        InputError: no such network.
        WeightsError: its file or card is damaged.
    """

    @functools.wraps(function)
    def asked(given: Given, weights_name: str, *args: P.args, **kwargs: P.kwargs) -> Answer:
        def work(network: Network) -> Answer:
            return function(network, given, *args, **kwargs)

        if inspect.isgeneratorfunction(function):
            return steps_with_fallback(weights_name, work)  # type: ignore[return-value, arg-type]
        return with_fallback(weights_name, work)

    signature = inspect.signature(function)
    _, given, *others = signature.parameters.values()
    name = inspect.Parameter("weights_name", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=str)
    asked.__signature__ = signature.replace(parameters=[given, name, *others])  # type: ignore[attr-defined]
    return cast("Callable[Concatenate[Given, str, P], Answer]", asked)


def with_fallback(name: str, work: Callable[[Network], Answer]) -> Answer:
    """``work(network)`` on this machine's device; if its memory is full, once more on the CPU, and says so."""
    try:
        return work(load(name))
    except RuntimeError as error:
        if not can_fall_back(error):
            raise
    return work(load(name, CPU))


def steps_with_fallback(name: str, work: Callable[[Network], Iterator[Any]]) -> Iterator[Any]:
    """The steps of ``work(network)``; if the device's memory is full at one of them, all steps anew on the CPU."""
    try:
        yield from work(load(name))
        return
    except RuntimeError as error:
        if not can_fall_back(error):
            raise
    yield from work(load(name, CPU))


def can_fall_back(error: RuntimeError) -> bool:
    """Whether an error says that a GPU's memory is full; if so, its unused memory is given back and the page told."""
    place = devices.device()
    if place.type == "cpu" or not devices.memory_is_full(error):
        return False
    devices.empty_cache(place)
    run_log.remark(FULL)
    return True
