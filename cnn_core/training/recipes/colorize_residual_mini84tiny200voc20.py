"""Colours for grey pictures: a classification over 313 bins in which rare colours count more."""

from typing import Any, ClassVar

from cnn_core.models import build_model
from cnn_core.training.colour_recipe import ColourRecipe, Cycle
from cnn_core.training.command import Options, main
from cnn_core.training.loop import Plan


class Recipe(ColourRecipe):
    """See the module."""

    weights = "colorize_residual_mini84tiny200voc20"
    title = "Rare colours count more"
    architecture = "colorizer"
    cycles: tuple[Cycle, ...] = (
        Cycle(Plan(epochs=2, batch=64, rate=0.07, warm_up=0.1, weight_decay=1e-4, clip=5.0), 80, ("mini84", "tiny200"), 0.3),
        Cycle(
            Plan(epochs=1.5, batch=64, rate=0.03, warm_up=0.1, weight_decay=1e-4, clip=5.0), 160, ("voc20", "catdog128"), 0.3
        ),
    )
    limits: tuple[str, ...] = (
        "It guesses what is usual: grass, sky, skin and fur; what can have any colour comes out brownish or patchy.",
        "It saw small pictures while it learned: fine parts of large photographs may take the colour of what is near them.",
    )
    uniform = 0.5
    data_entry: ClassVar[dict[str, Any]] = {
        "name": "mini-ImageNet, Tiny ImageNet-200, Asirra and a PASCAL VOC subset",
        "source": "Vinyals et al. 2016, copy: github.com/Deo0330/split_minidataset; Stanford CS231N; Elson et al. 2007; "
        "Everingham et al.; bins and prior: Zhang et al. 2016 (BSD-2), foamliu/Colorful-Image-Colorization (MIT)",
        "terms": "non-commercial research",
    }

    def arguments(self, bins: int, options: Options) -> dict[str, Any]:
        """What the network is built with."""
        if options.data is None:
            return {"bins": bins, "widths": [4, 8, 8, 8], "blocks": [1, 1, 1, 1], "hidden": [8, 8], "classes": 4}
        return {"bins": bins, "widths": [32, 64, 128, 192], "blocks": [1, 2, 2, 2], "hidden": [128, 96], "classes": 300}

    def network(self, bins: int, options: Options) -> Any:
        """The untrained network."""
        return build_model(self.architecture, self.arguments(bins, options))


RECIPE = Recipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
