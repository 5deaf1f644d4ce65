"""Models compared: accuracy against arithmetic, the size of the circle being the number of parameters."""

import statistics
import time
from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke
from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter
from matplotlib.transforms import Bbox

from cnn_core.images.palette import COLOURS
from cnn_core.runtime import devices, run_log, weights
from cnn_core.runtime.cards import Card
from cnn_core.runtime.on_network import with_fallback
from demos.spec import Button, Choice, Demo, Lesson, Note, OpenIn, Plot, Table, Try
from demos.tabs._networks import classifiers

PUBLISHED = (
    ("AlexNet", 61.1e6, 0.71e9, 0.565),
    ("VGG-16", 138.4e6, 15.47e9, 0.716),
    ("GoogLeNet", 6.6e6, 1.50e9, 0.698),
    ("Inception V3", 27.2e6, 5.71e9, 0.773),
    ("ResNet-152", 60.2e6, 11.51e9, 0.783),
)
"""(name, parameters, multiply-adds, top-1 on ImageNet's 1,000 classes) as torchvision's documentation lists them."""

Entry = tuple[str, float, float, float, bool]
"""Title, parameters, multiply-adds, accuracy 0..1, chosen."""

ROUNDS = 7
LARGEST, LARGEST_PUBLISHED = 1600, 4000
"""The area of the largest circle of each chart, in square points."""
HALO = (withStroke(linewidth=4, foreground="white"),)
LEADER = {"arrowstyle": "-", "color": "grey", "shrinkA": 0, "shrinkB": 0}
LIFTS = (0, 18, -18, 36, -36, 54, -54, 72, -72)


def run(network: str, measure: bool) -> tuple[Any, ...]:
    """The chart, the table (with times measured now if asked), and the chosen network ready to open."""
    names = [name for name, _ in classifiers(shuffled=True)]
    times = measure_all(names) if measure else {}
    card = weights.card(network)
    return (
        draw_chart(names, network),
        f"**{card.title}**: {card.line}",
        {"network": network} if card.input.shuffle_seed is None else None,
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


def draw_chart(names: list[str], chosen: str) -> Figure:
    """This project's networks, one panel for each set of classes (their accuracies cannot be compared)."""
    cards = [weights.card(name) for name in names]
    sets = sorted({len(card.classes) for card in cards}, reverse=True)
    figure = Figure(figsize=(8, 4.2 * len(sets)), layout="constrained")
    area = LARGEST / max(card.parameters for card in cards)  # one for all panels, so that their circles can be compared
    labels = []
    for axes, classes in zip(np.atleast_1d(figure.subplots(len(sets))), sets, strict=True):
        shown = [card for card in cards if len(card.classes) == classes]
        labels += draw_circles(
            axes, [(c.title, c.parameters, c.multiply_adds, c.top1, c.name == chosen) for c in shown], area
        )
        axes.set_title(f"{classes} classes, measured here", fontsize=14)
    spread(labels)
    return figure


def draw_published() -> Figure:
    """The classical networks on ImageNet, with published figures."""
    figure = Figure(figsize=(8, 4.8), layout="constrained")
    axes = figure.subplots()
    most = max(parameters for _, parameters, *_ in PUBLISHED)
    labels = draw_circles(axes, [(*entry, False) for entry in PUBLISHED], LARGEST_PUBLISHED / most)
    axes.set_title("1,000 classes of ImageNet, published figures, not measured here", fontsize=14)
    spread(labels)
    return figure


def draw_circles(axes: Axes, entries: Sequence[Entry], area_of_one: float) -> list[Any]:
    """One circle for each (title, parameters, multiply-adds, accuracy, chosen); its area is the number of parameters.

    ``area_of_one`` is the area of one parameter, in square points; a circle's name stands at its right.
    Returns the names, as matplotlib's annotations.
    """
    labels: list[Any] = []
    for number, (title, parameters, arithmetic, accuracy, chosen) in enumerate(entries):
        area = area_of_one * parameters
        edge: dict[str, Any] = {"edgecolor": "black", "linewidth": 3} if chosen else {"edgecolor": "white", "linewidth": 1}
        axes.scatter(arithmetic, 100 * accuracy, s=area, color=COLOURS[number % len(COLOURS)], alpha=0.85, **edge)
        beside = (np.sqrt(area / np.pi) + 5, -4)
        place = (arithmetic, 100 * accuracy)
        labels.append(axes.annotate(title, place, xytext=beside, textcoords="offset points", fontsize=12, path_effects=HALO))
    axes.set_xscale("log")
    axes.set_xlim(0.4 * min(e[2] for e in entries), 8 * max(e[2] for e in entries))
    low, high = min(e[3] for e in entries), max(e[3] for e in entries)
    margin = 0.25 * max(high - low, 0.1)
    axes.set_ylim(100 * (low - margin), 100 * (high + margin))
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(EngFormatter())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.set_xlabel("multiply-adds for one picture (M: million, G: thousand million)", fontsize=12)
    axes.set_ylabel("top-1 accuracy in %", fontsize=12)
    axes.tick_params(labelsize=12)
    axes.grid(alpha=0.3)
    return labels


def spread(labels: list[Any]) -> None:
    """Moves the names, up or down and to the other side of their circles, until none covers a circle or another name."""
    figure = labels[0].figure
    figure.draw_without_rendering()
    taken = [extent(circle) for axes in figure.axes for circle in axes.collections]
    for label in labels:
        away = label.xyann[0]
        for lift, side in product(LIFTS, (1, -1)):
            label.set_ha("left" if side == 1 else "right")
            label.xyann = (side * (away + abs(lift) / 2), lift - 4)
            box = label.get_window_extent()
            panel = label.axes.bbox
            inside = panel.contains(box.x0, box.y0) and panel.contains(box.x1, box.y1)
            if inside and not any(box.overlaps(other) for other in taken):
                break
        taken.append(box)
        if lift:
            start = {"xytext": label.xyann, "textcoords": "offset points"}
            label.axes.annotate("", label.xy, **start, arrowprops=LEADER, annotation_clip=False)


def extent(circle: Any) -> Bbox:
    """The square on the screen that a scattered circle fills."""
    (x, y), radius = circle.get_offset_transform().transform(circle.get_offsets())[0], np.sqrt(circle.get_sizes()[0] / np.pi)
    radius *= circle.figure.dpi / 72
    return Bbox.from_extents(x - radius, y - radius, x + radius, y + radius)


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
            "Accuracies on ten and on two hundred classes cannot be compared, so they have panels of their own.",
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
        Plot(label="Accuracy against arithmetic", alt="Accuracy over multiply-adds, one circle for each network"),
        Note(label="The chosen network"),
        OpenIn(label="Open it in Classify", demo="classify"),
        Table(
            label="In numbers",
            columns=("network", "classes", "top-1", "pictures", "parameters", "million multiply-adds", "ms here"),
        ),
        Plot(label="The classical networks, as published", alt="Published accuracies over multiply-adds", folded=True),
    ),
    run=run,
    examples=({},),
    weights=tuple(weights.names("classification")),
    order=3,
)
