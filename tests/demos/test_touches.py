"""What a browser says of a touch is checked like anything else that a person sets."""

from typing import Any

import pytest

from cnn_core.errors import InputError
from demos import touches
from demos.spec import Choice, Demo, Note, Picture, Point, Scene, Slider, Toggle
from tests.frontends.small_demos import LESSON

PLANE = Scene(label="Plane", script="roc", sets=("far", "whole", "sort", "kind", "place"))
SORTS = {"fruit": ("apple", "pear"), "tree": ("oak",)}
HELD = {"far": 0.5, "whole": 1, "sort": "fruit", "kind": "pear", "place": None, "flag": False}


def demo_with(scene: Scene) -> Demo:
    return Demo(
        title="Touched", summary="Touch it.", lesson=LESSON, outputs=(Note(label="Said"), scene), run=lambda **held: "",
        inputs={
            "photo": Picture(label="Photo"),
            "far": Slider(label="Far", low=-1, high=1, step=0.5, default=0.5),
            "whole": Slider(label="Whole", low=0, high=9, step=1, default=1),
            "sort": Choice(label="Sort", options=(("fruit", "Fruit"), ("tree", "Tree"))),
            "kind": Choice(label="Kind", options=lambda sort: tuple((k, k) for k in SORTS[sort]), depends_on=("sort",)),
            "place": Point(label="Place", on="photo"),
            "flag": Toggle(label="Flag"),
        },
    )  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({"far": -1}, {"far": -1.0}),
        ({"whole": 2.6}, {"whole": 3}),
        ({"sort": "tree", "kind": "oak"}, {"sort": "tree", "kind": "oak"}),  # checked against the new sort's kinds
        ({"kind": "apple"}, {"kind": "apple"}),
        ({"place": [3, 4.9]}, {"place": (3, 4)}),
        ({}, {}),
    ],
)
def test_a_touch_sets_what_it_names(sent: dict[str, Any], found: dict[str, Any]) -> None:
    assert touches.settings_of(demo_with(PLANE), PLANE, HELD, sent) == found


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"flag": True}, "Plane: expected values of far, whole, sort, kind, place, got"),  # an input, but not this scene's
        ([1], "Plane: expected values of"), (None, "Plane: expected values of"),
        ({"far": 1.5}, "Far: expected a number from -1 to 1"), ({"far": float("nan")}, "Far: expected a number"),
        ({"sort": "stone"}, "is not one of the choices"), ({"place": [1]}, "Place: expected a place"),
    ],
)  # fmt: skip
def test_a_touch_sets_nothing_else(sent: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        touches.settings_of(demo_with(PLANE), PLANE, HELD, sent)


@pytest.mark.parametrize("name", ["photo", "nothing"])
def test_a_scene_that_sets_what_no_touch_can_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="which a touch cannot"):
        demo_with(Scene(label="Plane", script="roc", sets=(name,)))
