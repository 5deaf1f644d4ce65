"""What a card must say, task by task: read with pydantic, so that every fault is named with its place."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from cnn_core.runtime.card_tables import (
    Calibration,
    Certainty,
    Copying,
    Data,
    Film,
    Golden,
    Input,
    PerClass,
    PixelCertainty,
    Rates,
    Recognition,
    Share,
    Strange,
    Strict,
    Styles,
    Table,
    Training,
    Validation,
    Whole,
    Words,
)


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


class Classification(CardRecord):
    """A card of a classifier."""

    calibration: Calibration
    per_class: PerClass

    @model_validator(mode="after")
    def _one_row_a_class(self) -> Self:
        if not len(self.per_class.right) == len(self.per_class.mistaken_for) == len(self.classes):
            raise ValueError(f"per_class: {len(self.per_class.right)} rows for {len(self.classes)} classes")
        return self


class BinaryClassification(CardRecord):
    """A card of a network of one logit."""

    validation: Validation

    def names_wanted(self) -> int:
        """Two: the negative and the positive class."""
        return 2


class Detection(CardRecord):
    """A card of a network that finds objects."""

    certainty: Certainty


class Segmentation(CardRecord):
    """A card of a network that gives every pixel a class."""

    pixels: PixelCertainty


class MultiLabel(CardRecord):
    """A card of a network of one sigmoid a class."""

    per_class: dict[str, Share]


class FaceSimilarity(CardRecord):
    """A card of a face network."""

    rates: Rates
    strict: Strict
    recognition: Recognition
    accuracy_by_kind: dict[str, Share]


class Generation(CardRecord):
    """A card of a GAN."""

    film: Film
    copying: Copying
    golden_sample: Golden


class Captioning(CardRecord):
    """A card of a network that writes captions; its classes are the vocabulary."""

    strange: Strange


class StyleTransfer(CardRecord):
    """A card of a style network."""

    styles: Styles


PLAIN = (
    "localisation", "upsampling", "click_segmentation", "colorization", "face_detection",
    "question_answering", "tiny_scenes", "scene_graph", "instruction_following",
)  # fmt: skip
"""Tasks whose cards say nothing more than all do."""

SCHEMAS: dict[str, type[CardRecord]] = dict.fromkeys(PLAIN, CardRecord) | {
    "classification": Classification,
    "hand_crafted": Classification,
    "binary_classification": BinaryClassification,
    "multi_label": MultiLabel,
    "semantic_segmentation": Segmentation,
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
