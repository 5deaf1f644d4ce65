"""Sliding window: a classifier becomes a detector by looking everywhere, one window after the other or all at once."""

import time
import zlib
from collections.abc import Generator, Iterator
from typing import Any

import numpy as np

from cnn_core.images import drawing, opening
from cnn_core.ops.boxes import nms_steps
from cnn_core.results import Floats, Heatmap, PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.sliding_window import (
    FACES,
    WindowGrid,
    average_over_windows,
    classify_in_one_pass,
    classify_one_by_one,
    map_stride,
    plan_windows,
    window_side,
)
from demos.spec import Button, Choice, Demo, Lesson, Memory, Note, Options, Picture, Region, Regions, Slider, Table, Try
from demos.tabs._networks import classes_of, classifiers
from demos.tabs._objects import corners

SHARES = (1.0, 0.7, 0.5)
"""How large the windows of each scale are, as shares of the picture's shorter side."""

LIKELIEST = "likeliest"
FRAMES = 60
"""How many moments of the film are shown, at the most."""
FILM_SIDE = 480
"""Longer side of the film's pictures, pixels: at full size drawing them takes many times as long as the network."""
OPACITY = 0.65
FAINT = 0.05
"""A mean score that is drawn brightly even where no window scores higher: so a map of next to nothing stays dark."""
LIKELY = 0.5
"""A face whose probability is below this is more likely none."""
NETWORK, CAT = "classify_resnet_tiny200", "Egyptian cat"
"""For the first example."""

Slid = dict[str, Any]
"""Plain data: the question, the class, its score in each window, each window's likeliest class, seconds, the film."""
Answer = tuple[str, tuple[PictureArray, list[Region]], PictureArray, str, list[list[str | int]], Slid]

slid = Memory("slid")


def run(
    picture: PictureArray, network: str, wanted: str, scales: int, cells: int, threshold: float, iou: float, play: bool,
    slid: Slid | None,
) -> Iterator[Answer]:  # fmt: skip
    """Scores of all windows in one pass; if played, also window by window; then what the threshold and NMS leave."""
    net = weights.load(network)
    stride = cells * map_stride(net)
    grids = [plan_windows(picture.shape[:2], share, window_side(net), stride) for share in SHARES[:scales]]
    boxes = np.concatenate([grid.boxes() for grid in grids])

    question = [zlib.crc32(picture.tobytes()), network, wanted, scales, cells]
    if slid is None or slid["question"] != question:
        slid = {"question": question, **pass_once(picture, network, grids, wanted)}
    name = net.card.classes[slid["label"]]
    if play:
        film = yield from slide(picture, network, grids, boxes, slid)
        slid = {**slid, "film": film}

    scores = np.array(slid["scores"], np.float32)
    kept, rows = suppress(boxes, scores, threshold, iou)
    yield (
        headline(name, len(kept), scores, network, slid["surest"]),
        (picture, [Region.of_box(boxes[k], name, scores[k]) for k in kept]),
        score_map(picture, boxes, scores, name),
        cost_in_words(slid, name, threshold),
        rows,
        slid,
    )


def pass_once(picture: PictureArray, network: str, grids: list[WindowGrid], wanted: str) -> Slid:
    """What one pass a scale says of all windows, and how long that took."""
    started = time.perf_counter()
    probabilities = np.concatenate([classify_in_one_pass(picture, network, grid) for grid in grids])  # (N, K)
    seconds = time.perf_counter() - started
    surest = int(probabilities.max(0).argmax())
    label = surest if wanted == LIKELIEST else int(wanted)
    return {
        "label": label, "surest": (surest, float(probabilities.max())), "scores": probabilities[:, label].tolist(),
        "best": probabilities.argmax(1).tolist(),
        "classes": probabilities.shape[1], "seconds": seconds, "film": None,
    }  # fmt: skip


def slide(
    picture: PictureArray, network: str, grids: list[WindowGrid], boxes: Floats, slid: Slid
) -> Generator[Answer, None, Slid]:
    """Shows the window sliding; returns what each window's own run said, and the seconds of computing and of drawing."""
    name = weights.card(network).classes[slid["label"]]
    small, _ = opening.cap_longest_side(picture, FILM_SIDE)
    drawn = boxes * (small.shape[1] / picture.shape[1])
    windows = (probabilities for grid in grids for probabilities in classify_one_by_one(picture, network, grid))
    scores: list[float] = []
    best: list[int] = []
    started, computing = time.perf_counter(), 0.0
    while len(scores) < len(boxes):
        asked = time.perf_counter()
        probabilities = next(windows)  # (K,)
        computing += time.perf_counter() - asked
        scores.append(float(probabilities[slid["label"]]))
        best.append(int(probabilities.argmax()))
        if len(scores) % max(1, len(boxes) // FRAMES) == 0 and len(scores) < len(boxes):
            yield frame(small, drawn, scores, name, slid)
    others = time.perf_counter() - started - computing
    return {"scores": scores, "best": best, "computing": computing, "drawing": others}


def frame(picture: PictureArray, boxes: Floats, scores: list[float], name: str, slid: Slid) -> Answer:
    """One moment while the window slides: where it is, its score, and the map so far."""
    now = len(scores) - 1
    words = f"Window {now + 1} of {len(boxes)}: **{name}** {scores[now]:.0%}"
    so_far = score_map(picture, boxes[: now + 1], np.array(scores, np.float32), name)
    return (
        words,
        (picture, [Region.of_box(boxes[now], "window")]),
        so_far,
        "The network runs once for each window ...",
        [],
        slid,
    )


def suppress(boxes: Floats, scores: Floats, threshold: float, iou: float) -> tuple[list[int], list[list[str | int]]]:
    """The windows above the threshold that non-maximum suppression keeps, and each of its steps as a row."""
    high = np.flatnonzero(scores >= threshold)
    steps = list(nms_steps(boxes[high], scores[high], iou))
    rows: list[list[str | int]] = [
        [f"{scores[high[s.kept]]:.1%}", corners(boxes[high[s.kept]]), len(s.removed)] for s in steps
    ]
    return [int(high[s.kept]) for s in steps], rows


def headline(name: str, count: int, scores: Floats, network: str, surest: tuple[int, float]) -> str:
    """What was found. A classifier must name a class in every window, whatever it shows; a network for faces need not.

    ``surest``: the class that has the highest score in any window, and the score; said where another class has none.
    """
    best = float(scores.max())
    if not count:
        other = weights.card(network).classes[surest[0]]
        higher = "" if other == name else f" Of all classes **{other}** has the highest score, {surest[1]:.0%}."
        return f"No window reaches the threshold for **{name}**; the best has {best:.0%}.{higher}"
    found = f"**{name}** in {count} {'window' if count == 1 else 'windows'}, best {best:.0%}"
    if weights.card(network).task != FACES:
        return f"Not sure - perhaps {found}. A classifier must name a class in every window, also where there is none."
    return f"Not sure - perhaps {found}" if best < LIKELY else found


def cost_in_words(slid: Slid, name: str, threshold: float) -> str:
    """How long both ways took on this machine, drawing apart, and how far they agree."""
    at_once, film = slid["seconds"], slid["film"]
    words = f"All {len(slid['scores'])} windows in one pass: {1000 * at_once:.0f} ms."
    if film is None:
        return f"{words} Press the button to see the classifier run window by window, and what that costs."
    return (
        f"{words} One by one: {1000 * film['computing']:.0f} ms of computing, "
        f"**{film['computing'] / at_once:.1f} times** as "
        f"long; drawing the film took another {film['drawing']:.1f} s. {agreement(slid, film, name, threshold)}"
    )


def agreement(slid: Slid, film: Slid, name: str, threshold: float) -> str:
    """In how many windows both ways say the same, and by how much the scores differ."""
    once, alone = np.array(slid["scores"]), np.array(film["scores"])
    if slid["classes"] > 1:
        same, what = np.array(slid["best"]) == np.array(film["best"]), "have the same likeliest class"
    else:
        same, what = (once >= threshold) == (alone >= threshold), "lie on the same side of the threshold"
    return (
        f"Both ways, {int(same.sum())} of {len(same)} windows {what}; the score of **{name}** differs by up to "
        f"{100 * np.abs(once - alone).max():.1f} percentage points."
    )


def score_map(picture: PictureArray, boxes: Floats, scores: Floats, name: str) -> PictureArray:
    """The mean score of the windows over each pixel, over the picture, as bright as the largest mean or ``FAINT``."""
    values = average_over_windows(boxes, scores, picture.shape[:2])
    return drawing.overlay_heatmap(picture, Heatmap(values / max(float(values.max()), FAINT), name), OPACITY)


def window_networks() -> Options:
    """The networks whose windows can also be computed in one pass, and that know photographs."""
    known = tuple(pair for pair in classifiers() if weights.card(pair[0]).architecture == "resnet")
    return (*known, *((name, f"{weights.card(name).title} · faces only") for name in weights.names(FACES)))


def cat_number() -> str:
    """The value that looks for the cat of the first example."""
    options = classes_of(NETWORK) if NETWORK in weights.names("classification") else ()
    return next((value for value, name in options if name == CAT), LIKELIEST)


def wanted_classes(network: str) -> Options:
    """The class to look for."""
    return ((LIKELIEST, "the class with the highest score in any window"), *classes_of(network))


DEMO = Demo(
    title="Sliding window",
    summary="A classifier finds objects by looking everywhere: window by window, or all windows in one pass.",
    lesson=Lesson(
        see="The windows that threshold and non-maximum suppression leave, and the mean score of all over each pixel.",
        tries=(
            Try(
                words="Allow every overlap (IoU 1)", sets={"iou": 1.0}, watch="How many windows answer for the same object?"
            ),
            Try(words="Only the largest windows", sets={"scales": 1}, watch="Is any window still as small as the object?"),
            Try(words="A stride of three cells", sets={"cells": 3}, watch="Do the windows that are left still fit?"),
            Try(words="Show it two cats", sets={"picture": "cats_on_wall"}, watch="Does each of them keep a window?"),
        ),
        notice=(
            "Neighbouring windows share most of their pixels: one by one, the same convolutions are computed "
            "again and again.",
            "In one pass a window is a patch of the last feature map. The two ways are alike, not equal: at a window's edge "
            "the classifier alone sees zeros (padding), the single pass sees the rest of the picture.",
            "One object raises the score of many windows. Non-maximum suppression keeps the best of those that overlap.",
        ),
        questions=(
            (
                "Why do the boxes seldom fit the object?",
                "All windows are squares of a few sizes on a coarse grid. A detector learns to correct its boxes by "
                "regression.",
            ),
            (
                "Halve the stride: how many windows are there then, and what do they cost in one pass?",
                "About four times as many. In one pass they cost almost nothing: the last feature map has a value "
                "there anyway.",
            ),
            (
                "What does the classifier say of a window that shows only background?",
                "It must name one of its classes: it never learned what 'nothing' looks like, hence the false alarms. The "
                "network for faces did learn it: it was also trained on photographs without people.",
            ),
        ),
        sources=("Sermanet et al. 2013, arXiv:1312.6229 (OverFeat)", "Girshick et al. 2014, arXiv:1311.2524 (NMS)"),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="One object that the network knows, somewhere in a larger scene."),
        "play": Button(label="Slide the window"),
        "wanted": Choice(label="Look for", options=wanted_classes, depends_on=("network",)),
        "threshold": Slider(label="Score threshold", low=0.05, high=0.95, step=0.05, default=0.15),
        "iou": Slider(label="NMS: overlap (IoU) above which a window is removed", low=0, high=1, step=0.05, default=0.2),
        "scales": Slider(label="Window sizes", low=1, high=3, step=1, default=3, folded=True),
        "cells": Slider(label="Stride, in cells of the last feature map", low=1, high=5, step=1, default=1, folded=True),
        "network": Choice(label="Network", options=window_networks, folded=True),
        "slid": slid,
    },
    outputs=(
        Note(label="Found", tone="headline"),
        Regions(label="Windows that are left"),
        Picture(
            label="Score map (brightest: the largest mean score)",
            help="The mean score of all windows over each place. It stays dark where no window lies, as may be at the right "
            "and lower edges, and everywhere if no mean comes near 5 %.",
            alt="The picture with the regions of the highest scores in warm colours",
        ),
        Note(label="What it cost"),
        Table(label="Non-maximum suppression, step by step", columns=("kept: score", "window (pixels)", "windows removed")),
        slid,
    ),
    run=run,
    examples=(
        {"picture": "cat_on_wall", "network": NETWORK, "wanted": cat_number(), "threshold": 0.1},
        {"picture": "cats_on_wall", "network": NETWORK, "wanted": cat_number(), "threshold": 0.1},
        {"picture": "coffee"},
        {"picture": "rocket"},
        {"picture": "astronaut", "network": weights.names(FACES)[0]},
    ),
    weights=tuple(name for name, _ in window_networks()),
    order=4,
)
