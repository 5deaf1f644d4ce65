"""The architectures: one file each, found by its name because it is there."""

import importlib
from typing import Any

from torch import nn


def build_model(architecture: str, arguments: dict[str, Any]) -> nn.Module:
    """The untrained network of ``cnn_core/models/<architecture>.py`` with these arguments.

    Raises:
        ModuleNotFoundError: no such architecture.
    """
    return importlib.import_module(f"{__name__}.{architecture}").build(**arguments)
