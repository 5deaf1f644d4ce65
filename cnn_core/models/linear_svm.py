"""Hand-crafted features and a linear support vector machine on them (Cortes and Vapnik 1995): how it was done before.

No layer here sees the image: the features are measured by ``ops.hand_crafted``, and only the last step is learned.
"""

import numpy as np
import torch
from torch import Tensor, nn

from cnn_core.ops.hand_crafted import LENGTH, describe


class LinearSVM(nn.Module):
    """Features -> standardised -> one weighted sum for each of ``classes`` classes, all against the rest."""

    mean: Tensor
    std: Tensor

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(LENGTH))
        self.register_buffer("std", torch.ones(LENGTH))
        self.measured = nn.Identity()
        self.scores = nn.Linear(LENGTH, classes)

    def layers(self) -> list[tuple[str, str]]:
        """(module name, words) of the layers worth looking at, in the order in which they run."""
        return [("measured", "features: measured, not learned"), ("scores", "logits")]

    def features(self, x: Tensor) -> Tensor:
        """Images (N, 3, 32, 32), 0..1 -> (N, LENGTH) float32 on the same device. scikit-image measures them, on the CPU."""
        pictures = (255 * x.detach().clamp(0, 1)).round().to(torch.uint8).permute(0, 2, 3, 1)  # (N, 3, H, W) -> (N, H, W, 3)
        found = np.stack([describe(picture) for picture in pictures.cpu().numpy()])
        return torch.from_numpy(found).to(x.device)

    def forward(self, x: Tensor) -> Tensor:
        """Images (N, 3, 32, 32), 0..1 -> scores (N, K), scaled so that their softmax is as sure as it is right."""
        scores: Tensor = self.scores(self.measured((self.features(x) - self.mean) / self.std))
        return scores


build = LinearSVM
