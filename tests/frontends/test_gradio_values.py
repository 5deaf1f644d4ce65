"""What Gradio's widgets are given and give: values, files, links to other pages, and what a visitor costs."""

import tracemalloc
from dataclasses import replace
from pathlib import Path

import gradio as gr
import numpy as np
import pytest
from gradio import state_holder

from demos.frontends import presentation
from demos.frontends.gradio import app, files, inputs, links, outputs, sessions
from demos.spec import Choice, Memory, OpenIn, Picture, Pictures, Point
from tests.frontends import small_demos

# ---------------------------------------------------------------- values


def test_empty_places_and_typed_places():
    point = Point(label="Place", on="picture")
    assert inputs.raw_value(point, "") is None
    assert inputs.raw_value(point, " 12, 34 ") == ["12", "34"]
    assert inputs.raw_value(point, [12, 34]) == [12, 34]


def test_a_dependent_choice_takes_its_options_along():
    field = small_demos.opener.inputs["shade"]
    assert isinstance(field, Choice)
    update = inputs.update_of(field, "deep blue", {"colour": "blue"})
    assert ("Deep Blue", "deep blue") in update["choices"] and update["value"] == "deep blue"


def test_the_same_picture_is_kept_once(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    picture = np.zeros((4, 5, 3), np.uint8)
    paths = {files.picture_path(picture, True, "../../A/Cat: black?") for _ in range(3)}
    assert len(paths) == 1 and len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1
    path = Path(paths.pop())
    assert path.is_relative_to(tmp_path) and path.name == "A Cat black.png"


def test_only_where_pixels_mean_something_a_photograph_is_a_png(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    noise = np.random.default_rng(0).integers(0, 256, (200, 300, 3), np.uint8)
    fields = (Picture(label="a"), Picture(label="b", pixelated=True))
    assert [Path(outputs.plain_value(field, noise)).suffix for field in fields] == [".jpg", ".png"]


def test_equal_results_are_made_into_files_once_and_again_when_these_are_gone(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    made: list[int] = []
    plain = presentation.picture_file
    monkeypatch.setattr(presentation, "picture_file", lambda *given: (made.append(1), plain(*given))[1])
    noise, field = np.random.default_rng(1).integers(0, 256, (200, 300, 3), np.uint8), Pictures(label="Both")
    first = outputs.plain_value(field, [(noise, "a"), (255 - noise, "")])
    again = outputs.plain_value(field, [(noise.copy(), "a"), (255 - noise, "")])
    assert first == again and len(made) == 2
    assert outputs.plain_value(field, [(noise, "b"), (255 - noise, "")]) != first and len(made) == 4
    Path(first[1][0]).unlink()
    assert outputs.plain_value(field, [(noise, "a"), (255 - noise, "")]) == first
    assert len(made) == 6 and Path(first[1][0]).is_file()


@pytest.mark.parametrize("output", [field for field in small_demos.kitchen_sink.outputs if not isinstance(field, Memory)])
def test_every_output_can_be_empty(output):
    updates = outputs.updates_for(output, None)
    assert updates[0]["visible"] is False


def test_example_titles_name_what_they_show():
    sink = small_demos.kitchen_sink
    assert presentation.example_title(sink, {"picture": "coffee", "sort": "tree"}) == "Cup of coffee"
    assert presentation.example_title(sink, {"amount": 0.5}) == "Amount: 0.5"
    assert isinstance(sink.inputs["picture"], Picture) and isinstance(sink.inputs["extra"], Pictures)


def test_examples_can_have_titles_of_their_own():
    examples = ({"amount": 0.5}, {"amount": 0.7})
    titled = replace(small_demos.kitchen_sink, examples=examples, example_titles=("half", "more"))
    assert [presentation.example_title(titled, example) for example in examples] == ["half", "more"]
    assert presentation.example_titles(titled) == ["half", "more"]
    alike = replace(titled, example_titles=("some", "some"))
    assert presentation.example_titles(alike) == ["some, Amount: 0.5", "some, Amount: 0.7"]
    with pytest.raises(ValueError, match="2 examples, but 1 titles"):
        replace(small_demos.kitchen_sink, examples=examples, example_titles=("half",))


def test_an_example_without_a_picture_can_have_one_drawn():
    def draw(values):
        return np.full((2, 2, 3), 100 * values["amount"], np.uint8) if values["sort"] == "tree" else None

    drawn = replace(small_demos.kitchen_sink, thumbnail=draw)
    shown = presentation.example_picture(drawn, {"amount": 0.5, "sort": "tree", "picture": "coffee"})
    assert shown is not None and shown.tolist() == [[[50] * 3] * 2] * 2
    assert presentation.example_picture(drawn, {"amount": 0.5, "sort": "fruit"}) is None
    coffee = presentation.example_picture(drawn, {"sort": "fruit", "picture": "coffee"})
    assert coffee is presentation.example_picture(small_demos.kitchen_sink, {"picture": "coffee"}) is not None


def test_lessons_fold_their_answers_and_link_their_sources():
    words = presentation.lesson_markdown(small_demos.kitchen_sink.lesson)
    assert "<details><summary>Why?</summary>\n\nBecause.\n\n</details>" in words
    assert (
        presentation.linked("He 2015, arXiv:1512.03385") == "He 2015, [arXiv:1512.03385](https://arxiv.org/abs/1512.03385)"
    )


def test_a_link_to_another_page_holds_its_inputs_as_files_not_as_arrays(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path))
    field = next(entry for entry in small_demos.opener.outputs if isinstance(entry, OpenIn))
    given = {"picture": np.zeros((4, 5, 3), np.uint8), "extra": [np.ones((2, 2, 3), np.uint8)], "amount": 0.5}
    (button,) = outputs.updates_for(field, given)
    assert button["visible"] is True and button["link"].startswith("./kitchen_sink?with=")
    held = links.held(button["link"].partition("=")[2])
    assert Path(held["picture"]).is_file() and Path(held["extra"][0]).is_file() and held["amount"] == 0.5
    assert {held["picture"], held["extra"][0]} <= files.KEPT
    assert outputs.updates_for(field, given) == [button]
    assert outputs.updates_for(field, given | {"amount": 0.6})[0]["link"] != button["link"]
    assert links.held("") is None and links.held("0" * 24) is None


def test_the_oldest_links_are_forgotten(monkeypatch):
    monkeypatch.setattr(links, "MOST", 2)
    keys = [links.address_of("slow", {"words": words}).partition("=")[2] for words in ("a", "b")]
    assert links.held(keys[0]) == {"words": "a"}
    links.address_of("slow", {"words": "c"})
    assert links.held(keys[1]) is None and links.held(keys[0]) == {"words": "a"}


def test_a_new_visitor_costs_the_server_little():
    """Gradio's own session copies every widget's configuration: 61 ms and 1.35 MB with the widgets of 25 demos."""
    sessions.use_light_sessions()
    many = app.build([replace(small_demos.kitchen_sink, name=f"sink_{k}") for k in range(12)])
    holder = state_holder.StateHolder()
    holder.set_blocks(many)
    tracemalloc.start()
    for visitor in range(20):
        assert holder[f"visitor {visitor}"].config_values == {}
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert used / 20 < 60_000
    session = holder["visitor 0"]
    widget = next(b for b in many.blocks.values() if isinstance(b, gr.Slider))
    changed = gr.Slider(0, 2, 0.25, render=False)
    session[widget._id] = changed
    session._update_config(widget._id)
    session._update_value_in_config(widget._id, 0.25)
    assert session[widget._id] is changed and session.config_values == {}
    assert holder["visitor 1"][widget._id] is widget


def test_a_light_session_keeps_what_it_is_there_for():
    with gr.Blocks() as blocks:
        counted = gr.State([0])
    session, other = sessions.LightSession(blocks), sessions.LightSession(blocks)
    session[counted._id] = [7]
    assert session[counted._id] == [7] and other[counted._id] == [0] and counted._id in session


def test_no_more_than_so_many_visitors_are_remembered():
    assert app.launch_options(app.build([small_demos.slow]))["state_session_capacity"] == sessions.MOST <= 500
