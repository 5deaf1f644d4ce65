"""The tables of a card: read with pydantic, so that every fault is named with its place."""

from typing import Annotated, Literal, Self

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


class Certainty(Table):
    """Two numbers that turn a detector's scores into shares right (see ``ops.calibration.platt``), and what they reach."""

    slope: Annotated[float, Field(gt=0)]
    intercept: float
    error_before: Share
    error: Share
    best_threshold: Share


class PixelCertainty(Table):
    """What a segmenter's logits are multiplied by so that probabilities are shares right (``tasks.certainty.scale_logits``).

    ``error`` is over all pixels, ``named_error`` over those that the network gives to another class than the background.
    """

    background_slope: Annotated[float, Field(gt=0)]
    slope: Annotated[float, Field(gt=0)]
    error_before: Share
    error: Share
    named_error_before: Share
    named_error: Share


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


class Film(Table):
    """The steps at which samples were kept during the training."""

    steps: list[int]


class Copying(Table):
    """Histograms of the distances from generated and held-out pictures to their nearest training picture."""

    edges: list[float]
    generated: list[Share]
    held_out: list[Share]


class Strange(Table):
    """From which strangeness on a picture is said to be unlike the training pictures."""

    threshold: float
    chosen_on: Words


class Styles(Table):
    """The styles and how far off the network's Gram matrices are for each."""

    titles: list[Words]
    style_error: list[float]
