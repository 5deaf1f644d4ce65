"""A generator of anime faces and its discriminator."""

import zipfile
from functools import cache
from typing import Any, ClassVar

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from cnn_core.training.command import Options, main
from cnn_core.training.data.labelled import make_pictures
from cnn_core.training.data.voc import decode
from cnn_core.training.engine.adversarial import AdversarialPlan
from cnn_core.training.engine.gan import GanRecipe

SIDE = 64
DUPLICATE_DISTANCE = 10.0
"""Pictures that differ by fewer grey levels (root mean square at a quarter of the size) are one; 4 to 10 never occurs."""


def remove_duplicates(pictures: Tensor) -> Tensor:
    """Each picture (N, 3, S, S) uint8 once: later ones that are an earlier one, or its mirror image, are left out.

    Every fifth picture of this set is the mirror image of another one; held-out pictures would be known from training.
    """
    small = F.avg_pool2d(pictures.float(), 4)
    flat = small.flatten(1)
    kept = torch.ones(len(flat), dtype=torch.bool)
    for own in (flat, small.flip(3).flatten(1)):
        for start in range(0, len(own), 1024):
            near = torch.cdist(own[start : start + 1024], flat) / flat.shape[1] ** 0.5 < DUPLICATE_DISTANCE
            kept[start : start + 1024] &= ~near.tril(start - 1).any(1)
    return pictures[kept]


class Recipe(GanRecipe):
    """Trains generator and discriminator of anime faces."""

    weights = "gan_dcgan_anime64"
    title = "Anime faces"
    arguments: ClassVar[dict[str, Any]] = {"latent": 96, "width": 32, "size": SIDE, "discriminator_width": 24}
    plan = AdversarialPlan(steps=20_000, cycles=2)
    mirrored = True
    limits = (
        "It knows small anime faces seen from the front, and nothing else; hands, hats and glasses come out as smears.",
        "Its 6,216 training pictures are mostly of girls with large eyes: so is what it makes.",
    )
    data_entry: ClassVar[dict[str, Any]] = {
        "name": "6,216 anime faces at 64 pixels",
        "source": "copy: github.com/xiaohuiduan/cgan_anime_face, no licence stated",
        "terms": "unknown; the pictures are never shown or shipped",
        "train_pictures": 6216,
    }

    @cache  # noqa: B019  (one recipe a process; reading takes a while)
    def all_pictures(self, options: Options) -> Tensor:
        """Every picture (N, 3, 64, 64) uint8, the held-out ones last; none twice."""
        if options.data is None:
            return make_pictures(32, SIDE, 4, self.seed).pictures
        tiles = []
        with zipfile.ZipFile(options.data / "anime64" / "gan_anime64_sheets.zip") as pack:
            for name in sorted(entry for entry in pack.namelist() if entry.endswith(".webp")):
                sheet = decode(pack, name)
                rows, columns = sheet.shape[0] // SIDE, sheet.shape[1] // SIDE
                cut = sheet.reshape(rows, SIDE, columns, SIDE, 3).transpose(0, 2, 4, 1, 3)
                tiles.append(cut.reshape(-1, 3, SIDE, SIDE))
        return remove_duplicates(torch.from_numpy(np.concatenate(tiles)))

    def training_pictures(self, options: Options) -> Tensor:
        """All but the last pictures."""
        every = self.all_pictures(options)
        return every[: len(every) - 2 * min(self.compared, len(every) // 4)]

    def held_out(self, options: Options) -> Tensor:
        """The last pictures, which training never shows."""
        every = self.all_pictures(options)
        return every[len(every) - 2 * min(self.compared, len(every) // 4) :]


RECIPE = Recipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
