"""Captions as by ``caption_attention_flickr8k``, its attention asked to reach every place once in a sentence; frozen bases.

Doubly stochastic attention (Xu et al. 2015, equation 14): the weights sum to 1 over the places at each word by softmax, and
a cost asks that they sum to 1 over the words at each place, too. Lambda is 1, as in the authors' code.
"""

from dataclasses import replace

from cnn_core.training.command import main
from cnn_core.training.engine.captioning import LIMITS, PLAN, CaptionRecipe

UNREAD = "No person has read and counted its sentences, as was done for the network without this cost."
SHORTER = "It learned for 8 epochs, the network without this cost for 28: so not all of the difference is the cost's."

RECIPE = CaptionRecipe(
    weights="caption_doublystochastic_flickr8k", title="Captions, with doubly stochastic attention", attend=True,
    plan=replace(PLAN, epochs=8), limits=(LIMITS[0], SHORTER, UNREAD, *LIMITS[2:]), spread=1.0,
)  # fmt: skip

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
