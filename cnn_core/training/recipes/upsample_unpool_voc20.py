"""Class masks by a decoder that steps up with max-unpooling; trained along: its encoder and sisters."""

from cnn_core.training.command import main
from cnn_core.training.engine.decoder_swap import SwapRecipe

RECIPE = SwapRecipe("unpool")

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
