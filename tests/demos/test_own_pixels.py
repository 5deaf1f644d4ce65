"""Boxes, masks and clicks are in the upload's own pixels, whichever way the camera was held and however long the picture."""

import io

import numpy as np
import pytest
from PIL import Image

from cnn_core.images import samples
from demos import catalogue, runner
from demos.spec import Demo, Point, Region, Regions

TURNED = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
"""EXIF orientation -> what the camera did to the picture that its owner saw."""


def speaks_of_places(demo: Demo) -> bool:
    """Whether a demo answers at once with regions of its one picture, or takes clicks on it."""
    outputs = any(isinstance(field, Regions) for field in demo.outputs)
    clicks = any(isinstance(field, Point) and field.on == "picture" for field in demo.inputs.values())
    return (outputs or clicks) and "picture" in demo.inputs and not runner.has_steps(demo)


IN_THE_NETWORKS_PIXELS = ("receptive_field", "layers")
"""Whose pictures are what the network is given, or makes of it."""

DEMOS = [demo for demo in catalogue.find_demos() if speaks_of_places(demo)]


@pytest.fixture(params=DEMOS, ids=lambda demo: demo.name)
def demo(request: pytest.FixtureRequest) -> Demo:
    return request.param


def upright() -> np.ndarray:
    return np.asarray(Image.fromarray(np.asarray(samples.load("chelsea"))).resize((240, 160)))


def from_a_camera(picture: np.ndarray, orientation: int) -> bytes:
    """A file without loss whose pixels lie as the camera's chip saw them, with a note of how to turn them."""
    image = Image.fromarray(picture).transpose(TURNED[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    image.save(file, "PNG", exif=exif)
    return file.getvalue()


def answered(demo: Demo, picture: object, **further: object) -> tuple:
    values = runner.example_values(demo, {"picture": picture, **further})
    *_, last = runner.answers(demo, values)
    return last.values


def regions_of(values: tuple) -> list[Region]:
    lists = [value[1] for value in values if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], list)]
    return [region for regions in lists for region in regions if isinstance(region, Region)]


def pictures_of(values: tuple) -> list[np.ndarray]:
    return [value for value in values if isinstance(value, np.ndarray)]


def scenes_of(values: tuple) -> list[dict]:
    return [value for value in values if isinstance(value, dict) and "words" in value]


def settings(demo: Demo) -> dict[str, object]:
    """What makes the demo answer with something to compare."""
    wanted = {"confidence": 0.1, "threshold": 0.05, "place": (120, 80)}
    return {name: value for name, value in wanted.items() if name in demo.inputs}


@pytest.mark.parametrize("orientation", TURNED)
def test_a_turned_photograph_is_answered_as_its_owner_saw_it(demo: Demo, orientation: int) -> None:
    plain = answered(demo, upright(), **settings(demo))
    turned = answered(demo, from_a_camera(upright(), orientation), **settings(demo))
    shapes = [(region.name, np.asarray(region.shape).tolist()) for region in regions_of(plain)]
    assert [(region.name, np.asarray(region.shape).tolist()) for region in regions_of(turned)] == shapes
    assert all(np.array_equal(a, b) for a, b in zip(pictures_of(plain), pictures_of(turned), strict=True))
    assert scenes_of(plain) == scenes_of(turned)
    assert shapes or pictures_of(plain) or scenes_of(plain)


@pytest.mark.parametrize("shape", [(30, 900), (900, 30), (1, 64), (1700, 2300)])
def test_regions_lie_in_pictures_of_any_shape(demo: Demo, shape: tuple[int, int]) -> None:
    height, width = shape
    picture = np.asarray(Image.fromarray(upright()).resize((width, height)))
    further = {**settings(demo), **({"place": (width // 2, height // 2)} if "place" in demo.inputs else {})}
    values = answered(demo, picture, **further)
    for region in regions_of(values):
        if isinstance(region.shape, np.ndarray):
            assert region.shape.shape == shape
        else:
            x1, y1, x2, y2 = region.shape
            assert 0 <= x1 <= x2 <= width
            assert 0 <= y1 <= y2 <= height
    if demo.name not in IN_THE_NETWORKS_PIXELS:
        assert all(drawn.shape[:2] == shape for drawn in pictures_of(values))
