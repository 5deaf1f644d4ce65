"""Another last part for a trained ``Colorizer``: see ``colorizer``."""

from cnn_core.models.colorizer import ColourHead

build = ColourHead
