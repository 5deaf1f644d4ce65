"""Sliding window: a classifier becomes a detector by looking everywhere, one window after the other or all at once."""

import time
import zlib

import numpy as np

from cnn_core.images import drawing
from cnn_core.ops.boxes import nms_steps
from cnn_core.results import Heatmap
from cnn_core.runtime import weights
from cnn_core.tasks.sliding_window import FACES, coarseness, in_one_pass, layout, one_by_one, spread_over, window_side
from demos.spec import Button, Choice, Demo, Lesson, Memory, Note, Picture, Region, Regions, Slider, Table
from demos.tabs._networks import classes_of, classifiers
from demos.tabs._objects import corners

SHARES = (1.0, 0.7, 0.5)
"""How large the windows of each scale are, as shares of the picture's shorter side."""

LIKELIEST = "likeliest"
FRAMES = 60
slid = Memory("slid")


def run(picture, network, wanted, scales, cells, threshold, iou, play, slid):
    """Scores of all windows in one pass; if played, first window by window; then what the threshold and NMS leave."""
    net = weights.load(network)
    side = window_side(net)
    stride = cells * coarseness(net)
    places = [layout(picture.shape[:2], share, side, stride) for share in SHARES[:scales]]
    boxes = np.concatenate([scale.boxes() for scale in places])

    question = [zlib.crc32(picture.tobytes()), network, wanted, scales, cells]
    if slid is None or slid["question"] != question:
        started = time.perf_counter()
        probabilities = np.concatenate([in_one_pass(picture, scale, net) for scale in places])
        label = int(probabilities.max(0).argmax()) if wanted == LIKELIEST else int(wanted)
        seconds = [time.perf_counter() - started, None]
        slid = {"question": question, "label": label, "scores": probabilities[:, label].tolist(), "seconds": seconds}
    name = net.card.classes[slid["label"]]

    if play:
        started, seen = time.perf_counter(), []
        windows = (scores[slid["label"]] for scale in places for scores in one_by_one(picture, scale, net))
        for number, score in enumerate(windows, 1):
            seen.append(score)
            if number % max(1, len(boxes) // FRAMES) == 0 and number < len(boxes):
                yield frame(picture, boxes, seen, name, slid)
        slid = {**slid, "seconds": [slid["seconds"][0], time.perf_counter() - started]}

    scores = np.array(slid["scores"], np.float32)
    left, rows = suppressed(boxes, scores, threshold, iou)
    regions = [Region.of_box(boxes[k], name, scores[k]) for k in left]
    yield (
        found_in_words(name, len(left), scores),
        (picture, regions),
        score_map(picture, boxes, scores, name),
        times_in_words(len(boxes), *slid["seconds"]),
        rows,
        slid,
    )


def frame(picture, boxes, seen, name, slid):
    """One moment while the window slides: where it is, its score, and the map so far."""
    now = len(seen) - 1
    regions = [Region.of_box(boxes[now], "window")]
    words = f"Window {now + 1} of {len(boxes)}: {seen[now]:.0%} **{name}**"
    so_far = score_map(picture, boxes[: now + 1], np.array(seen, np.float32), name)
    return words, (picture, regions), so_far, "Each window is a run of its own ...", [], slid


def suppressed(boxes, scores, threshold, iou):
    """The windows above the threshold that non-maximum suppression keeps, and each of its steps as a row."""
    sure = np.flatnonzero(scores >= threshold)
    steps = list(nms_steps(boxes[sure], scores[sure], iou))
    rows = [[f"{scores[sure[s.kept]]:.1%}", corners(boxes[sure[s.kept]]), len(s.removed)] for s in steps]
    return [int(sure[s.kept]) for s in steps], rows


def found_in_words(name, count, scores):
    """The headline."""
    if not count:
        return f"No window reaches the threshold for **{name}**; the best has {scores.max():.0%}."
    return f"**{name}** in {count} {'place' if count == 1 else 'places'}, best {scores.max():.0%}"


def times_in_words(count, at_once, one_by_one):
    """How long both ways took on this machine."""
    once = f"All {count} windows in one pass: {1000 * at_once:.0f} ms."
    if one_by_one is None:
        return f"{once} Press the button to see the classifier run window by window, and what that costs."
    return f"{once} One by one: {1000 * one_by_one:.0f} ms, **{one_by_one / at_once:.0f} times** as long, drawing included."


def score_map(picture, boxes, scores, name):
    """The mean score of the windows over each place, over the picture; the brightest place has the largest mean."""
    values = spread_over(boxes, scores, picture.shape[:2])
    return drawing.heatmap_over(picture, Heatmap(values / max(float(values.max()), 1e-9), name), 0.65)


def window_networks():
    """The networks whose windows can also be computed in one pass, and that know photographs."""
    known = tuple(pair for pair in classifiers() if weights.card(pair[0]).architecture == "resnet")
    return (*known, *((name, f"{weights.card(name).title} · faces only") for name in weights.names(FACES)))


def wanted_classes(network):
    """The class to look for."""
    return ((LIKELIEST, "whatever a window is surest of"), *classes_of(network))


DEMO = Demo(
    title="Sliding window",
    summary="A classifier finds things by looking everywhere. Watch the window slide, then get the same in one pass.",
    lesson=Lesson(
        notice=(
            "Neighbouring windows share most of their pixels: one by one, the same convolutions are computed many times.",
            "In one pass a window is a patch of the last map. Only at the windows' edges do the numbers differ: "
            "there the classifier sees zeros, the single pass sees the picture.",
            "One object lights many windows. Non-maximum suppression keeps the best of those that overlap.",
        ),
        questions=(
            (
                "Why are the boxes never quite right?",
                "All windows are squares of a few sizes on a coarse grid. A detector learns to correct them.",
            ),
            (
                "Halve the stride: how many more windows are there, and what do they cost in one pass?",
                "Four times as many. In one pass they cost almost nothing: the last map has a value there anyway.",
            ),
            (
                "What does the classifier say of a window that shows only background?",
                "It must name one of its classes. It never learned what 'nothing' looks like, hence the false alarms. The "
                "network for faces alone (under More) did: it was shown photographs without people.",
            ),
        ),
        sources=("Sermanet et al. 2013, arXiv:1312.6229 (OverFeat)", "Girshick et al. 2014, arXiv:1311.2524 (NMS)"),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="One thing that the network knows, somewhere in a larger scene."),
        "play": Button(label="Slide the window"),
        "wanted": Choice(label="Look for", options=wanted_classes, depends_on=("network",)),
        "threshold": Slider(label="Score threshold", low=0.05, high=0.95, step=0.05, default=0.15),
        "iou": Slider(label="NMS: overlap (IoU) above which a window is removed", low=0, high=1, step=0.05, default=0.2),
        "scales": Slider(label="Window sizes", low=1, high=3, step=1, default=3, folded=True),
        "cells": Slider(label="Stride, in steps of the network's last map", low=1, high=5, step=1, default=1, folded=True),
        "network": Choice(label="Network", options=window_networks, folded=True),
        "slid": slid,
    },
    outputs=(
        Note(label="Found", tone="headline"),
        Regions(label="What is left"),
        Picture(
            label="Score map (brightest: the largest mean score)",
            alt="The picture with the places that the class's windows cover in warm colours",
        ),
        Note(label="What it cost"),
        Table(label="Non-maximum suppression, step by step", columns=("kept: score", "window (pixels)", "windows removed")),
        slid,
    ),
    run=run,
    examples=(
        {"picture": "chelsea"},
        {"picture": "lion"},
        {"picture": "coffee"},
        {"picture": "rocket"},
        {"picture": "astronaut", "network": weights.names(FACES)[0]},
    ),
    weights=tuple(name for name, _ in window_networks()),
    order=4,
)
