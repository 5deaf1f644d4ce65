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
from demos.charts import SERIES, Axis, Chart, Points
from demos.spec import Button, Choice, Demo, Lesson, Note, OpenIn, Plot, Scene, Table, Try
from demos.tabs._networks import classifiers

PUBLISHED = (
    ("AlexNet", 61.1e6, 0.71e9, 0.565),
    ("VGG-16", 138.4e6, 15.47e9, 0.716),
    ("GoogLeNet", 6.6e6, 1.50e9, 0.698),
    ("Inception V3", 27.2e6, 5.71e9, 0.773),
    ("ResNet-152", 60.2e6, 11.51e9, 0.783),
)
"""(name, parameters, multiply-adds, top-1 on ImageNet's 1,000 classes) as torchvision's documentation lists them."""

Entry = tuple[str, float, float, float]
"""Title, parameters, multiply-adds, accuracy 0..1."""

ROUNDS = 7
ARITHMETIC = "multiply-adds for one picture (M: million, G: thousand million)"
PRESS = "Press a circle, or reach it by the Tab key and press Enter: below, it can be opened. G: thousand million."


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
        draw_published(),
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
    shown = [card for card in cards if len(card.classes) == classes]
    entries = [(card.title, card.parameters, card.multiply_adds, card.top1) for card in shown]
    words, x, y = axes(entries, f"Networks for {classes} classes")
    return {
        "words": words,
        "sets": "network",
        "chosen": chosen,
        "hint": "Press a circle to choose its network.",
        "x": {"title": "multiply-adds for one picture", "low": x.low, "high": x.high},
        "y": {"title": y.title, "low": y.low, "high": y.high},
        "largest": max(card.parameters for card in cards),  # of all charts, so that their circles can be compared
        "bubbles": [bubble(card) for card in shown],
    }


def bubble(card: Card) -> dict[str, Any]:
    """The circle of a network, and what it says of it."""
    about = (
        f"{card.title}: {card.top1:.1%} right, {card.multiply_adds / 1e6:,.1f} million multiply-adds, "
        f"{card.parameters:,} parameters"
    )
    place = {"x": card.multiply_adds, "y": 100 * card.top1, "size": card.parameters}
    return {"name": card.title, "value": card.name, "about": about, **place}


def draw_published() -> Chart:
    """The classical networks on ImageNet, with published figures."""
    words, x, y = axes(PUBLISHED, "Classical networks on ImageNet")
    layer = Points(
        name="", x=[e[2] for e in PUBLISHED], y=[100 * e[3] for e in PUBLISHED], labels=tuple(e[0] for e in PUBLISHED),
        sizes=[e[1] for e in PUBLISHED], size_title="parameters", colour=SERIES[0],
    )  # fmt: skip
    return Chart(words=words, x=x, y=y, layers=(layer,))


def axes(entries: Sequence[Entry], which: str) -> tuple[str, Axis, Axis]:
    """What a chart of networks shows, in words, and its two axes, with room around the circles."""
    low, high = min(e[3] for e in entries), max(e[3] for e in entries)
    margin = 0.25 * max(high - low, 0.1)
    best, dearest = max(entries, key=lambda e: e[3]), max(entries, key=lambda e: e[2])
    return (
        f"{which}: {best[0]} is right most often ({best[3]:.0%}), {dearest[0]} computes most.",
        Axis(title=ARITHMETIC, log=True, low=0.4 * min(e[2] for e in entries), high=3 * dearest[2]),
        Axis(title="top-1 accuracy in %", low=100 * (low - margin), high=100 * (high + margin)),
    )


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
        Plot(label="The classical networks on ImageNet, as published, not measured here", folded=True),
    ),
    run=run,
    examples=({},),
    weights=tuple(weights.names("classification")),
    order=7,
)
