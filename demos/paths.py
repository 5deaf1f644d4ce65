"""Ways through the demos: stops in the order in which a lecture visits them. Plain data."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Stop:
    """One stop.

    Attributes:
        demo: the demo's name.
        asks: the question that leads there, short: "Where is it?".
    """

    demo: str
    asks: str


@dataclass(frozen=True)
class Path:
    """Several stops in order.

    Attributes:
        title: of the path.
        summary: one sentence for the start page.
        stops: at least two, each demo at most once.
    """

    title: str
    summary: str
    stops: tuple[Stop, ...]

    def after(self, demo: str, shown: Collection[str]) -> Stop | None:
        """The next stop after this demo among those that are ``shown``; None at the end, or beside the path."""
        names = [stop.demo for stop in self.stops]
        ahead = self.stops[names.index(demo) + 1 :] if demo in names else ()
        return next((stop for stop in ahead if stop.demo in shown), None)


PATHS = (
    Path(
        "One cat to many",
        "One photograph from its class to the mask of each object in it.",
        (
            Stop("classify", "What is it?"),
            Stop("localise", "Where is it?"),
            Stop("sliding_window", "And if there are two?"),
            Stop("detect", "Where is every object?"),
            Stop("several_at_once", "Which things, without the places?"),
            Stop("semantic_segmentation", "What is every pixel?"),
            Stop("instance_segmentation", "Which pixels are whose?"),
            Stop("click_to_select", "And what has no class?"),
        ),
    ),
    Path(
        "Into the network",
        "What its layers compute, what they look for, and whether it can be trusted.",
        (
            Stop("cnn_against_dense", "Why convolutions?"),
            Stop("layers", "What does each layer compute?"),
            Stop("feature_visualisation", "What does a channel look for?"),
            Stop("why", "Why this class?"),
            Stop("upsampling_bench", "How does it get large again?"),
            Stop("models_compared", "What does accuracy cost?"),
        ),
    ),
    Path(
        "Pictures made by networks",
        "Colours, styles and faces that no camera took.",
        (
            Stop("colorize", "Which colour has each pixel?"),
            Stop("style_optimised", "What is style?"),
            Stop("style_one_pass", "Can it be done at once?"),
            Stop("gan_samples", "And from noise alone?"),
            Stop("gan_detective", "Real or generated?"),
            Stop("live_gan", "How do the two learn?"),
        ),
    ),
    Path(
        "Who is it?",
        "From two faces to many, with one photograph of each person.",
        (
            Stop("same_person", "Are these two the same person?"),
            Stop("triplet_playground", "How is that learned?"),
            Stop("who_is_it", "And who of several is it?"),
        ),
    ),
)
"""The first path that visits a demo is the one that its page leads along."""


def next_stop(demo: str, shown: Collection[str]) -> Stop | None:
    """Where a demo's page leads on: the next of the ``shown`` demos on the first path that visits it; None at its end."""
    return next((path.after(demo, shown) for path in PATHS if any(stop.demo == demo for stop in path.stops)), None)
