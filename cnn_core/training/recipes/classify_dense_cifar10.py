"""A network of dense layers alone, with about as many parameters as the VGG-like one, on CIFAR-10."""

from cnn_core.training.command import main
from cnn_core.training.engine.classification import CIFAR10, CIFAR_LIMITS, ClassificationRecipe, Cycle, cifar_augment
from cnn_core.training.engine.loop import Plan

RECIPE = ClassificationRecipe(
    weights="classify_dense_cifar10",
    title="Dense layers only",
    architecture="dense",
    arguments={"size": 32, "hidden": [160, 128, 64]},
    data=CIFAR10,
    cycles=(
        Cycle(Plan(epochs=10, rate=0.1), cifar_augment(hole=8)),
        Cycle(Plan(epochs=20, rate=0.1, warm_up=0.1), cifar_augment()),
    ),
    limits=CIFAR_LIMITS,
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
