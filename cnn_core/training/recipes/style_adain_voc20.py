"""One network for any style in one pass: a decoder from our VGG-like network's maps, whose statistics the style sets."""

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor, nn

from cnn_core import drawn_styles, images
from cnn_core.models import build_model
from cnn_core.models.adain_decoder import adain, statistics
from cnn_core.models.on_base import OnBase
from cnn_core.results import PictureArray
from cnn_core.tasks.classification import normalise
from cnn_core.tasks.style_transfer import relative_error, total_variation
from cnn_core.training import card
from cnn_core.training.command import Options, main
from cnn_core.training.data import made_pictures
from cnn_core.training.heads import FrozenBase
from cnn_core.training.loop import Plan, Trainer
from cnn_core.training.picture_sets import drawn, read_sets
from cnn_core.training.voc import scenes
from cnn_core.weights import InputFormat
from cnn_core.weights import load as load_weights

BASE = "classify_vgg_tiny200"
LEVELS = 4
VIEW, STYLE_SIDE = 128, 320
PHOTOGRAPHS_AS_STYLES = 0.25
"""How often a photograph is the style, so that it learns more manners than there are paintings."""

STYLE_WEIGHT, SMOOTHNESS = 4.0, 1.0
HELD_OUT = 24
LIMITS = (
    "It gives the colours, the contrast and the fine texture of any style, and seldom its large strokes or forms.",
    "It learned from sixteen paintings, seven drawn styles and photographs: very different styles come out tamely.",
)


class AdaINRecipe:
    """See the module."""

    weights = "style_adain_voc20"
    seed = 1
    plan = Plan(epochs=2.5, batch=8, rate=1e-3, warm_up=0.1, weight_decay=0.0, ema=0.998, adaptive=True, clip=10.0)

    def base(self, options: Options) -> Any:
        """The network whose maps are painted from."""
        if options.data is not None:
            return load_weights(BASE, options.device).model
        return build_model("vgg", {"classes": 4, "widths": [4, 8, 8], "depths": [1, 1, 1]}).eval()

    def form(self, options: Options) -> InputFormat:
        """The base's colours at a larger size."""
        if options.data is None:
            return InputFormat(64, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
        known = load_weights(BASE).card.input
        return InputFormat(512, known.mean, known.std)

    def arguments(self, base: Any, options: Options) -> dict[str, Any]:
        """What the decoder is built with."""
        maps = base.maps(torch.zeros(1, 3, 64, 64, device=options.device))
        return {"widths": [part.shape[1] for part in maps][:LEVELS]}

    def styles(self, options: Options) -> list[Tensor]:
        """The style pictures, (3, H, W) uint8, their shorter side ``STYLE_SIDE`` pixels."""
        pictures: list[PictureArray] = [draw() for _, draw in drawn_styles.STYLES.values()]
        if options.data is not None:
            pictures += [images.open_picture(path) for path in sorted((options.data / "styles").glob("*.jpg"))]
        return [torch.from_numpy(smaller(picture)).permute(2, 0, 1) for picture in pictures]

    def contents(self, options: Options) -> list[Tensor]:
        """The pictures that are painted while it learns."""
        if options.data is None:
            return [made_pictures(8, 64, 4, self.seed).pictures]
        return [pictures[:6000] for pictures in read_sets(options.data, ("voc20", "catdog128"))]

    def losses(self, model: Any, content: Tensor, style: Tensor, options: Options) -> dict[str, Tensor]:
        """Relative errors of content and style, and how rough the paint is.

        Args:
            model: base and decoder.
            content, style: pictures (N, 3, H, W) in 0..1.
        """
        form = self.form(options)
        level = model.head.level
        wanted = model.maps(normalise(255 * style, form).contiguous(memory_format=torch.channels_last))[: level + 1]
        kept = model.maps(normalise(255 * content, form).contiguous(memory_format=torch.channels_last))[level]
        target = adain(kept.float(), wanted[level].float())
        painted = model.head.paint(target)
        found = model.base.maps(normalise(255 * painted, form))[: level + 1]
        return {
            "content": relative_error(found[level].float(), target),
            "style": torch.stack([unlikeness(a.float(), b.float()) for a, b in zip(found, wanted, strict=True)]).mean(),
            "roughness": total_variation(painted.float()),
        }

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) and returns the finished trainer."""
        sets, styles = self.contents(options), self.styles(options)
        n = sum(len(pictures) for pictures in sets)
        size = 32 if options.quick else VIEW

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            chance = Generator().manual_seed(int(1e9 * progress) + self.seed)
            content = drawn(sets, indices, size, 0.3, chance)
            others = drawn(sets, torch.randint(n, (len(content),), generator=chance), size, 0.3, chance)
            chosen = torch.randint(len(styles), (len(content),), generator=chance).tolist()
            crops = torch.stack([crop(styles[k], size, chance) for k in chosen])
            photograph = torch.rand(len(content), generator=chance) < PHOTOGRAPHS_AS_STYLES
            style = torch.where(photograph[:, None, None, None], others, crops)
            parts = self.losses(model, content.to(options.device), style.to(options.device), options)
            value = parts["content"] + STYLE_WEIGHT * parts["style"] + SMOOTHNESS * parts["roughness"]
            return value, {name: part.detach() for name, part in parts.items()}

        torch.manual_seed(self.seed)
        base = self.base(options)
        model = FrozenBase(base, build_model("adain_decoder", self.arguments(base, options)))
        plan = replace(self.plan, epochs=1, batch=4) if options.quick else self.plan
        trainer = Trainer(model, n, loss, plan, options.device, self.seed, options.checkpoint(self.weights))
        trainer.run(lambda network: self.measured(network, options, HELD_OUT // 4))
        return trainer

    @torch.inference_mode()
    def measured(self, model: Any, options: Options, most: int) -> dict[str, float]:
        """The mean relative errors over validation photographs, each painted in the manner of every style picture."""
        if options.data is None:
            pictures = list(made_pictures(2, 64, 4, self.seed).pictures)
        else:
            every = [scene.picture for scene in scenes(options.data / "voc20" / "voc20.zip", "val")]
            pictures = every[:: len(every) // most][:most]
        styles = self.styles(options)
        sums = {"content": 0.0, "style": 0.0}
        pairs = [(pictures[k % len(pictures)], style) for k, style in enumerate(styles)]
        chance = Generator().manual_seed(self.seed)
        for picture, style in pairs:
            small, _ = images.fit(picture.permute(1, 2, 0).contiguous().numpy(), 192, 256, "crop")
            content = torch.from_numpy(small).permute(2, 0, 1)[None].to(options.device).float() / 255
            manner = crop(style, 192, chance)[None].to(options.device)
            parts = self.losses(wrapped(model), content, manner, options)
            sums = {name: value + float(parts[name]) / len(pairs) for name, value in sums.items()}
        return {"n": len(pairs), **{f"{name}_error": round(value, 4) for name, value in sums.items()}}

    def evaluate(self, model: Any, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card."""
        return {"voc20_val": self.measured(model, options, HELD_OUT)}, {}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the decoder and its card."""
        base = self.base(options)
        arguments = self.arguments(base, options)
        form = {k: v for k, v in asdict(self.form(options)).items() if v is not None}
        shipped = card.half_precision_bytes(trainer.averaged.module.head)  # type: ignore[arg-type]
        head = card.shipped_copy(self.weights, "adain_decoder", arguments, form, shipped)
        metrics, tables = self.evaluate(OnBase(base, head).eval().to(options.device), options)
        figures = metrics["voc20_val"]
        line = (
            f"A decoder trained here on {trainer.n:,} photographs and {len(self.styles(options))} style pictures; on other "
            f"photographs its means and spreads are {figures['style_error']:.0%} off those of the style. {LIMITS[0]}"
        )
        entries = {
            "task": "any_style", "title": "Any style in one pass (AdaIN)", "line": line, "base": BASE,
            "architecture": "adain_decoder", "arguments": arguments, "classes": ["picture"], "limits": list(LIMITS),
            "input": form, "metrics": metrics,
            "data": {
                "name": "photographs of a PASCAL VOC subset and Asirra; sixteen paintings, seven styles drawn by programme",
                "source": "Everingham et al.; Elson et al. 2007; paintings as in the data's CREDITS",
                "terms": "photographs: non-commercial research; paintings: public domain",
                "train_pictures": trainer.n,
            },
            **card.learned(trainer.progress, trainer.plan.batch, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, OnBase(base, head).cpu(), shipped, entries)


def wrapped(model: Any) -> Any:
    """Base and decoder as they are trained together, whether they are so already or come from files."""
    return model if isinstance(model, FrozenBase) else FrozenBase(model.base, model.head).eval()


def unlikeness(found: Tensor, wanted: Tensor) -> Tensor:
    """Relative error of the channels' means and spreads of two batches of maps: one number."""
    return torch.stack([relative_error(a, b) for a, b in zip(statistics(found), statistics(wanted), strict=True)]).mean()


def smaller(picture: PictureArray) -> PictureArray:
    """The picture with its shorter side at ``STYLE_SIDE`` pixels."""
    scale = STYLE_SIDE / min(picture.shape[:2])
    height, width = (round(side * scale) for side in picture.shape[:2])
    return np.ascontiguousarray(images.fit(picture, height, width, "stretch")[0])


def crop(picture: Tensor, size: int, chance: Generator) -> Tensor:
    """A random square of a picture (3, H, W) uint8, one to two times ``size``, as (3, size, size) in 0..1."""
    side = min(round(size * (1 + float(torch.rand((), generator=chance)))), *picture.shape[1:])
    top, left = (int(torch.randint(length - side + 1, (), generator=chance)) for length in picture.shape[1:])
    part = picture[:, top : top + side, left : left + side].float()[None] / 255
    shown = torch.nn.functional.interpolate(part, (size, size), mode="bilinear", antialias=True, align_corners=False)
    return shown[0].flip(2) if float(torch.rand((), generator=chance)) < 0.5 else shown[0]


RECIPE = AdaINRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
