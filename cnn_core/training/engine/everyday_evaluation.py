"""Every figure of the everyday classifier, on pictures that it was never trained on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torchvision.transforms.v2.functional import gaussian_blur

from cnn_core.training.augment.everyday import FAVOURED
from cnn_core.training.data.everyday import HELD_OUT, TUNE, PictureSet
from cnn_core.training.data.everyday_classes import EverydayClasses, everyday_classes
from cnn_core.training.data.pack_photographs import EMPTY, OBJECT, SURROUNDED
from cnn_core.training.engine.accuracy import accuracies, calibration, logits_of, per_class, probabilities_of
from cnn_core.training.engine.certainty import confidence_error

Prepare = Callable[[Tensor], Tensor]
CURVE_STEPS = {"tiny200": 20, "mini84": 10, "caltech": 4, "voc_crops": 4}
"""After an epoch one in so many held-out pictures of these sets is looked at."""
UNION = ("mini84", "caltech", "voc_crops")
"""The sets whose held-out pictures are "photographs": properly resized."""
MOST_LOST = 0.07
"""Share of the tuning things that the rule for "nothing in the list" may cost."""
A_KIND = 30
CUT_CLOSE = ("bottle", "bird", "bicycle")
"""Kinds with so few objects in VOC's held-out photographs that they are measured as cut out, however small."""


@dataclass(frozen=True)
class Answers:
    """A network's answers to pictures.

    Attributes:
        probabilities: (N, K) float32.
        evidence: (N,) float32, see ``tasks.classification.evidence_of``.
        classes: (N,) int64, what they show; -1 for nothing in the list.
        parts: (N,) int64, see ``pack_photographs``.
    """

    probabilities: Tensor
    evidence: Tensor
    classes: Tensor
    parts: Tensor

    def where(self, mask: Tensor) -> "Answers":
        """Those for which mask (N,) is true."""
        return Answers(self.probabilities[mask], self.evidence[mask], self.classes[mask], self.parts[mask])


def joined_answers(several: Sequence[Answers]) -> Answers:
    """Answers to several sets of pictures as one."""
    columns = ("probabilities", "evidence", "classes", "parts")
    return Answers(*(torch.cat([getattr(one, column) for one in several]) for column in columns))


def answers(
    model: nn.Module, sets: Sequence[PictureSet], split: int, prepare: Prepare, device: torch.device
) -> dict[str, Answers]:
    """The network's answers to one split of each set; sets without pictures in it are left out."""
    found = {}
    for one in sets:
        chosen = one.part_of(split)
        if len(chosen):
            logits = logits_of(model, chosen.pictures, prepare, device)
            found[one.name] = Answers(logits.softmax(1), logits.logsumexp(1), chosen.classes, chosen.parts)
    return found


def curves(model: nn.Module, sets: Sequence[PictureSet], prepare: Prepare, device: torch.device) -> dict[str, float]:
    """Top-1 accuracy on a part of each held-out set, and the mean largest probability on pictures of nothing."""
    figures = {}
    for one in sets:
        if one.name not in CURVE_STEPS:
            continue
        held_out, step = one.part_of(HELD_OUT), CURVE_STEPS[one.name]
        found = probabilities_of(model, held_out.pictures[::step], prepare, device)
        classes = held_out.classes[::step]
        confidence, answer = found.max(1)
        known = classes >= 0
        figures[f"{one.name}_top1"] = float((answer == classes)[known].float().mean())
        if not known.all():
            figures[f"{one.name}_nothing"] = float(confidence[~known].mean())
    return figures


def things(found: dict[str, Answers]) -> Answers:
    """The answers to single things among the photographs: no empty parts, no second views of an object."""
    return joined_answers(
        [one.where((one.classes >= 0) & (one.parts == OBJECT)) for name, one in found.items() if name in UNION]
    )


def of_kind(found: Answers, table: EverydayClasses) -> Tensor:
    """(N,) bool: the likeliest class is no mistake, where a general name ("dog") accepts all of its kind."""
    k = len(table.names)
    accepted = torch.zeros(k, k, dtype=torch.bool)
    for number in range(k):
        accepted[number, sorted(table.accepted(number))] = True
    return accepted[found.classes, found.probabilities.argmax(1)]


def figures_of(found: Answers, table: EverydayClasses) -> dict[str, float]:
    """{"n", "top1", "top5", "top1_kind"} over things."""
    kind = float(of_kind(found, table).float().mean())
    return {"n": len(found.classes), **accuracies(found.probabilities, found.classes), "top1_kind": kind}


def ten_kinds(found: dict[str, Answers], table: EverydayClasses) -> dict[str, Answers]:
    """Up to A_KIND held-out photographs of each favoured kind: VOC's with surroundings, Caltech's, mini-ImageNet's."""
    chosen = {}
    for kind in FAVOURED:
        members = torch.tensor(sorted(table.numbers_of_kind(kind)))
        parts = []
        for name in ("voc_crops", "caltech", "mini84"):
            one = found[name]
            wanted = SURROUNDED if name == "voc_crops" and kind not in CUT_CLOSE else OBJECT
            parts.append(one.where(torch.isin(one.classes, members) & (one.parts == wanted)))
        whole = joined_answers(parts)
        chosen[kind] = whole.where(torch.arange(len(whole.classes)) < A_KIND)
    return chosen


def kind_figures(found: dict[str, Answers], table: EverydayClasses) -> tuple[dict[str, float], dict[str, list[Any]]]:
    """Over the photographs of ``ten_kinds``: {"n", "top1_kind"}, and a table with one row a kind."""
    rows: dict[str, list[Any]] = {"kind": [], "n": [], "right": []}
    hits, n = 0, 0
    for kind, one in ten_kinds(found, table).items():
        members = torch.tensor(sorted(table.numbers_of_kind(kind)))
        right = int(torch.isin(one.probabilities.argmax(1), members).sum())
        rows["kind"].append(kind)
        rows["n"].append(len(one.classes))
        rows["right"].append(round(right / max(len(one.classes), 1), 3))
        hits, n = hits + right, n + len(one.classes)
    return {"n": n, "top1_kind": hits / max(n, 1)}, rows


def threshold_for(tuning: Answers) -> float:
    """The evidence below which a picture is "nothing in the list": MOST_LOST of these things lie below it."""
    return float(tuning.evidence.quantile(MOST_LOST))


def nothing_figures(found: dict[str, Answers], threshold: float) -> dict[str, dict[str, float]]:
    """How often "nothing in the list" is said: of empty parts, of Caltech's background pictures, and of real things."""
    empty = {
        "voc_empty_parts": found["voc_crops"].where(found["voc_crops"].parts == EMPTY),
        "caltech_background": found["caltech"].where(found["caltech"].classes < 0),
    }
    figures = {}
    for name, one in {**empty, "things_lost": things(found)}.items():
        said = (one.evidence < threshold).float().mean()
        figures[name] = {"n": len(one.classes), "said_nothing": float(said)}
    return figures


def tuning_things(model: nn.Module, sets: Sequence[PictureSet], prepare: Prepare, device: torch.device) -> Answers:
    """The answers to the things of the tuning split, by which rules are chosen."""
    return things(answers(model, sets, TUNE, prepare, device))


def blurred_figures(
    model: nn.Module, sets: Sequence[PictureSet], sigmas: Sequence[float], prepare: Prepare, device: torch.device
) -> dict[str, dict[str, float]]:
    """Tiny ImageNet's held-out pictures blurred as by antialiasing: {"n", "top1", "top5"} for each sigma, pixels."""
    tiny = next(one for one in sets if one.name == "tiny200").part_of(HELD_OUT)
    figures = {}
    for sigma in sigmas:
        blurred = gaussian_blur(tiny.pictures, [5, 5], [sigma, sigma])
        found = accuracies(probabilities_of(model, blurred, prepare, device), tiny.classes)
        figures[f"tiny200_val_blurred_{sigma}"] = {"n": len(tiny), **found}
    return figures


def evaluate(
    model: nn.Module, sets: Sequence[PictureSet], sigmas: Sequence[float], prepare: Prepare, device: torch.device
) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
    """Every figure of the card: (metrics by data set, other tables). The rule for "nothing" comes from the tuning split."""
    table = everyday_classes()
    found = answers(model, sets, HELD_OUT, prepare, device)
    tuning = tuning_things(model, sets, prepare, device)
    threshold = round(threshold_for(tuning), 4)
    union = things(found)
    kinds, kind_rows = kind_figures(found, table)
    metrics = {"everyday_photographs": figures_of(union, table), "ten_kinds": kinds}
    for name in ("tiny200", *UNION, "imagenette"):
        known = found[name].where((found[name].classes >= 0) & (found[name].parts == OBJECT))
        metrics[f"{name}_val"] = figures_of(known, table)
    metrics |= nothing_figures(found, threshold) | blurred_figures(model, sets, sigmas, prepare, device)
    everything = joined_answers([union, found["tiny200"], found["imagenette"]])
    return {k: {name: round(value, 4) for name, value in v.items()} for k, v in metrics.items()}, {
        "nothing": {"threshold": threshold, "chosen_on": f"{len(tuning.classes)} things of the tuning split"},
        "calibration": {
            **calibration(union.probabilities, union.classes),
            "error": confidence_error(union.probabilities, union.classes),
        },
        "ten_kinds": kind_rows,
        "per_class": per_class(everything.probabilities, everything.classes, list(table.names)),
    }
