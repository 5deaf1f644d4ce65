"""Feature maps of every photograph in a few views, made once by frozen bases and kept as a file."""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from cnn_core.models.on_base import TwoBases
from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.preprocessing import standardise
from cnn_core.training.data.flickr8k import Captioned
from cnn_core.training.engine.loop import bf16_pays

Maps = NDArray[np.float16]
logger = logging.getLogger(__name__)


def view_of(picture: Tensor, view: int, number: int) -> Tensor:
    """A photograph (S, S, 3) uint8 as view 0 (whole), 1 (mirrored), 2 (a crop), 3 (a mirrored crop), ...: (3, h, w), 0..1.

    Args:
        picture: the photograph.
        view: which view.
        number: of the photograph; with the view it decides the crop, 78 to 97 % of the width.
    """
    x = picture.permute(2, 0, 1).float() / 255  # (S, S, 3) -> (3, S, S)
    rng = np.random.default_rng([view, number])
    if view >= 2:
        side = x.shape[1]
        share = rng.uniform(0.78, 0.97)
        width, height = round(side * share), min(side, round(side * share * rng.uniform(0.95, 1.03)))
        top, left = (int(rng.integers(0, side + 1 - length)) for length in (height, width))
        x = x[:, top : top + height, left : left + width]
    return x.flip(2) if view % 2 else x


def maps_of_view(base: TwoBases, pictures: Tensor, numbers: Sequence[int], form: Preprocessing, view: int) -> Maps:
    """Both bases' maps of these photographs (N, S, S, 3) in one view, joined: (N, C, h, w) float16.

    Args:
        base: what looks.
        pictures: see ``view_of``.
        numbers: (N,), see ``view_of``.
        form: size, mean and std of the first base's input; the second's is half as large.
        view: see ``view_of``.
    """
    views = [view_of(picture, view, number)[None] for number, picture in zip(numbers, pictures, strict=True)]
    large, small = (
        torch.cat([F.interpolate(x, size=(side, side), mode="bilinear", antialias=True) for x in views])
        for side in (form.size, form.size // 2)
    )
    device = next(base.parameters()).device
    with torch.inference_mode(), torch.autocast(device.type, torch.bfloat16, enabled=bf16_pays(device)):
        maps = base.join(*(standardise(x, form).to(device, memory_format=torch.channels_last) for x in (large, small)))
        size = (maps[-1].shape[2], maps[-1].shape[3])
        joined = torch.cat([F.adaptive_avg_pool2d(part.float(), size) for part in maps], 1)  # (N, C, h, w)
    return joined.half().cpu().numpy()


def make_or_read_maps(
    file: Path | None, base: TwoBases, data: Captioned, form: Preprocessing, view: int, batch: int = 16
) -> Maps:
    """``maps_of_view`` of all photographs, kept in ``file`` (read from there as it is needed) unless it is None."""
    if file is not None and file.exists():
        return np.asarray(np.load(file, mmap_mode="r"))
    parts = []
    for start in range(0, len(data), batch):
        some = slice(start, start + batch)
        parts.append(maps_of_view(base, data.pictures[some], data.numbers[some], form, view))
        if start % (batch * 40) == 0:
            logger.info("view %d: %d of %d photographs", view, start, len(data))
    made = np.concatenate(parts)  # N of (C, h, w)
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, made)
    return made
