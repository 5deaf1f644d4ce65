"""A small GoogLeNet on CIFAR-10."""

from cnn_core.training.command import main
from cnn_core.training.engine.classification import CIFAR10, CIFAR_LIMITS, ITSELF, ClassificationRecipe, Cycle, cifar_augment
from cnn_core.training.engine.loop import Plan

RECIPE = ClassificationRecipe(
    weights="classify_inception_cifar10",
    title="Inception-like (2014)",
    architecture="inception",
    arguments={
        "stem": 48,
        "stages": [
            [[32, [32, 48], [8, 16], 16], [40, [40, 64], [12, 24], 16]],
            [[64, [64, 96], [16, 32], 32], [96, [96, 160], [24, 48], 48]],
        ],
    },
    data=CIFAR10,
    cycles=(
        Cycle(Plan(epochs=18, rate=0.1), cifar_augment()),
        Cycle(Plan(epochs=14, rate=0.1, warm_up=0.1), cifar_augment(hole=8)),
        Cycle(Plan(epochs=16, rate=0.1, warm_up=0.1), cifar_augment(hole=8), teacher=ITSELF),
    ),
    limits=CIFAR_LIMITS,
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
