"""A plain stack of 3x3 convolutions on Tiny ImageNet-200, without skip connections."""

from cnn_core.training.command import main
from cnn_core.training.engine.classification import TINY200, ClassificationRecipe, Cycle, tiny_augment
from cnn_core.training.engine.loop import Plan

RECIPE = ClassificationRecipe(
    weights="classify_vgg_tiny200",
    title="VGG-like (Tiny ImageNet)",
    architecture="vgg",
    arguments={"widths": [32, 64, 128, 256, 320], "depths": [1, 1, 2, 2, 2]},
    data=TINY200,
    cycles=(
        Cycle(Plan(epochs=9.5, rate=0.1), tiny_augment(((0.42, 40), (0.72, 48), (1.0, 64)))),
        Cycle(Plan(epochs=6, rate=0.07, warm_up=0.1), tiny_augment(((0.45, 48), (1.0, 64)))),
    ),
    note="Epochs 1 to 5.7 ran under a schedule planned for 11 epochs, the rest of that cycle under this one.",
    limits=(
        "It knows 200 kinds of things and must name one of them, whatever the picture shows.",
        "It is less accurate than the residual network; it is here because plain layers are easy to look into.",
    ),
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
