"""Classify: what is in the picture, how sure is the network, and where did it look?"""

from cnn_core.explain.cam import grad_cam
from cnn_core.explain.targets import class_score
from cnn_core.images import drawing, opening
from cnn_core.runtime import weights
from cnn_core.tasks.classification import classify, right_when_this_sure, softmax
from cnn_core.tasks.preprocessing import input_tensor
from demos.spec import Bars, Choice, Demo, Lesson, Note, Picture, Slider, Table
from demos.tabs._networks import classes_of, classifiers

PREDICTED = "predicted"
NONE = "none"


def run(picture, network, second, temperature, count, explained):
    """One picture through one network, or two; Grad-CAM for the predicted or the chosen class."""
    picture = opening.for_the_screen(picture)
    answer = classify(picture, network, temperature)
    best = answer.names[answer.best]
    wanted = answer.best if explained == PREDICTED else int(explained)

    other = {} if second == NONE else dict(classify(picture, second, temperature).top(count))
    return (
        f"**{best}**  {answer.probabilities.max():.0%}",
        dict(answer.top(count)),
        where_it_looked(picture, network, wanted),
        how_sure(softmax(answer.logits), network),
        other,
        class_table(network),
    )


def where_it_looked(picture, network, wanted):
    """Grad-CAM for one class over the picture; None for a network whose layers have no height and width."""
    model = weights.load(network).model
    layer = model.last_maps()  # type: ignore[operator]
    if layer is None:
        return None
    x = input_tensor(picture, weights.load(network))
    return drawing.heatmap_over(picture, grad_cam(model, x, class_score(wanted), layer))


def how_sure(probabilities, network):
    """A sentence that says what the largest probability (at temperature 1) was worth on validation pictures."""
    sure = float(probabilities.max())
    share, n = right_when_this_sure(weights.card(network), sure)
    known = f"{len(probabilities)} kinds of things"
    if not n:
        return (
            f"Its largest probability is {sure:.0%}. It knows {known}; of anything else it may be just as sure, and wrong."
        )
    measured = f"On {n} validation pictures where it was about this sure ({sure:.0%}), it was right {share:.0%} of the time."
    if share < 0.5:
        return f"**Perhaps none of its classes.** It knows {known} and must name one. {measured}"
    return f"{measured} It knows {known}; of anything else it may be just as sure, and wrong."


def class_table(network):
    """Every class with its measured accuracy and what it is most often mistaken for."""
    card = weights.card(network)
    table = card.record.get("per_class")
    if table is None:
        return [[name, "not measured here", ""] for name in sorted(card.classes, key=str.lower)]
    rows = zip(card.classes, table["right"], table["mistaken_for"], strict=True)
    return [[name, f"{right:.0%}", rival] for name, right, rival in sorted(rows, key=lambda row: row[0].lower())]


def every_classifier():
    """The networks trained here, then public ones at full size, which are fetched when first chosen."""
    return classifiers(public=True)


def second_networks(network):
    """The networks that can stand beside the first."""
    return ((NONE, "no second network"), *(pair for pair in every_classifier() if pair[0] != network))


def explained_classes(network):
    """The class to explain: the predicted one, or any."""
    return ((PREDICTED, "the predicted class"), *classes_of(network))


DEMO = Demo(
    title="Classify",
    summary="Give a picture: a network trained here names what it sees, says how sure it is, and shows where it looked.",
    lesson=Lesson(
        notice=(
            "The bars add up to 100 % over all classes, whether or not the picture shows any of them.",
            "Temperature divides the logits before the softmax: it changes how sure the bars look, never their order.",
            "The warm places on the map raised the score of the class. They need not cover the whole object.",
        ),
        questions=(
            (
                "The network knows no class 'person'. What does it answer to a portrait, and how sure is it?",
                "It must share out 100 % among what it knows, so it names clothes, hats or furniture. A softmax has no "
                "'none of these': only a low largest probability hints at it, and not reliably.",
            ),
            (
                "Why can two networks with the same accuracy disagree on your photograph?",
                "They make different mistakes. Averaging their probabilities would be right more often than either alone.",
            ),
            (
                "What happens to the bars as the temperature goes to 0, and to infinity?",
                "At 0 the largest takes everything (argmax); at infinity all classes get the same share.",
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
        "network": Choice(label="Network", options=every_classifier),
        "explained": Choice(label="Show where it looked for", options=explained_classes, depends_on=("network",)),
        "second": Choice(label="Beside it", options=second_networks, depends_on=("network",), folded=True),
        "temperature": Slider(label="Softmax temperature", low=0.1, high=5, step=0.1, default=1, folded=True),
        "count": Slider(label="Bars", low=3, high=10, step=1, default=5, folded=True),
    },
    outputs=(
        Note(label="Answer", tone="headline"),
        Bars(label="Probabilities"),
        Picture(
            label="Where it looked (Grad-CAM)",
            alt="The picture with the places that raised the class's score in warm colours",
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
    ),
    weights=tuple(weights.names("classification")),
    order=1,
)
