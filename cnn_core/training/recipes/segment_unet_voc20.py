"""A U-Net decoder on the detector's maps that also learns which classes are there at all: a class for every pixel."""

from cnn_core.training.command import main
from cnn_core.training.engine.heads import HeadCycle, HeadViews
from cnn_core.training.engine.loop import Plan
from cnn_core.training.engine.segmentation import SegmentationRecipe

RECIPE = SegmentationRecipe(
    weights="segment_unet_voc20",
    title="U-Net decoder",
    architecture="unet_head",
    arguments={"hidden": [128, 96, 64], "context": True},
    stages=4,
    cycles=(
        HeadCycle(Plan(epochs=8, batch=16, rate=0.05, warm_up=0.1, weight_decay=5e-4), HeadViews(rare=0.05, guesses=True)),
        HeadCycle(Plan(epochs=2, batch=16, rate=0.03, warm_up=0.1, weight_decay=5e-4), HeadViews(rare=0.1, taught=True)),
    ),
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
