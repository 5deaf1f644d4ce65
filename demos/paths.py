"""Ways through the demos: stops in the order in which a lecture visits them. Plain data."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

STOP = "stop"
"""What an address calls the number of a lesson's stop: /detect?stop=3."""


@dataclass(frozen=True)
class Stop:
    """One stop.

    Attributes:
        demo: the demo's name.
        asks: the question that leads there, short: "Where is it?".
        query: what its address says of the demo's inputs (demos/addresses.py): an example, settings.
        questions: (question, answer) of the lecturer's own, which stand before the demo's; an answer may be "".
    """

    demo: str
    asks: str
    query: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Path:
    """Several stops in order.

    Attributes:
        title: of the path.
        summary: one sentence for the start page.
        stops: at least two.
        numbered: addresses say which stop they lead to, because a demo may be visited more than once: a lecturer's lesson.
    """

    title: str
    summary: str
    stops: tuple[Stop, ...]
    numbered: bool = False

    def places(self, shown: Collection[str]) -> list["Place"]:
        """The stops at demos that are ``shown``, in order."""
        stops = [stop for stop in self.stops if stop.demo in shown]
        return [Place(self, tuple(stops), number) for number in range(1, len(stops) + 1)]


@dataclass(frozen=True)
class Place:
    """Where a page stands on a path.

    Attributes:
        path: which.
        stops: those of its stops that are shown.
        number: which of these it is, from 1.
    """

    path: Path
    stops: tuple[Stop, ...]
    number: int

    @property
    def stop(self) -> Stop:
        """The stop itself."""
        return self.stops[self.number - 1]

    @property
    def following(self) -> "Place | None":
        """The next place; None at the end."""
        return Place(self.path, self.stops, self.number + 1) if self.number < len(self.stops) else None

    @property
    def query(self) -> dict[str, str]:
        """What its address says."""
        return {**self.stop.query, **({STOP: str(self.number)} if self.path.numbered else {})}

    def address(self, pattern: str = "./{}") -> str:
        """Its address; ``pattern``: of a demo, "{}" for the name."""
        words = urlencode(self.query, safe=",;")
        return pattern.format(self.stop.demo) + (f"?{words}" if words else "")


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
            Stop("four_tasks", "And all of it at once?"),
        ),
    ),
    Path(
        "From pixels to learning",
        "The arithmetic of a network on your own picture, until it has learned.",
        (
            Stop("hand_crafted", "How was it done before?"),
            Stop("convolution", "What is a convolution?"),
            Stop("cnn_against_dense", "Why convolutions?"),
            Stop("receptive_field", "How much does one value see?"),
            Stop("upsampling_bench", "How does it get large again?"),
            Stop("backpropagation", "How does it learn?"),
            Stop("train_live", "And from a thousand pictures?"),
        ),
    ),
    Path(
        "Into the network",
        "What its layers compute, what they look for, and whether it can be trusted.",
        (
            Stop("whole_network", "What is it made of?"),
            Stop("layers", "What does each layer compute?"),
            Stop("feature_visualisation", "What does a channel look for?"),
            Stop("why", "Why this class?"),
            Stop("models_compared", "What does accuracy cost?"),
            Stop("challenge", "How far did it get, beside people?"),
            Stop("against_networks", "You or the networks?"),
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
            Stop("live_gan_faces", "And with pictures?"),
        ),
    ),
    Path(
        "Pictures and words",
        "A sentence for a picture, a question about it, its scene graph, and an agent that does what a sentence says.",
        (
            Stop("caption", "What does it show, in a sentence?"),
            Stop("ask_a_question", "And what do you want to know?"),
            Stop("scene_graph", "How do its things stand to one another?"),
            Stop("follow_instruction", "And who goes where a sentence says?"),
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


def places_of(demo: str, shown: Collection[str], paths: Sequence[Path] = PATHS) -> list[Place]:
    """Where a demo's page may stand: its places on the first path that visits it; none for a demo beside all paths."""
    path = next((path for path in paths if any(stop.demo == demo for stop in path.stops)), None)
    return [place for place in path.places(shown) if place.stop.demo == demo] if path else []


def place_at(places: Sequence[Place], number: str) -> Place | None:
    """That of a page's places which an address names by its number; else the first, None without any."""
    return next((place for place in places if str(place.number) == number), places[0] if places else None)
