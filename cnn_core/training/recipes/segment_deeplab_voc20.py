"""Atrous spatial pyramid pooling on the detector's maps: 21 classes, a class for every pixel."""

from cnn_core.training.command import main
from cnn_core.training.engine.heads import HeadCycle, HeadViews
from cnn_core.training.engine.loop import Plan
from cnn_core.training.engine.segmentation import SegmentationRecipe

RECIPE = SegmentationRecipe(
    weights="segment_deeplab_voc20",
    title="DeepLab-like decoder",
    architecture="deeplab_head",
    arguments={"hidden": 96, "dilations": [2, 4, 6]},
    stages=2,
    cycles=(
        HeadCycle(Plan(epochs=9, batch=16, rate=0.05, warm_up=0.1, weight_decay=1e-4), HeadViews(rare=0.05, guesses=True)),
        HeadCycle(Plan(epochs=2, batch=16, rate=0.03, warm_up=0.1, weight_decay=1e-4), HeadViews(rare=0.1, taught=True)),
    ),
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
