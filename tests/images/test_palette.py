"""One colour for one name, and colours that can be told apart."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import ImageColor

from cnn_core.images.palette import COLOURS, VOC_CLASSES, colour_of, ink_on

ROOT = Path(__file__).parents[2]


def test_the_twenty_voc_classes_have_twenty_colours():
    assert len(VOC_CLASSES) == 20 and VOC_CLASSES[0] == "aeroplane" and VOC_CLASSES[-1] == "tvmonitor"
    assert len({colour_of(name) for name in VOC_CLASSES}) == 20


def test_every_colour_is_different_and_well_formed():
    assert len(set(COLOURS)) == len(COLOURS)
    assert all(colour.startswith("#") and len(ImageColor.getrgb(colour)) == 3 for colour in COLOURS)


def test_no_two_colours_are_close():
    values = np.array([ImageColor.getrgb(colour) for colour in COLOURS], float)
    distance = np.linalg.norm(values[:, None] - values[None], axis=2) + 1000 * np.eye(len(values))
    assert distance.min() > 25


@pytest.mark.parametrize("name", ["", "tabby cat", "École, Straße, 猫", "x" * 1000])
def test_any_name_has_a_colour_of_the_palette(name):
    assert colour_of(name) in COLOURS and colour_of(name) == colour_of(name)


def test_names_spread_over_the_whole_palette():
    assert {colour_of(f"class {number}") for number in range(500)} == set(COLOURS)


def test_a_name_has_the_same_colour_in_every_process():
    """Python's own hash() differs from process to process; a picture kept from last week would have other colours."""
    names = ["goldfish", "school bus", "cat"]
    check = f"from cnn_core.images.palette import colour_of; print([colour_of(n) for n in {names!r}])"
    seed = os.environ | {"PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, cwd=ROOT, env=seed, timeout=60)
    assert done.stdout.strip() == str([colour_of(name) for name in names]), done.stderr


def test_numbered_objects_take_the_colours_in_turn():
    assert [colour_of("person 1"), colour_of("person 2"), colour_of("chair 3")] == list(COLOURS[:3])
    assert colour_of(f"sheep {len(COLOURS) + 1}") == COLOURS[0]


def test_ink_can_be_read():
    assert (ink_on("#F0E442"), ink_on("#004A74")) == ("black", "white")
