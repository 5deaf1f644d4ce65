"""What a card must say, task by task: read with pydantic, so that every fault is named with its place."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0, le=1)]
Words = Annotated[str, Field(min_length=1)]
Whole = Annotated[int, Field(gt=0)]
Three = tuple[float, float, float]


class Table(BaseModel):
    """A table of a card; whatever else stands in it is kept."""

    model_config = ConfigDict(extra="allow", frozen=True)


class Input(BaseModel):
    """``[input]``: the fields of ``cards.Preprocessing``, and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: Whole
    mean: Three
    std: Three
    how: Literal["stretch", "pad", "crop"]
    channels: Literal["rgb", "grey", "lightness"]
    stride: Annotated[int, Field(ge=0)]
    mirrored: bool
    fixed: bool
    shuffle_seed: int | None = None
    largest: int | None = None


class Data(Table):
    """``[data]``: what it was trained on."""

    name: Words
    source: Words
    terms: Words
    train_pictures: Whole


class Training(Table):
    """``[training]``: what it takes to run the training again, and on what it ran."""

    command: Words
    seed: int
    device: Words
    minutes: float
    samples_seen: Whole
    versions: dict[str, str]


class Golden(Table):
    """``[golden]``: the first numbers that the network answers to a made picture."""

    output: Annotated[list[float], Field(min_length=1)]


class CardRecord(Table):
    """What every card says.

    How many classes the network answers for stands in its arguments (``classes``, ``outputs`` or ``styles``).
    """

    task: Words
    title: Words
    line: Words
    architecture: Words
    arguments: dict[str, Any]
    classes: list[Words]
    limits: Annotated[list[Words], Field(min_length=1)]
    parameters: Whole
    multiply_adds: Whole
    bytes: Whole
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    base: str = ""
    second_base: str = ""
    input: Input
    data: Data
    metrics: Annotated[dict[str, dict[str, int | float]], Field(min_length=1)]
    training: Training
    golden: Golden
    curves: Annotated[dict[str, list[float]], Field(min_length=1)]

    def answers(self) -> int | None:
        """How many classes the network answers for; None where its arguments do not say."""
        found = (self.arguments.get(key) for key in ("classes", "outputs", "styles"))
        return next((number for number in found if isinstance(number, int)), None)

    def names_wanted(self) -> int | None:
        """How many class names the card needs; None where any number will do."""
        return self.answers()

    @model_validator(mode="after")
    def _one_name_a_class(self) -> Self:
        if self.names_wanted() not in (None, len(self.classes)):
            raise ValueError(f"{len(self.classes)} class names for {self.names_wanted()} outputs")
        return self


class Calibration(Table):
    """How often the answer was right when the largest probability lay between two edges."""

    edges: list[Share]
    n: list[int]
    right: list[Share]

    @model_validator(mode="after")
    def _one_entry_a_range(self) -> Self:
        if not len(self.edges) - 1 == len(self.n) == len(self.right):
            raise ValueError(f"{len(self.edges)} edges need {len(self.edges) - 1} counts and shares")
        return self


class PerClass(Table):
    """For each class, the share named rightly and what its pictures were most often taken for."""

    right: list[Share]
    mistaken_for: list[str]


class Classification(CardRecord):
    """A card of a classifier."""

    calibration: Calibration
    per_class: PerClass

    @model_validator(mode="after")
    def _one_row_a_class(self) -> Self:
        if not len(self.per_class.right) == len(self.per_class.mistaken_for) == len(self.classes):
            raise ValueError(f"per_class: {len(self.per_class.right)} rows for {len(self.classes)} classes")
        return self


class Validation(Table):
    """Every validation picture's probability of the positive class and its label."""

    positive: Words
    scores: list[Share]
    labels: list[Literal[0, 1]]

    @model_validator(mode="after")
    def _one_label_a_score(self) -> Self:
        if len(self.scores) != len(self.labels):
            raise ValueError(f"{len(self.scores)} scores for {len(self.labels)} labels")
        return self


class BinaryClassification(CardRecord):
    """A card of a network of one logit."""

    validation: Validation

    def names_wanted(self) -> int:
        """Two: the negative and the positive class."""
        return 2


class Certainty(Table):
    """Two numbers that turn a detector's scores into shares right (see ``ops.calibration.platt``), and what they reach."""

    slope: Annotated[float, Field(gt=0)]
    intercept: float
    error_before: Share
    error: Share
    best_threshold: Share


class Detection(CardRecord):
    """A card of a network that finds objects."""

    certainty: Certainty


class MultiLabel(CardRecord):
    """A card of a network of one sigmoid a class."""

    per_class: dict[str, Share]


class Rates(Table):
    """Both kinds of error at every threshold."""

    thresholds: list[float]
    false_accept: list[Share]
    false_reject: list[Share]

    @model_validator(mode="after")
    def _one_rate_a_threshold(self) -> Self:
        if not len(self.thresholds) == len(self.false_accept) == len(self.false_reject):
            raise ValueError("thresholds, false_accept and false_reject differ in length")
        return self


class Strict(Table):
    """A threshold chosen for few false accepts, and both kinds of error on people who did not choose it."""

    threshold: float
    false_accept: Share
    false_reject: Share


class Recognition(Table):
    """The share named rightly among so many enrolled people."""

    people: list[int]
    right: list[Share]


class FaceSimilarity(CardRecord):
    """A card of a face network."""

    rates: Rates
    strict: Strict
    recognition: Recognition
    accuracy_by_kind: dict[str, Share]


class Film(Table):
    """The steps at which samples were kept during the training."""

    steps: list[int]


class Copying(Table):
    """Histograms of the distances from generated and held-out pictures to their nearest training picture."""

    edges: list[float]
    generated: list[Share]
    held_out: list[Share]


class Generation(CardRecord):
    """A card of a GAN."""

    film: Film
    copying: Copying
    golden_sample: Golden


class Strange(Table):
    """From which strangeness on a picture is said to be unlike the training pictures."""

    threshold: float
    chosen_on: Words


class Captioning(CardRecord):
    """A card of a network that writes captions; its classes are the vocabulary."""

    strange: Strange


class Styles(Table):
    """The styles and how far off the network's Gram matrices are for each."""

    titles: list[Words]
    style_error: list[float]


class StyleTransfer(CardRecord):
    """A card of a style network."""

    styles: Styles


PLAIN = (
    "localisation", "semantic_segmentation", "upsampling", "click_segmentation", "colorization", "face_detection",
    "question_answering", "tiny_scenes", "scene_graph", "instruction_following",
)  # fmt: skip
"""Tasks whose cards say nothing more than all do."""

SCHEMAS: dict[str, type[CardRecord]] = dict.fromkeys(PLAIN, CardRecord) | {
    "classification": Classification,
    "hand_crafted": Classification,
    "binary_classification": BinaryClassification,
    "multi_label": MultiLabel,
    "detection": Detection,
    "instance_segmentation": Detection,
    "face_similarity": FaceSimilarity,
    "generation": Generation,
    "style_transfer": StyleTransfer,
    "captioning": Captioning,
}
"""Task -> what its cards must say."""


class UnknownTask(CardRecord):
    """A card of a task that the app does not know is refused."""

    task: Literal[tuple(SCHEMAS)]  # type: ignore[valid-type]


def schema_for(task: str) -> type[CardRecord]:
    """What a card of this task must say; for an unknown task a schema that refuses it and lists the known ones."""
    return SCHEMAS.get(task, UnknownTask)
