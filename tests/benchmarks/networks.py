"""Which way of running each shipped network pays here? By hand: ``python -m tests.benchmarks.networks [THREADS...]``.

Milliseconds for one picture, on one and on two threads: as it is stored (contiguous), in channels_last, and with every batch
norm folded into its convolution; the three take turns, so that what else the machine does falls on all alike. Answers must
be equal. What the app does is ``cnn_core.runtime.weights``: channels_last.
"""

import statistics
import sys
import time
from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.fx.experimental.optimization import fuse

from cnn_core.runtime import weights

ROUNDS = 9
NEAR = 2e-3
"""Largest difference of two ways' answers, as a share of the largest value."""


def milliseconds(ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    """The median time of each way, taken in turns."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(ROUNDS + 2):
        for name, work in ways.items():
            begun = time.perf_counter()
            work()
            if turn >= 2:
                times[name].append(1000 * (time.perf_counter() - begun))
    return {name: statistics.median(found) for name, found in times.items()}


def folded(model: nn.Module, x: Tensor) -> nn.Module | None:
    """The network with its batch norms folded into the convolutions; None where torch.fx cannot follow it."""
    try:
        fused = fuse(model).to(memory_format=torch.channels_last)
        fused(x)
        return fused
    except Exception:  # torch.fx says no in many ways
        return None


def first_tensor(answer: object) -> Tensor:
    """The first tensor of whatever a network answers."""
    if isinstance(answer, Tensor):
        return answer
    parts = answer.values() if isinstance(answer, dict) else vars(answer).values() if hasattr(answer, "__dict__") else answer
    return first_tensor(next(iter(parts)))  # type: ignore[call-overload]


def measure(name: str) -> str:
    """One row: the times in each way, relative to the way it is stored."""
    card = weights.card(name)
    model = weights.load(name, torch.device("cpu")).model
    channels = 1 if card.input.channels == "grey" else 3
    x = torch.rand(1, channels, card.input.size, card.input.size)
    last = x.to(memory_format=torch.channels_last)
    plain = model.to(memory_format=torch.contiguous_format)
    expected = first_tensor(plain(x)).clone()
    before = milliseconds({"stored": lambda: plain(x)})["stored"]
    model = model.to(memory_format=torch.channels_last)
    ways: dict[str, Callable[[], object]] = {"channels_last": lambda: model(last)}
    if (fused := folded(model, last)) is not None:
        ways["folded"] = lambda: fused(last)
    row = f"{name:36} {before:8.1f} ms"
    for way, took in milliseconds(ways).items():
        off = (first_tensor(ways[way]()) - expected).abs().max() / expected.abs().max()
        row += f"   {way} {took / before:5.2f}{'' if off < NEAR else f' (off by {off:.1%})'}"
    return row + ("" if fused is not None else "   folded: torch.fx cannot follow it")


def main(threads: list[int]) -> None:
    """Prints the table."""
    for count in threads:
        torch.set_num_threads(count)
        print(f"--- {count} threads" if count > 1 else "--- one thread")
        for name in weights.names():
            with torch.inference_mode():
                try:
                    print(measure(name), flush=True)
                except (TypeError, RuntimeError, StopIteration, AttributeError, ValueError) as error:
                    print(f"{name:36} takes no picture alone ({type(error).__name__})", flush=True)


if __name__ == "__main__":
    main([int(number) for number in sys.argv[1:]] or [1, 2])
