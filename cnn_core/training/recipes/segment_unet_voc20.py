"""A U-Net decoder on the detector's maps, told which classes are there at all: a class for every pixel."""

from cnn_core.training.command import main
from cnn_core.training.engine.heads import Cycle
from cnn_core.training.engine.loop import Plan
from cnn_core.training.losses.segmentation import SegmentationRecipe

RECIPE = SegmentationRecipe(
    weights="segment_unet_voc20",
    title="U-Net decoder",
    architecture="unet_head",
    arguments={"hidden": [128, 96, 64], "context": True},
    stages=4,
    cycle=Cycle(Plan(epochs=8, batch=16, rate=0.05, warm_up=0.1, weight_decay=5e-4), rare=0.05, guesses=True),
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
