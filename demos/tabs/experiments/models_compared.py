"""Models compared: accuracy against arithmetic, the size of the circle being the number of parameters."""

import statistics
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

import torch

from cnn_core.runtime import devices, run_log, weights
from cnn_core.runtime.cards import Card
from cnn_core.runtime.on_network import with_fallback
from demos.spec import Button, Choice, Demo, Lesson, Note, OpenIn, Scene, Table, Try
from demos.tabs._networks import classifiers
from demos.tabs.experiments._bubbles import PRESS, Bubble, draw_bubbles

ROUNDS = 7


def run(network: str, measure: bool) -> tuple[Any, ...]:
    """The charts, the table (with times measured now if asked), and the chosen network ready to open."""
    names = [name for name, _ in classifiers(shuffled=True)]
    times = measure_all(names) if measure else {}
    card = weights.card(network)
    return (
        *(draw_chart(names, classes, network) for classes in class_sets()),
        f"**{card.title}**: {card.line}",
        *[{"network": network} if card.input.shuffle_seed is None else None] * 2,
        [row(weights.card(name), times.get(name)) for name in names],
        {"data": "imagenet"},
    )


def measure_all(names: Sequence[str]) -> dict[str, float]:
    """The time of each network, in milliseconds, one after the other."""
    times = {}
    for done, name in enumerate(names):
        run_log.tell_progress(done / len(names), f"measuring {weights.card(name).title}")
        times[name] = with_fallback(name, measure_milliseconds)
    return times


def measure_milliseconds(network: weights.Network) -> float:
    """The median time of a forward pass of one picture on this machine."""
    size = network.card.input.size
    x = torch.zeros(1, 3, size, size, device=network.device).contiguous(memory_format=torch.channels_last)
    times = []
    with torch.inference_mode():
        for _ in range(ROUNDS):
            started = time.perf_counter()
            network.model(x)
            devices.finish(network.device)
            times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


def row(card: Card, time_here: float | None) -> list[Any]:
    """One line of the table."""
    n = next(iter(card.metrics.values()))["n"]
    arithmetic = f"{card.multiply_adds / 1e6:,.1f}"
    return [
        card.title,
        len(card.classes),
        f"{card.top1:.1%}",
        n,
        f"{card.parameters:,}",
        arithmetic,
        f"{time_here:.1f}" if time_here else "-",
    ]


def class_sets() -> list[int]:
    """The numbers of classes that there are networks for, that of most networks first; each has a chart of its own."""
    counts = Counter(len(weights.card(name).classes) for name, _ in classifiers(shuffled=True))
    return sorted(counts, key=lambda classes: (-counts[classes], classes))


def draw_chart(names: Sequence[str], classes: int, chosen: str) -> dict[str, Any]:
    """This project's networks for so many classes, to be pressed (with others their accuracies cannot be compared)."""
    cards = [weights.card(name) for name in names]
    shown = [Bubble.of_card(card) for card in cards if len(card.classes) == classes]
    return draw_bubbles(shown, chosen, f"Networks for {classes} classes", [Bubble.of_card(card) for card in cards])


DEMO = Demo(
    title="Models compared",
    summary="Every network trained here: how often it is right, how much it computes, how many numbers it learned.",
    lesson=Lesson(
        see="Accuracy against arithmetic of every network trained here; the area of a circle is the number of parameters.",
        tries=(
            Try(
                words="Find LeNet, of 1998",
                sets={"network": "classify_lenet_cifar10"},
                watch="How large is its circle, and how far to the left does it stand?",
            ),
            Try(
                words="Find the dense network",
                sets={"network": "classify_dense_cifar10"},
                watch="How much arithmetic does it need for so many parameters?",
            ),
        ),
        notice=(
            "Further right is more arithmetic, higher is more often right, a larger circle has more parameters.",
            "Parameters and arithmetic are different things: a kernel is stored once and used at every position.",
            "Accuracies on ten and on two hundred classes cannot be compared, so they have charts of their own.",
        ),
        questions=(
            (
                "Which network gives most accuracy for its parameters, and which idea paid for it?",
                "Look for small circles that stand high. Shortcuts let thin layers be stacked deep (ResNet), and 1x1 "
                "convolutions reduce the channels before the expensive kernels (Inception).",
            ),
            (
                "A network with half the multiply-adds is not twice as fast here. Why?",
                "Time also goes into moving numbers: activations, norms, pooling, starting each operation. And layers with "
                "few channels cannot keep the processor's vector units busy.",
            ),
        ),
        sources=("Canziani, Paszke and Culurciello 2016, arXiv:1605.07678 (the chart's idea)",),
    ),
    inputs={
        "network": Choice(label="Network", options=lambda: classifiers(shuffled=True)),
        "measure": Button(label="Measure the times on this machine"),
    },
    outputs=(
        *(
            Scene(label=f"Accuracy against arithmetic: {classes} classes", script="bubbles", sets=("network",), help=PRESS)
            for classes in class_sets()
        ),
        Note(label="The chosen network"),
        OpenIn(label="Open it in Classify", demo="classify"),
        OpenIn(label="Open it in Layers", demo="layers"),
        Table(
            label="In numbers",
            columns=("network", "classes", "top-1", "pictures", "parameters", "million multiply-adds", "ms here"),
        ),
        OpenIn(label="Published networks, and ImageNet's challenge year by year", demo="challenge"),
    ),
    run=run,
    examples=({},),
    weights=tuple(weights.names("classification")),
    order=3,
)
