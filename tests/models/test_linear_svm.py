"""The support vector machine: features standardised, then weighted sums, worked with a few weights that are not 0."""

import numpy as np
import pytest
import torch

from cnn_core.models import build_model
from cnn_core.ops.hand_crafted import LENGTH, describe


def test_scores_are_weighted_sums_of_standardised_features() -> None:
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (2, 32, 32, 3), np.uint8)
    features = np.stack([describe(picture) for picture in pictures])
    model = build_model("linear_svm", {"classes": 3})
    with torch.no_grad():
        model.scores.weight.zero_()
        model.scores.bias.copy_(torch.tensor([1.0, 0, -1]))
        model.scores.weight[0, 5], model.scores.weight[2, LENGTH - 1] = 2, -4
        model.mean[5], model.std[5], model.mean[LENGTH - 1] = 0.25, 0.5, 0.125
    x = torch.from_numpy(pictures.transpose(0, 3, 1, 2).copy()).float() / 255
    scores = model(x).detach().numpy()
    assert scores[:, 0] == pytest.approx(1 + 2 * (features[:, 5] - 0.25) / 0.5, abs=1e-5)
    assert scores[:, 1] == pytest.approx([0, 0])
    assert scores[:, 2] == pytest.approx(-1 - 4 * (features[:, -1] - 0.125), abs=1e-5)
