"""What is drawn by programme: the same every time, of the right kind, and varied."""

import numpy as np
import pytest

from cnn_core.drawn_styles import SIZE, STYLES


@pytest.mark.parametrize("name", STYLES)
def test_a_style_is_the_same_whenever_it_is_drawn(name: str) -> None:
    title, draw = STYLES[name]
    picture = draw()
    assert picture.shape == (SIZE, SIZE, 3)
    assert picture.dtype == np.uint8
    assert (picture == draw()).all()
    assert title
    assert picture.std() > 25
