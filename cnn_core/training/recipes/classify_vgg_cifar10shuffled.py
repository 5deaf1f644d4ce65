"""The VGG-like network retrained on CIFAR-10 with all pixels shuffled the same way."""

from cnn_core.training.classification import CIFAR10, ClassificationRecipe, cifar_augment
from cnn_core.training.command import main
from cnn_core.training.loop import Plan

RECIPE = ClassificationRecipe(
    weights="classify_vgg_cifar10shuffled",
    title="VGG-like, shuffled pixels",
    architecture="vgg",
    arguments={"widths": [32, 64, 128, 192], "depths": [2, 2, 2, 1]},
    data=CIFAR10,
    plan=Plan(epochs=10, rate=0.1),
    augment=cifar_augment(hole=8),
    limits=(
        "All pixels are put in one fixed random order before it sees them: it is here for comparison, not for use.",
        "It knows ten kinds of things at 32x32 pixels and must name one of them, whatever the picture shows.",
        "The pictures it was trained and measured on are JPEG copies: figures are a little below those on the exact pixels.",
    ),
    shuffle_seed=2012,
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
