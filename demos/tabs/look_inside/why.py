"""Tab "Why?": which parts of a picture speak for an answer, and whether the map that says so can be believed."""

from functools import cache
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cnn_core.explain.activations import activations_of_several
from cnn_core.explain.cam import rescale_positive, weighted_maps, weighted_maps_and_output
from cnn_core.explain.faithfulness import Faithfulness, blind_rankings, faithfulness
from cnn_core.explain.gradients import integrated_gradients, rescale, smooth, smooth_grad
from cnn_core.explain.randomisation import layers_with_weights, randomise, rank_correlation
from cnn_core.explain.targets import class_probability, class_score
from cnn_core.images import drawing, opening
from cnn_core.results import Classification, Floats, Heatmap, PictureArray
from cnn_core.runtime import run_log, weights
from cnn_core.runtime.cards import Card
from cnn_core.runtime.on_network import on_network
from cnn_core.tasks.classification import classification_from
from cnn_core.tasks.preprocessing import input_tensor
from demos.charts import GREY, Axis, Chart, Line
from demos.spec import Choice, Demo, Note, Options, Picture, Pictures, Plot, Seed, Table
from demos.tabs._certainty import say_class
from demos.tabs._networks import classes_of, classifiers
from demos.tabs.look_inside._why_lesson import LESSON

METHODS = (("grad_cam", "Grad-CAM"), ("integrated_gradients", "Integrated gradients"), ("smooth_grad", "SmoothGrad"))
PREDICTED = "predicted"
BLURRED_STEPS = 6
"""So many steps from the blurred picture to the whole one, and back."""

FORGET = {"nothing": "nothing", "last": "its last layer", "half": "the second half of its layers", "all": "everything"}


def run(
    picture: PictureArray, network: str, method: str, explain: str, layer: str, forget: str, seed: int
) -> tuple[Any, ...]:
    """Maps for one class and its rival, the test of the first map, and the map of a network that forgot its training."""
    picture = opening.for_the_screen(picture)
    answer, maps, curves = explain_both(picture, network, method, explain, layer, forget, seed)
    one, other = the_two_classes(answer, explain)
    this, that = answer.names[one], answer.names[other]
    titles = [f"Why {this}?", f"Why {that}?", f"Why {this}, after forgetting {FORGET[forget]}?"]
    shown = list(zip(maps, titles, strict=False))
    if method != "smooth_grad":  # its maps have no sign, so their difference says nothing
        shown.insert(2, (maps[0] - maps[1], f"Why {this} rather than {that}?"))
    return (
        say_answer(picture, answer, one, weights.card(network)),
        [(drawing.overlay_heatmap(picture, Heatmap(positive(method, values), words)), words) for values, words in shown],
        verdict(curves),
        sanity(maps, forget),
        plot_deletion(curves, this),
        plot_insertion(curves, this),
        table_of(curves),
    )


@on_network
def explain_both(
    network: weights.Network,
    picture: PictureArray,
    method: str,
    explain: str,
    layer: str,
    forget: str,
    seed: int,
) -> tuple[Classification, list[Floats], list[Faithfulness]]:
    """The answer; signed maps (h, w) for two classes, then for the first by a network that forgot; the first map's test."""
    x = input_tensor(picture, network)
    with run_log.timed(network.card.name, network.device):
        run_log.tell_progress(0, "looking for the evidence")
        answer, maps = answer_with_maps(network, x, method, explain, layer)
        one = the_two_classes(answer, explain)[0]
        run_log.tell_progress(1 / 3, "testing the map")
        rankings = [maps[0], *blind_rankings(seed)]
        curves = faithfulness(network.model, x, class_probability(one), rankings, steps=BLURRED_STEPS)
        if forget != "nothing":
            run_log.tell_progress(2 / 3, f"forgetting {FORGET[forget]}")
            maps += signed_maps(method, forgetful(network.model, forget, seed), x, (one,), layer)
    return answer, maps, curves


# ---------------------------------------------------------------- what the choices offer


def explained(network: str) -> Options:
    """The class that the network predicts, whatever it is, or any one of its classes."""
    return ((PREDICTED, "the class it predicts"), *classes_of(network))


@cache
def mapped_layers(network: str) -> Options:
    """The layers with height and width, first the one where Grad-CAM usually looks; one empty entry if there is none."""
    net = weights.load(network)
    usual = net.model.last_maps()  # type: ignore[operator]
    if usual is None:
        return (("", "none has height and width"),)
    x = torch.zeros(1, 3, net.card.input.size, net.card.input.size, device=net.device)
    words = {usual: "the last maps"} | dict(reversed(net.model.layers()))  # type: ignore[operator]
    shapes = {name: maps.values.shape[1:] for name, maps in activations_of_several(net.model, x, list(words)).items()}
    return tuple((name, f"{words[name]}, {h} × {w}") for name, (h, w) in shapes.items() if h * w > 1)


def methods(network: str) -> Options:
    """The methods that can explain the network: Grad-CAM needs a layer with height and width."""
    return METHODS if mapped_layers(network)[0][0] else METHODS[1:]


# ---------------------------------------------------------------- the maps


def the_two_classes(answer: Classification, explain: str) -> tuple[int, int]:
    """The class to explain and its rival: the predicted class or, if that is explained, the runner-up."""
    best, second = np.argsort(-answer.probabilities, kind="stable")[:2].tolist()
    return (best, second) if explain in (PREDICTED, str(best)) else (int(explain), best)


def answer_with_maps(
    network: weights.Network, x: Tensor, method: str, explain: str, layer: str
) -> tuple[Classification, list[Floats]]:
    """The answer to a prepared picture (1, 3, h, w), and the maps of the class to explain and of its rival.

    Grad-CAM needs no further pass for its maps; the other methods look at other pictures than this one.
    """

    def read(logits: Tensor) -> Classification:
        return classification_from(logits[0].detach().float().cpu().numpy(), network.card)  # (1, K) -> (K,)

    if method == "grad_cam":
        maps, logits = weighted_maps_and_output(
            network.model, x, lambda logits: [class_score(k) for k in the_two_classes(read(logits), explain)], layer
        )
        return read(logits), list(maps)
    with torch.inference_mode():
        answer = read(network.model(x))
    return answer, signed_maps(method, network.model, x, the_two_classes(answer, explain), layer)


def signed_maps(method: str, model: nn.Module, x: Tensor, of: tuple[int, ...], layer: str) -> list[Floats]:
    """One map (h, w) for each class in ``of``: above 0 speaks for the class, below 0 against it."""
    targets = [class_score(k) for k in of]
    if method == "integrated_gradients":
        return [integrated_gradients(model, x, target, steps=8).values for target in targets]
    if method == "smooth_grad":
        return [smooth_grad(model, x, target, samples=8).values for target in targets]
    return list(weighted_maps(model, x, targets, layer))


def positive(method: str, values: Floats) -> Floats:
    """What speaks for the class as 0..1, in the manner of the method."""
    return rescale_positive(values) if method == "grad_cam" else rescale(smooth(np.maximum(values, 0)))


def forgetful(model: nn.Module, forget: str, seed: int) -> nn.Module:
    """The network with random weights in its last layer, in the second half of its layers, or in all."""
    count = len(layers_with_weights(model))
    return randomise(model, {"last": 1, "half": count // 2, "all": count}[forget], seed)


# ---------------------------------------------------------------- how it is shown


def say_answer(picture: PictureArray, answer: Classification, one: int, card: Card) -> str:
    """What was predicted, with its doubts, and, if it is another class, what the explained one got."""
    said = say_class(picture, answer, card)
    return said if one == answer.best else f"{said} - and {answer.names[one]} got {answer.probabilities[one]:.1%}"


def verdict(curves: list[Faithfulness]) -> str:
    """Whether the map (the first) beats the simple rankings, in words."""
    own, others = curves[0], curves[1:]
    if own.insertion[-1] < 0.05:
        return f"The class has only {own.insertion[-1]:.1%} to lose, too little to test the map by it."
    deletion = own.deletion_area < min(curve.deletion_area for curve in others)
    insertion = own.insertion_area > max(curve.insertion_area for curve in others)
    if deletion and insertion:
        return "**The map stands the test:** its regions matter more to the network than the middle or random ones."
    if deletion or insertion:
        failed = "deletion" if insertion else "insertion"
        return f"**The map stands half the test:** in {failed}, a ranking that knows nothing of the network does as well."
    return "**The map fails the test:** a ranking that knows nothing of the network finds what matters as well as this map."


def sanity(maps: list[Floats], forget: str) -> str:
    """How alike the maps are, in words."""
    said = f"The two classes' maps have a rank correlation of **{rank_correlation(maps[0], maps[1]):.2f}**"
    if forget != "nothing":
        said += f"; the map before and after forgetting {FORGET[forget]}, **{rank_correlation(maps[0], maps[2]):.2f}**"
    return said + ". (1: the same order of regions. About 0: nothing in common. Below 0: reversed.)"


def plot_deletion(curves: list[Faithfulness], name: str) -> Chart:
    """The probability of the class as regions are taken away."""
    return Chart(
        words=f"Deletion: the area under the map's own curve is {curves[0].deletion_area:.2f}, small is good.",
        x=Axis(title="% of the picture taken away"),
        y=Axis(title=f"probability of {name}", low=0),
        layers=curves_of(curves, [curve.deletion for curve in curves]),
    )


def plot_insertion(curves: list[Faithfulness], name: str) -> Chart:
    """The probability of the class as regions are brought back."""
    return Chart(
        words=f"Insertion: the area under the map's own curve is {curves[0].insertion_area:.2f}, large is good.",
        x=Axis(title="% of the picture brought back"),
        y=Axis(title=f"probability of {name}", low=0),
        layers=curves_of(curves, [curve.insertion for curve in curves]),
    )


def curves_of(curves: list[Faithfulness], values: list[Floats]) -> tuple[Line, ...]:
    """The map's own curve, that of the middle first, and those of two random rankings; the own one above the others."""
    names, colours = ("this map", "the middle first", "random order", "random order"), ("#2A84C6", "#D55E00", GREY, GREY)
    drawn = [
        Line(name=name, x=100 * curve.shares, y=heights, colour=colour, thin=number > 0)
        for number, (name, colour, curve, heights) in enumerate(zip(names, colours, curves, values, strict=True))
    ]
    return tuple(reversed(drawn))


def table_of(curves: list[Faithfulness]) -> list[list[Any]]:
    """The areas under the curves, one line for each ranking."""
    rows = zip(["this map", "the middle first", "random order", "another random order"], curves, strict=True)
    return [[words, f"{curve.deletion_area:.3f}", f"{curve.insertion_area:.3f}"] for words, curve in rows]


DEMO = Demo(
    title="Why?",
    summary="See which parts of a picture speak for an answer, and test whether the map can be believed.",
    lesson=LESSON,
    inputs={
        "picture": Picture(label="Your picture"),
        "network": Choice(label="Network", options=classifiers),
        "explain": Choice(label="Class to explain", options=explained, depends_on=("network",)),
        "method": Choice(label="Method", options=methods, depends_on=("network",)),
        "forget": Choice(label="Make it forget", options=tuple(FORGET.items()), help="Random weights; the map must change."),
        "layer": Choice(label="Layer (for Grad-CAM)", options=mapped_layers, depends_on=("network",), folded=True),
        "seed": Seed(label="Seed of the random orders and weights", folded=True),
    },
    outputs=(
        Note(label="The answer", tone="headline"),
        Pictures(
            label="Why?",
            columns=2,
            help="Bright: speaks for the class. Each map has its own scale; fine ones are drawn a little blurred.",
        ),
        Note(label="The verdict"),
        Note(label="Likeness of the maps"),
        Plot(
            label="Deletion: take the picture apart",
            help="The most important regions first. A curve that falls soon is good.",
        ),
        Plot(label="Insertion: put it together", help="The most important regions first. A curve that rises soon is good."),
        Table(
            label="Areas under the curves",
            columns=("order", "deletion (low is good)", "insertion (high is good)"),
            folded=True,
        ),
    ),
    run=run,
    examples=({"picture": "chelsea"}, {"picture": "coffee", "forget": "last"}, {"picture": "lion"}),
    weights=tuple(name for name, _ in classifiers()),
    order=4,
    live=False,
)
