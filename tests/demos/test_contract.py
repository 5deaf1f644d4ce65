"""What every tab, present and future, owes the page: these tests find the demos by themselves."""

import functools
import inspect
import json
import pickle
import re
from collections.abc import Callable
from itertools import islice

import numpy as np
import pytest

from cnn_core.errors import LabError
from cnn_core.runtime import weights
from demos import catalogue, runner, stored
from demos.charts import Chart
from demos.spec import (
    GROUPS,
    Bars,
    BeforeAfter,
    Button,
    Choice,
    ClassGrid,
    ClassMap,
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
    Scene,
    Table,
)
from tests.demos.conftest import SHORTENED, shortened

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
        case ClassMap():
            bare, painted, grid = value
            fine = grid.classes.shape == grid.probabilities.shape and grid.classes.max() < len(grid.names)
            fine = fine and is_picture(bare) and is_picture(painted) and bare.shape == painted.shape
            return fine and 0 <= grid.probabilities.min() <= grid.probabilities.max() <= 1.0001
        case Bars():
            return isinstance(value, dict) and all(isinstance(k, str) and 0 <= v <= 1.0001 for k, v in value.items())
        case Table():
            return isinstance(value, list) and all(len(row) == len(field.columns) for row in value)
        case Plot():
            return value is None or (isinstance(value, Chart) and value.words.endswith("."))
        case Scene():
            return value is None or (value["words"].endswith(".") and bool(json.dumps(value, allow_nan=False)))
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


def test_arguments_match_the_inputs(demo: Demo) -> None:
    assert set(inspect.signature(demo.run).parameters) == set(demo.inputs)


def test_no_input_is_called_as_streamlit_s_page_calls_its_own_widgets(demo: Demo) -> None:
    """Two widgets of one key: "train_live.more" was the drawer of more results and a slider, and the page failed."""
    assert not {"run", "stop", "code", "more", "paste"} & set(demo.inputs)


def test_its_code_can_be_shown(demo: Demo) -> None:
    assert re.search(r"^(def \w+\(|\s*run=lambda )", runner.source_of(demo), re.MULTILINE)


def test_its_links_lead_to_tabs_and_their_inputs(demo: Demo) -> None:
    others = {other.name: other for other in catalogue.find_demos()}
    links = {k: field for k, field in enumerate(demo.outputs) if isinstance(field, OpenIn)}
    assert all(field.demo in others for field in links.values())
    for k, field in links.items():
        assert set(answer_to_example(demo.name).values[k] or {}) <= set(others[field.demo].inputs)


def test_its_networks_are_shipped(demo: Demo) -> None:
    assert set(demo.weights) <= set(weights.names())


@functools.cache
def answer_to_example(name: str, example: int = 0) -> runner.Answer:
    """The last answer to an example, worked out once for all tests; the first one's is that with which the page opens."""
    demo = catalogue.demo_named(name)
    if example == 0 and name not in stored.SLOW and not SHORTENED & set(demo.inputs):
        opening = stored.first_answer(demo)
        assert opening is not None
        return opening[1]
    *_, last = runner.answers(demo, shortened(demo, example))
    return last


def test_its_examples_run_and_fit(demo: Demo) -> None:
    assert demo.examples, "the page opens with the first example already answered"
    for number, example in enumerate(demo.examples):
        for field, value in zip(demo.outputs, answer_to_example(demo.name, number).values, strict=True):
            assert fits(field, value), (example, field, type(value))
            if isinstance(field, Pictures) and field.chooses:  # the n-th picture chooses the n-th option
                chosen = runner.options_of(demo.inputs[field.chooses], shortened(demo, number))
                assert len(value) == len(chosen)


def test_its_first_example_shows_something(demo: Demo) -> None:
    last = answer_to_example(demo.name)
    shown = [value for field, value in zip(demo.outputs, last.values, strict=True) if not isinstance(field, Memory)]
    assert any(value is not None and len(value) if hasattr(value, "__len__") else value for value in shown)


def test_its_answer_comes_back_from_another_process(demo: Demo) -> None:
    """As on ZeroGPU (demos/zero_gpu.py): what has a function in it would stay there."""
    pickle.dumps(answer_to_example(demo.name))


def test_its_facts_name_the_networks_that_it_lists(demo: Demo) -> None:
    """A tab without networks owes no facts; one that lists some, and takes a picture, names those that it asked."""
    last = answer_to_example(demo.name)
    named = {name for name in weights.names() if weights.card(name).line in last.facts}
    pictures = any(isinstance(field, Picture | Pictures) and not field.optional for field in demo.inputs.values())
    if demo.weights and pictures:
        assert named & set(demo.weights)
    assert bool(named) == ("ms in the network" in last.facts)
    assert not named or demo.weights, "a tab that asks networks lists them"


@pytest.mark.parametrize("broken", BROKEN)
def test_a_missing_or_broken_picture_gives_a_sentence(demo: Demo, broken: str) -> None:
    """For every picture, one at a time: a missing one is refused unless it is optional, a broken one always."""
    values = shortened(demo)
    for name, field in demo.inputs.items():
        if isinstance(field, Picture):
            bad = [BROKEN[broken]] if field.optional else [None, BROKEN[broken]]
        elif isinstance(field, Pictures):
            bad = [[BROKEN[broken]]] if field.optional else [[], [BROKEN[broken]]]
        else:
            continue
        for value in bad:
            assert is_a_sentence(refusal(demo, {**values, name: value}))


def refusal(demo: Demo, values: dict[str, object]) -> str:
    """The sentence with which the demo refuses; "" if it answers."""
    try:
        *_, last = runner.answers(demo, values)
    except LabError as error:
        return str(error)
    assert all(fits(field, value) for field, value in zip(demo.outputs, last.values, strict=True))
    return ""


def is_a_sentence(words: str) -> bool:
    """Whether a refusal says what is wrong, and not that something is."""
    return runner.UNEXPECTED not in words and "Traceback" not in words and words.endswith(".") and len(words) > 20


def test_odd_pictures_give_results_or_say_what_works(demo: Demo) -> None:
    pictures = [name for name, field in demo.inputs.items() if isinstance(field, Picture)]
    values = shortened(demo)
    for shape in ((1, 1, 3), (3, 2000, 3), (900, 7, 3)) if pictures else ():
        words = refusal(demo, {**values, **dict.fromkeys(pictures, np.full(shape, 90, np.uint8))})
        assert not words or is_a_sentence(words), shape


def test_a_click_beside_the_picture_is_no_click(demo: Demo) -> None:
    """It is answered as if there were none, or refused in words: never as if it were on the picture."""
    for name, field in demo.inputs.items():
        if not isinstance(field, Point):
            continue
        values = shortened(demo) | {name: None}
        *_, without = runner.answers(demo, values)
        for place in ((9999, -5), (100_000, 100_000)):
            *_, beside = runner.answers(demo, values | {name: place})
            assert f"{field.label}: {place} lies outside the picture" in beside.facts
            for one, other in zip(without.values, beside.values, strict=True):
                assert same(one, other)


def same(one: object, other: object) -> bool:
    """Whether two outputs are equal, pixel by pixel."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, ClassGrid) and isinstance(other, ClassGrid):
        return same((one.names, one.classes, one.probabilities), (other.names, other.classes, other.probabilities))
    return isinstance(one, Region | dict) or one == other


def begun(demo: Demo, values: dict[str, object]) -> runner.Answer:
    """The only answer of a run; of a run of many steps the second: the rest is the same again."""
    *_, last = islice(runner.answers(demo, values), 2)
    return last


def test_every_choice_works(demo: Demo) -> None:
    """Each option of each short Choice, and both ends of a long one, one at a time from the first example."""
    values = shortened(demo)
    for name, field in demo.inputs.items():
        if not isinstance(field, Choice) or field.several:
            continue
        options = [v for v, _ in runner.options_of(field, values) if not v.startswith("public_")]
        for option in options if len(options) <= 4 else [options[0], options[-1]]:
            if option == values[name]:
                continue  # that is the example, which another test runs
            answer = begun(demo, {**values, name: option})
            assert all(fits(f, v) for f, v in zip(demo.outputs, answer.values, strict=True)), (name, option)


def test_every_button_works(demo: Demo, opened: Callable[..., dict[str, object]]) -> None:
    values = opened(demo)
    for name, field in demo.inputs.items():
        if isinstance(field, Button):
            answer = begun(demo, {**values, name: True})
            assert all(fits(f, v) for f, v in zip(demo.outputs, answer.values, strict=True))


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

    opens = AppTest.from_function(script, kwargs={"name": demo.name}, default_timeout=60)
    for name in SHORTENED & set(demo.inputs) if demo.name not in stored.SLOW else ():
        opens.query_params[name] = str(shortened(demo)[name])
    shown = run_at(opens, demo.name)
    assert [title.value for title in shown.title] == [demo.title]
    assert not shown.exception
    assert not shown.error
