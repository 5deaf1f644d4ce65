"""What is drawn by programme: the same every time, of the right kind, and varied."""

import numpy as np
import pytest
from numpy.typing import NDArray

from cnn_core.images.drawn_faces import HAIR, SKIN, draw_faces, features_on
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
    assert picture.mean((0, 1, 2)).tolist() == pytest.approx([174.6, 162.4, 151.9], abs=0.5)
    parts = picture[:, :16].mean(), picture[:, :, :16].mean(), picture[:, 8:24, 8:24].mean()
    assert parts == pytest.approx((157.0, 162.6, 108.1), abs=0.5)


def test_faces_follow_the_seed_and_differ_from_each_other() -> None:
    some, same, others = (draw_faces(6, 32, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert some.shape == (6, 32, 32, 3)
    assert some.dtype == np.uint8
    assert (some == same).all()
    assert (some != others).any()
    distances = np.abs(some[:, None].astype(int) - some[None]).mean((2, 3, 4))
    assert distances[~np.eye(6, dtype=bool)].min() > 5


def test_a_face_has_eyes_with_white_in_them_and_a_mouth_unlike_its_cheeks() -> None:
    picture = draw_faces(20, 64, np.random.default_rng(3)).astype(int)
    white = (picture.min(-1) > 140)[:, 20:44].sum((1, 2))
    cheek = np.median(picture[:, 36:44, 18:46], (1, 2))[:, None, None]
    mouth = np.abs(picture[:, 44:54, 26:38] - cheek).max((1, 2, 3))
    assert (white > 4).all()
    assert (mouth > 25).all()


def brightness(colour: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.asarray(0.299 * colour[..., 0] + 0.587 * colour[..., 1] + 0.114 * colour[..., 2])


@pytest.mark.parametrize("bright", [0.93, 1.05])
@pytest.mark.parametrize("skin", SKIN)
def test_every_tone_of_skin_has_features_that_stand_out_from_it(skin: tuple[float, float, float], bright: float) -> None:
    """In luminance, 0..1: the same least contrasts for the lightest and for the darkest."""
    faces = bright * np.array([skin] * len(HAIR))[:, None, None]
    features = features_on(faces, np.array(HAIR)[:, None, None])
    around, drawn = brightness(faces), {name: brightness(value) for name, value in vars(features).items()}
    least = {"lips": 0.07, "lid": 0.13, "brow": 0.11, "nose": 0.06, "outline": 0.06, "hair": 0.1}
    assert {name: np.abs(drawn[name] - around).min() >= least[name] for name in least} == dict.fromkeys(least, True)
    assert (drawn["white"] - drawn["lid"] > 0.5).all()


def test_lips_of_the_darkest_skin_by_hand() -> None:
    """0.35 x (0.34, 0.225, 0.165) + 0.65 x (0.80, 0.48, 0.44): a rose lighter than the skin."""
    skin, black = np.array([[[[0.34, 0.225, 0.165]]]]), np.full((1, 1, 1, 3), 0.05)
    assert features_on(skin, black).lips.ravel() == pytest.approx([0.639, 0.39075, 0.34375], abs=1e-5)


def test_faces_are_lit_from_some_side_and_have_no_hard_edges() -> None:
    picture = draw_faces(20, 64, np.random.default_rng(3)).astype(int).mean(-1)
    corners = picture[:, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert np.median(np.ptp(corners, axis=1)) > 12
    assert np.abs(np.diff(picture, axis=2)).max() < 120
