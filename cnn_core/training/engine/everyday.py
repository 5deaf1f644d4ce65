"""Trains one classifier of everyday things on the union of all sets: data -> cycles -> evaluation -> weights and card."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from cnn_core.models import build_model
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.weights import Network, load
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training import card
from cnn_core.training.augment.everyday import FAVOURED, MADE_SURFACES, Pool, draw, pools_of, targets
from cnn_core.training.command import Options
from cnn_core.training.data.everyday import TRAIN, PictureSet, made_sets, read_sets
from cnn_core.training.data.everyday_classes import everyday_classes
from cnn_core.training.engine import everyday_evaluation
from cnn_core.training.engine.certainty import calibrate_last_layer
from cnn_core.training.engine.classification import TINY200
from cnn_core.training.engine.cycles import Cycle, checkpoint_of, train_cycles
from cnn_core.training.engine.loop import Trainer

PICTURES_AN_EPOCH = 51_200
"""Nominal: pictures are drawn with replacement, so an epoch is no pass over the data but a time to look at the curves."""
SMOOTHING = 0.1
NEW_ROWS = 0.01
TEMPERATURE = 2.0
TAUGHT = 0.5
"""How much a teacher's answers count beside the labels."""
BLUR = (1.0,)
"""Sigmas, pixels: the loss on Tiny ImageNet's pictures without their aliasing is on the card too."""
FORM = replace(TINY200.form, size=80)


DATA = {
    "name": "Tiny ImageNet-200, mini-ImageNet, Caltech-101, Imagenette, objects of PASCAL VOC",
    "source": "Stanford CS231N; Vinyals et al. 2016; Fei-Fei et al. 2004; fast.ai; Everingham et al. 2009; copies on "
    "github.com: seshuad/IMagenet, Deo0330/split_minidataset, MachineLearning2020/Homework2-Caltech101, "
    "thunderInfy/imagenette",
    "terms": "non-commercial research and education",
}


Sizes = tuple[tuple[float, int], ...]
"""(end of the phase as a share of the cycle, pixels to train at), the last end 1."""


def size_at(sizes: Sizes, progress: float) -> int:
    """Pixels to train at now; progress 0..1."""
    return next(pixels for end, pixels in sizes if progress <= end)


def distillation(logits: Tensor, taught: Tensor) -> Tensor:
    """Kullback-Leibler divergence of softened answers from the teacher's (Hinton et al. 2015, arXiv:1503.02531).

    Args:
        logits: (N, K) of the network that learns; the teacher's classes are its first ones.
        taught: (N, T) logits of the teacher, T <= K.
    """
    known = logits[:, : taught.shape[1]] / TEMPERATURE  # (N, T)
    softened = (taught / TEMPERATURE).softmax(1)
    return F.kl_div(known.log_softmax(1), softened, reduction="batchmean") * TEMPERATURE**2


def from_teacher(teacher: Network, x: Tensor, classes: Tensor, logits: Tensor) -> Tensor:
    """The teacher's part of a batch's loss: ``distillation`` on the pictures of its classes, weighed by their share.

    Args:
        teacher: its classes are the first ones of the network that learns.
        x: (N, 3, H, W), the network's input.
        classes: (N,) int64, what the pictures show.
        logits: (N, K) of the network that learns.
    """
    its = (classes >= 0) & (classes < len(teacher.card.classes))
    if not its.any():
        return logits.new_zeros(())
    with torch.no_grad():
        taught = teacher.model(x[its].contiguous(memory_format=torch.channels_last)).float()
    return distillation(logits[its], taught) * its.float().mean()


def grown(start: str, names: tuple[str, ...], arguments: dict[str, Any], seed: int) -> nn.Module:
    """The network with the shipped weights ``start`` in it; rows of its last layer are copied for the classes they share."""
    torch.manual_seed(seed)
    model = build_model("resnet", {"classes": len(names), **arguments})
    shipped = load(start, torch.device("cpu"))
    state = {key: value for key, value in shipped.model.state_dict().items() if not key.startswith("fc.")}
    model.load_state_dict(state, strict=False)
    called = everyday_classes().of_set["tiny200"]
    known = [called.get(name, name) for name in shipped.card.classes]
    rows = [(names.index(name), row) for row, name in enumerate(known) if name in names]
    new, old = cast(nn.Linear, model.fc), cast(nn.Linear, shipped.model.fc)
    with torch.no_grad():
        nn.init.normal_(new.weight, std=NEW_ROWS)
        nn.init.zeros_(new.bias)
        for mine, theirs in rows:
            new.weight[mine], new.bias[mine] = old.weight[theirs], old.bias[theirs]
    return model


@dataclass(frozen=True)
class EverydayRecipe:
    """Everything that makes the everyday classifier.

    Attributes:
        weights: name of the files it writes.
        title: what a person calls the network.
        start: the shipped weights that it starts from.
        arguments: of the architecture; the number of classes is added.
        cycles: how it is trained, at which sizes; a teacher speaks about pictures of its own classes alone.
        form: what the network is given in use.
        limits: what it cannot do, in sentences; the first stands on every page that uses it.
        seed: of the new rows and of all that is drawn.
        note: what the plan does not tell about how the shipped weights were trained.
    """

    weights: str
    title: str
    start: str
    arguments: dict[str, Any]
    cycles: tuple[Cycle[Sizes], ...]
    limits: tuple[str, ...]
    form: Preprocessing = FORM
    seed: int = 1
    note: str = ""

    def prepare(self, pictures: Tensor) -> Tensor:
        """(N, 3, H, W) uint8 -> the network's input (N, 3, size, size) float32, as the app prepares an upload."""
        size = (self.form.size, self.form.size)
        if pictures.shape[-2:] != size:
            pictures = F.interpolate(pictures, size, mode="bilinear", antialias=True, align_corners=False)
        return normalise(pictures, self.form).contiguous(memory_format=torch.channels_last)

    def read(self, options: Options) -> list[PictureSet]:
        """All sets; a few made pictures where the recipe is only tried out."""
        return made_sets(self.seed) if options.data is None else read_sets(options.data)

    def train(self, options: Options) -> tuple[Trainer, list[PictureSet]]:
        """Trains (or resumes) every cycle; the last trainer, with the progress of all, and the sets."""
        sets, names = self.read(options), everyday_classes().names
        surfaces = 4 if options.quick else MADE_SURFACES
        pools = pools_of(sets, [names.index(name) for name in FAVOURED], surfaces)
        model = grown(self.start, names, self.arguments, self.seed)
        trainer = train_cycles(
            model,
            self.cycles,
            lambda number, cycle: self.trainer(model, number, cycle, pools, options),
            lambda network: everyday_evaluation.curves(network, sets, self.prepare, options.device),
        )
        return trainer, sets

    def trainer(
        self, model: nn.Module, number: int, cycle: Cycle[Sizes], pools: dict[str, Pool], options: Options
    ) -> Trainer:
        """A trainer of ``model`` for one cycle, with a checkpoint of its own; a step's number decides what it draws."""
        plan = replace(cycle.plan, epochs=2, batch=32) if options.quick else cycle.plan
        k = len(everyday_classes().names)
        teacher = load(cycle.teacher, options.device) if cycle.teacher else None

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            generator = Generator().manual_seed(((self.seed + number) << 32) + trainer.progress.step)
            x, classes = draw(pools, plan.batch, size_at(cycle.batches, progress), generator, options.device)
            x = normalise(x * 255, self.form).contiguous(memory_format=torch.channels_last)
            logits = model(x).float()
            known = classes >= 0
            value = F.cross_entropy(logits, targets(classes, k, SMOOTHING))
            if teacher is not None:
                value = value + TAUGHT * from_teacher(teacher, x, classes, logits)
            return value, {"top1": (logits.argmax(1) == classes)[known].float().mean()}

        checkpoint = checkpoint_of(self.weights, number, options)
        pictures = plan.batch if options.quick else PICTURES_AN_EPOCH
        trainer = Trainer(model, pictures, loss, plan, options.device, self.seed + number, checkpoint)
        return trainer

    def calibrate(self, model: nn.Module, options: Options) -> float:
        """Makes a network as sure as it is often right on the tuning split's things; see ``calibrate_last_layer``."""
        return self.calibrate_on(model, self.read(options), options)

    def calibrate_on(self, model: nn.Module, sets: list[PictureSet], options: Options) -> float:
        """The same on sets that were read already."""
        tuning = everyday_evaluation.tuning_things(model, sets, self.prepare, options.device)
        return calibrate_last_layer(model, tuning.probabilities, tuning.classes)

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card, measured on pictures never trained on: (metrics by data set, other tables)."""
        return self.measure(model, self.read(options), options)

    def measure(
        self, model: nn.Module, sets: list[PictureSet], options: Options
    ) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """The same on sets that were read already."""
        return everyday_evaluation.evaluate(model, sets, BLUR, self.prepare, options.device)

    def finish(self, trained: tuple[Trainer, list[PictureSet]], options: Options, command: str) -> Path:
        """Writes the weights and the card of a finished training; returns the card's path."""
        trainer, sets = trained
        names = everyday_classes().names
        arguments = {"classes": len(names), **self.arguments}
        self.calibrate_on(trainer.averaged.module, sets, options)
        shipped = card.half_precision_bytes(trainer.averaged.module)
        form = {key: value for key, value in asdict(self.form).items() if value is not None}
        model = card.shipped_copy(self.weights, "resnet", arguments, form, shipped)
        metrics, tables = self.measure(model.to(options.device), sets, options)
        trained_on = {one.name: int((one.split == TRAIN).sum()) for one in sets}
        entries = {
            "task": "classification",
            "title": self.title,
            "line": self.line(metrics["everyday_photographs"], sum(trained_on.values())),
            "architecture": "resnet",
            "arguments": arguments,
            "classes": list(names),
            "limits": list(self.limits),
            "input": form,
            "data": DATA | {"train_pictures": sum(trained_on.values()), "of_set": trained_on},
            "metrics": metrics,
            **self.learned(trainer, command),
            **tables,
        }
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)

    def learned(self, trainer: Trainer, command: str) -> dict[str, Any]:
        """The card's entries about the training: the record and the curves."""
        entries = card.training_entries(trainer.progress, command, self.seed)
        entries["training"] |= {"start": self.start}
        entries["training"] |= {"note": self.note} if self.note else {}
        return entries

    def line(self, figures: dict[str, float], trained_on: int) -> str:
        """The card's one sentence."""
        top1, top5 = (f"{100 * figures[name]:.1f} % top-{name[3:]}" for name in ("top1", "top5"))
        measured = f"{top1}, {top5} on {figures['n']:,} other photographs"
        return f"Trained here on {trained_on:,} pictures; {measured}. {self.limits[0]}"
