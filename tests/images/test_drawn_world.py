"""The tiny world's pictures: each thing where the scene says, in its colour, in front of what was drawn before."""

import numpy as np
import pytest

from cnn_core.images.drawn_world import PERIOD, TONES, draw_scene, marks
from cnn_core.ops.tiny_world import Thing, TinyScene


def seen(*things: Thing, light: float = -np.pi / 2) -> np.ndarray:
    return draw_scene(TinyScene(things, light), 120).astype(float) / 255


@pytest.mark.parametrize("colour", TONES)
def test_a_thing_has_its_colour_at_its_place(colour: str) -> None:
    picture = seen(Thing("square", colour, "plain", "large", 0.25, 0.75, 0.12))
    assert picture[90, 30] == pytest.approx(TONES[colour], abs=0.02)
    nearest = min(TONES, key=lambda name: np.abs(np.array(TONES[name]) - picture[90, 30]).sum())
    assert nearest == colour
    assert np.ptp(picture[30, 90]) < 0.06 and picture[30, 90].min() > 0.7  # elsewhere the pale ground


def test_what_is_drawn_later_lies_in_front() -> None:
    back, front = (Thing("circle", name, "plain", "large", 0.5, 0.5, 0.12) for name in ("red", "blue"))
    assert seen(back, front)[60, 60] == pytest.approx(TONES["blue"], abs=0.02)


def test_the_light_comes_from_its_side_and_the_shadow_falls_on_the_other() -> None:
    thing = Thing("square", "grey", "plain", "large", 0.5, 0.5, 0.12)
    above = seen(thing, light=-np.pi / 2)  # from above, for y points down
    assert above[52, 60].mean() > above[68, 60].mean()
    assert above[5, 60].mean() > above[115, 60].mean()
    shadow, lit = above[60 + 14, 60].mean(), above[60 - 14, 60].mean()  # two pixels beyond its lower and upper side
    assert shadow < lit - 0.08


def test_stripes_run_across_and_dots_do_not() -> None:
    steps = np.arange(0, 0.2, PERIOD / 16, dtype=np.float32)
    along, across = (marks("striped", steps, sign * steps) for sign in (-1, 1))
    assert np.ptp(along) < 1e-3 and np.ptp(across) > 0.9
    assert np.ptp(marks("dotted", steps, 0 * steps)) > 0.9 and np.ptp(marks("dotted", 0 * steps, steps)) > 0.9
    assert not marks("plain", steps, steps).any()


def test_a_scene_looks_the_same_at_every_size() -> None:
    things = (
        Thing("star", "green", "striped", "large", 0.3, 0.4, 0.14),
        Thing("ring", "red", "plain", "small", 0.7, 0.6, 0.06),
    )
    large = draw_scene(TinyScene(things), 240).astype(float)
    halved = large.reshape(120, 2, 120, 2, 3).mean((1, 3))  # each 2 x 2 block's mean
    assert np.abs(halved - draw_scene(TinyScene(things), 120)).mean() < 1
