"""What the recipes of generative adversarial networks share: training, distances, film, card."""

import copy
import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn
from torchmetrics.image.fid import FrechetInceptionDistance
from torchmetrics.image.kid import KernelInceptionDistance
from torchvision.utils import make_grid

from cnn_core.models import Backbone, build_model
from cnn_core.models.generator import Generator
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.weights import load as load_weights
from cnn_core.tasks.generation import draw_noise, to_pictures
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training import card
from cnn_core.training.command import Options
from cnn_core.training.engine.adversarial import AdversarialPlan, AdversarialTrainer, remove_spectral_norm
from cnn_core.training.engine.heads import residual_network

FEATURE_NETWORK = "classify_resnet_tiny200"
FILM_SIDE = 4
FILM_STEPS = tuple(100 * 2**k for k in range(10))
"""When a frame of the film is taken: each time twice as many steps have passed."""


class Features(nn.Module):
    """What our own classifier makes of pictures before it names them: (N, 3, S, S) uint8 -> (N, C)."""

    def __init__(self, options: Options) -> None:
        super().__init__()
        self.network = residual_network(options)
        known = options.data is not None
        self.form = load_weights(FEATURE_NETWORK).card.input if known else Preprocessing(32, (0.5,) * 3, (0.25,) * 3)
        self.num_features = self.backbone.maps(torch.zeros(1, 3, 64, 64))[-1].shape[1]

    @property
    def backbone(self) -> Backbone:
        """The classifier as what it offers to heads."""
        assert isinstance(self.network, Backbone)
        return self.network

    def forward(self, x: Tensor) -> Tensor:
        """Prepared as the classifier wants it; the mean over all places of its last maps."""
        x = F.interpolate(x.float(), (self.form.size,) * 2, mode="bilinear", antialias=True, align_corners=False)
        return self.backbone.maps(normalise(x, self.form))[-1].mean((2, 3))  # (N, C, h, w) -> (N, C)


def distances(first: Tensor, second: Tensor, features: nn.Module) -> dict[str, float]:
    """The Frechet and the kernel distance of two sets of pictures (N, 3, S, S) uint8 on these features: 0 for equal ones.

    Heusel et al. 2017, arXiv:1706.08500; Binkowski et al. 2018, arXiv:1801.01401. Both take Inception's features; ours are a
    small classifier's, so the numbers compare with each other and with no published ones.
    """
    fewest = min(len(first), len(second))
    measures: dict[str, Any] = {
        "frechet": FrechetInceptionDistance(feature=features),
        "kernel": KernelInceptionDistance(feature=features, subsets=20, subset_size=min(fewest, 250)),
    }
    found = {}
    for name, measure in measures.items():
        for pictures, real in ((first, True), (second, False)):
            for part in pictures.split(256):
                measure.update(part, real=real)
        value = measure.compute()
        found[name] = float(value[0] if isinstance(value, tuple) else value)
    return found


def nearest_distances(features: Tensor, known: Tensor) -> Tensor:
    """(N,): how far the nearest of the known features (M, C) is from each of these (N, C)."""
    return torch.cat([torch.cdist(part, known).amin(1) for part in features.split(128)])


def histogram(values: Tensor, edges: Tensor) -> list[float]:
    """The share of values between each two neighbouring edges."""
    counts = torch.histogram(values.cpu().float().clamp(float(edges[0]), float(edges[-1])), edges.float())[0]
    return [round(float(count), 4) for count in counts / len(values)]


class GanRecipe:
    """Everything that makes one pair of networks; a recipe says what is its own.

    Attributes:
        weights, title: as on the card.
        arguments: of ``models.gan``.
        plan: see ``AdversarialPlan``.
        limits: what it cannot do, in sentences.
        data_entry: the card's entry about the data.
        compared: how many generated pictures are compared with as many held-out ones.
        mirrored: whether a mirrored training picture is as good as the picture.
    """

    weights: str
    title: str
    arguments: ClassVar[dict[str, Any]]
    plan: AdversarialPlan
    limits: tuple[str, ...]
    data_entry: ClassVar[dict[str, Any]]
    compared = 1024
    seed = 1
    film: "Film"

    mirrored = False

    def training_pictures(self, options: Options) -> Tensor:
        """All of them, (N, 3, S, S) uint8."""
        raise NotImplementedError

    def sampler(self, options: Options) -> Callable[[int, torch.Generator], Tensor]:
        """(how many, rng) -> that many training pictures (N, 3, S, S) in -1..1, mirrored at random if they may be."""
        pictures = self.training_pictures(options)

        def sample(n: int, rng: torch.Generator) -> Tensor:
            chosen = pictures[torch.randint(len(pictures), (n,), generator=rng)].float() / 127.5 - 1
            is_mirrored = torch.rand(n, 1, 1, 1, generator=rng) < 0.5 * self.mirrored
            return torch.where(is_mirrored, chosen.flip(3), chosen)

        return sample

    def held_out(self, options: Options) -> Tensor:
        """Pictures that it never sees, twice ``compared`` of them: (N, 3, S, S) uint8."""
        raise NotImplementedError

    def network_arguments(self, options: Options) -> dict[str, Any]:
        """``arguments``, or those of a tiny pair where the recipe is only tried out."""
        tiny = {"latent": 8, "width": 4, "discriminator_width": 4}
        return {**self.arguments, **tiny} if options.data is None else dict(self.arguments)

    def train(self, options: Options) -> AdversarialTrainer:
        """Trains (or resumes) and returns the finished trainer."""
        torch.manual_seed(self.seed)
        pair: Any = build_model("gan", self.network_arguments(options))
        plan = replace(self.plan, steps=2, batch=4, log_every=1) if options.quick else self.plan
        checkpoint = options.checkpoint(self.weights)
        trainer = AdversarialTrainer(
            pair.generator, pair.discriminator, self.sampler(options), plan, options.device, self.seed, checkpoint
        )
        film = Film(options.runs / f"{self.weights}_film" if options.runs else None)
        trainer.run(film.record)
        film.record(trainer.averaged_generator, trainer.progress.step, last=True)
        self.film = film
        return trainer

    def build_shipped(self, trainer: AdversarialTrainer, options: Options) -> Any:
        """Both networks as users get them, with the film."""
        data = b"".join(self.film.frames())
        pair: Any = build_model("gan", {**self.network_arguments(options), "film_bytes": len(data)})
        pair.generator.load_state_dict(trainer.averaged.module.state_dict())
        pair.discriminator.load_state_dict(remove_spectral_norm(copy.deepcopy(trainer.discriminator)).state_dict())
        pair.film.copy_(torch.frombuffer(bytearray(data), dtype=torch.uint8))
        return pair.eval()

    @torch.inference_mode()
    def evaluate(self, model: Any, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card: generated pictures against held-out ones, and two held-out halves as the floor."""
        features = Features(options).to(options.device)
        count = 8 if options.quick else self.compared
        real = self.held_out(options).to(options.device)
        vectors = torch.from_numpy(draw_noise(count, model.generator.latent, self.seed)).to(options.device)
        made = torch.cat([model.generator(part) for part in vectors.split(64)])
        generated = torch.from_numpy(np.stack(to_pictures(made))).permute(0, 3, 1, 2).to(options.device)
        found = distances(real[:count], generated, features)
        floor = distances(real[:count], real[count : 2 * count], features)
        figures = {**found, **{f"floor_{name}": value for name, value in floor.items()}}
        own, others, known = (
            torch.cat([features(part) for part in some.to(options.device).split(256)])
            for some in (generated, real[:count], self.training_pictures(options))
        )
        own, others = nearest_distances(own, known), nearest_distances(others, known)
        edges = torch.linspace(0, float(torch.cat([own, others]).max()), 25)
        copying = {"edges": [round(float(edge), 3) for edge in edges]}
        copying |= {"generated": histogram(own, edges), "held_out": histogram(others, edges)}
        return {"held_out": {"n": count, **{name: round(value, 5) for name, value in figures.items()}}}, {"copying": copying}

    def finish(self, trainer: AdversarialTrainer, options: Options, command: str) -> Path:
        """Writes both networks and their card."""
        pair = self.build_shipped(trainer, options)
        data = card.half_precision_bytes(pair)
        arguments = {**self.network_arguments(options), "film_bytes": len(pair.film)}
        form = Preprocessing(arguments["size"], (0.5,) * 3, (0.5,) * 3, how="crop", fixed=True).record()
        model: Any = card.shipped_copy(self.weights, "gan", arguments, form, data)
        metrics, tables = self.evaluate(model.to(options.device), options)
        figures = metrics["held_out"]
        line = (
            f"Trained here on {self.data_entry['name']}, {trainer.progress.samples:,} views; Frechet distance "
            f"{figures['frechet']:.2f} to {figures['n']:,} held-out pictures (two real halves: "
            f"{figures['floor_frechet']:.2f}). {self.limits[0]}"
        )
        sample = model.cpu().generator(torch.from_numpy(draw_noise(1, model.generator.latent, 0)))
        entries = {
            "task": "generation", "title": self.title, "line": line, "architecture": "gan", "arguments": arguments,
            "classes": [], "limits": list(self.limits), "input": form, "metrics": metrics, "data": self.data_entry,
            "film": {"steps": self.film.steps()},
            "golden_sample": {"seed": 0, "output": [round(float(v), 4) for v in sample.flatten()[:10]]},
            **card.training_entries(trainer.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model, data, entries)


class Film:
    """Samples from the same latent vectors at moments of the training, kept in a folder or in memory.

    Args:
        folder: where they are kept; None for memory.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self.kept: dict[int, bytes] = {}

    @torch.inference_mode()
    def record(self, generator: Generator, step: int, last: bool = False) -> dict[str, float]:
        """Keeps a frame if it is time for one; no figures."""
        if step in FILM_STEPS or last:
            vectors = torch.from_numpy(draw_noise(FILM_SIDE**2, generator.latent, 0))
            made = generator(vectors.to(next(generator.parameters()).device)).float()
            sheet = make_grid(made, FILM_SIDE, padding=0)
            file = io.BytesIO()
            Image.fromarray(to_pictures(sheet[None])[0]).save(file, "JPEG", quality=85)
            if self.folder is None:
                self.kept[step] = file.getvalue()
            else:
                self.folder.mkdir(parents=True, exist_ok=True)
                (self.folder / f"{step:07d}.jpg").write_bytes(file.getvalue())
        return {}

    def steps(self) -> list[int]:
        """When each frame was taken."""
        return sorted(self.kept) if self.folder is None else sorted(int(path.stem) for path in self.folder.glob("*.jpg"))

    def frames(self) -> list[bytes]:
        """All frames as JPEG files, the earliest first."""
        if self.folder is None:
            return [self.kept[step] for step in sorted(self.kept)]
        return [path.read_bytes() for path in sorted(self.folder.glob("*.jpg"))]
