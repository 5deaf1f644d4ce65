"""Which channels of a layer answer to one picture and not to another."""

import numpy as np

from cnn_core.results import Activations, Floats


def differences(one: Activations, other: Activations) -> Floats:
    """How far apart the channels' means over both pictures are, (C,) float32, in standard deviations of their values.

    The maps may be of different sizes. A channel that is the same number everywhere in both counts 0.

    Args:
        one, other: (C, h, w) and (C, h', w') of the same layer.
    """
    flat = [maps.values.reshape(len(maps.values), -1) for maps in (one, other)]  # (C, h * w)
    apart = flat[0].mean(1) - flat[1].mean(1)
    spread = np.sqrt((flat[0].var(1) + flat[1].var(1)) / 2)
    largest = np.maximum(np.abs(flat[0]).max(1), np.abs(flat[1]).max(1))
    spread = np.maximum(spread, 0.05 * np.maximum(largest, 1e-9))  # two constants differ much, but not endlessly
    return np.asarray(apart / spread, np.float32)


def most_different(one: Activations, other: Activations, n: int) -> list[int]:
    """The ``n`` channels that differ most, the first the most; see ``differences``."""
    return [int(k) for k in np.argsort(-np.abs(differences(one, other)), kind="stable")[:n]]
