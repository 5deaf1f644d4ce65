"""Five dense layers on CIFAR-10: beside a CNN of five layers that learns by the same plan."""

from cnn_core.training.command import main
from cnn_core.training.engine.classification import CIFAR10, CIFAR_LIMITS, ClassificationRecipe
from cnn_core.training.engine.equal_depth import CYCLES, DROPOUT

RECIPE = ClassificationRecipe(
    weights="classify_dense5_cifar10",
    title="Dense net of five layers",
    architecture="dense",
    arguments={"size": 32, "hidden": [320, 192, 128, 64], "dropout": DROPOUT},
    data=CIFAR10,
    cycles=CYCLES,
    limits=CIFAR_LIMITS,
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
