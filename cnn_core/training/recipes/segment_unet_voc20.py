"""A U-Net decoder on the detector's maps, and low-rank changes of the detector's backbone: a class for every pixel."""

from cnn_core.training.command import main
from cnn_core.training.loop import Plan
from cnn_core.training.segmentation import SegmentationRecipe

RECIPE = SegmentationRecipe(
    weights="segment_unet_voc20",
    title="U-Net decoder",
    architecture="tuned_unet_head",
    arguments={"hidden": [128, 96, 64]},
    stages=4,
    plan=Plan(epochs=12, batch=16, rate=2e-3, warm_up=0.1, weight_decay=0.02, adaptive=True, clip=5.0),
    rank=16,
    context=True,
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
