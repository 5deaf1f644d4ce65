"""Colours for grey pictures: a classification over 313 bins in which rare colours count more."""

from cnn_core.training.command import main
from cnn_core.training.engine.colorization import SMALL_PICTURES, ColourRecipe

LIMITS = (
    "It guesses what is usual: grass, sky, skin and fur; what can have any colour comes out brownish or patchy.",
    SMALL_PICTURES,
)
RECIPE = ColourRecipe("colorize_rebalanced_mini84voc20", "Rare colours count more", 0.5, LIMITS)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
