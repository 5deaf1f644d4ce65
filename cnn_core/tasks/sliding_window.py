"""Detection by sliding window: a classifier on every window of a picture, one by one or all in one pass.

One pass saves the repetition (Sermanet et al. 2013, arXiv:1312.6229): the convolutions run once over the whole picture, the
global average becomes an average over a window of their feature maps, the fully connected layer a 1x1 convolution. A network
that only says whether a face is in the middle of a window is convolutional throughout.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from cnn_core.models import AveragingClassifier, Backbone
from cnn_core.models.face_detector import STRIDE
from cnn_core.results import Floats, PictureArray
from cnn_core.runtime import weights
from cnn_core.runtime.on_network import on_network
from cnn_core.tasks.preprocessing import prepare

LONGEST = 6
FACES = "face_detection"
FACE_WINDOW = 72
"""An odd number of strides, so that one cell of the feature map lies in the very middle of the window."""


@dataclass(frozen=True)
class WindowGrid:
    """Where the windows of one scale lie.

    Attributes:
        picture: (H, W) of the upload.
        scaled: (h, w) that it is resized to, so that a window is as large as the network's input.
        side: of a window, pixels of the scaled picture.
        stride: from one window to the next, pixels of the scaled picture.
    """

    picture: tuple[int, int]
    scaled: tuple[int, int]
    side: int
    stride: int

    @property
    def rows(self) -> int:
        """Windows from top to bottom."""
        return (self.scaled[0] - self.side) // self.stride + 1

    @property
    def columns(self) -> int:
        """Windows from left to right."""
        return (self.scaled[1] - self.side) // self.stride + 1

    def corners(self) -> list[tuple[int, int]]:
        """Left and top of each window in the scaled picture, row by row."""
        return [(column * self.stride, row * self.stride) for row in range(self.rows) for column in range(self.columns)]

    def boxes(self) -> Floats:
        """(rows * columns, 4) xyxy of the windows in pixels of the upload."""
        corners = np.array(self.corners(), np.float64)
        scale = np.array(self.picture[::-1]) / np.array(self.scaled[::-1])
        return np.hstack([corners * scale, (corners + self.side) * scale]).astype(np.float32)


def plan_windows(picture: tuple[int, int], share: float, side: int, stride: int) -> WindowGrid:
    """Square windows whose side is ``share`` (0..1) of the shorter side of a picture (H, W).

    A very long picture is squeezed to ``LONGEST`` windows, so that it does not take too long.

    Args:
        picture: (H, W).
        share: 1 lets a window fill the shorter side.
        side: of the network's input, pixels.
        stride: pixels of the network's input.
    """
    scale = side / (share * min(picture))
    height, width = (min(max(side, round(length * scale)), LONGEST * side) for length in picture)
    return WindowGrid(picture, (height, width), side, stride)


def prepare_at_scale(picture: PictureArray, grid: WindowGrid, network: weights.Network) -> Tensor:
    """The picture (H, W, 3) uint8 at the grid's scale as the network's input (1, 3, h, w)."""
    return prepare(picture, network.card.input, grid.scaled).x.to(network.device)


def window_side(network: weights.Network) -> int:
    """Side of a window, pixels of the network's input: a classifier's whole input, or what a face's middle answers for."""
    return FACE_WINDOW if network.card.task == FACES else network.card.input.size


def map_stride(network: weights.Network) -> int:
    """Input pixels between neighbouring values of a network's last feature maps."""
    if network.card.task == FACES:
        return STRIDE
    side = network.card.input.size
    with torch.inference_mode():
        maps = network.offering(Backbone).maps(torch.zeros(1, 3, side, side, device=network.device))[-1]
    return side // maps.shape[-1]


@on_network
def classify_one_by_one(network: weights.Network, picture: PictureArray, grid: WindowGrid) -> Iterator[Floats]:
    """The probabilities (K,) of each window in turn, row by row: the network runs once for each window."""
    x = prepare_at_scale(picture, grid, network)
    for left, top in grid.corners():
        with network.running():
            window = x[:, :, top : top + grid.side, left : left + grid.side]
            window = window.contiguous(memory_format=torch.channels_last)
            answers = _face_map(network, window) if network.card.task == FACES else network.model(window).softmax(1)
        middle = answers.shape[-1] // 2
        yield (answers[:, :, middle, middle] if answers.ndim == 4 else answers)[0].float().cpu().numpy()


@on_network
def classify_in_one_pass(network: weights.Network, picture: PictureArray, grid: WindowGrid) -> Floats:
    """The probabilities (rows * columns, K) of all windows, row by row, from one run over the whole picture.

    They differ from ``classify_one_by_one``: there a convolution finds zeros beyond a window's edge, here the picture.

    Raises:
        ValueError: the windows do not lie on the network's own grid.
    """
    x = prepare_at_scale(picture, grid, network)
    step = map_stride(network)
    if grid.stride % step or grid.side % step:
        raise ValueError(f"expected a side and a stride that are multiples of {step}, got {grid.side}, {grid.stride}")
    skip = grid.stride // step
    with network.running():
        if network.card.task == FACES:
            half = grid.side // step // 2
            answers = _face_map(network, x)[:, :, half::skip, half::skip]
        else:
            model = network.offering(AveragingClassifier)
            averaged = F.avg_pool2d(model.maps(x)[-1], grid.side // step, stride=skip)
            kernels = model.fc.weight[:, :, None, None]  # (K, C) -> (K, C, 1, 1)
            answers = F.conv2d(averaged, kernels, model.fc.bias).softmax(1)
    inside = answers[0, :, : grid.rows, : grid.columns].float()
    probabilities: Floats = inside.flatten(1).T.cpu().numpy()  # (K, rows, columns) -> (rows * columns, K)
    return probabilities


def _face_map(network: weights.Network, x: Tensor) -> Tensor:
    """The probability of a face's middle at each cell of the face network's map, (N, 1, h, w), of inputs (N, 3, H, W)."""
    height, width = (side // STRIDE for side in x.shape[-2:])
    logits: Tensor = network.model(x[:, :, : height * STRIDE, : width * STRIDE])[0]
    return logits.sigmoid().view(-1, 1, height, width)  # (N, h * w) -> (N, 1, h, w)


def average_over_windows(boxes: Floats, scores: Floats, picture: tuple[int, int], cells: int = 64) -> Floats:
    """(h, w) float32: at each point the mean score of the windows that cover it, 0 where there is none.

    Args:
        boxes: (N, 4) xyxy in pixels of a picture (H, W).
        scores: (N,).
        picture: (H, W).
        cells: of the map's longer side.
    """
    scale = cells / max(picture)
    height, width = (max(1, round(length * scale)) for length in picture)
    sums, counts = np.zeros((height, width), np.float32), np.zeros((height, width), np.float32)
    for (x1, y1, x2, y2), score in zip(np.round(boxes * scale).astype(int), scores, strict=True):
        sums[y1:y2, x1:x2] += score
        counts[y1:y2, x1:x2] += 1
    return (sums / np.maximum(counts, 1)).astype(np.float32)
