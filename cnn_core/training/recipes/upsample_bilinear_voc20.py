"""Class masks by a fully convolutional network without a decoder; trained along: the three decoders that stand on it."""

from cnn_core.training.command import main
from cnn_core.training.engine.decoder_swap import SwapRecipe

RECIPE = SwapRecipe("bilinear")

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
