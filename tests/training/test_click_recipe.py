"""The card's figures of the click network are measured on the mask that the page shows: the part under the click, filled."""

import numpy as np
import torch

from cnn_core.runtime.cards import Preprocessing
from cnn_core.training.data.voc import Scene
from cnn_core.training.recipes.click_unet_voc20 import overlaps

FORM = Preprocessing(32, (0.0,) * 3, (1.0,) * 3, how="pad", stride=32)
CPU = torch.device("cpu")


class Blobs:
    """Answers a square with a hole, and a second square elsewhere, whatever is clicked."""

    class base:  # noqa: N801
        """Its maps are the picture."""

        @staticmethod
        def maps(x: torch.Tensor) -> list[torch.Tensor]:
            return [x]

    @staticmethod
    def head(maps: list[torch.Tensor], clicks: list) -> torch.Tensor:
        logits = torch.full((1, 1, 32, 32), -1.0)
        logits[..., 2:14, 2:14] = 1.0
        logits[..., 3:6, 3:6] = -1.0
        logits[..., 20:30, 20:30] = 1.0
        return logits


def test_a_second_blob_and_a_hole_cost_nothing() -> None:
    """True is the filled first square, 144 pixels: the raw answer, 144 - 9 + 100, would reach 135 / 244."""
    mask = torch.zeros(32, 32, dtype=torch.uint8)
    mask[2:14, 2:14] = 1
    one = torch.ones(1, dtype=torch.bool)
    scene = Scene(
        torch.zeros(3, 32, 32, dtype=torch.uint8), torch.tensor([[2.0, 2, 14, 14]]), torch.zeros(1, dtype=torch.int64),
        ~one, one, mask,
    )  # fmt: skip
    (row,) = overlaps(Blobs, scene, FORM, CPU)
    assert np.allclose(row, 1.0)
