"""Five layers, four of them convolutions, on CIFAR-10: beside five dense layers that learn by the same plan."""

from cnn_core.training.command import main
from cnn_core.training.engine.classification import CIFAR10, CIFAR_LIMITS, ClassificationRecipe
from cnn_core.training.engine.equal_depth import CYCLES, DROPOUT

RECIPE = ClassificationRecipe(
    weights="classify_cnn5_cifar10",
    title="CNN of five layers",
    architecture="vgg",
    arguments={"widths": [16, 32, 48, 64], "depths": [1, 1, 1, 1], "dropout": DROPOUT},
    data=CIFAR10,
    cycles=CYCLES,
    limits=CIFAR_LIMITS,
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
