"""Gradio is imported without the seconds that it spends on files for editors."""

import subprocess
import sys

WRITES = """
import pathlib, sys
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
"""


def test_no_component_is_parsed_for_editors() -> None:
    done = subprocess.run([sys.executable, "-c", WRITES], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "0"
