"""Before deep learning: histograms of gradients and of colours, and a linear SVM (scikit-learn's) on them, on CIFAR-10.

A tenth of the training pictures is kept aside to choose how strongly the weights are held small, and how sure the answer is.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.linear_model import SGDClassifier
from torch import Tensor, nn

from cnn_core.models.linear_svm import LinearSVM
from cnn_core.runtime.cards import Preprocessing
from cnn_core.training import card
from cnn_core.training.command import Options, main
from cnn_core.training.data.labelled import LabelledPictures, make_pictures, read_class_names, read_shards
from cnn_core.training.engine.accuracy import accuracies, calibration, per_class, probabilities_of
from cnn_core.training.engine.classification import CIFAR10, CIFAR_LIMITS
from cnn_core.training.engine.progress import Progress

FORM = Preprocessing(32, (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), mirrored=True, fixed=True)
DECAYS = (1e-4, 3e-4, 1e-3)
"""How much large weights cost, beside the mean hinge loss."""

EPOCHS = 12
SHARPNESS = np.geomspace(1e-3, 10, 81)
ASIDE = 10
"""One picture in so many is kept aside."""


@dataclass(frozen=True)
class Trained:
    """A machine, and what its training took."""

    model: LinearSVM
    progress: Progress


class SVMRecipe:
    """Measures the features, fits the machine with several weight decays, keeps the best one."""

    weights = "handcrafted_svm_cifar10"
    title = "Linear SVM on histograms"
    seed = 1

    def read(self, options: Options, split: str) -> tuple[LabelledPictures, list[str]]:
        """The pictures of a split and the class names; made pictures where the recipe is only tried out."""
        if options.data is None:
            return make_pictures(10, 32, 4, self.seed), list("abcd")
        folder = options.data / CIFAR10.folder
        return read_shards(folder, split), read_class_names(folder)

    def train(self, options: Options) -> Trained:
        """The machine that is right most often on the pictures kept aside, scaled to be as sure as it is right."""
        begun = time.monotonic()
        data, names = self.read(options, "train")
        model = LinearSVM(len(names))
        found = torch.cat([model.features(part.float() / 255) for part in data.pictures.split(500)])  # (N, LENGTH)
        aside = torch.arange(len(data)) % ASIDE == 0
        model.mean, model.std = found[~aside].mean(0), found[~aside].std(0) + 1e-3
        x, history, best = (found - model.mean) / model.std, [], (-1.0, torch.empty(0), torch.empty(0))
        for number, decay in enumerate(DECAYS, 1):
            weight, bias = fit(x[~aside], data.labels[~aside], decay, self.seed)
            right = float(((x[aside] @ weight.T + bias).argmax(1) == data.labels[aside]).float().mean())
            minutes = (time.monotonic() - begun) / 60
            history.append({"epoch": float(number), "decay": decay, "aside_top1": right, "minutes": round(minutes, 4)})
            best = max(best, (right, weight, bias), key=lambda entry: entry[0])
        _, weight, bias = best
        sharpness = sharpest(x[aside] @ weight.T + bias, data.labels[aside])
        model.scores.weight.data, model.scores.bias.data = weight * sharpness, bias * sharpness
        return Trained(model, Progress(len(DECAYS), history[-1]["minutes"], history, len(DECAYS) * int((~aside).sum())))

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card, on pictures never trained on."""
        held_out, names = self.read(options, "val")

        def prepare(pictures: Tensor) -> Tensor:
            return pictures.float() / 255

        both = [
            probabilities_of(model, view, prepare, options.device) for view in (held_out.pictures, held_out.pictures.flip(3))
        ]
        probabilities = F.softmax(torch.stack(both).log().mean(0), 1)  # as in use: the mean of the scores, then the softmax
        figures = {name: round(value, 4) for name, value in accuracies(probabilities, held_out.labels).items()}
        tables = {
            "calibration": calibration(probabilities, held_out.labels),
            "per_class": per_class(probabilities, held_out.labels, names),
        }
        return {"cifar10_val": {"n": len(held_out), **figures}}, tables

    def finish(self, trained: Trained, options: Options, command: str) -> Path:
        """Writes the machine and its card; returns the card's path."""
        data, names = self.read(options, "train")
        shipped, form, arguments = card.half_precision_bytes(trained.model), FORM.record(), {"classes": len(names)}
        model = card.shipped_copy(self.weights, "linear_svm", arguments, form, shipped)
        metrics, tables = self.evaluate(model.to(options.device), options)
        figures = metrics["cifar10_val"]
        line = (
            f"Trained here on {len(data):,} pictures of {CIFAR10.name}, on features made by hand; {figures['top1']:.1%} "
            f"top-1 on {figures['n']:,} others. {CIFAR_LIMITS[0]}"
        )
        entries: dict[str, Any] = {
            "task": "hand_crafted", "title": self.title, "line": line, "architecture": "linear_svm", "arguments": arguments,
            "classes": names, "limits": list(CIFAR_LIMITS), "input": form, "metrics": metrics,
            "data": {
                "name": CIFAR10.name, "source": CIFAR10.source, "terms": CIFAR10.terms, "train_pictures": len(data),
            },
            **card.training_entries(trained.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)


def fit(x: Tensor, labels: Tensor, decay: float, seed: int) -> tuple[Tensor, Tensor]:
    """One machine a class against the rest: weights (K, LENGTH) and biases (K,) for features (N, LENGTH)."""
    machine = SGDClassifier("hinge", alpha=decay, average=True, max_iter=EPOCHS, tol=None, random_state=seed)
    machine.fit(x.numpy(), labels.numpy())
    weight, bias = (torch.from_numpy(np.asarray(found, np.float32)) for found in (machine.coef_, machine.intercept_))
    return weight, bias


def sharpest(scores: Tensor, labels: Tensor) -> float:
    """The factor on scores (N, K) with which their softmax has the smallest cross-entropy (Guo et al. 2017)."""
    return float(min(SHARPNESS, key=lambda factor: float(F.cross_entropy(scores * float(factor), labels))))


RECIPE = SVMRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
