"""A lecturer's lesson file: what it becomes, the sentence where something in it is wrong, and the files of the lectures."""

import re
from pathlib import Path

import numpy as np
import pytest

from cnn_core.errors import InputError
from cnn_core.ops import convolution, known_kernels, upsampling
from demos import addresses, catalogue, lesson_file, runner
from demos.paths import PATHS, Stop
from demos.spec import Choice, Demo, Note, Picture, Point, Slider, Toggle
from tests.demos.small_runs import demo_of

FOLDER = Path(__file__).parents[2] / "docs" / "lessons"
BENCH = catalogue.demo_named("upsampling_bench")
LECTURES = sorted(FOLDER.glob("*.toml"))


def kinds(sort: str) -> tuple[tuple[str, str], ...]:
    return (("oak", "Oak"), ("lime", "Lime")) if sort == "tree" else (("rose", "Rose"), ("tulip", "Tulip"))


def small(name: str) -> Demo:
    inputs = {
        "amount": Slider(label="Amount", low=0, high=1, step=0.05, default=0.5),
        "loud": Toggle(label="Loud"),
        "sort": Choice(label="Sort", options=(("flower", "Flower"), ("tree", "Tree"))),
        "kind": Choice(label="Kind", options=kinds, depends_on=("sort",)),
        "some": Choice(label="Some", options=(("a", "A"), ("b", "B"), ("c", "C")), several=True),
        "place": Point(label="Place", on="Drawn"),
    }
    outputs = (Note(label="Said"), Picture(label="Drawn"))
    return demo_of(lambda **values: "", inputs, outputs, examples=({}, {"sort": "tree"}), name=name)


DEMOS = [small("one"), small("two")]
HEAD = 'title = "Ours"\nsummary = "Two stops."\n[[stop]]\ndemo = "one"\nasks = "What?"\n'
SECOND = '[[stop]]\ndemo = "two"\nasks = "Where?"\n'
BOTH = HEAD + SECOND


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "lesson.toml"


def test_a_file_becomes_a_path_whose_stops_say_what_they_set(file: Path) -> None:
    settings = 'settings = { amount = 0.30, loud = true, kind = "lime", some = ["a", "c"], place = [120, 85] }\n'
    questions = '[[stop.question]]\nask = "Why?"\nanswer = "So."\n[[stop.question]]\nask = "And?"\n'
    file.write_text(BOTH + "example = 2\n" + settings + questions + SECOND)
    path = lesson_file.read(file, DEMOS)
    assert (path.title, path.summary, path.numbered) == ("Ours", "Two stops.", True)
    query = {"example": "2", "amount": "0.3", "loud": "1", "kind": "lime", "some": "a,c", "place": "120,85"}
    own = (("Why?", "So."), ("And?", ""))
    assert path.stops == (Stop("one", "What?"), Stop("two", "Where?", query, own), Stop("two", "Where?"))
    assert addresses.inputs_in(DEMOS[1], query) == (
        1, {"amount": 0.3, "loud": True, "kind": "lime", "some": ["a", "c"], "place": (120, 85)},
    )  # fmt: skip


def test_the_first_example_is_said_where_the_lecturer_names_it(file: Path) -> None:
    """Else the page would open with a picture that the visitor has brought along."""
    file.write_text(BOTH + "example = 1")
    assert [stop.query for stop in lesson_file.read(file, DEMOS).stops] == [{}, {"example": "1"}]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD, "stop: expected at least 2 of them, got 1. docs/lessons/README.md shows"),
        (BOTH + "exmaple = 2", "stop 2: there is no 'exmaple'; there can be demo, asks, example, settings, question."),
        ("titel = 1\n" + HEAD + SECOND, "there is no 'titel'; there can be title, summary, stop."),
        (BOTH + '[[stop.question]]\nask = "A?"\nanser = "b"', "stop 2, question 1: there is no 'anser'; there can be"),
        (BOTH + "[[stop.question]]", "stop 2, question 1, ask: it is missing."),
        (BOTH + '[[stop.question]]\nask = "Say it"', "stop 2 (two): expected a question, which ends with '?', got 'Say"),
        (HEAD.replace("What?", "What") + SECOND, "stop 1 (one): expected a question, which ends with '?', got 'What'."),
        (HEAD + SECOND.replace("two", "tow"), "stop 2 (tow): no demo is called 'tow'. Did you mean two?"),
        (HEAD + SECOND.replace("two", "xyz"), "stop 2 (xyz): no demo is called 'xyz'. There are one, two."),
        (BOTH + "example = 3", "stop 2 (two): there is no example 3; Small has 1 to 2."),
        (BOTH + "example = 0", "stop 2 (two): there is no example 0;"),
        (BOTH + 'example = "2"', "stop 2, example: expected a whole number."),
        (BOTH + "settings = { amount = 1.4 }", "stop 2 (two): Amount: expected a number from 0 to 1, got 1.4."),
        (BOTH + "settings = { amuont = 1 }", "stop 2 (two): Small has no setting 'amuont'; it has amount, loud, sort,"),
        (BOTH + "settings = { loud = 2 }", "stop 2 (two): Loud: expected true or false"),
        (BOTH + 'settings = { kind = "lime" }', "stop 2 (two): Kind: 'lime' is not one of the choices. There are: rose,"),
        (BOTH + 'settings = { some = ["a", "z"] }', "stop 2 (two): Some: 'z' is not one of the choices."),
        (BOTH + "settings = { place = [3] }", "stop 2 (two): Place: expected a place as two whole numbers"),
        (BOTH + "settings = { amount = 2026-01-01 }", "stop 2 (two): expected a number, true, false, a text or a list"),
        (BOTH + "settings = 3", "stop 2, settings: expected settings by name"),
        (HEAD + "[[stop]", "it is no TOML: "),
        ("", "title: it is missing."),
    ],
)  # fmt: skip
def test_what_cannot_be_used_ends_in_one_sentence_that_says_where(text: str, sentence: str, file: Path) -> None:
    file.write_text(text)
    with pytest.raises(InputError) as caught:
        lesson_file.read(file, DEMOS)
    assert str(caught.value).startswith(sentence) and "\n" not in str(caught.value)


def test_a_missing_file_and_one_that_is_no_text(file: Path) -> None:
    with pytest.raises(InputError, match=r"^the file cannot be read \(No such file or directory\)\. Name a lesson file"):
        lesson_file.read(file, DEMOS)
    file.write_bytes(b"title = '\xff'")
    with pytest.raises(InputError, match=r"^it is no text in UTF-8\."):
        lesson_file.read(file, DEMOS)


def test_the_setting_puts_the_lesson_before_the_other_paths(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CNN_LESSON", raising=False)
    assert lesson_file.ways() == PATHS
    monkeypatch.setenv("CNN_LESSON", str(FOLDER / "004.toml"))
    lesson, *others = lesson_file.ways()
    assert lesson.title == "004 Other computer vision problems" and tuple(others) == PATHS
    monkeypatch.setenv("CNN_LESSON", str(file))
    with pytest.raises(InputError, match=rf"^CNN_LESSON={re.escape(str(file))}: the file cannot be read"):
        lesson_file.ways()


# ---------------------------------------------------------------- the lectures


def test_there_is_a_lesson_for_each_of_the_five_lectures() -> None:
    assert [path.name for path in LECTURES] == [f"00{k}.toml" for k in range(5)]
    text = (FOLDER.parents[1] / "README.md").read_text(encoding="utf-8")
    for path in LECTURES:
        assert f"| **{lesson_file.read(path, catalogue.find_demos()).title}** |" in text


@pytest.mark.parametrize("path", LECTURES, ids=lambda path: path.stem)
def test_every_stop_of_a_lecture_can_be_opened_and_asks_something(path: Path) -> None:
    lesson = lesson_file.read(path, catalogue.find_demos())  # which refuses an example or a setting that is not there
    assert 5 <= len(lesson.stops) <= 10
    assert len({place.address() for place in lesson.places({stop.demo for stop in lesson.stops})}) == len(lesson.stops)
    for stop in lesson.stops:
        assert stop.asks.endswith("?") and stop.questions
        assert all(ask.endswith("?") and answer.endswith(".") for ask, answer in stop.questions), stop.demo
    asked = [ask for stop in lesson.stops for ask, _ in stop.questions]
    assert len(asked) == len(set(asked))


def stops_with(lecture: str, demo: str) -> list[Stop]:
    return [stop for stop in lesson_file.read(FOLDER / lecture, catalogue.find_demos()).stops if stop.demo == demo]


def on_the_bench(stop: Stop) -> tuple[str, dict]:
    """All answers of a stop at the bench, and what the page has in its inputs."""
    _, values = addresses.inputs_in(BENCH, stop.query)
    return " ".join(answer for _, answer in stop.questions), runner.defaults(BENCH) | values


def rows(numbers: np.ndarray) -> list[str]:
    return [" ".join(f"{number:g}" for number in row) for row in numbers]


def test_the_maps_in_the_answers_are_those_of_the_bench() -> None:
    _, unpooled, learned = stops_with("004.toml", "upsampling_bench")
    told, values = on_the_bench(unpooled)
    pooled = upsampling.max_pool(upsampling.parse(values["numbers"], "map"), values["stride"])
    assert sorted(pooled.values.ravel()) == [5, 6, 7, 8]
    assert "; ".join(rows(upsampling.max_unpool(pooled, upsampling.parse(values["decoder"], "map")))) in told
    told, values = on_the_bench(learned)
    small, kernel = (upsampling.parse(values[name], name) for name in ("decoder", "kernel"))
    found = upsampling.transposed_convolution(small, kernel, values["stride"], values["padding"], 1)
    first, second, third, last = rows(found)
    assert found.max() == 4 and f"{first}, {second}, {third} and {last}" in told


def test_the_kernel_and_the_maps_of_the_third_lecture_do_what_the_answers_say() -> None:
    edge = np.array([[[0.0, 0, 9, 9, 0, 0]] * 3])  # (1, 3, 6): dark, bright, dark
    (row,) = convolution.convolve(edge, known_kernels.sobel_x(3)[None, None])[0]
    assert row.tolist() == [36, 36, -36, -36] and convolution.relu(row).tolist() == [36, 36, 0, 0]
    assert convolution.count_weights(1, 1, 3) == 9
    (pooled,) = stops_with("003.toml", "upsampling_bench")
    _, values = on_the_bench(pooled)
    before = upsampling.parse(values["numbers"], "map")
    after = before.copy()
    after[3, :2] = before[3, 1::-1]
    assert before[3, :2].tolist() == [7, 3] and after[3, :2].tolist() == [3, 7]
    np.testing.assert_array_equal(upsampling.max_pool(before, 2).values, upsampling.max_pool(after, 2).values)


def test_the_formats_example_is_a_lesson(file: Path) -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", (FOLDER / "README.md").read_text(encoding="utf-8"), flags=re.DOTALL)
    file.write_text(text)
    lesson = lesson_file.read(file, catalogue.find_demos())
    assert [stop.demo for stop in lesson.stops] == ["localise", "detect"]
    assert lesson.stops[1].query == {"example": "4", "confidence": "0.3", "stage": "raw"}
    assert [bool(answer) for _, answer in lesson.stops[1].questions] == [True, False]
