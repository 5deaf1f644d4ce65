"""Who names it first? A picture shows more step by step; a person and networks may each name it once, out of a few kinds.

What is right stands in ``naming_kinds.toml``: kinds with their classes, and pictures with their kind.
"""

import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch

from cnn_core.images.degrading import Box
from cnn_core.results import Floats, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card
from cnn_core.runtime.on_network import on_network
from cnn_core.tasks.preprocessing import answer_to, prepare

FILE = Path(__file__).with_name("naming_kinds.toml")
COST = 3
"""Points that a wrong name costs."""

Outcome = Literal["right", "wrong", "waited", "sat out"]


@dataclass(frozen=True)
class Known:
    """A picture of which we say what it shows.

    Attributes:
        sample: its name in ``images.samples``.
        kind: what it shows.
        box: around that; None where it is not known, or leaves little background.
        never: kinds that are not offered beside the right one.
    """

    sample: str
    kind: str
    box: Box | None = None
    never: tuple[str, ...] = ()


@dataclass(frozen=True)
class Play:
    """What one player did in one round.

    Attributes:
        player: who.
        truth: the kind that was shown.
        outcome: "waited": named nothing; "sat out": has no class for the right kind, so the round does not count.
        said: the kind that was named, or None.
        step: at which step, from 0, or None.
        points: for it.
    """

    player: str
    truth: str
    outcome: Outcome
    said: str | None = None
    step: int | None = None
    points: int = 0


@cache
def kinds() -> Mapping[str, tuple[str, ...]]:
    """Kind -> the networks' classes of which it is right to say so."""
    return {name: tuple(classes) for name, classes in _read()["kind"].items()}


@cache
def known_pictures() -> tuple[Known, ...]:
    """The sample pictures of which we say what they show."""
    rows = _read()["picture"]
    boxes = [tuple(row["box"]) if "box" in row else None for row in rows]
    return tuple(
        Known(row["sample"], row["kind"], box, tuple(row.get("never", ()))) for row, box in zip(rows, boxes, strict=True)
    )


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def kind_in(words: str) -> str | None:
    """The kind that a file's name tells, such as "big cat" of "my_big_cat-2": its longest name in whole words, or None."""
    plain = "".join(letter if letter.isalpha() else " " for letter in words.lower())
    text = f" {' '.join(plain.split())} "
    told = [
        (len(name), kind) for kind, classes in kinds().items() for name in (kind, *classes) if f" {name.lower()} " in text
    ]
    return max(told)[1] if told else None


def has_class_for(card: Card, kind: str) -> bool:
    """Whether a network has a class of which it is right to say that it is of this kind."""
    return not set(kinds()[kind]).isdisjoint(card.classes)


def offer(known: Known, cards: Iterable[Card], count: int, rng: np.random.Generator) -> list[str]:
    """``count`` kinds to choose from, the right one among them, in alphabetical order.

    The wrong ones are drawn by chance; those that more of the networks have a class for come first, so that a network is
    led astray as easily as a person.
    """
    allowed = [kind for kind in kinds() if kind != known.kind and kind not in known.never]
    shuffled = [allowed[k] for k in rng.permutation(len(allowed))]
    cards = tuple(cards)
    shuffled.sort(key=lambda kind: -sum(has_class_for(card, kind) for card in cards))
    return sorted([known.kind, *shuffled[: count - 1]])


@on_network
def compute_probabilities(network: weights.Network, pictures: Sequence[PictureArray]) -> Floats:
    """The network's probabilities (N, K) float32 for N pictures (H, W, 3) uint8 in one batch."""
    x = torch.cat([prepare(picture, network.card.input).x for picture in pictures])  # N x (1, 3, h, w) -> (N, 3, h, w)
    found: Floats = answer_to(network, x).float().softmax(1).cpu().numpy()
    return found


def share_out(probabilities: Floats, classes: Sequence[str], names: Sequence[str]) -> Floats:
    """(N, M): how a network that may only say one of M kinds shares out its 100 % among them.

    A kind gets the sum of its classes; then each row is divided by its sum: a softmax over what is offered.

    Args:
        probabilities: (N, K), for each picture.
        classes: their K names.
        names: the M kinds.
    """
    belongs = np.array([[name in kinds()[kind] for kind in names] for name in classes], np.float64)  # (K, M)
    sums = probabilities.astype(np.float64) @ belongs  # (N, K) @ (K, M) -> (N, M)
    totals = sums.sum(1, keepdims=True)
    shares: Floats = np.divide(sums, totals, out=np.zeros_like(sums), where=totals > 0).astype(np.float32)
    return shares


def worth(step: int, steps: int) -> int:
    """Points for the right name at a step, from 0: as many as there are steps left, this one included."""
    return steps - step


def play(player: str, truth: str, said: str | None, step: int | None, steps: int) -> Play:
    """What it is worth to name ``said`` at a step, or nothing (None)."""
    if said is None or step is None:
        return Play(player, truth, "waited")
    if said == truth:
        return Play(player, truth, "right", said, step, worth(step, steps))
    return Play(player, truth, "wrong", said, step, -COST)


def play_for(card: Card, truth: str, shares: Floats, names: Sequence[str], sure: float) -> Play:
    """What a network does: it names the likeliest kind at the first step at which it is as sure as ``sure``.

    Args:
        card: of the network.
        truth: the kind that is shown.
        shares: (S, M) as of ``share_out``, for the S steps.
        names: the M kinds.
        sure: probability 0..1.
    """
    if not has_class_for(card, truth):
        return Play(card.title, truth, "sat out")
    ready = np.nonzero(shares.max(1) >= sure)[0]
    if not len(ready):
        return play(card.title, truth, None, None, len(shares))
    step = int(ready[0])
    return play(card.title, truth, names[int(shares[step].argmax())], step, len(shares))


def count_points(plays: Iterable[Play]) -> dict[str, int]:
    """Player -> all points."""
    totals: Counter[str] = Counter()
    for one in plays:
        totals[one.player] += one.points
    return dict(totals)


def count_confusions(plays: Iterable[Play]) -> dict[tuple[str, str, str], int]:
    """(kind that was shown, kind that was named or "", player) -> how often, without the rounds that a network sat out."""
    return dict(Counter((one.truth, one.said or "", one.player) for one in plays if one.outcome != "sat out"))
