"""Trains a decoder that writes captions, on stored maps of two frozen bases, and measures what it writes."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cnn_core.models import build_model
from cnn_core.models.caption_head import CaptionHead
from cnn_core.models.on_base import OnBase, TwoBases
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.weights import card as card_of
from cnn_core.runtime.weights import load as load_weights
from cnn_core.training import card
from cnn_core.training.command import Options
from cnn_core.training.data.caption_views import Maps, make_or_read_maps
from cnn_core.training.data.flickr8k import Captioned, make_captioned, number_captions, read_flickr8k, vocabulary_of
from cnn_core.training.engine.caption_evaluation import strange_shares, write_captions
from cnn_core.training.engine.loop import Loss, Plan, Trainer
from cnn_core.training.losses.captioning import caption_loss, foresee

BASES = ("detect_fcos_voc20", "classify_resnet_everyday")
SIZE, VIEWS, LONGEST, LEAST, TUNING = 320, 2, 20, 5, 300
USUAL = 0.95
"""This share of photographs like those of the training is not to be called strange."""

PLAN = Plan(
    epochs=28, batch=32, rate=2.5e-3, warm_up=0.1, weight_decay=0.01, ema=0.99, adaptive=True, clip=2.0,
)  # fmt: skip
LIMITS = (
    "It learned from photographs of people and dogs, mostly outdoors, and sees such in other pictures, too.",
    "Of 24 photographs of VOC, drawn by chance, the sentence with attention was read and found right for 1, half right for "
    "10 (the main thing is there, what it does or where is not) and wrong for 13: cats, cows and sheep become dogs.",
    "Colours, numbers and what people do are often wrong, even where the sentence sounds right.",
    "It says man, woman or child by looks alone and often wrongly; it never names a person.",
)
FLICKR = {
    "name": "Flickr8k, without its official test photographs",
    "source": "Hodosh, Young and Hockenmaier 2013; photographs from Flickr",
    "terms": "non-commercial research and education; photographs under Flickr's terms",
}


@dataclass(frozen=True)
class CaptionRecipe:
    """A decoder on the maps of two frozen bases.

    Attributes:
        weights, title: as on the card.
        attend: whether it weighs the places anew for each word.
        plan: how long and how fast; a sample is a photograph with its five sentences.
        limits: what it cannot do, in sentences; the first stands on every page that uses it.
        spread: see ``losses.captioning.caption_loss``.
        arguments: what the decoder is built with besides widths and words.
    """

    weights: str
    title: str
    attend: bool
    plan: Plan
    limits: tuple[str, ...]
    spread: float = 0.0
    arguments: dict[str, Any] = field(default_factory=lambda: {"vector": 160, "embedding": 144, "state": 240, "compare": 64})
    seed: int = 1

    # ---------------------------------------------------------------- what it is made of

    def base(self, options: Options) -> TwoBases:
        """The shipped bases, or small untrained ones where the recipe is only tried out."""
        if options.data is not None:
            first, second = (load_weights(name, options.device).model for name in BASES)
            return TwoBases(first, second).eval()
        small = {"widths": [8, 8, 8], "blocks": [1, 1, 1], "stem_stride": 2}
        first, second = (build_model("resnet", {"classes": 3, "stem_pool": pool, **small}) for pool in (True, False))
        return TwoBases(first, second).eval().requires_grad_(False)

    def form(self, options: Options) -> Preprocessing:
        """What the bases want to be given, stretched to a square as the photographs of the data were."""
        known = load_weights(BASES[0]).card.input if options.data is not None else Preprocessing(64, (0.5,) * 3, (0.25,) * 3)
        return Preprocessing(SIZE if options.data is not None else 64, known.mean, known.std)

    def read(self, options: Options, split: str) -> Captioned:
        """The photographs of a split with their sentences."""
        if options.data is None:
            return make_captioned(12, 64, 1 if split == "train" else 2)
        return read_flickr8k(options.data / "flickr8k" / "flickr8k.zip", split)

    def built_with(self, base: TwoBases, words: list[str], options: Options) -> dict[str, Any]:
        """All that the decoder is built with."""
        with torch.inference_mode():
            maps = base.maps(torch.zeros(1, 3, 64, 64, device=options.device))
        return {"widths": [part.shape[1] for part in maps], "outputs": len(words), "attend": self.attend, **self.arguments}

    def divided(self, data: Captioned, options: Options) -> tuple[list[int], list[int]]:
        """Numbers of the photographs to learn from, and of those by which the training is watched."""
        order = torch.randperm(len(data), generator=torch.Generator().manual_seed(self.seed)).tolist()
        count = 4 if options.quick else TUNING
        return sorted(order[count:]), sorted(order[:count])

    # ---------------------------------------------------------------- training

    def maps(self, base: TwoBases, data: Captioned, options: Options) -> list[Maps]:
        """The stored maps of all photographs, one array a view."""
        files = [options.runs / f"flickr8k_maps_{view}.npy" if options.runs else None for view in range(VIEWS)]
        form = self.form(options)
        return [make_or_read_maps(file, base, data, form, view) for view, file in enumerate(files)]

    def loss_on(self, maps: list[Maps], fit: list[int], words: Tensor, lengths: Tensor, options: Options) -> Loss:
        """Teacher forcing on all sentences of the batch's photographs, each batch in a view of its own."""
        numbers = np.array(fit)

        def loss(model: Any, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            rows = np.sort(numbers[indices.numpy()])
            view = int(np.random.default_rng([self.seed, int(1e9 * progress)]).integers(len(maps)))
            with torch.autocast(options.device.type, enabled=False):  # short products: fp32 is as fast here (measured)
                x = torch.from_numpy(maps[view][rows]).to(options.device).float()
                given, ends = (part[rows].flatten(0, 1).to(options.device) for part in (words, lengths))  # (N, 5, ...)
                return caption_loss(foresee(model, model.look([x]).repeated(words.shape[1]), given, ends), self.spread)

        return loss

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) and returns the finished trainer."""
        data, base = self.read(options, "train"), self.base(options)
        fit, tuning = self.divided(data, options)
        names = vocabulary_of([data.captions[k] for k in fit], 1 if options.quick else LEAST)
        words, lengths = number_captions(data.captions, names, LONGEST)
        maps = self.maps(base, data, options)
        torch.manual_seed(self.seed)
        model = CaptionHead(**self.built_with(base, names, options))
        plan = Plan(epochs=1, batch=4, adaptive=True, rate=1e-3) if options.quick else self.plan
        trainer = Trainer(
            model, len(fit), self.loss_on(maps, fit, words, lengths, options), plan, options.device, self.seed,
            options.checkpoint(self.weights),
        )  # fmt: skip
        trainer.run(lambda head: self.watch(head, maps[0], tuning, words, lengths, options))
        return trainer

    @torch.inference_mode()
    def watch(
        self, head: Any, maps: Maps, tuning: list[int], words: Tensor, lengths: Tensor, options: Options
    ) -> dict[str, float]:
        """The mean cross-entropy a word on the photographs by which the training is watched, nats."""
        total = count = 0.0
        for start in range(0, len(tuning), 30):
            rows = np.array(tuning[start : start + 30])
            x = torch.from_numpy(maps[rows]).to(options.device).float()
            given, ends = (part[rows].flatten(0, 1).to(options.device) for part in (words, lengths))
            found = foresee(head, head.look([x]).repeated(words.shape[1]), given, ends)
            total += float(caption_loss(found)[0]) * len(found.words)
            count += len(found.words)
        return {"entropy": total / count}

    # ---------------------------------------------------------------- the card

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the decoder and its card."""
        data, base, form = self.read(options, "train"), self.base(options), self.form(options)
        fit, tuning = self.divided(data, options)
        head: Any = trainer.averaged.module
        words = vocabulary_of([data.captions[k] for k in fit], 1 if options.quick else LEAST)
        whole = self.maps(base, data, options)[0]
        learn_usual(head, whole, fit)
        shipped, arguments = card.half_precision_bytes(head), self.built_with(base, words, options)
        copied = card.shipped_copy(self.weights, "caption_head", arguments, form.record(), shipped)
        model = OnBase(base, copied).eval().to(options.device)
        threshold = round(float(np.quantile(strangeness_of(copied, whole, tuning), USUAL)), 4)
        metrics, _ = self.measure(model, tuple(words), threshold, options)
        entries = {
            "task": "captioning", "title": self.title, "base": BASES[0], "second_base": BASES[1],
            "architecture": "caption_head", "arguments": arguments, "line": self.line(metrics, len(fit)),
            "classes": words, "limits": list(self.limits), "metrics": metrics, "input": form.record(),
            "data": {**FLICKR, "train_pictures": len(fit)},
            "strange": {
                "threshold": threshold,
                "chosen_on": f"{len(tuning)} training photographs kept apart: {USUAL:.0%} of them are below it",
            },
            **card.training_entries(trainer.progress, command, self.seed),
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)

    def line(self, metrics: dict[str, dict[str, float]], pictures: int) -> str:
        """The card's line."""
        figures = metrics["flickr8k_val"]
        return (
            f"A decoder trained here on {pictures:,} photographs of Flickr8k with five sentences each; BLEU-1 "
            f"{figures['bleu1']:.1%}, BLEU-4 {figures['bleu4']:.1%} on {figures['n']:,} others. {self.limits[0]}"
        )

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the shipped network's card."""
        known = card_of(self.weights)
        return self.measure(model, known.classes, float(known.record["strange"]["threshold"]), options)

    def measure(
        self, model: nn.Module, words: tuple[str, ...], threshold: float, options: Options
    ) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """BLEU, CIDEr-D, where attention lies, and how many photographs of each kind it finds strange."""
        held_out, form = self.read(options, "val"), self.form(options)
        written = write_captions(model, held_out, words, form)
        metrics = {"flickr8k_val": {"n": len(held_out), **written.scores()}}
        if options.data is not None:
            looking = {**written.looking(BASES[0]), **written.evenness()} if self.attend else {}
            metrics |= {**looking, **strange_shares(model, held_out, options.data, form, threshold)}
        return metrics, {}


def learn_usual(head: CaptionHead, maps: Maps, rows: list[int]) -> None:
    """Sets what is usual: mean and standard deviation, over these photographs, of each channel's mean over its places."""
    pooled = pool_maps(maps, rows)
    head.usual, head.spread = pooled.mean(0), pooled.std(0).clamp(min=1e-3)


def pool_maps(maps: Maps, rows: list[int]) -> Tensor:
    """Stored maps (N, C, h, w) of these photographs -> the mean over the places, (M, C)."""
    parts = [maps[rows[k : k + 200]].astype(np.float32).mean((2, 3)) for k in range(0, len(rows), 200)]
    return torch.from_numpy(np.concatenate(parts))


def strangeness_of(head: Any, maps: Maps, rows: list[int]) -> Any:
    """How strange the decoder finds these photographs, (M,)."""
    return head.strangeness([pool_maps(maps, rows)[..., None, None]]).numpy()  # (M, C) -> (M, C, 1, 1)
