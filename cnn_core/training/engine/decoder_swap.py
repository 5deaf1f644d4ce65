"""Three decoders that differ only in how they enlarge, on the VGG-like network's frozen maps: for the upsampling bench."""

from torch import nn

from cnn_core.models import build_model
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.weights import load as load_weights
from cnn_core.training.command import Options
from cnn_core.training.engine.heads import TRIED_OUT, HeadCycle, HeadViews
from cnn_core.training.engine.loop import Plan
from cnn_core.training.engine.segmentation import SegmentationRecipe

LONGEST = 192
WORDS = {"nearest": "nearest neighbour", "unpool": "max-unpooling", "transposed": "transposed convolution"}


class SwapRecipe(SegmentationRecipe):
    """A decoder with one way of enlarging.

    Args:
        up: see ``SegNetHead``; also in the weights' name.
    """

    task = "upsampling"
    base_name = "classify_vgg_tiny200"
    size, step, background = 128, 1, 1.0
    masks = True
    limits: tuple[str, ...] = (
        "It is here to be compared with its two sisters; the networks of the tab Semantic segmentation are better.",
        "It stands on a network of 64 pixel pictures, without skip connections: borders are coarse.",
        "None of the masks that it learned from shows a car or a train, and few a bus.",
    )

    def __init__(self, up: str) -> None:
        plan = Plan(epochs=8, batch=16, rate=0.05, warm_up=0.1, weight_decay=1e-4)
        title = f"Decoder with {WORDS[up]}"
        super().__init__(
            f"upsample_{up}_voc20", title, "segnet_head", {"hidden": 64, "up": up}, 4, HeadCycle(plan, HeadViews())
        )

    def base(self, options: Options) -> nn.Module:
        """The shipped VGG-like network, or a small untrained one where the recipe is only tried out."""
        if options.data is not None:
            return load_weights(self.base_name, options.device).model
        return build_model("vgg", {"classes": 4, "widths": [4, 8, 8, 8, 8], "depths": [1, 1, 1, 1, 1]}).eval()

    def form(self, options: Options) -> Preprocessing:
        """The base's colours at a larger size."""
        if options.data is None:
            return TRIED_OUT
        base = load_weights(self.base_name).card.input
        return Preprocessing(LONGEST, base.mean, base.std, how="pad", stride=32)
