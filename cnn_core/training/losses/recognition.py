"""A loss through another network: does a classifier recognise what was coloured?"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from cnn_core.models import build_model
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.weights import load as load_weights
from cnn_core.tasks.preprocessing import normalise
from cnn_core.training.command import Options
from cnn_core.training.losses.colorization import recognition_loss, recolour, rgb_to_lab

CLASSIFIER = "classify_vgg_tiny200"
"""Another network than the one that measures afterwards how recognisable colours are."""


class RecognitionLoss:
    """How differently a frozen classifier scores a coloured view and the true one; a small untrained one in a try-out."""

    def __init__(self, options: Options) -> None:
        if options.data is None:
            self.form = Preprocessing(32, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25))
            self.model: Any = build_model("resnet", {"classes": 4, "widths": [8, 8], "blocks": [1, 1], "stem_stride": 2})
        else:
            network = load_weights(CLASSIFIER, options.device)
            self.form, self.model = network.card.input, network.model
        self.model.eval().requires_grad_(False)

    def measure(self, views: Tensor, logits: Tensor, bins: Tensor) -> Tensor:
        """True views (N, 3, H, W) in 0..1, logits of their colours (N, Q, h, w) -> the ``recognition_loss``, a scalar."""
        with torch.autocast(views.device.type, enabled=False):
            small = F.interpolate(views, (self.form.size,) * 2, mode="bilinear", antialias=True).clamp(0, 1)
            coloured = recolour(rgb_to_lab(small)[:, 0], logits, bins)
        with torch.no_grad():
            true_logits = self.model(self._prepare(small)).float()
        return recognition_loss(self.model(self._prepare(coloured)).float(), true_logits)

    def _prepare(self, x: Tensor) -> Tensor:
        """RGB (N, 3, S, S) in 0..1 as the classifier wants it."""
        return normalise(255 * x, self.form).contiguous(memory_format=torch.channels_last)
