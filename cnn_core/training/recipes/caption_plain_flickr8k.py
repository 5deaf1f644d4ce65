"""Captions by an LSTM that sees the mean of the whole picture at every word; frozen bases."""

from cnn_core.training.command import main
from cnn_core.training.engine.captioning import LIMITS, PLAN, CaptionRecipe

RECIPE = CaptionRecipe(
    weights="caption_plain_flickr8k", title="Captions, without attention", attend=False, plan=PLAN, limits=LIMITS
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
