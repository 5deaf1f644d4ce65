"""The same head paid for every pixel alike: why colours turn brownish."""

from cnn_core.training.command import main
from cnn_core.training.engine.colorization import ColourRecipe

LIMITS = ("It was paid for each pixel alike, and most of the world is nearly grey: its colours are dull.",)
RECIPE = ColourRecipe("colorize_plain_mini84voc20", "All pixels count alike", 1.0, LIMITS)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
