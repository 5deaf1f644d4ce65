"""Faces as points on a sphere: first separated by name with an angular margin, then by triplets."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from cnn_core.models import build_model
from cnn_core.ops.faces import SIDE, Rates, cosine, rates
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training import card
from cnn_core.training.augment.faces import augment_faces
from cnn_core.training.command import Options, main
from cnn_core.training.data.faces import Faces, Pairs, make_faces, read_faces, read_pairs, recognition_rates
from cnn_core.training.engine.cycles import Cycle, checkpoint_of, quick_plan, train_cycles
from cnn_core.training.engine.loop import Plan, Trainer
from cnn_core.training.losses.faces import cosface_loss, semi_hard_triplet_loss

FORM = Preprocessing(SIDE, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), channels="grey", mirrored=True, fixed=True)
TUNING = (7, 8)
"""Folds of people never trained on."""

MOST_FALSE_ACCEPTS = 0.05
"""What the pages' threshold is chosen for."""

THRESHOLDS = np.linspace(-0.3, 0.95, 126, dtype=np.float32)
LIMITS = (
    "A lecture example: it errs often and must never decide anything about a person.",
    "It learned from press photographs of public figures, most of them men with light skin; how much more often it errs on "
    "others could not be measured here.",
    "Faces seen from the side, hidden or very dark are compared by what little is left.",
)


FaceCycle = Cycle[str]
"""``batches`` names the loss: "names" for an angular margin between all people, "triplets"."""

CYCLES = (
    FaceCycle(Plan(epochs=58, batch=128, rate=0.1, warm_up=0.05, weight_decay=5e-4, clip=5.0), "names"),
    FaceCycle(Plan(epochs=5, batch=128, rate=0.01, warm_up=0.1, weight_decay=5e-4, clip=5.0), "triplets"),
)


class Named(nn.Module):
    """The embedding with one direction for every person, which is there only while it learns."""

    def __init__(self, embedding: nn.Module, length: int, people: int) -> None:
        super().__init__()
        self.embedding = embedding
        self.directions = nn.Parameter(torch.randn(people, length))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Normalised faces (N, 3, S, S) -> vectors (N, D), cosines with every person's direction (N, P)."""
        vectors = self.embedding(x).float()
        return vectors, F.normalize(vectors) @ F.normalize(self.directions.float()).T


class FaceRecipe:
    """Trains the embedding, first by names, then by triplets."""

    weights = "face_embedding_lfwceleba"
    seed = 1
    cycles = CYCLES

    def arguments(self, options: Options) -> dict[str, Any]:
        """What the embedding is built with."""
        if options.data is None:
            return {"widths": [4, 8], "blocks": [1, 1], "length": 8, "last": 24}
        return {"widths": [24, 48, 96, 160], "blocks": [1, 2, 2, 2], "length": 128, "last": 6}

    @cache  # noqa: B019  (one recipe a process; reading takes a while)
    def read(self, options: Options) -> tuple[Faces, Pairs]:
        """All faces, and the pairs that verification is measured on."""
        if options.data is None:
            return make_faces(9, 4, self.seed)
        faces = read_faces(options.data / "faces")
        return faces, read_pairs(options.data / "faces" / "lfw_pairs.csv", faces)

    def numbers_to_learn_from(self, options: Options) -> Tensor:
        """The numbers (n,) of the pictures of everybody who is in no held-out fold."""
        return torch.nonzero(~torch.isin(self.read(options)[0].folds, torch.tensor(TUNING)))[:, 0]  # (N,) -> (n,)

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) every cycle and returns the last trainer, with the progress of all."""
        faces, _ = self.read(options)
        numbers = self.numbers_to_learn_from(options)
        people = torch.unique(faces.people[numbers], return_inverse=True)[1]
        torch.manual_seed(self.seed)
        arguments = self.arguments(options)
        model = Named(build_model("face_embedding", arguments), arguments["length"], int(people.max()) + 1)
        return train_cycles(
            model,
            self.cycles,
            lambda number, cycle: self.trainer(model, number, cycle, faces.pictures[numbers], people, options),
            lambda network: self.quick_figures(network, options),
        )

    def trainer(
        self, model: Named, number: int, cycle: FaceCycle, pictures: Tensor, people: Tensor, options: Options
    ) -> Trainer:
        """A trainer of ``model`` for one cycle, with a seed and a checkpoint of its own."""
        seed = self.seed + number - 1
        often = torch.bincount(people)[people] > 1
        several = torch.nonzero(often)[:, 0] if cycle.batches == "triplets" else torch.arange(len(people))

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            rng = Generator().manual_seed(int(1e9 * progress) + seed)
            chosen = several[indices]
            if cycle.batches == "triplets":  # the second half of the batch shows the people of the first
                chosen = add_positives(chosen[: len(chosen) // 2], people, rng)
            x = normalise(255 * augment_faces(pictures[chosen], rng).to(options.device), FORM)
            vectors, cosines = model(x.contiguous(memory_format=torch.channels_last))
            who = people[chosen].to(options.device)
            value = semi_hard_triplet_loss(vectors, who) if cycle.batches == "triplets" else cosface_loss(cosines, who)
            return value, {"named": (cosines.argmax(1) == who).float().mean()}

        plan, checkpoint = quick_plan(cycle.plan, options), checkpoint_of(self.weights, number, options)
        return Trainer(model, len(several), loss, plan, options.device, seed, checkpoint)

    @torch.inference_mode()
    def vectors(self, embedding: nn.Module, pictures: Tensor, options: Options) -> np.ndarray:
        """The vectors of faces (N, S, S) uint8, the mean of each and its mirror image's, (N, D) float32."""
        embedding.eval()
        parts = []
        for part in pictures.split(256):
            x = normalise(part[:, None].expand(-1, 3, -1, -1).to(options.device), FORM)
            parts.append((embedding(x) + embedding(x.flip(3))).float().cpu() / 2)
        return torch.cat(parts).numpy()

    def held_out_pairs(self, options: Options) -> Pairs:
        """The pairs of people never trained on."""
        _, pairs = self.read(options)
        chosen = torch.isin(pairs.folds, torch.tensor(TUNING))
        return Pairs(pairs.numbers[chosen], pairs.same[chosen], pairs.folds[chosen])

    def similarities(self, embedding: nn.Module, options: Options) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(cosines, whether one person, fold) of the pairs of people never trained on."""
        faces, _ = self.read(options)
        pairs = self.held_out_pairs(options)
        numbers = pairs.numbers
        there, place = torch.unique(numbers, return_inverse=True)
        found = self.vectors(embedding, faces.pictures[there], options)
        alike = cosine(found[place[:, 0].numpy()], found[place[:, 1].numpy()])
        return alike, pairs.same.numpy(), pairs.folds.numpy()

    def quick_figures(self, model: nn.Module, options: Options) -> dict[str, float]:
        """The accuracy, after every epoch."""
        named: Any = model
        return {"accuracy": verification_accuracy(*self.similarities(named.embedding, options))}

    def accuracy_by_kind(self, right: np.ndarray, options: Options) -> dict[str, float]:
        """The accuracy on the half of the pairs that is turned more, or lit more differently, and on the other half."""
        faces, _ = self.read(options)
        numbers = self.held_out_pairs(options).numbers
        turned = faces.turned[numbers].amax(1)
        light = F.avg_pool2d(faces.pictures[numbers.flatten()].float()[:, None], SIDE // 2).view(len(numbers), 2, 4)
        kinds = {"turned": turned, "lit_differently": (light[:, 0] - light[:, 1]).abs().mean(1)}
        found = {}
        for name, much in kinds.items():
            more = (much > much.median()).numpy()
            found[name] = round(float(right[more].mean()), 4) if more.any() else 0.0
            found[f"less_{name}"] = round(float(right[~more].mean()), 4)
        return found

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card: verification, the error rates at every threshold, recognition among K people."""
        alike, same, folds = self.similarities(model, options)
        found = rates(alike, same, THRESHOLDS)
        faces, _ = self.read(options)
        held_out = torch.isin(faces.folds, torch.tensor(TUNING))
        vectors = self.vectors(model, faces.pictures[held_out], options)
        ranks = recognition_rates(vectors, faces.people[held_out].numpy(), 64, 20, self.seed)
        metrics = {"lfw_pairs_folds_7_8": {"n": len(same), "accuracy": round(verification_accuracy(alike, same, folds), 4)}}
        return metrics, {
            "rates": {
                "thresholds": [round(float(v), 3) for v in found.thresholds],
                "false_accept": [round(float(v), 4) for v in found.false_accept],
                "false_reject": [round(float(v), 4) for v in found.false_reject],
                "best_threshold": round(found.best()[0], 3),
            },
            "strict": strict_figures(alike, same, folds),
            "accuracy_by_kind": self.accuracy_by_kind(decide_by_other_folds(alike, same, folds), options),
            "recognition": {"people": list(ranks), "right": [round(v, 4) for v in ranks.values()]},
        }

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the embedding and its card."""
        arguments = self.arguments(options)
        form = FORM.record()
        trained: Any = trainer.averaged.module
        shipped = card.half_precision_bytes(trained.embedding)
        model = card.shipped_copy(self.weights, "face_embedding", arguments, form, shipped)
        metrics, tables = self.evaluate(model.to(options.device), options)
        figures = next(iter(metrics.values()))
        learned_from = len(self.numbers_to_learn_from(options))
        line = (
            f"Trained here on {learned_from:,} pictures of faces; decides {figures['accuracy']:.1%} of {figures['n']} pairs "
            f"of other people rightly. {LIMITS[0]}"
        )
        entries = {
            "task": "face_similarity", "title": "Small face network", "line": line, "architecture": "face_embedding",
            "arguments": arguments, "classes": [], "limits": list(LIMITS), "input": form, "metrics": metrics,
            "data": {
                "name": "LFW (grey crops, folds 0-6) and a CelebA subset",
                "source": "Huang et al. 2007, copy: github.com/muxspace/facial_expressions; Liu et al. 2015, copy: "
                "github.com/matush97/faceRecognition",
                "terms": "research; real people: never shown or shipped",
                "train_pictures": learned_from,
            },
            **card.training_entries(trainer.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)


def add_positives(chosen: Tensor, people: Tensor, rng: Generator) -> Tensor:
    """Numbers of pictures (n,), followed by those of another picture of each one's person: (2 n,)."""
    others = []
    for k in chosen.tolist():
        own = torch.nonzero(people == people[k])[:, 0]
        own = own[own != k]
        others.append(int(own[torch.randint(len(own), (), generator=rng)]))
    return torch.cat([chosen, torch.tensor(others)])


def decide_by_other_folds(alike: np.ndarray, same: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Whether each pair is decided rightly at the threshold that was best on the other folds: (n,) bool."""
    found = np.zeros(len(same), bool)
    for fold in np.unique(folds):
        own = folds == fold
        others: Rates = rates(alike[~own], same[~own], THRESHOLDS)
        found[own] = (alike[own] >= others.best()[0]) == same[own]
    return found


def strict_figures(alike: np.ndarray, same: np.ndarray, folds: np.ndarray) -> dict[str, float]:
    """The threshold for at most MOST_FALSE_ACCEPTS, and the mean over folds of both errors where the others chose it."""
    errors = []
    for fold in np.unique(folds):
        own = folds == fold
        threshold = rates(alike[~own], same[~own], THRESHOLDS).strict(MOST_FALSE_ACCEPTS)
        errors.append(rates(alike[own], same[own], THRESHOLDS).at(threshold))
    accepted, rejected = np.mean(errors, 0)
    chosen = rates(alike, same, THRESHOLDS).strict(MOST_FALSE_ACCEPTS)
    return {"threshold": round(chosen, 3), "false_accept": round(accepted, 4), "false_reject": round(rejected, 4)}


def verification_accuracy(alike: np.ndarray, same: np.ndarray, folds: np.ndarray) -> float:
    """The mean over folds of the share decided rightly: (n,), (n,), (n,)."""
    right = decide_by_other_folds(alike, same, folds)
    return float(np.mean([right[folds == fold].mean() for fold in np.unique(folds)]))


RECIPE = FaceRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
