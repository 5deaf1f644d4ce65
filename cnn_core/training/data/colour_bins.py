"""The colours that a colorizer chooses from, as they lie on disk."""

from pathlib import Path

import numpy as np

from cnn_core.results import Floats


def bins_and_prior(folder: Path) -> tuple[Floats, Floats]:
    """The 313 bins (Q, 2) and the smoothed share of each of all pixels (Q,), as Zhang et al. 2016 give them."""
    bins = np.load(folder / "pts_in_hull.npy", allow_pickle=False).astype(np.float32)
    return bins, np.load(folder / "prior_prob_smoothed.npy", allow_pickle=False).astype(np.float32)
