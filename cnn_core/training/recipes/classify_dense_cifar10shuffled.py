"""The dense network retrained, in the same way, on CIFAR-10 with all pixels shuffled in one fixed order."""

from dataclasses import replace

from cnn_core.training.command import main
from cnn_core.training.engine.classification import SHUFFLED_LIMIT
from cnn_core.training.recipes.classify_dense_cifar10 import RECIPE as ORDERED

RECIPE = replace(
    ORDERED,
    weights="classify_dense_cifar10shuffled",
    title="Dense, shuffled pixels",
    limits=(SHUFFLED_LIMIT, *ORDERED.limits),
    shuffle_seed=2012,
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
