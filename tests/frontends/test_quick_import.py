"""What opening the page costs: no files for editors, nothing of training, no package that no page needs."""

import subprocess
import sys

import pytest

from tests.test_architecture import ROOT, training_packages

ABSENT = training_packages() - {"tomlkit"}
"""Gradio brings tomlkit along, for its own command line."""
OPENS = f"""
import pathlib, sys
sys.modules.update(dict.fromkeys({ABSENT}))  # None: an import fails
import demos.frontends.gradio
read = []
plain = pathlib.Path.read_text
def reading(self, *args, **kwargs):
    read.append(self.name)
    return plain(self, *args, **kwargs)
pathlib.Path.read_text = reading
import gradio
assert gradio.Image().postprocess(None) is None
print(sum(name in ("image.py", "image.pyi", "slider.py", "textbox.py") for name in read))
from demos import catalogue
from demos.frontends.gradio import app
app.build(catalogue.find_demos())
from demos.frontends.streamlit import app as streamlit
print(len(streamlit.catalogue()))
print(sorted({{"torchvision", "torch._dynamo"}} & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def opened() -> list[str]:
    """What a new process says of what it read and imported until both front ends stood."""
    assert {"torchmetrics", "faster_coco_eval", "sklearn"} == ABSENT
    ran = subprocess.run([sys.executable, "-c", OPENS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip().splitlines()[-3:]


@pytest.mark.slow
def test_no_component_is_parsed_for_editors(opened: list[str]) -> None:
    assert opened[0] == "0"


@pytest.mark.slow
def test_the_page_opens_without_what_no_page_needs(opened: list[str]) -> None:
    assert int(opened[1]) > 20
    assert opened[2] == "[]"
