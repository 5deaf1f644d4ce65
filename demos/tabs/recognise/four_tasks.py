"""One picture, four tasks: classification, + localization, detection, instance segmentation, side by side and in numbers."""

from typing import Any

import numpy as np
from PIL import Image

from cnn_core.images import drawing, opening
from cnn_core.images.palette import colour_of
from cnn_core.ops.masks import paste
from cnn_core.results import Candidates, Classification, Detections, Instances, PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.detection import keep_confident, suppress
from cnn_core.tasks.four_tasks import Stage, Traced, trace
from cnn_core.tasks.localisation import Localization
from cnn_core.tasks.region_costs import REGIONS, RegionCosts, measure_regions
from demos import charts
from demos.spec import Choice, Demo, Lesson, Note, OpenIn, Picture, Pictures, Plot, Scene, Slider, Table, Try
from demos.tabs._addresses import address_of
from demos.tabs._certainty import doubtful
from demos.tabs._objects import count_objects

BASE, LOCALISER = "classify_resnet_tiny200", "localise_box_tiny200"
DETECTOR, MASKS = "detect_fcos_voc20", "instances_maskrcnn_voc20"
CLASSIFIERS = ((BASE, "the one that the box's head stands on"), ("classify_resnet_everyday", "everyday things"))
TITLES = ("classification", "classification + localization", "object detection", "instance segmentation")
ASKS = ("What is it?", "What is it, and where?", "What is where?", "Which pixels are whose?")
LONGEST = 640
"""Longer side of the picture that is drawn on, pixels."""
HALF = 0.5
NMS, MOST = 0.5, 20

Boxes = list[tuple[Any, str, float]]
"""xyxy in pixels of the picture, a name that decides the colour, a score."""


def run(picture: PictureArray, confidence: float, classifier: str) -> tuple[Any, ...]:
    """Four networks' answers to one picture, what goes into and out of their heads, and what regions cost."""
    names = (classifier, LOCALISER, DETECTOR, MASKS)
    traced = [trace(picture, name) for name in names]
    small, _ = opening.cap_longest_side(picture, LONGEST)
    columns = [
        column(number, name, one, picture, small, confidence)
        for number, (name, one) in enumerate(zip(names, traced, strict=True))
    ]
    costs = measure_regions(picture, MASKS, BASE)
    return (
        headline(traced),
        {
            "words": "Four columns. " + " ".join(f"{one['title']}: {one['answer']}." for one in columns),
            "width": small.shape[1],
            "height": small.shape[0],
            "columns": columns,
        },
        draw_all(picture, traced, names, confidence),
        say_costs(costs),
        plot_costs(costs),
        table_of(costs),
        {"picture": picture},
    )


def headline(traced: list[Traced]) -> str:
    """How many numbers each task gives, and the time of all four."""
    counts = " → ".join(f"{one.outputs:,}" for one in traced)
    return f"{counts} numbers, **{sum(one.seconds for one in traced):.2f}\u00a0s**"


def column(
    number: int, name: str, traced: Traced, picture: PictureArray, small: PictureArray, confidence: float
) -> dict[str, Any]:
    """All that one column shows, as plain data."""
    words, boxes = answer_of(traced.answer, name, confidence)
    scale = np.array([small.shape[1], small.shape[0]] * 2) / np.array([picture.shape[1], picture.shape[0]] * 2)
    painted = paint(traced.answer, small, scale, confidence) if isinstance(traced.answer, Instances) else small
    return {
        "title": TITLES[number],
        "asks": ASKS[number],
        "network": weights.card(name).title,
        "photo": address_of(Image.fromarray(painted), "jpeg", quality=85),
        "answer": words,
        "boxes": [
            {"at": [round(float(v), 1) for v in box * scale], "name": f"{kind} {score:.0%}", "colour": colour_of(kind)}
            for box, kind, score in boxes
        ],
        "way": [[stage.words, in_words(stage), ""] for stage in traced.way],
        "heads": [[stage.words, in_words(stage), stage.activation] for stage in traced.heads],
        "input": in_words(traced.way[0]),
        "outputs": f"{traced.outputs:,}",
        "seconds": f"{traced.seconds:.2f} s",
    }


def answer_of(answer: Any, name: str, confidence: float) -> tuple[str, Boxes]:
    """A task's answer in words, and its boxes."""
    match answer:
        case Classification():
            return name_class(answer, name), []
        case Localization() if answer.presence < HALF:
            return f"nothing, c = {answer.presence:.2f}", []
        case Localization():
            said = name_class(answer.classification, BASE)
            return f"{said}, c = {answer.presence:.2f}", [(answer.box, *answer.classification.top(1)[0])]
        case Candidates():
            kept = suppress(answer, keep_confident(answer, confidence), NMS)[:MOST]
            names = [answer.labels[k] for k in kept]
        case _:
            kept = objects_of(answer, confidence)
            names = [f"{answer.labels[k]} {n}" for n, k in enumerate(kept, 1)]
    words = count_objects([answer.labels[k] for k in kept], "nothing").replace("**", "")
    return words, [(answer.boxes[k], kind, float(answer.scores[k])) for k, kind in zip(kept, names, strict=True)]


def name_class(answer: Classification, name: str) -> str:
    """The likeliest class and its probability; "perhaps" where such an answer was wrong more often than right."""
    label, share = answer.top(1)[0]
    return f"{'perhaps ' if doubtful(weights.card(name), share) else ''}{label} {share:.0%}"


def objects_of(answer: Instances, confidence: float) -> list[int]:
    """The numbers of the objects that reach the confidence."""
    return [k for k, score in enumerate(answer.scores) if score >= confidence][:MOST]


def paint(answer: Instances, small: PictureArray, scale: Any, confidence: float) -> PictureArray:
    """The small picture (h, w, 3) with the objects' masks."""
    chosen = objects_of(answer, confidence)
    masks = [
        (f"{answer.labels[k]} {n}", paste(answer.masks[k], (answer.boxes[k] * scale).astype(np.float32), small.shape[:2]))
        for n, k in enumerate(chosen, 1)
    ]
    return drawing.overlay_masks(small, masks, 0.6)


def in_words(stage: Stage) -> str:
    """A shape as "3×80×80", or "200 regions × 64×7×7"."""
    shape = "×".join(f"{side:,}" for side in stage.shape)
    return f"{stage.times:,} {stage.each} × {shape}" if stage.each else shape


def draw_all(
    picture: PictureArray, traced: list[Traced], names: tuple[str, ...], confidence: float
) -> list[tuple[PictureArray, str]]:
    """The four answers as pictures, for where the drawing cannot be seen."""
    small, _ = opening.cap_longest_side(picture, LONGEST // 2)
    scale = np.array([small.shape[1], small.shape[0]] * 2) / np.array([picture.shape[1], picture.shape[0]] * 2)
    drawn = []
    for title, name, one in zip(TITLES, names, traced, strict=True):
        words, boxes = answer_of(one.answer, name, confidence)
        painted = paint(one.answer, small, scale, confidence) if isinstance(one.answer, Instances) else small
        rows = np.array([box * scale for box, *_ in boxes], np.float32).reshape(-1, 4)  # (n, 4), also of none
        scores = np.array([score for *_, score in boxes], np.float32)
        found = Detections(rows, scores, tuple(kind for _, kind, _ in boxes))
        drawn.append((drawing.overlay_boxes(painted, found), f"{title}: {words}"))
    return drawn


METHODS = ("R-CNN", "Fast R-CNN", "Faster R-CNN")


def totals(costs: RegionCosts) -> tuple[float, float, float]:
    """Seconds for a picture, in the order of METHODS."""
    return costs.one_by_one, costs.from_maps, costs.own_proposals


def say_costs(costs: RegionCosts) -> str:
    """How the seconds were found."""
    return (
        f"**R-CNN, Fast R-CNN, Faster R-CNN on this picture.** Measured in this run, once: one region's pixels through a "
        f"ResNet (median of {costs.crops} crops), the feature maps of the whole picture, the network's own proposals, and "
        f"{costs.regions} regions from the maps. For R-CNN and Fast R-CNN these are multiplied up to {REGIONS:,} regions; "
        "proposing those (selective search) is not counted."
    )


def plot_costs(costs: RegionCosts) -> charts.Chart:
    """Seconds of the three methods."""
    seconds = totals(costs)
    said = ", ".join(f"{name} {value:.2g} s" for name, value in zip(METHODS, seconds, strict=True))
    return charts.Chart(
        words=f"Seconds for one picture: {said}.",
        x=charts.Axis(title="seconds for one picture", low=0),
        y=charts.NO_AXIS,
        layers=(charts.Bars(names=METHODS, values=seconds),),
    )


def table_of(costs: RegionCosts) -> list[list[str]]:
    """What each method runs, and what that takes."""
    crop, maps, head = (f"{1000 * part:.3g} ms" for part in (costs.crop, costs.maps, costs.heads / costs.regions))
    one, fast, faster = (f"{value:.3g} s" for value in totals(costs))
    own = f"{1000 * (costs.proposing + costs.heads):.3g} ms"
    return [
        [METHODS[0], f"{REGIONS:,} regions, each through a whole network", f"{REGIONS:,} × {crop}", one],
        [METHODS[1], f"the feature maps once, {REGIONS:,} regions from them", f"{maps} + {REGIONS:,} × {head}", fast],
        [METHODS[2], f"the feature maps once, {costs.regions} regions of its own", f"{maps} + {own}", faster],
    ]


DEMO = Demo(
    title="One picture, four tasks",
    summary="From a class to a mask for each object: four tasks on your picture, side by side, with what each head gives.",
    lesson=Lesson(
        see="The same picture, four answers, and how many numbers each of them takes. Press a column to see it large.",
        tries=(
            Try(
                words="Show it two cats",
                sets={"picture": "cats_on_wall"},
                watch="Which columns can say that there are two?",
            ),
            Try(
                words="Show it a lawn, nothing else",
                sets={"picture": "lawn"},
                watch="Which of the four can answer that there is nothing?",
            ),
            Try(
                words="Motorcycles, confidence 0.05",
                sets={"picture": "motorcycle", "confidence": 0.05},
                watch="Which columns name more than before, and why not the other two?",
            ),
        ),
        notice=(
            "Classification and localization share one network: the box is a second head on the same feature maps.",
            "Classification gives one score for each class. Localization adds five numbers: c and the four of a box.",
            "A detector answers everywhere: each cell of three feature maps gives scores for all classes, four distances "
            "and a quality. Most of these say that there is nothing.",
            "Instance segmentation here stands on the detector's feature maps: it proposes regions, and each gets scores, "
            "a box for each class and, if it is kept, a mask for each class.",
            "R-CNN sends every region through the network. Fast R-CNN computes the feature maps once for all of them. "
            "Faster R-CNN finds the regions in those maps, too, and needs fewer.",
        ),
        questions=(
            (
                "Do we need a second network to get the box?",
                "No. One network computes the feature maps; a head for the classes and a head for the box read them.",
            ),
            (
                "With three objects in the picture: how many numbers does localization give, and how many would it take?",
                "It gives the same as always: one c, one box, one score for each class. Three objects need three of these.",
            ),
            (
                "Why does a detector give tens of thousands of numbers for a picture with two objects?",
                "It cannot know beforehand where they are and how many. So every cell answers, and a threshold and "
                "non-maximum suppression keep what counts.",
            ),
            (
                "Which part of R-CNN's time does Fast R-CNN save?",
                "Regions overlap, so R-CNN computes the same pixels' features again and again. From common feature maps "
                "each region costs only its cut and the small head.",
            ),
            (
                "And what was still slow in Fast R-CNN?",
                "The proposals came from another method, selective search: about 2 s a picture on a CPU, says the Faster "
                "R-CNN paper. There the network itself proposes, from the same feature maps.",
            ),
        ),
        sources=(
            "Girshick et al. 2013, arXiv:1311.2524 (R-CNN)",
            "Girshick 2015, arXiv:1504.08083 (Fast R-CNN)",
            "Ren et al. 2015, arXiv:1506.01497 (Faster R-CNN)",
            "He et al. 2017, arXiv:1703.06870 (Mask R-CNN)",
            "Tian et al. 2019, arXiv:1904.01355 (FCOS)",
        ),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="One object; then two of a kind; then a street."),
        "confidence": Slider(label="Confidence", low=0.05, high=0.95, step=0.05, default=0.3),
        "classifier": Choice(label="Classifier", options=CLASSIFIERS, folded=True),
    },
    outputs=(
        Note(label="In all", tone="headline"),
        Scene(label="Four tasks", script="four_tasks"),
        Pictures(label="The four answers", columns=4, folded=True),
        Note(label="How the regions' costs were found"),
        Plot(label="What regions cost"),
        Table(label="The same in numbers", columns=("method", "what it runs", "measured", "in all")),
        OpenIn(label="What does a head learn? Open it in The label vector", demo="label_vector"),
    ),
    run=run,
    examples=({"picture": "chelsea"}, {"picture": "cats_on_wall"}, {"picture": "motorcycle"}, {"picture": "cub_on_lawn"}),
    weights=(BASE, LOCALISER, DETECTOR, MASKS, CLASSIFIERS[1][0]),
    order=2,
)
