"""Four networks that differ only in how they enlarge, on one encoder with max-pooling: for the upsampling bench.

The encoder learns with them. It starts as the shipped VGG-like classifier, learns first with nothing but one answer for
each of its last cells (a fully convolutional network), then together with the three decoders: all see the same views.
Photographs that nobody outlined get masks from a public network (see ``teacher_masks``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from cnn_core.models import build_model
from cnn_core.models.fcn import FCN
from cnn_core.models.on_base import OnBase
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.weights import load as load_weights
from cnn_core.tasks.preprocessing import prepare
from cnn_core.training import card
from cnn_core.training.augment.scenes import View
from cnn_core.training.command import Options
from cnn_core.training.data.voc import Scene
from cnn_core.training.engine.cycles import Cycle, train_cycles
from cnn_core.training.engine.heads import TRIED_OUT, HeadViews
from cnn_core.training.engine.loop import Plan, Trainer
from cnn_core.training.engine.segmentation import TAUGHT_DATA, SegmentationRecipe, outline_all
from cnn_core.training.engine.slimming import slim_last_block
from cnn_core.training.losses.segmentation import mask_loss

START, ENCODER = "classify_vgg_tiny200", "bilinear"
DECODERS = ("nearest", "unpool", "transposed")
TITLES = {
    ENCODER: "Fully convolutional network (no decoder)",
    "nearest": "Decoder with nearest neighbour",
    "unpool": "Decoder with max-unpooling",
    "transposed": "Decoder with transposed convolution",
}
LONGEST, STAGES, HIDDEN = 192, 4, 48
KEPT, SHOWN = 160, 150
"""Channels of the encoder's last block that are shipped, of 320; photographs that show which (see ``slimming``)."""

LIMITS = (
    "It is here to be compared with its sisters; the networks of the tab Semantic segmentation are better.",
    "It has no skip connections: borders are coarse, and thin parts get lost.",
    "Most of the cars, buses and trains that it learned from were outlined by another network, with that one's mistakes.",
)


@dataclass(frozen=True)
class SwapViews(HeadViews):
    """Whether the three decoders learn in this cycle, and whether the encoder does."""

    decoders: bool = True
    encoder: bool = True


class Sisters(nn.Module):
    """One encoder and the decoders that learn on it.

    Attributes:
        with_decoders: whether they are asked.
        with_encoder: whether the encoder learns.
    """

    def __init__(self, encoder: FCN, decoders: Mapping[str, nn.Module]) -> None:
        super().__init__()
        self.encoder, self.decoders = encoder, nn.ModuleDict(decoders)
        self.with_decoders = self.with_encoder = True

    def train(self, mode: bool = True) -> "Sisters":
        """An encoder that does not learn stays as it is."""
        super().train(mode)
        self.encoder.train(mode and self.with_encoder)
        return self

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        """Normalised pictures (N, 3, H, W) -> logits (N, outputs, h, w) of the encoder itself and of each decoder."""
        with torch.set_grad_enabled(self.with_encoder and torch.is_grad_enabled()):
            maps = self.encoder.maps(x)
            answers = {ENCODER: self.encoder.logits(maps[-1])}
        if self.with_decoders:
            answers |= {name: decoder(maps) for name, decoder in self.decoders.items()}
        return answers

    def network(self, kind: str) -> nn.Module:
        """The encoder alone, or with one of its decoders."""
        return self.encoder if kind == ENCODER else OnBase(self.encoder, self.decoders[kind])


def name_of(kind: str) -> str:
    """Of the weights of one of the four."""
    return f"upsample_{kind}_voc20"


class SwapRecipe(SegmentationRecipe):
    """Trains all four (or resumes) and writes them all, whichever of them is asked for.

    Args:
        kind: of ``TITLES``; also in the weights' name.
    """

    task = "upsampling"
    kept_as = "upsample_together_voc20"
    step, background, every, mosaic = 2, 1.0, 4, 0.0
    masks = False
    limits: tuple[str, ...] = LIMITS
    cycles = (
        Cycle(
            Plan(epochs=2.0, batch=16, rate=6e-4, warm_up=0.1, weight_decay=0.02, adaptive=True, clip=5.0),
            SwapViews(rare=0.1, size=128, decoders=False),
        ),
        Cycle(
            Plan(epochs=1.7, batch=16, rate=8e-4, warm_up=0.1, weight_decay=0.02, adaptive=True, clip=5.0, ema=0.99),
            SwapViews(rare=0.3, size=128, decoders=False),
        ),
        Cycle(
            Plan(epochs=0.7, batch=16, rate=6e-4, warm_up=0.1, weight_decay=0.02, adaptive=True, clip=5.0, ema=0.99),
            SwapViews(rare=0.3, size=144),
        ),
        Cycle(
            Plan(epochs=0.4, batch=8, rate=2e-3, warm_up=0.1, weight_decay=0.02, adaptive=True, clip=5.0, ema=0.99),
            SwapViews(rare=0.3, size=128, encoder=False),
        ),
    )

    def __init__(self, kind: str) -> None:
        self.kind, self.weights, self.title, self.decoder = kind, name_of(kind), TITLES[kind], {}
        self.architecture = "fcn" if kind == ENCODER else "segnet_head"

    def built_with(self, kind: str, classes: int, options: Options, slim: bool = False) -> dict[str, Any]:
        """The architecture's arguments, as it learns or as it is shipped; small ones where the recipe is only tried out."""
        plain = options.data is None
        widths = [4, 8, 8, 8, 4 if slim else 8] if plain else [32, 64, 128, 256, KEPT if slim else 320]
        depths = [1, 1, 2, 2, 2]
        if kind == ENCODER:
            return {"widths": widths, "depths": depths, "outputs": 1 + classes}
        return {"widths": widths[-STAGES:], "hidden": 8 if plain else HIDDEN, "up": kind, "outputs": 1 + classes}

    def form(self, options: Options) -> Preprocessing:
        """The classifier's colours at a larger size."""
        if options.data is None:
            return TRIED_OUT
        known = load_weights(START).card.input
        return Preprocessing(LONGEST, known.mean, known.std, how="pad", stride=32)

    def read(self, options: Options, split: str) -> tuple[list[Scene], list[str]]:
        """VOC's photographs with masks; to learn from also those of Flickr8k that show what VOC has little of."""
        scenes, names = super().read(options, split)
        return (outline_all(scenes, options) if split == "train" else scenes), names

    def build(self, classes: int, options: Options) -> Sisters:
        """The untrained decoders on the classifier's convolutions."""
        torch.manual_seed(self.seed)
        encoder: Any = build_model("fcn", self.built_with(ENCODER, classes, options))
        if options.data is not None:
            encoder.features.load_state_dict(load_weights(START).model.features.state_dict())  # type: ignore[union-attr]
        return Sisters(
            encoder, {kind: build_model("segnet_head", self.built_with(kind, classes, options)) for kind in DECODERS}
        )

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) every cycle of all four and returns the last trainer, with the progress of all."""
        data, names = self.read(options, "train")
        held_out, _ = self.read(options, "val")
        model = self.build(len(names), options)

        def trainer_of(number: int, cycle: Cycle[Any]) -> Trainer:
            model.with_decoders, model.with_encoder = cycle.batches.decoders, cycle.batches.encoder
            return self.trainer(model, number, cycle, data, len(names), options)

        return train_cycles(
            model,
            self.cycles,
            trainer_of,
            lambda network: self.measure_all(network, held_out[:: self.every], names, options),
        )

    def loss(self, model: Any, views: list[View], x: Tensor, classes: int, seed: int) -> dict[str, Tensor]:
        """Cross-entropy plus Dice of each network's masks, at half of the views' size: all that any of them answers at."""
        true = torch.stack([view.mask for view in views]).to(x.device)[:, ::2, ::2]
        found = {kind: mask_loss(logits, true, self.step, self.background) for kind, logits in model(x).items()}
        return {kind: losses["entropy"] + losses["dice"] for kind, losses in found.items()}

    @torch.inference_mode()
    def measure_all(self, model: Any, held_out: list[Scene], names: list[str], options: Options) -> dict[str, float]:
        """The mean IoU of each network that learns."""
        kinds = (ENCODER, *(DECODERS if model.with_decoders else ()))
        measured = {kind: self.measure(model.network(kind).eval(), held_out, names, options) for kind in kinds}
        return {f"miou_{kind}": figures["miou"] for kind, (_, figures, _) in measured.items()}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes all four, the encoder first; the card of the one that was asked for."""
        data, names = self.read(options, "train")
        trained: Any = trainer.averaged.module.cpu().eval()
        self.slim(trained, data, options)
        encoder, data_of_encoder = self.shipped(ENCODER, trained.encoder, len(names), options)
        networks: dict[str, tuple[nn.Module, bytes]] = {ENCODER: (encoder, data_of_encoder)}
        for kind in DECODERS:
            decoder, data_of_decoder = self.shipped(kind, trained.decoders[kind], len(names), options)
            networks[kind] = OnBase(encoder, decoder).eval(), data_of_decoder
        for kind, (model, stored) in networks.items():
            recipe = SwapRecipe(kind)
            entries = recipe.entries(model.to(options.device), len(data), names, options)
            own_command = command.replace(self.weights, recipe.weights)
            entries["training"] = card.training_record(own_command, self.seed, trainer.progress)
            entries["curves"] = recipe.curves(trainer.progress.history)
            card.write(options.out, recipe.weights, model.cpu(), stored, entries)
        return options.out / f"{self.weights}.toml"

    def slim(self, trained: Any, data: list[Scene], options: Options) -> None:
        """Leaves out what the encoder's last block can do without, so that its file is small."""
        shown = data[:: max(len(data) // SHOWN, 1)]
        pictures = [prepare(scene.picture.permute(1, 2, 0).numpy(), self.form(options)).x for scene in shown]  # (3, H, W) ->
        readers = [(trained.encoder.logits, None), *((part.fit[0][0], part.fit[0][1]) for part in trained.decoders.values())]
        slim_last_block(trained.encoder, readers, pictures, self.built_with(ENCODER, 1, options, slim=True)["widths"][-1])

    def shipped(self, kind: str, part: nn.Module, classes: int, options: Options) -> tuple[nn.Module, bytes]:
        """The encoder or one decoder as users get it, and its bytes."""
        stored, form = card.half_precision_bytes(part), self.form(options).record()
        recipe = SwapRecipe(kind)
        arguments = recipe.built_with(kind, classes, options, slim=True)
        return card.shipped_copy(recipe.weights, recipe.architecture, arguments, form, stored), stored

    def entries(self, model: nn.Module, pictures: int, names: list[str], options: Options) -> dict[str, Any]:
        """What the card says of the network itself and of what it reached."""
        metrics, _ = self.evaluate(model, options)
        return {
            "task": self.task, "title": self.title,
            **({} if self.kind == ENCODER else {"base": name_of(ENCODER)}), "architecture": self.architecture,
            "line": self.card_line(metrics, pictures),
            "arguments": self.built_with(self.kind, len(names), options, slim=True), "classes": self.classes(names),
            "limits": list(self.limits), "metrics": metrics, "input": self.form(options).record(),
            "data": {**TAUGHT_DATA, "train_pictures": pictures},
        }  # fmt: skip

    def curves(self, history: Sequence[Mapping[str, float]]) -> dict[str, list[float]]:
        """This network's own loss and mean IoU after each epoch in which it learned."""
        records = [record for record in history if f"train_{self.kind}" in record]
        own = {
            "train_loss": f"train_{self.kind}",
            "val_miou": f"val_miou_{self.kind}",
            "epoch": "epoch",
            "minutes": "minutes",
        }
        return {words: [record[key] for record in records] for words, key in own.items()}

    def sentence(self, figures: Mapping[str, float], pictures: int) -> str:
        """The card's line up to its first full stop."""
        return f"Trained here with its three sisters on {pictures:,} photographs; mean IoU {figures['miou']:.1%}"
