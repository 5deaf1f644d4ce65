"""Public networks: what full-size networks weigh, and fetching one after a person has seen its size and terms."""

import contextlib
import time
from collections.abc import Iterator

from cnn_core.runtime import public_weights, weights
from cnn_core.runtime.public_networks import PublicNetwork
from demos.spec import Button, Choice, Demo, Lesson, Note, Options, Table, Try

TOLD_EVERY = 0.5
"""Seconds between two words on how far a fetch is."""
USED_IN = {
    "classification": "Classify (VGG-19 also in Style transfer, optimised)",
    "detection": "Detect",
    "instance_segmentation": "Instance segmentation and Detect",
    "semantic_segmentation": "Semantic segmentation",
}
FIGURES = {"top1": "top-1", "box_map": "mAP of boxes", "mask_map": "mAP of masks", "miou": "mean IoU"}

NONE = "none"
Row = list[str]
Shown = tuple[str, str, str, list[Row]]


def run(network: str, fetch: bool) -> Iterator[Shown]:
    """The chosen network's size and terms, and the table of all; after "Fetch it" first how far the file is."""
    table = list_networks()
    if network == NONE:  # says nothing that a fetch changes: the page keeps this answer for all who open it
        yield "Choose a network to see whether it is on this machine.", "", "", table
        return
    terms = say_terms(network)
    if fetch and public_weights.downloads_allowed():
        for words in tell_progress(network):
            yield words, terms, "", table
        if not public_weights.kept(network):
            return
    yield say_state(network), terms, say_what_is_here(), table


def tell_progress(network: str) -> Iterator[str]:
    """How far the file is, said now and then while it comes; leaving early keeps what came.

    Who would have to wait for another's file is told so at once, and is in nobody's way.
    """
    told = 0.0
    with contextlib.closing(public_weights.fetch(network)) as steps:
        for progress in steps:
            if progress.waiting:
                yield "Somebody else is fetching a network just now, and one comes at a time. Press again in a while."
                return
            if time.monotonic() - told >= TOLD_EVERY:
                told = time.monotonic()
                yield f"Fetching **{entry_of(network).title}**: {progress.words}. Stop keeps what came, to go on later."


def entry_of(network: str) -> PublicNetwork:
    """What is known of a public network without asking torchvision."""
    return public_weights.BY_NAME[network]


def say_state(network: str) -> str:
    """The headline: whether the network is here; if not, what pressing the button means. Markdown."""
    entry = entry_of(network)
    if public_weights.kept(network):
        return f"**{entry.title}** is on this machine: choose it in {USED_IN[entry.task]}."
    if public_weights.downloads_allowed():
        return f"**{entry.title}** is not on this machine yet: **{entry.size}**. Press **Fetch it** to confirm."
    return public_weights.say_missing(network)


def say_terms(network: str) -> str:
    """Under which terms the weights come, and what the network cannot do."""
    entry = entry_of(network)
    return f"Terms: {entry.terms}. {entry.trained_on.limit}"


def say_what_is_here() -> str:
    """The public networks whose files are on this machine; "" if none is."""
    titles = [entry_of(name).title for name in public_weights.names() if public_weights.kept(name)]
    return f"On this machine: {'; '.join(titles)}." if titles else ""


def list_networks() -> list[Row]:
    """Every public network in numbers, as torchvision publishes them."""
    rows = []
    for name in public_weights.names():
        card, entry = weights.card(name), entry_of(name)
        (published,) = card.metrics.values()
        figures = ", ".join(f"{words} {published[key]:.1%}" for key, words in FIGURES.items() if key in published)
        sizes = [entry.size, f"{card.parameters / 1e6:.1f}", f"{card.multiply_adds / 1e9:.1f}"]
        rows.append([entry.title, entry.task.replace("_", " "), *sizes, figures])
    return rows


def choices() -> Options:
    """All public networks with their sizes; at first none."""
    return ((NONE, "choose one"), *((name, public_weights.title(name)) for name in public_weights.names()))


DEMO = Demo(
    title="Public networks",
    summary="Full-size networks that others trained: see what they weigh, and fetch one for the other tabs.",
    lesson=Lesson(
        see="What full-size networks weigh: bytes, parameters, multiply-adds, and the accuracy that was published.",
        tries=(
            Try(
                words="Choose AlexNet",
                sets={"network": "public_alexnet"},
                watch="Is its file on this machine, and what would fetching it mean?",
            ),
            Try(
                words="Choose Mask R-CNN",
                sets={"network": "public_maskrcnn_resnet50_fpn"},
                watch="How does its arithmetic compare with ResNet-50's?",
            ),
        ),
        notice=(
            "AlexNet has more than twice as many parameters as ResNet-50 and is far less often right.",
            "ResNet-50 alone, and inside Faster R-CNN: the same layers, over thirty times the arithmetic. The picture is "
            "larger, and every proposed region is classified.",
            "Nothing is fetched before you press the button, and a file whose hash is wrong is thrown away.",
        ),
        questions=(
            (
                "Where are most of VGG-19's parameters?",
                "In the first fully connected layer: 7 × 7 × 512 numbers to 4,096 are 103 of its 144 million. ResNet "
                "averages its last feature maps instead, and needs no such layer.",
            ),
            (
                "Why is a file's hash checked after the download, and again whenever it is loaded?",
                "A file that was cut or changed still holds numbers: the network would answer, only wrongly. The hash of "
                "such a file is another one.",
            ),
            (
                "May you put such a network into a product?",
                "The licence of the code says yes. Whether weights inherit the terms of the pictures that they were learned "
                "from is disputed, and ImageNet's pictures are for teaching and research. Ask before you sell.",
            ),
        ),
        sources=(
            "Krizhevsky, Sutskever and Hinton 2012, doi:10.1145/3065386 (AlexNet)",
            "Simonyan and Zisserman 2014, arXiv:1409.1556 (VGG)",
            "He et al. 2015, arXiv:1512.03385 (ResNet)",
            "Szegedy et al. 2015, arXiv:1512.00567 (Inception V3)",
            "Howard et al. 2019, arXiv:1905.02244 (MobileNet V3, SSDLite, LR-ASPP)",
        ),
    ),
    inputs={
        "network": Choice(label="Network", options=choices),
        "fetch": Button(label="Fetch it", help="From torchvision's server, once; it is kept on this machine."),
    },
    outputs=(
        Note(label="Is it here?", tone="headline"),
        Note(label="Terms"),
        Note(label="What is here"),
        Table(
            label="All of them, as published",
            columns=("network", "task", "size", "million parameters", "thousand million multiply-adds", "published"),
        ),
    ),
    run=run,
    examples=(
        {},
        {"network": "public_alexnet"},
        {"network": "public_maskrcnn_resnet50_fpn"},
    ),
    order=11,
)
