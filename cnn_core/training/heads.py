"""What all heads on the one-stage detector share: the frozen base, the photographs, the card."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from cnn_core.models import build_model
from cnn_core.models.on_base import OnBase
from cnn_core.training import card
from cnn_core.training.command import Options
from cnn_core.training.loop import Trainer
from cnn_core.training.voc import Scene, class_names, made_scenes, scenes
from cnn_core.weights import InputFormat
from cnn_core.weights import load as load_weights

BASE = "detect_fcos_voc20"
TRIED_OUT = InputFormat(96, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
VOC = {
    "name": "PASCAL VOC 2007/2012 subset",
    "source": "Everingham et al., Flickr photographs; masks VOC2012 and SBD (Hariharan et al. 2011)",
    "terms": "research",
}


class FrozenBase(nn.Module):
    """A head that learns on a base that does not: the base stays in eval mode and gets no gradients."""

    def __init__(self, base: nn.Module, head: nn.Module) -> None:
        super().__init__()
        self.base, self.head = base.eval().requires_grad_(False), head

    def train(self, mode: bool = True) -> "FrozenBase":
        """Only the head changes its mode."""
        self.training = mode
        self.head.train(mode)
        return self

    def maps(self, x: Tensor) -> list[Tensor]:
        """The base's maps of normalised pictures (N, 3, H, W)."""
        with torch.no_grad():
            return self.base.maps(x)  # type: ignore[operator]

    def forward(self, x: Tensor) -> Any:
        """Normalised pictures (N, 3, H, W) -> what the head answers."""
        return self.head(self.maps(x))


def base_of(options: Options) -> Any:
    """The shipped detector, or a small untrained one where a recipe is only tried out."""
    if options.data is not None:
        return load_weights(BASE, options.device).model
    backbone = {"widths": [8, 8, 16, 16], "blocks": [1, 1, 1, 1], "stem_stride": 2, "stem_pool": True}
    return build_model("fcos", {"classes": 3, "backbone": backbone, "width": 16}).eval()


def form_of(options: Options) -> InputFormat:
    """The base's own input format."""
    return TRIED_OUT if options.data is None else load_weights(BASE).card.input


def widths_of(base: Any, stages: int, options: Options) -> list[int]:
    """Channels of the base's last maps."""
    return [part.shape[1] for part in base.maps(torch.zeros(1, 3, 64, 64, device=options.device))][-stages:]


def photographs(options: Options, split: str, masks: bool) -> tuple[list[Scene], list[str]]:
    """The photographs of a split (only those with masks, if asked) and the 20 class names."""
    if options.data is None:
        return made_scenes(8, 3, 1), list("abc")
    archive = options.data / "voc20" / "voc20.zip"
    return [scene for scene in scenes(archive, split) if scene.mask is not None or not masks], class_names(archive)


def shipped_model(name: str, architecture: str, arguments: Mapping[str, Any], form: InputFormat, trained: Any) -> Any:
    """(bytes of the head, base and head as users get them) of a trained ``FrozenBase``."""
    shipped = card.half_precision_bytes(trained.head)
    head = card.shipped_copy(name, architecture, arguments, asdict(form), shipped)
    return shipped, OnBase(trained.base, head).eval()


def write_card(
    options: Options, name: str, model: nn.Module, shipped: bytes, trainer: Trainer, seed: int, entries: Mapping[str, Any]
) -> Path:
    """Writes a head's weights and card: ``entries`` and what all heads have in common; returns the card's path."""
    history = trainer.progress.history
    samples = trainer.progress.step * trainer.plan.batch
    whole = {
        "base": BASE,
        **entries,
        "training": card.training_record(entries["command"], seed, trainer.progress.minutes, samples),
        "curves": {key: [record[key] for record in history] for key in history[0]},
    }
    del whole["command"]
    return card.write(options.out, name, model.cpu(), shipped, whole)
