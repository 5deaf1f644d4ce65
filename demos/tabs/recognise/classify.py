"""Classify: what is in the picture, how sure is the network, and where did it look?"""

from cnn_core.explain.class_evidence import explain_class
from cnn_core.images import drawing, opening
from cnn_core.results import Heatmap, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card
from cnn_core.tasks.classification import classification_from, classify, knows_nothing_here, measured_accuracy
from cnn_core.tasks.second_opinion import object_without_class
from demos.spec import Bars, Choice, Demo, Lesson, Note, Options, Picture, Slider, Table, Try
from demos.tabs._certainty import name_with_doubt
from demos.tabs._networks import PUBLIC_HELP, classes_of, classifiers

PREDICTED = "predicted"
NONE = "none"

Answer = tuple[str, dict[str, float], PictureArray | None, str, dict[str, float], list[list[str]]]


def run(picture: PictureArray, network: str, second: str, temperature: float, count: int, explained: str) -> Answer:
    """One picture through one network, or two; Grad-CAM for the predicted or the chosen class."""
    picture = opening.for_the_screen(picture)
    card = weights.card(network)
    evidence = explain_class(picture, network, None if explained == PREDICTED else int(explained))

    plain = classification_from(evidence.logits, card)  # temperature 1: what was measured on validation pictures
    name, confidence = plain.top(1)[0]
    other = object_without_class(picture, card, name)

    shown = classification_from(evidence.logits, card, temperature)
    return (
        name_with_doubt(name, confidence, card, other, knows_nothing_here(plain, card)),
        dict(shown.top(count)),
        heat_over(picture, evidence.heatmap),
        how_sure(confidence, network, temperature) + how_often_nothing(card),
        {} if second == NONE else dict(classify(picture, second, temperature).top(count)),
        class_table(network),
    )


def heat_over(picture: PictureArray, heatmap: Heatmap | None) -> PictureArray | None:
    """Grad-CAM over the picture; None for a network whose layers have no height and width."""
    return None if heatmap is None else drawing.overlay_heatmap(picture, heatmap)


def how_sure(confidence: float, network: str, temperature: float) -> str:
    """What the largest probability (at temperature 1) was worth on validation pictures."""
    card = weights.card(network)
    share, n = measured_accuracy(card, confidence)
    known = f"It knows {len(card.classes):,} classes and must name one of them, whatever the picture shows."
    changed = "" if temperature == 1 else f" The bars are drawn at temperature {temperature:g}."
    at_one = f"At temperature 1 its largest probability is {confidence:.0%}.{changed}"
    if not n:
        return f"{at_one} {known}"
    error = card.record["calibration"].get("error")
    apart = "" if error is None else f" Over all of them, sure or not, it is {100 * error:.1f} points off on average."
    worth = f"On {n} validation pictures where it was about this sure, it was right {share:.0%} of the time.{apart}"
    return f"{at_one} {worth} {known}"


def how_often_nothing(card: Card) -> str:
    """How good the rule is by which the headline says that it is none of the classes; "" without one."""
    if "nothing" not in card.record:
        return ""
    empty, lost = (card.metrics[name]["said_nothing"] for name in ("voc_empty_parts", "things_lost"))
    return (
        f" The headline says 'none of its classes' where the sum of exp(logit) over all classes is small: so it was for "
        f"{empty:.0%} of parts of photographs with nothing to name, and for {lost:.0%} of things that it knows."
    )


def class_table(network: str) -> list[list[str]]:
    """Every class with its measured accuracy and what it is most often mistaken for."""
    card = weights.card(network)
    table = card.record.get("per_class")
    if table is None:
        return [[name, "not measured here", ""] for name in sorted(card.classes, key=str.lower)]
    rows = zip(card.classes, table["right"], table["mistaken_for"], strict=True)
    return [[name, f"{right:.0%}", rival] for name, right, rival in sorted(rows, key=lambda row: row[0].lower())]


def every_classifier() -> Options:
    """The networks trained here, then public ones at full size."""
    return classifiers(public=True)


def second_networks(network: str) -> Options:
    """The networks that can stand beside the first."""
    return ((NONE, "no second network"), *(pair for pair in every_classifier() if pair[0] != network))


def explained_classes(network: str) -> Options:
    """The class to explain: the predicted one, or any."""
    return ((PREDICTED, "the predicted class"), *classes_of(network))


DEMO = Demo(
    title="Classify",
    summary="Give a picture: a network trained here names its class, says how sure it is, and shows where it looked.",
    lesson=Lesson(
        see="The likeliest classes of your picture with their probabilities, and the regions that raised a class's score.",
        tries=(
            Try(
                words="Show it a lawn, nothing else",
                sets={"picture": "lawn"},
                watch="It must name a class. How large is its probability?",
            ),
            Try(
                words="Show it an astronaut",
                sets={"picture": "astronaut"},
                watch="Which of its classes comes nearest, and what does the headline say?",
            ),
            Try(words="Softmax temperature 5", sets={"temperature": 5.0}, watch="Do the bars change their order?"),
            Try(
                words="Ask LeNet, of 1998",
                sets={"network": "classify_lenet_cifar10"},
                watch="Is the right class among its ten, and how sure is it?",
            ),
        ),
        notice=(
            "The bars add up to 100 % over all classes, whether or not the picture shows any of them.",
            "Temperature divides the logits before the softmax: it changes how sure the bars look, never their order. The "
            "headline keeps the probability at temperature 1.",
            "The warm regions of the map raised the score of the class. They need not cover the whole object.",
        ),
        questions=(
            (
                "Show it something that is in none of its classes (More results lists them). How sure is its answer?",
                "It must share out 100 % among what it knows, so it names what looks most alike. A softmax has no 'none of "
                "these'. A low largest probability is a hint, but no proof; the sum of exp(logit), by which the softmax "
                "divides, is a better one. Here the multi-label network is asked, too: where it sees something for which "
                "the classifier has no class, the headline says so.",
            ),
            (
                "Why can two networks with the same accuracy disagree on your photograph?",
                "They make different mistakes. The average of their probabilities is usually right more often than "
                "either alone.",
            ),
            (
                "What happens to the bars as the temperature goes to 0, and to infinity?",
                "At 0 the largest takes everything (argmax); at infinity all classes get the same share.",
            ),
            (
                "Is a network as sure of its answers as it is often right?",
                "Not by itself: smoothed labels leave it too modest, long training on few pictures too sure. One "
                "temperature, chosen on held-out pictures, makes its probabilities calibrated. In the networks trained here "
                "it is part of the last layer's weights, so of answers with 80 % at temperature 1 about 80 % are right.",
            ),
        ),
        sources=(
            "He et al. 2015, arXiv:1512.03385",
            "Selvaraju et al. 2016, arXiv:1610.02391 (Grad-CAM)",
            "Guo et al. 2017, arXiv:1706.04599 (temperature and calibration)",
        ),
    ),
    inputs={
        "picture": Picture(label="Your picture", help="A file, the clipboard or the webcam. It stays on this machine."),
        "network": Choice(label="Network", options=every_classifier, help=PUBLIC_HELP),
        "explained": Choice(label="Show where it looked for", options=explained_classes, depends_on=("network",)),
        "second": Choice(label="Second network", options=second_networks, depends_on=("network",), folded=True),
        "temperature": Slider(label="Softmax temperature", low=0.1, high=5, step=0.1, default=1, folded=True),
        "count": Slider(label="Bars", low=3, high=10, step=1, default=5, folded=True),
    },
    outputs=(
        Note(label="Answer", tone="headline"),
        Bars(label="Probabilities"),
        Picture(
            label="Where it looked (Grad-CAM)",
            alt="The picture with the regions that raised the class's score in warm colours",
        ),
        Note(label="How sure is that?"),
        Bars(label="The second network's probabilities"),
        Table(label="Gallery of its classes", columns=("class", "right", "most often mistaken for"), folded=True),
    ),
    run=run,
    examples=(
        {"picture": "chelsea"},
        {"picture": "coffee"},
        {"picture": "lion"},
        {"picture": "rocket"},
        {"picture": "astronaut"},
        {"picture": "lawn"},
    ),
    weights=tuple(weights.names("classification")),
    order=1,
)
