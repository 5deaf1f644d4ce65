"""What every tab, present and future, owes the page: these tests find the demos by themselves."""

import inspect
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from cnn_core.errors import LabError
from cnn_core.runtime import weights
from demos import catalogue, runner, tabs
from demos.spec import (
    GROUPS,
    Bars,
    BeforeAfter,
    Button,
    Choice,
    Demo,
    Download,
    Memory,
    Note,
    OpenIn,
    Picture,
    Pictures,
    Plot,
    Point,
    Region,
    Regions,
    Slider,
    Table,
)

DEMOS = catalogue.find_demos()
BROKEN = {
    "a text called .jpg": b"Dear class, this is no picture.",
    "an empty file": b"",
    "a cut-off PNG": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00",
}


@pytest.fixture(params=DEMOS, ids=lambda demo: demo.name)
def demo(request: pytest.FixtureRequest) -> Demo:
    return request.param


def is_picture(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == np.uint8 and value.ndim in (2, 3) and 0 not in value.shape


def fits(field: object, value: object) -> bool:
    """Whether a value is what the field's docstring promises the page."""
    match field:
        case Picture():
            return value is None or is_picture(value)
        case Pictures():
            return isinstance(value, list) and all(is_picture(p) and isinstance(words, str) for p, words in value)
        case BeforeAfter():
            return all(map(is_picture, value)) and value[0].shape == value[1].shape
        case Regions():
            return is_picture(value[0]) and all(isinstance(region, Region) for region in value[1])
        case Bars():
            return isinstance(value, dict) and all(isinstance(k, str) and 0 <= v <= 1.0001 for k, v in value.items())
        case Table():
            return isinstance(value, list) and all(len(row) == len(field.columns) for row in value)
        case Plot():
            return isinstance(value, Figure)
        case Note():
            return isinstance(value, str)
        case Download():
            return value is None or (isinstance(value[0], str) and isinstance(value[1], bytes))
        case OpenIn():
            return value is None or isinstance(value, dict)
        case Memory():
            return True
    raise AssertionError(f"no test knows the field {field!r}")


def test_there_are_demos_in_the_order_of_the_groups() -> None:
    places = [list(GROUPS.values()).index(demo.group) for demo in DEMOS]
    assert places == sorted(places)
    assert {"classify", "two_or_many", "layers", "why", "models_compared", "cnn_against_dense"} <= {d.name for d in DEMOS}


def test_arguments_match_the_inputs(demo: Demo) -> None:
    assert set(inspect.signature(demo.run).parameters) == set(demo.inputs)


def test_it_says_what_a_lecturer_needs(demo: Demo) -> None:
    assert demo.summary.endswith(".")
    assert len(demo.lesson.notice) >= 2
    assert len(demo.lesson.questions) >= 2
    assert all(question.rstrip().endswith("?") and answer for question, answer in demo.lesson.questions)
    assert "def run(" in runner.source_of(demo)


def test_points_and_links_lead_somewhere(demo: Demo) -> None:
    labels = {field.label for field in demo.outputs if isinstance(field, Picture)}
    for field in demo.inputs.values():
        if isinstance(field, Point):
            assert field.on in labels or isinstance(demo.inputs.get(field.on), Picture)
        if isinstance(field, Choice):
            assert set(field.depends_on) <= set(demo.inputs)
    for field in demo.outputs:
        if isinstance(field, OpenIn):
            assert field.demo in {other.name for other in DEMOS}
        if isinstance(field, Memory):
            assert demo.inputs[field.name] is field


def test_its_networks_are_shipped(demo: Demo) -> None:
    assert set(demo.weights) <= set(weights.names())


def opened(demo: Demo) -> dict[str, object]:
    """The first example's values; what takes many steps takes as few as the page allows."""
    values = runner.example_values(demo, demo.examples[0])
    steps = demo.inputs.get("steps")
    return {**values, "steps": steps.low} if isinstance(steps, Slider) else values


def test_its_examples_run_and_fit(demo: Demo) -> None:
    assert demo.examples, "the page opens with the first example already answered"
    for example in demo.examples:
        assert set(example) <= set(demo.inputs)
        values = runner.example_values(demo, example)
        answered = list(runner.answers(demo, values))
        assert answered
        for field, value in zip(demo.outputs, answered[-1].values, strict=True):
            assert fits(field, value), (example, field, type(value))


def test_its_facts_name_the_device_and_the_networks(demo: Demo) -> None:
    *_, last = runner.answers(demo, opened(demo))
    if not any(isinstance(field, Picture) for field in demo.inputs.values()):
        return
    assert "ms in the network" in last.facts
    assert any(weights.card(name).line in last.facts for name in demo.weights)


@pytest.mark.parametrize("broken", BROKEN)
def test_a_missing_or_broken_picture_gives_a_sentence(demo: Demo, broken: str) -> None:
    pictures = [name for name, field in demo.inputs.items() if isinstance(field, Picture) and not field.optional]
    values = opened(demo)
    for name in pictures:
        for bad in (None, BROKEN[broken]):
            with pytest.raises(LabError) as caught:
                list(runner.answers(demo, {**values, name: bad}))
            assert str(caught.value) != runner.UNEXPECTED
            assert "Traceback" not in str(caught.value)


def test_odd_pictures_give_results(demo: Demo) -> None:
    """Where a face is needed, they give a sentence about what would work."""
    pictures = [name for name, field in demo.inputs.items() if isinstance(field, Picture)]
    values = opened(demo)
    for shape in ((1, 1, 3), (3, 2000, 3), (900, 7, 3)):
        odd = np.full(shape, 90, np.uint8)
        if pictures:
            given = {**values, **dict.fromkeys(pictures, odd)}
            if demo.group == "Compare":
                with pytest.raises(LabError, match=r"No face was found\. What works: "):
                    list(runner.answers(demo, given))
            else:
                *_, last = runner.answers(demo, given)
                assert len(last.values) == len(demo.outputs)


def test_every_choice_works(demo: Demo) -> None:
    """Each option of each short Choice, and the ends of long ones, one at a time from the first example."""
    values = opened(demo)
    for name, field in demo.inputs.items():
        if not isinstance(field, Choice) or field.several:
            continue
        options = [v for v, _ in runner.options_of(field, values) if not v.startswith("public_")]
        for option in options if len(options) <= 5 else [*options[:2], options[-1]]:
            *_, last = runner.answers(demo, {**values, name: option})
            assert all(fits(f, v) for f, v in zip(demo.outputs, last.values, strict=True)), (name, option)


def test_every_button_works(demo: Demo) -> None:
    values = opened(demo)
    for name, field in demo.inputs.items():
        if isinstance(field, Button):
            *_, last = runner.answers(demo, {**values, name: True})
            assert all(fits(f, v) for f, v in zip(demo.outputs, last.values, strict=True))


def test_it_is_built_by_both_front_ends(demo: Demo) -> None:
    from streamlit.testing.v1 import AppTest

    from demos.frontends.gradio import app
    from tests.frontends.streamlit_pages import run_at

    page = app.build([demo])
    texts = str(page.get_config_file())
    assert demo.title in texts
    assert f"'api_name': '{demo.name}'" in texts

    def script(name: str) -> None:
        from demos.catalogue import demo_named
        from demos.frontends.streamlit import app

        app.main([demo_named(name)])

    shown = run_at(AppTest.from_function(script, kwargs={"name": demo.name}, default_timeout=60), demo.name)
    assert [title.value for title in shown.title] == [demo.title]
    assert not shown.exception
    assert not shown.error


NEW_TAB = '''
"""A tab that a test drops in."""

from demos.spec import Demo, Lesson, Note, Slider

DEMO = Demo(
    title="Dropped in", summary="Twice as much.",
    lesson=Lesson(notice=("a", "b"), questions=(("c?", "d"), ("e?", "f"))),
    inputs={"amount": Slider(label="Amount", low=0, high=10, step=1, default=3)},
    outputs=(Note(label="Twice", tone="headline"),),
    run=lambda amount: f"twice is {2 * amount}",
    examples=({"amount": 4},),
)
'''


def test_a_new_tab_is_one_new_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.testing.v1 import AppTest

    from demos.frontends.gradio import app
    from tests.frontends.streamlit_pages import run_at

    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "dropped_in.py").write_text(textwrap.dedent(NEW_TAB))
    monkeypatch.setattr(tabs, "__path__", [*tabs.__path__, str(tmp_path)])
    try:
        found = catalogue.find_demos()
        assert [d.name for d in found if d not in DEMOS] == ["dropped_in"]

        texts = str(app.build(found).get_config_file())
        assert "Dropped in" in texts
        assert "'api_name': 'dropped_in'" in texts

        def script() -> None:
            from demos.catalogue import find_demos
            from demos.frontends.streamlit import app

            app.main([d for d in find_demos() if d.name == "dropped_in"])

        page = run_at(AppTest.from_function(script, default_timeout=60), "dropped_in")
        assert not page.exception
        assert any("twice is 8" in block.value for block in page.markdown)
    finally:
        sys.modules.pop("demos.tabs.experiments.dropped_in", None)
        catalogue.demo_in.cache_clear()


def test_a_tab_that_fails_to_import_is_not_hidden(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "broken_tab.py").write_text("import nothing_like_this")
    monkeypatch.setattr(tabs, "__path__", [*tabs.__path__, str(tmp_path)])
    with pytest.raises(ModuleNotFoundError, match="nothing_like_this"):
        catalogue.find_demos()
