"""Pictures of the tiny world with their things and how these stand, as many as wanted; no file is needed."""

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from cnn_core.images.drawn_world import draw_scene
from cnn_core.images.placement import fit
from cnn_core.ops.scene_graph import true_relations
from cnn_core.ops.tiny_scenes import make_scene
from cnn_core.ops.tiny_things import Things, attribute_numbers, sure_things, true_order
from cnn_core.ops.tiny_world import MOST, RELATIONS, boxes
from cnn_core.training.data.kept import make_or_read

logger = logging.getLogger(__name__)
DRAWN_AT = (128, 128, 192, 256)
"""The sides, in pixels, at which scenes are drawn before they are fitted: pages draw larger than the network needs."""


@dataclass(frozen=True)
class TinyPictures:
    """Pictures of scenes and what is true of them; the things of a scene stand from left to right, as in ``Things``.

    Attributes:
        pictures: (N, S, S, 3) uint8.
        counts: (N,) uint8, how many things there are.
        boxes: (N, 8, 4) float32 xyxy, 0..1; 0 beyond a scene's things.
        attributes: (N, 8, 4) uint8: size, pattern, colour, shape, as numbers in ``ATTRIBUTES``.
        relations: (N, 8, 8, 9) bool: whether the first thing stands so to the second, in the order of RELATIONS.
    """

    pictures: Tensor
    counts: Tensor
    boxes: Tensor
    attributes: Tensor
    relations: Tensor

    def __len__(self) -> int:
        return len(self.pictures)

    def things(self, number: int) -> Things:
        """What is true of the things of one scene."""
        n = int(self.counts[number])
        return sure_things(self.boxes[number, :n].numpy(), self.attributes[number, :n].numpy())


def make_tiny_pictures(count: int, side: int, seed: int) -> TinyPictures:
    """That many scenes, ``side`` pixels wide; the same seed makes the same."""
    rng = np.random.default_rng(seed)
    pictures = np.zeros((count, side, side, 3), np.uint8)
    counts, outlines = np.zeros(count, np.uint8), np.zeros((count, MOST, 4), np.float32)
    attributes, holds = np.zeros((count, MOST, 4), np.uint8), np.zeros((count, MOST, MOST, len(RELATIONS)), bool)
    for k in range(count):
        scene = make_scene(rng)
        drawn = draw_scene(scene, int(rng.choice(DRAWN_AT)))
        pictures[k] = drawn if len(drawn) == side else fit(drawn, side, side, "stretch")[0]
        order, n = true_order(scene), len(scene.things)
        counts[k], outlines[k, :n] = n, boxes(scene)[order]
        attributes[k, :n] = attribute_numbers(scene)[order]
        holds[k, :n, :n] = true_relations(scene, order)
        if k % 1000 == 999:
            logger.info("%d of %d scenes", k + 1, count)
    return TinyPictures(*(torch.from_numpy(array) for array in (pictures, counts, outlines, attributes, holds)))


def join(parts: list[TinyPictures]) -> TinyPictures:
    """Several sets as one."""
    names = TinyPictures.__dataclass_fields__
    return TinyPictures(**{name: torch.cat([getattr(part, name) for part in parts]) for name in names})


def tiny_pictures_in(folder: Path | None, count: int, side: int, seed: int) -> TinyPictures:
    """``make_tiny_pictures``, kept in a folder, if there is one."""
    name = f"tinypictures_{count}_{side}_{seed}"
    return make_or_read(folder, name, TinyPictures, lambda: make_tiny_pictures(count, side, seed))
