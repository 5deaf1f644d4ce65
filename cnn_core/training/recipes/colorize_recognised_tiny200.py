"""Colours for grey pictures, taught by a classifier as well: it should name the coloured picture as the true one."""

from dataclasses import replace

from cnn_core.training.command import main
from cnn_core.training.engine.colorization import PLAN, SMALL_PICTURES, ColourCycle, ColourRecipe, ColourViews

LIMITS = (
    "It guesses what is usual: grass, sky and skin; things that can have any colour stay greyish or turn purple.",
    SMALL_PICTURES,
)
CYCLES = (
    ColourCycle(
        replace(PLAN, epochs=0.2, rate=0.03), ColourViews(192, ("tiny200", "mini84", "voc20"), least=0.7, recognised=1.0)
    ),
    ColourCycle(replace(PLAN, epochs=0.12, rate=0.03), ColourViews(192, ("tiny200",), least=0.9, recognised=2.0)),
)
RECIPE = ColourRecipe(
    "colorize_recognised_tiny200",
    "A classifier should recognise it",
    0.5,
    LIMITS,
    CYCLES,
    begin="colorize_rebalanced_mini84voc20",
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
