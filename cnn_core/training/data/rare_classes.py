"""What helps classes of which there are few photographs: showing those more often, and small pictures from elsewhere."""

import math
from collections import Counter
from pathlib import Path

import torch

from cnn_core.training.data.labelled import read_class_names, read_shards
from cnn_core.training.data.voc import Scene

SAME_THINGS = {
    "bird": ("goose", "black stork", "king penguin", "albatross"),
    "boat": ("gondola", "lifeboat"),
    "bottle": ("beer bottle", "pop bottle"),
    "bus": ("school bus", "trolleybus"),
    "chair": ("rocking chair",),
    "cow": ("ox",),
    "diningtable": ("dining table",),
}
"""VOC class of which there are few photographs -> the Tiny ImageNet classes that show the same."""


def oversample_rare_classes(scenes: list[Scene], share: float) -> list[int]:
    """The numbers of the scenes to show in an epoch, some several times (Gupta et al. 2019, arXiv:1908.03195, appendix B).

    A class that fewer than ``share`` of the scenes show is repeated sqrt(share / its share) times; a scene is repeated as
    often as the rarest class it shows, rounded.
    """
    classes = [set(scene.labels[~scene.difficult].tolist()) for scene in scenes]
    counts = Counter(kind for kinds in classes for kind in kinds)
    times = {kind: max(1.0, math.sqrt(share * len(scenes) / count)) for kind, count in counts.items()}
    return [k for k, kinds in enumerate(classes) for _ in range(round(max((times[kind] for kind in kinds), default=1)))]


def read_small_scenes(folder: Path, names: list[str]) -> list[Scene]:
    """Tiny ImageNet's training pictures of ``SAME_THINGS`` with their one box each, none that fills the whole picture.

    Args:
        folder: the Tiny ImageNet folder.
        names: the K class names of the photographs.
    """
    pictures, tiny = read_shards(folder, "train"), read_class_names(folder)
    if pictures.boxes is None:
        raise ValueError(f"the shards in {folder} hold no boxes")
    label_of = {tiny.index(member): names.index(kind) for kind, members in SAME_THINGS.items() for member in members}
    one = torch.ones(1, dtype=torch.bool)
    found = []
    for picture, label, corners in zip(pictures.pictures, pictures.labels.tolist(), pictures.boxes, strict=True):
        if label not in label_of:
            continue
        box = corners.float() + torch.tensor([0.0, 0.0, 1.0, 1.0])  # the last pixel belongs to the box
        if (box[2:] - box[:2]).prod() < picture[0].numel():
            found.append(Scene(picture.clone(), box[None], torch.tensor([label_of[label]]), ~one, ~one, None))
    return found
