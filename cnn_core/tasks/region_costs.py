"""What 2,000 regions of a picture cost: each through a whole network (R-CNN), all from the same feature maps (Fast R-CNN),
or regions that the network itself proposes (Faster R-CNN).

Only what this machine can run in a moment is run and timed, with the networks trained here. Multiplied is the count of
regions, nothing else. R-CNN: Girshick et al. 2013, arXiv:1311.2524; Fast: Girshick 2015, arXiv:1504.08083; Faster: Ren et
al. 2015, arXiv:1506.01497.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from statistics import median
from typing import Any, TypeVar

from cnn_core.models import Headed
from cnn_core.results import Floats, PictureArray
from cnn_core.runtime import devices, weights
from cnn_core.runtime.on_network import on_network
from cnn_core.runtime.recent import remembered
from cnn_core.tasks.classification import compute_logits
from cnn_core.tasks.preprocessing import prepare

Answer = TypeVar("Answer")
REGIONS = 2000
"""Regions of a picture that R-CNN and Fast R-CNN look at; selective search, which is no network, proposes them."""
CROPS = 6
"""How many of them are cut out and classified here, one by one."""


@dataclass(frozen=True)
class RegionCosts:
    """Seconds, measured once on this machine.

    Attributes:
        crop: to resize one region's pixels and classify them; the median of ``crops``.
        crops: how many were run.
        maps: for the feature maps of the whole picture, with their pyramid.
        proposing: for the network's own proposals, from those maps.
        heads: for cutting ``regions`` regions from the maps, naming them and correcting their boxes.
        regions: how many there were.
    """

    crop: float
    crops: int
    maps: float
    proposing: float
    heads: float
    regions: int

    @property
    def one_by_one(self) -> float:
        """R-CNN: every region through the whole network."""
        return REGIONS * self.crop

    @property
    def from_maps(self) -> float:
        """Fast R-CNN: the feature maps once, then every region from them."""
        return self.maps + REGIONS * self.heads / self.regions

    @property
    def own_proposals(self) -> float:
        """Faster R-CNN: the feature maps once, fewer and better regions from them. Nothing is multiplied."""
        return self.maps + self.proposing + self.heads


@remembered
def measure_regions(picture: PictureArray, weights_name: str, classifier: str) -> RegionCosts:
    """The costs in a picture (H, W, 3) uint8, measured while it runs.

    Args:
        picture: RGB.
        weights_name: of the two-stage network trained here.
        classifier: of the network that a region's own pixels go through.
    """
    maps, proposing, heads, regions = time_stages(picture, weights_name)
    weights.load(classifier)  # so that reading its file is not counted
    chosen = regions[:: max(1, len(regions) // CROPS)][:CROPS]
    crops = [clock(partial(compute_logits, cut(picture, region), classifier))[1] for region in chosen]
    return RegionCosts(median(crops), len(crops), maps, proposing, heads, len(regions))


def cut(picture: PictureArray, region: Floats) -> PictureArray:
    """A region's own pixels, (h, w, 3) uint8; at least one."""
    x1, y1, x2, y2 = (int(side) for side in region)
    return picture[min(y1, len(picture) - 1) : max(y2, y1 + 1), min(x1, picture.shape[1] - 1) : max(x2, x1 + 1)]


@on_network
def time_stages(network: weights.Network, picture: PictureArray) -> tuple[float, float, float, Floats]:
    """Seconds for the feature maps, the proposals and the heads; the proposals (n, 4) xyxy in pixels of the picture."""
    model: Any = network.offering(Headed)
    prepared = prepare(picture, network.card.input)
    x = prepared.x.to(network.device)
    with network.running():
        (pictures, levels, sizes), for_maps = clock(lambda: model.head.levels(model.base.maps(x)))
        (proposals, _), for_proposals = clock(lambda: model.head.propose(pictures, levels))
        _, for_heads = clock(lambda: model.head.name_regions(levels, proposals, sizes))
    return for_maps, for_proposals, for_heads, prepared.placement.boxes_to_upload(proposals[0].float().cpu().numpy())


def clock(work: Callable[[], Answer]) -> tuple[Answer, float]:
    """What ``work()`` returns, and the seconds that it took, a GPU's included."""
    started = time.perf_counter()
    answer = work()
    devices.finish(devices.device())
    return answer, time.perf_counter() - started
