"""Finds faces and their landmarks: learned from crops of faces laid into photographs without people."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn
from torchvision.ops import box_iou

from cnn_core.models import build_model
from cnn_core.models.blocks import cell_centres
from cnn_core.models.face_detector import STRIDE
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.face_detection import Answers, detect_faces
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training import card
from cnn_core.training.command import Options, main
from cnn_core.training.data.faces import FaceCrops, make_crops, read_crops
from cnn_core.training.data.voc import class_names, make_scenes, read_scenes
from cnn_core.training.engine.loop import Plan, Trainer
from cnn_core.training.losses.face_detection import box_of_landmarks, face_detection_losses

FORM = Preprocessing(80, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), stride=8)
VIEW = 128
SIDES = (36.0, 88.0)
"""Sides in pixels of the crops laid into a view; the face's box is about 0.7 of that."""

HELD_OUT_FOLDS = (7, 8)
FOUND = 0.4
THRESHOLD = 0.6
LIMITS = (
    "It finds faces seen more or less from the front; those from the side, hidden or tiny are often missed.",
    "It learned from crops laid into other photographs, never from a photograph of people: it sees faces where none are.",
)


def feather_mask(side: int) -> Tensor:
    """How much of a crop shows, (side, side): all in the middle, nothing at its edge, so that no edge gives it away."""
    axis = (torch.arange(side) + 0.5) / side * 2 - 1
    far = torch.hypot(axis[:, None], axis[None] / 0.92)
    return ((1 - far) / 0.2).clamp(0, 1)


def paste_crop(ground: Tensor, crop: Tensor, landmarks: Tensor, side: int, x: int, y: int) -> tuple[Tensor, Tensor]:
    """A crop (3, 96, 96) laid into a picture (3, H, W), both in 0..1, its corner at (x, y); and its landmarks there."""
    small = F.interpolate(crop[None], (side, side), mode="bilinear", antialias=True, align_corners=False)[0]
    share = feather_mask(side)
    window = ground[:, y : y + side, x : x + side]
    ground = ground.clone()
    ground[:, y : y + side, x : x + side] = window * (1 - share) + small * share
    return ground, landmarks * side / crop.shape[-1] + torch.tensor([x, y])


class FaceDetectorRecipe:
    """Trains the detector on crops pasted into photographs."""

    weights = "face_detector_lfwcelebavoc20"
    seed = 1
    plan = Plan(epochs=8, batch=32, rate=0.05, warm_up=0.1, weight_decay=1e-4, clip=5.0)

    def arguments(self, options: Options) -> dict[str, Any]:
        """What the network is built with."""
        return {"widths": [4, 4, 8], "depth": 1} if options.data is None else {"widths": [16, 32, 64], "depth": 4}

    @cache  # noqa: B019  (one recipe a process; reading takes a while)
    def read(self, options: Options, split: str) -> tuple[FaceCrops, list[Tensor]]:
        """The crops of a split and photographs without people, (3, H, W) uint8."""
        if options.data is None:
            return make_crops(8, self.seed), [scene.picture.repeat(1, 2, 2) for scene in make_scenes(4, 3, self.seed)]
        crops = read_crops(options.data / "faces")
        held_out = torch.isin(crops.folds, torch.tensor(HELD_OUT_FOLDS))
        archive = options.data / "voc20" / "voc20.zip"
        person = class_names(archive).index("person")
        grounds = [scene.picture for scene in read_scenes(archive, split) if not (scene.labels == person).any()]
        return crops.only(held_out if split == "val" else ~held_out), grounds

    def view(self, crops: FaceCrops, grounds: list[Tensor], rng: Generator) -> tuple[Tensor, Tensor]:
        """A view (3, VIEW, VIEW) in 0..1 with up to two faces, and their landmarks (n, 5, 2)."""

        def number(low: float, high: float) -> float:
            return float(torch.rand((), generator=rng)) * (high - low) + low

        def below(n: int) -> int:
            return int(torch.randint(n, (), generator=rng))

        ground = grounds[below(len(grounds))]
        window = min(round(VIEW * number(0.7, 1.6)), *ground.shape[1:])
        top, left = (below(side - window + 1) for side in ground.shape[1:])
        part = ground[:, top : top + window, left : left + window].float()[None] / 255
        view = F.interpolate(part, (VIEW, VIEW), mode="bilinear", antialias=True, align_corners=False)[0]
        marks: list[Tensor] = []
        grey = number(0, 1) < 0.4
        for _ in range((0, 1, 1, 2)[below(4)]):
            k = below(len(crops.pictures))
            side = round(number(*SIDES))
            x, y = below(VIEW - side + 1), below(VIEW - side + 1)
            if any((found.mean(0) - torch.tensor([x + side / 2, y + side / 2])).norm() < side for found in marks):
                continue
            light = number(0.75, 1.25)
            crop = (crops.pictures[k].float() / 255 * light).clamp(0, 1)
            view, found = paste_crop(view, crop, crops.landmarks[k], side, x, y)
            marks.append(found)
            grey = grey or bool(crops.grey[k])
        view = view.mean(0, keepdim=True).expand(3, -1, -1) if grey else view
        found = torch.stack(marks) if marks else torch.zeros(0, 5, 2)
        if number(0, 1) < 0.5:
            view, found = view.flip(2), mirror_landmarks(found)
        contrast, bright = number(0.7, 1.3), number(-0.12, 0.12)
        return ((view - 0.5) * contrast + 0.5 + bright).clamp(0, 1), found

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) and returns the finished trainer."""
        crops, grounds = self.read(options, "train")
        centres = cell_centres(VIEW // STRIDE, VIEW // STRIDE, STRIDE, torch.zeros(1, device=options.device))

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            rng = Generator().manual_seed(int(1e9 * progress) + self.seed)
            views, marks = zip(*(self.view(crops, grounds, rng) for _ in indices), strict=True)
            x = normalise(255 * torch.stack(views).to(options.device), FORM)
            answers = model(x.contiguous(memory_format=torch.channels_last))
            parts = face_detection_losses(answers, [found.to(options.device) for found in marks], centres)
            return torch.stack(list(parts.values())).sum(), {name: part.detach() for name, part in parts.items()}

        torch.manual_seed(self.seed)
        model = build_model("face_detector", self.arguments(options))
        plan = replace(self.plan, epochs=1, batch=4) if options.quick else self.plan
        n = len(crops.pictures)
        trainer = Trainer(model, n, loss, plan, options.device, self.seed, options.checkpoint(self.weights))
        trainer.run(lambda network: self.figures(network, options, 8))
        return trainer

    @torch.inference_mode()
    def figures(self, model: nn.Module, options: Options, every: int) -> dict[str, float]:
        """Recall of faces laid into photographs at random sizes, and false alarms a photograph without any."""
        crops, grounds = self.read(options, "val")
        rng = np.random.default_rng(self.seed)
        right = alarms = 0.0
        chosen = grounds[::every]
        model.eval()

        def network(x: Tensor) -> Answers:
            answers: Answers = model(x.to(options.device))
            return answers

        for ground in chosen:
            height, width = ground.shape[1:]
            alarms += len(detect_faces(network, FORM, to_array(ground), THRESHOLD).scores)
            k = int(rng.integers(len(crops.pictures)))
            side = round(min(height, width) * rng.uniform(0.2, 0.8))
            x, y = int(rng.integers(width - side + 1)), int(rng.integers(height - side + 1))
            plain = ground.float() / 255
            plain = plain.mean(0, keepdim=True).expand(3, -1, -1) if crops.grey[k] else plain
            shown, marks = paste_crop(plain, crops.pictures[k].float() / 255, crops.landmarks[k], side, x, y)
            found = detect_faces(network, FORM, to_array((255 * shown).round().to(torch.uint8)), THRESHOLD)
            if len(found.scores):
                right += bool(box_iou(torch.from_numpy(found.boxes), box_of_landmarks(marks[None])).max() >= FOUND)
        return {"recall": right / len(chosen), "false_alarms": alarms / len(chosen)}

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card."""
        figures = self.figures(model, options, 1)
        count = len(self.read(options, "val")[1])
        return {"laid_into_voc20_val": {"n": count, **{key: round(value, 4) for key, value in figures.items()}}}, {}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the detector and its card."""
        arguments = self.arguments(options)
        form = FORM.record()
        shipped = card.half_precision_bytes(trainer.averaged.module)
        model = card.shipped_copy(self.weights, "face_detector", arguments, form, shipped)
        metrics, tables = self.evaluate(model.to(options.device), options)
        figures = next(iter(metrics.values()))
        line = (
            f"Trained here on {trainer.n:,} crops of faces; finds {figures['recall']:.1%} of other faces laid into "
            f"{figures['n']} photographs, with {figures['false_alarms']:.2f} false alarms each. {LIMITS[0]}"
        )
        entries = {
            "task": "face_detection", "title": "Small face detector", "line": line, "architecture": "face_detector",
            "arguments": arguments, "classes": ["face"], "limits": list(LIMITS), "input": form, "metrics": metrics,
            "data": {
                "name": "LFW (grey crops, folds 0-6), a CelebA subset, VOC photographs without people",
                "source": "Huang et al. 2007; Liu et al. 2015; Everingham et al.; landmarks by MTCNN (timesler, MIT)",
                "terms": "research; real people: never shown or shipped",
                "train_pictures": trainer.n,
            },
            **card.training_entries(trainer.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)


def mirror_landmarks(landmarks: Tensor) -> Tensor:
    """Landmarks (n, 5, 2) in the mirrored view: eyes and corners of the mouth change places."""
    turned = landmarks[:, [1, 0, 2, 4, 3]].clone()
    turned[..., 0] = VIEW - turned[..., 0]
    return turned


def to_array(picture: Tensor) -> np.ndarray:
    """(3, H, W) uint8 -> (H, W, 3)."""
    return picture.permute(1, 2, 0).contiguous().numpy()


RECIPE = FaceDetectorRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
