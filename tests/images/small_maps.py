"""Activations of a few numbers, and the colours at the ends of both colour maps, read from matplotlib."""

import matplotlib
import numpy as np

from cnn_core.results import Activations

RECTIFIED = Activations("relu", np.array([[[0, 1], [2, 4]], [[0, 0], [0, 1]], [[0, 0], [0, 0]]], np.float32))
SIGNED = Activations("conv", np.array([[[0, -1], [2, -4]], [[0, 0], [0, 1]]], np.float32))

MAGMA_0, MAGMA_1 = matplotlib.colormaps["magma"]([0.0, 1.0], bytes=True)[:, :3].tolist()
DARK_BLUE, WHITE, DARK_RED = matplotlib.colormaps["RdBu_r"]([0.0, 0.5, 1.0], bytes=True)[:, :3].tolist()
