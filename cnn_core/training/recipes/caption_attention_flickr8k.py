"""Captions by an LSTM that weighs the places of the picture anew for each word; frozen bases."""

from cnn_core.training.command import main
from cnn_core.training.engine.captioning import LIMITS, PLAN, CaptionRecipe

RECIPE = CaptionRecipe(
    weights="caption_attention_flickr8k", title="Captions, with attention", attend=True, plan=PLAN, limits=LIMITS
)

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
