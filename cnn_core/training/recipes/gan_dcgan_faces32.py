"""A generator of the little faces that ``drawn_faces`` draws, and its discriminator: every true picture may be shown."""

from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from cnn_core.images.drawn_faces import draw_faces
from cnn_core.training.command import Options, main
from cnn_core.training.engine.adversarial import AdversarialPlan
from cnn_core.training.engine.gan import GanRecipe

SIDE = 32
POOL = 20_000


class Recipe(GanRecipe):
    """Trains generator and discriminator of drawn faces."""

    weights = "gan_dcgan_faces32"
    title = "Little faces, drawn"
    arguments: ClassVar[dict[str, Any]] = {"latent": 64, "width": 48, "size": SIDE, "discriminator_width": 32}
    plan = AdversarialPlan(steps=26_000, augmented=False)
    limits = ("It imitates drawings of one programme; grain in the ground, unequal eyes and crooked mouths give it away.",)
    data_entry: ClassVar[dict[str, Any]] = {
        "name": f"{POOL:,} faces drawn by cnn_core.images.drawn_faces",
        "source": "made by us",
        "terms": "none",
        "train_pictures": POOL,
    }

    def draw(self, count: int, seed: int) -> Tensor:
        """That many faces (N, 3, 32, 32) uint8."""
        rng = np.random.default_rng(seed)
        parts = [draw_faces(min(1000, count - start), SIDE, rng) for start in range(0, count, 1000)]
        return torch.from_numpy(np.concatenate(parts)).permute(0, 3, 1, 2).contiguous()

    def training_pictures(self, options: Options) -> Tensor:
        """A large pool of drawn faces, (N, 3, 32, 32) uint8."""
        return self.draw(16 if options.quick else POOL, self.seed)

    def held_out(self, options: Options) -> Tensor:
        """Faces from another seed."""
        return self.draw(16 if options.quick else 2 * self.compared, self.seed + 1000)


RECIPE = Recipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
