"""A ring around a pixel: where it is, what it leaves as it was."""

import numpy as np
import pytest

from cnn_core.images import marking


@pytest.mark.parametrize(("x", "y"), [(20, 30), (70, 12)])
def test_a_ring_lies_around_the_pixel_and_not_on_it(x: int, y: int) -> None:
    picture = np.full((60, 90, 3), (200, 30, 30), np.uint8)
    drawn = marking.mark_pixel(picture, x, y)
    changed = np.argwhere((drawn != picture).any(-1))
    distances = np.hypot(changed[:, 0] - y, changed[:, 1] - x)
    assert distances.min() > 5 and distances.max() < 12  # 2 pixels wide each, white at 8 and black at 10
    assert np.allclose(changed.mean(0), (y, x), atol=0.6)
    assert (drawn[y, x + 7] == 255).all() and (drawn[y, x + 9] == 0).all()
    assert (picture == (200, 30, 30)).all()


def test_a_ring_at_the_edge_is_cut() -> None:
    drawn = marking.mark_pixel(np.full((60, 90, 3), 100, np.uint8), 0, 59)
    assert drawn.shape == (60, 90, 3) and (drawn != 100).any() and (drawn[:40] == 100).all() and (drawn[:, 20:] == 100).all()
