"""Another last part for the colorizer, for which every pixel counts alike: why colours turn brownish."""

from typing import Any

from torch import nn

from cnn_core.models import build_model
from cnn_core.models.on_base import OnBase
from cnn_core.training.colour_recipe import Cycle
from cnn_core.training.command import Options, main
from cnn_core.training.heads import FrozenBase, widths_of
from cnn_core.training.loop import Plan
from cnn_core.training.recipes.colorize_residual_mini84tiny200voc20 import RECIPE as BASE
from cnn_core.training.recipes.colorize_residual_mini84tiny200voc20 import Recipe as BaseRecipe
from cnn_core.weights import load as load_weights


class Recipe(BaseRecipe):
    """See the module."""

    weights = "colorize_plain_mini84tiny200voc20"
    title = "All pixels count alike"
    architecture = "colour_head"
    cycles = (
        Cycle(
            Plan(epochs=1, batch=64, rate=0.05, warm_up=0.1, weight_decay=1e-4, clip=5.0), 160, ("voc20", "catdog128"), 0.3
        ),
    )
    limits = ("It was paid for each pixel alike, and most of the world is nearly grey: its colours are dull.",)
    uniform = 1.0
    base_name = BASE.weights
    named = False

    def base(self, options: Options) -> Any:
        """The shipped colorizer, or a small untrained one where the recipe is only tried out."""
        if options.data is not None:
            return load_weights(self.base_name, options.device).model
        return build_model(BASE.architecture, BASE.arguments(25, options)).eval()

    def arguments(self, bins: int, options: Options) -> dict[str, Any]:
        """What the head is built with."""
        hidden = [8, 8] if options.data is None else [128, 96]
        return {"widths": widths_of(self.base(options), len(hidden) + 1, options), "hidden": hidden, "bins": bins}

    def network(self, bins: int, options: Options) -> Any:
        """The untrained head on the base, which stays as it is."""
        return FrozenBase(self.base(options), build_model(self.architecture, self.arguments(bins, options)))

    def shipped(self, model: Any) -> nn.Module:
        """The head alone."""
        return model.head

    def whole(self, part: nn.Module, options: Options) -> Any:
        """The head on its base."""
        return OnBase(self.base(options), part).eval()


RECIPE = Recipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
