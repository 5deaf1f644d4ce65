"""Class masks by a decoder that steps up with nearest-neighbour enlargement; trained along: its encoder and sisters."""

from cnn_core.training.command import main
from cnn_core.training.engine.decoder_swap import SwapRecipe

RECIPE = SwapRecipe("nearest")

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
