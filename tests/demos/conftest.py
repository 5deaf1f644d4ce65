"""What tests of all tabs share: an example of a tab with as few steps as the page allows."""

from collections.abc import Callable

import pytest

from demos import runner
from demos.spec import Choice, Demo, Slider
from demos.tabs.create import style_optimised

SHORTENED = {"steps", "side"}
"""What makes an answer quicker, or smaller."""


def shortened(demo: Demo, example: int = 0) -> dict[str, object]:
    """An example's values; what takes many steps, or large pictures, takes as few and as small ones as the page allows."""
    values = runner.example_values(demo, demo.examples[example])
    steps, side = demo.inputs.get("steps"), demo.inputs.get("side")
    if isinstance(steps, Slider):
        values["steps"] = steps.low
    if isinstance(side, Choice):
        values["side"] = runner.options_of(side, values)[0][0]
    return values


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[str, object]]:
    """``shortened``; the one press that paints a whole grid of pictures takes few steps for each, too."""
    monkeypatch.setattr(style_optimised, "STYLE_SWEEP_STEPS", 2)
    monkeypatch.setattr(style_optimised, "CONTENT_SWEEP_STEPS", 2)
    return shortened
