"""What is drawn by programme: the same every time, of the right kind, and varied."""

import numpy as np
import pytest

from cnn_core.images.drawn_faces import draw_faces
from cnn_core.images.drawn_styles import SIZE, STYLES

LOOKS = {  # mean red, green and blue; then of the upper and of the left half
    "waves": (126.8, 131.7, 152.1, 136.6, 136.4),
    "mosaic": (135.7, 148.5, 120.7, 143.2, 134.4),
    "strokes": (124.8, 152.0, 167.1, 152.9, 139.4),
    "hatching": (141.5, 136.5, 136.5, 159.6, 142.2),
    "stained_glass": (87.8, 68.5, 58.5, 73.0, 65.4),
    "dots": (140.1, 162.3, 102.8, 131.5, 135.1),
    "marbling": (143.4, 118.0, 98.6, 120.1, 119.3),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", STYLES)
def test_a_style_is_the_same_whenever_it_is_drawn(name: str) -> None:
    title, draw = STYLES[name]
    picture = draw()
    assert picture.shape == (SIZE, SIZE, 3)
    assert picture.dtype == np.uint8
    assert title
    assert picture.std() > 25
    halves = picture[: SIZE // 2].mean(), picture[:, : SIZE // 2].mean()
    assert [*picture.mean((0, 1)), *halves] == pytest.approx(LOOKS[name], abs=1)


def test_faces_look_as_they_did() -> None:
    picture = draw_faces(200, 32, np.random.default_rng(3)).astype(float)
    assert picture.mean((0, 1, 2)).tolist() == pytest.approx([180.6, 166.6, 156.2], abs=0.5)
    parts = picture[:, :16].mean(), picture[:, :, :16].mean(), picture[:, 8:24, 8:24].mean()
    assert parts == pytest.approx((161.8, 167.3, 124.7), abs=0.5)


def test_faces_follow_the_seed_and_differ_from_each_other() -> None:
    some, same, others = (draw_faces(6, 32, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert some.shape == (6, 32, 32, 3)
    assert some.dtype == np.uint8
    assert (some == same).all()
    assert (some != others).any()
    distances = np.abs(some[:, None].astype(int) - some[None]).mean((2, 3, 4))
    assert distances[~np.eye(6, dtype=bool)].min() > 5


def test_a_face_has_eyes_with_white_in_them_and_a_red_mouth() -> None:
    picture = draw_faces(20, 64, np.random.default_rng(3)).astype(int)
    white = (picture.min(-1) > 140)[:, 20:44].sum((1, 2))
    red = (picture[..., 0] - picture[..., 1:].max(-1) > 60)[:, 40:].sum((1, 2))
    assert (white > 4).all()
    assert (red > 5).all()


def test_faces_are_lit_from_some_side_and_have_no_hard_edges() -> None:
    picture = draw_faces(20, 64, np.random.default_rng(3)).astype(int).mean(-1)
    corners = picture[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert np.median(np.ptp(corners, axis=1)) > 20
    assert np.abs(np.diff(picture, axis=2)).max() < 120
