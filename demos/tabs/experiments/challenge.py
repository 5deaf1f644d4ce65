"""The ImageNet challenge: error by year, and accuracy against arithmetic of published networks and ours."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from cnn_core.runtime import weights
from cnn_core.runtime.published import FIRST, read_published
from demos.charts import INK, NO_AXIS, SERIES, Axis, Bars, Chart, Level
from demos.spec import Choice, Demo, Lesson, Note, OpenIn, Options, Plot, Scene, Table, Try
from demos.tabs._networks import classifiers
from demos.tabs.experiments._bubbles import PRESS, Bubble, draw_bubbles

FILE = Path(__file__).with_name("challenge.toml")
IMAGENET = "imagenet"
DATA = {"cifar10_val": "CIFAR-10", "tiny200_val": "Tiny ImageNet", "everyday_photographs": "everyday photographs"}
"""Data set on our cards -> in words."""
FEATURES = {"by hand": SERIES[1], "learned": SERIES[0]}
"""Who decided what to measure in a picture -> the colour of the bar."""


def run(data: str, network: str) -> tuple[Any, ...]:
    """The challenge by year, the chart of one data set's networks, and what is known of the chosen one."""
    ours = network in weights.names("classification")
    among = [each for name in data_sets() for each in bubbles_on(name)]
    chart = draw_bubbles(bubbles_on(data), network, f"On {title_of(data)}", among)
    chart["x"] |= {"low": 0.4 * min(each.multiply_adds for each in among), "high": 3 * max(e.multiply_adds for e in among)}
    chart["y"] |= {"title": f"top-1 in %, {title_of(data).split(',')[0]}"}
    return (
        say_result(),
        draw_years(),
        chart,
        say_network(network),
        {"network": network} if ours else None,
        {"network": network} if ours else None,
        list_sources(),
    )


@cache
def record() -> dict[str, Any]:
    """All that ``challenge.toml`` says."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@cache
def published() -> dict[str, Bubble]:
    """Value -> the networks that torchvision publishes."""
    found = {}
    for row in record()["network"]:
        value = value_of(row)
        figures = read_published(row["key"], row.get("weights", FIRST))
        found[value] = Bubble(value, row["title"], figures.parameters, figures.multiply_adds, figures.top1)
    return found


def value_of(row: dict[str, Any]) -> str:
    """What a press on a published network sets: torchvision's name of it, and of its weights if they are not the first."""
    return " ".join([row["key"], *([row["weights"]] if "weights" in row else [])])


def data_sets() -> list[str]:
    """ImageNet, then the data sets of our cards, that of most networks first."""
    measured = [data_of(name) for name, _ in classifiers()]
    return [IMAGENET, *sorted(set(measured), key=lambda name: (-measured.count(name), name))]


def data_of(network: str) -> str:
    """The data set on which our network's top-1 accuracy was measured."""
    return next(iter(weights.card(network).metrics))


def title_of(data: str) -> str:
    """A data set in words, with its number of classes."""
    if data == IMAGENET:
        return "ImageNet, 1,000 classes"
    classes = next(len(weights.card(name).classes) for name, _ in classifiers() if data_of(name) == data)
    return f"{DATA.get(data, data)}, {classes} classes"


def bubbles_on(data: str) -> list[Bubble]:
    """The networks whose accuracy is known on a data set."""
    if data == IMAGENET:
        return list(published().values())
    return [Bubble.of_card(weights.card(name)) for name, _ in classifiers() if data_of(name) == data]


def choose_data() -> Options:
    """The data sets, and whose figures they are."""
    whose = {IMAGENET: "as published"}
    return tuple((name, f"{title_of(name)}: {whose.get(name, 'ours')}") for name in data_sets())


def choose_network(data: str) -> Options:
    """The networks on a data set; torchvision's without asking it, which takes a second."""
    if data != IMAGENET:
        return tuple((each.value, each.title) for each in bubbles_on(data))
    return tuple((value_of(row), row["title"]) for row in record()["network"])


def say_result() -> str:
    """The first and the last year, and whose error people's is said to be."""
    winners, human = [row for row in record()["entry"] if row["winner"]], record()["human"]
    first, last = winners[0], winners[-1]
    return (
        f"The winner's error: **{first['error']} %** in {first['year']}, **{last['error']} %** in {last['year']}. "
        f"People's {human['error']} % is that of **{human['name']}**."
    )


def draw_years() -> Chart:
    """The error of each year's winner, and of others that year, with a line at one person's."""
    entries, human = record()["entry"], record()["human"]
    bars = Bars(
        names=tuple(f"{row['year']} {row['name']}: {row['error']:g} %" for row in entries),
        values=[row["error"] for row in entries],
        colours=tuple(FEATURES[row["features"]] for row in entries),
    )
    first, last = entries[0], entries[-1]
    return Chart(
        words=f"From {first['error']} % in {first['year']} to {last['error']} % in {last['year']}.",
        x=Axis(title="top-5 error in %", low=0),
        y=NO_AXIS,
        layers=(bars, Level(name=f"person {human['error']} %", x=human["error"], colour=INK)),
    )


def say_network(network: str) -> str:
    """Where the chosen network's figures come from."""
    if network in weights.names("classification"):
        card = weights.card(network)
        return f"**{card.title}**: {card.line}"
    row = next(row for value, row in zip(published(), record()["network"], strict=True) if value == network)
    figures = read_published(row["key"], row.get("weights", FIRST))
    return (
        f"**{row['title']}** ({row['source']}): {figures.top1:.1%} top-1, {figures.top5:.1%} top-5, published by "
        f"torchvision, one network, one crop of each picture; {figures.parameters / 1e6:,.1f} million parameters, "
        f"{figures.multiply_adds / 1e6:,.0f} million multiply-adds."
    )


def list_sources() -> list[list[Any]]:
    """Every figure of the challenge with its source."""
    entries, human = record()["entry"], record()["human"]
    rows = [[row["year"], row["name"], row["error"], row["source"]] for row in entries]
    return [*rows, ["", human["name"], human["error"], human["source"]]]


DEMO = Demo(
    title="The ImageNet challenge",
    summary="Object recognition year by year, against people, and what the networks' accuracy cost.",
    lesson=Lesson(
        see="The error of each year's best entry, with its source, and below it accuracy against arithmetic.",
        tries=(
            Try(
                words="Find AlexNet, of 2012",
                sets={"data": "imagenet", "network": "alexnet"},
                watch="How large is its circle beside those that are right more often?",
            ),
            Try(
                words="One network, trained twice",
                sets={"data": "imagenet", "network": "resnet50 IMAGENET1K_V2"},
                watch="Straight below it stands the same network. What was changed, if not the network?",
            ),
            Try(
                words="Ours, on CIFAR-10",
                sets={"data": "cifar10_val"},
                watch="Axis and circles keep their scale: how many times less arithmetic is this?",
            ),
        ),
        notice=(
            "Above, an answer is wrong if the right class is not among five guesses; below, if it is not the first.",
            "Until 2011 people decided what to measure in a picture; from 2012 on the winners learned it.",
            "From 2013 on the winners averaged several networks: no circle below is a winner's entry, only one network.",
            "A data set has its own chart: 90 % on ten classes and 60 % on 366 cannot be compared.",
        ),
        questions=(
            (
                "In which year was the step the largest?",
                "In points 2012: from 25.8 to 16.4, 9.4 less. As a share of the errors that were left 2015: from 6.7 to "
                "3.57, 47 % fewer, against 36 % in 2012.",
            ),
            (
                "The error of 2015 is below 5.1 %. Are networks better than people?",
                "5.1 % is one person's, after practice: 76 mistakes on 1,500 pictures, 28 of them kinds that only an expert "
                "tells apart, such as breeds of dogs. Colleagues with little practice had up to 15 %. With five trained "
                "people and better labels, only networks of 2020 came up to the best person (Shankar et al. 2020).",
            ),
            (
                "AlexNet has fifty times as many parameters as SqueezeNet. What are they good for?",
                "Most of them stand in its dense layers, a weight for each pair of an input and an output. SqueezeNet has "
                "none of these, and is right a little more often.",
            ),
            (
                "ResNet-50 stands there twice. What changed?",
                "Not the network: torchvision trained it again, longer and with more augmentation, 76.1 and then 80.9 %. So "
                "two networks are compared fairly only if they were trained alike.",
            ),
            (
                "A network is right on 97.7 % of such pictures. Does it understand them?",
                "It names the class that the picture was filed under. What is unusual, what belongs together, that there "
                "may be nothing of the kind: none of that was asked. Play against the networks, and see what they do when "
                "the background is gone.",
            ),
        ),
        sources=(
            "Russakovsky et al. 2015, arXiv:1409.0575 (the challenge, and people's error)",
            "Krizhevsky, Sutskever and Hinton 2012, doi:10.1145/3065386 (AlexNet)",
            "Simonyan and Zisserman 2014, arXiv:1409.1556 (VGG)",
            "Szegedy et al. 2014, arXiv:1409.4842 (GoogLeNet)",
            "He et al. 2015, arXiv:1512.03385 (ResNet)",
            "Hu et al. 2017, arXiv:1709.01507 (SENet)",
            "Shankar et al. 2020, Proceedings of Machine Learning Research 119 (people measured again)",
        ),
    ),
    inputs={
        "data": Choice(label="Accuracy on", options=choose_data),
        "network": Choice(label="Network", options=choose_network, depends_on=("data",)),
    },
    outputs=(
        Note(label="The challenge", tone="headline"),
        Plot(label="Top-5 error by year", help="Orange: people decided what to measure in a picture. Blue: learned."),
        Scene(label="Accuracy against arithmetic", script="bubbles", sets=("network",), help=PRESS),
        Note(label="The chosen network"),
        OpenIn(label="Open it in Classify", demo="classify"),
        OpenIn(label="All of ours, timed on this machine", demo="models_compared"),
        Table(label="The challenge in numbers", columns=("year", "who", "top-5 error in %", "published in")),
    ),
    run=run,
    examples=(
        {"data": IMAGENET, "network": "resnet152"},
        {"data": "cifar10_val", "network": "classify_resnet20_cifar10"},
        {"data": "everyday_photographs"},
    ),
    example_titles=("ImageNet, as published", "Ours, on CIFAR-10", "Ours, on everyday photographs"),
    weights=tuple(weights.names("classification")),
    order=4,
)
