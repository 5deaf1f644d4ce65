"""The Streamlit front end without a browser: what each field becomes, and what a visitor's page remembers."""

import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from cnn_core.images import opening
from demos import runner
from demos.frontends.streamlit import app, pictures
from demos.frontends.streamlit import page as streamlit_page
from demos.frontends.streamlit.visit import Visit
from tests.frontends import streamlit_demos
from tests.frontends.gates import PATIENCE
from tests.frontends.streamlit_pages import elements, named, opened, shows_no_traceback, texts, unfold

APP = Path(__file__).resolve().parents[2] / "app.py"


def headline(page: AppTest) -> str:
    return next((entry.value for entry in page.markdown if entry.value.startswith("step ")), "")


# ---------------------------------------------------------------- what is there


def test_opens_with_its_first_example_answered() -> None:
    page = opened()
    assert headline(page) == "step 2: fruit/apple ['y'] False 'hello' 0 None x0.5 n0 count 1"
    assert not page.error
    assert [title.value for title in page.title] == ["Kitchen sink"]


def test_every_output_is_there() -> None:
    page = opened()
    parts = [str(entry.proto) for entry in elements(page, "bidi_component")]
    # To click, examples, inverted, pictures to press, both sides, regions, two scenes, weather, clipboard, saving.
    assert len(parts) == 11
    assert len([part for part in parts if "The picture with inverted colours" in part]) == 1
    assert len([part for part in parts if "Parts: dog 90%; cat" in part]) == 1
    assert len([part for part in parts if "inverted" in part and "as it came" in part]) == 1
    (chart,) = (entry.proto for entry in elements(page, "vega_lite_chart"))
    spec = json.loads(chart.spec)
    assert spec["description"] == "A curve." and chart.theme == ""
    assert [row["y"] for row in spec["layer"][0]["data"]["values"]] == [0, 0.5, 1]
    html = "".join(entry.value for entry in elements(page, "html"))
    assert ">75%<" in html
    assert not page.table  # it is folded away, and costs nothing until somebody opens it
    assert list(unfold(page).table[0].value["what"]) == ["width", "height"]
    assert [button.label for button in elements(page, "download_button")] == ["Numbers"]
    assert "Open in itself →" in [button.label for button in page.button]
    assert not page.warning


def test_app_py_knows_that_streamlit_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "main", lambda: streamlit.title("Streamlit it is"))
    page = shows_no_traceback(AppTest.from_file(str(APP), default_timeout=30).run())
    assert [title.value for title in page.title] == ["Streamlit it is"]


def test_lesson_and_source_are_there() -> None:
    page = opened()
    assert any("Because." in entry.value for entry in elements(page, "html"))
    assert not page.code  # colouring what nobody sees takes the browser seconds
    page.session_state["kitchen_sink.code"] = True
    assert page.run().code[0].value.startswith("def run(picture, extra,")


# ---------------------------------------------------------------- inputs


def test_an_uploaded_picture_is_answered(photograph: Path) -> None:
    page = opened()
    page.file_uploader[0].upload("photo.jpg", photograph.read_bytes(), "image/jpeg").run()
    shows_no_traceback(page)
    assert list(unfold(page).table[0].value["pixels"]) == ["320", "240"]
    assert headline(page).endswith("count 2")


def test_the_camera_waits_to_be_asked(photograph: Path) -> None:
    page = opened()
    assert not page.camera_input
    named(page.toggle, "Camera").set_value(True).run()
    page.camera_input[0].upload("camera.jpg", photograph.read_bytes(), "image/jpeg").run()
    shows_no_traceback(page)
    assert list(unfold(page).table[0].value["pixels"]) == ["320", "240"]


def test_a_picture_that_is_taken_away_is_missed(photograph: Path) -> None:
    page = opened()
    page.file_uploader[0].upload("photo.jpg", photograph.read_bytes(), "image/jpeg").run()
    page.file_uploader[0].clear().run()
    shows_no_traceback(page)
    assert "please give a picture" in page.error[0].value


def test_a_renamed_text_gives_a_sentence_and_the_inputs_stay(no_picture: Path) -> None:
    page = opened()
    named(page.slider, "Amount").set_value(0.75).run()
    page.file_uploader[0].upload("letter.jpg", no_picture.read_bytes(), "image/jpeg").run()
    assert len(page.error) == 1 and "not a picture" in page.error[0].value
    assert headline(page) == "" and not shows_no_traceback(page).table
    assert named(page.slider, "Amount").value == 0.75


def test_the_file_that_is_no_picture_is_named(photograph: Path, no_picture: Path) -> None:
    page = opened()
    two = [("one.jpg", photograph.read_bytes(), "image/jpeg"), ("letter.jpg", no_picture.read_bytes(), "image/jpeg")]
    page.file_uploader[1].set_value(two).run()
    assert page.error[0].value.replace("\\", "").startswith("letter.jpg: This is not a picture that can be read here")
    page.file_uploader[1].set_value(two[:1]).run()
    assert not page.error and "n1" in headline(page)


def test_a_file_as_large_as_the_page_says_that_works_can_be_uploaded() -> None:
    settings = tomllib.loads((APP.parent / ".streamlit" / "config.toml").read_text())
    assert f"{settings['server']['maxUploadSize']} MB works" in opening.WORKS


def test_too_many_pictures_give_a_sentence(photograph: Path) -> None:
    page = opened()
    three = [(f"{k}.jpg", photograph.read_bytes(), "image/jpeg") for k in range(3)]
    page.file_uploader[1].set_value(three[:2]).run()
    assert "n2" in headline(page)
    page.file_uploader[1].set_value(three).run()
    assert "at most 2" in page.error[0].value


def test_values_reach_the_run() -> None:
    page = opened()
    named(page.slider, "Amount").set_value(0.15)
    named(elements(page, "button_group"), "Several").set_value(["x", "z"])
    named(page.toggle, "Flag").set_value(True)
    named(page.text_input, "Words").set_value("good morning")
    named(page.number_input, "Seed").set_value(41)
    named(page.number_input, "Place: x").set_value(3)
    named(page.number_input, "Place: y").set_value(4).run()
    shows_no_traceback(page)
    assert headline(page).startswith("step 2: fruit/apple ['x', 'z'] True 'good morning' 41 (3, 4) x0.15")
    assert [entry.value for entry in page.warning] == ["Careful."]


def test_a_choice_follows_the_one_it_depends_on() -> None:
    page = opened()
    named(page.selectbox, "Kind").set_value("pear").run()
    assert "fruit/pear" in headline(page)
    named(elements(page, "button_group"), "Sort").set_value("tree").run()
    assert named(page.selectbox, "Kind").options == ["Oak", "Beech", "Lime"]
    assert "tree/oak" in headline(shows_no_traceback(page))


def test_the_die_draws_another_seed() -> None:
    page = opened()
    next(button for button in page.button if button.key == "kitchen_sink.seed.die").click().run()
    seed = named(page.number_input, "Seed").value
    assert 0 < seed <= runner.LARGEST_SEED and f"'hello' {seed} " in headline(page)


# ---------------------------------------------------------------- memory and errors


def test_memory_counts_runs_and_a_button_resets_it_once() -> None:
    page = opened()
    for amount, expected in ((0.1, 2), (0.2, 3)):
        named(page.slider, "Amount").set_value(amount).run()
        assert headline(page).endswith(f"count {expected}")
    page.run()
    assert headline(page).endswith("count 3")  # drawing the page again is no run
    named(page.button, "Reset the count").click().run()
    assert headline(page).endswith("count 0")
    named(page.slider, "Amount").set_value(0.3).run()
    assert headline(page).endswith("count 1")


def test_two_visitors_do_not_share_a_memory() -> None:
    one, other = opened("WALK", "walk"), opened("WALK", "walk")
    for _ in range(2):
        named(one.button, "Run").click().run()
    late = opened("WALK", "walk")
    memories = [page.session_state["visit of walk"].memory["walked"] for page in (one, other, late)]
    assert memories == [[3, 3, 3], [3], [3]]
    assert memories[1] is not memories[2]  # equal, and still each visitor's own


def test_a_demo_s_own_error_is_shown_and_forgotten() -> None:
    page = opened()
    named(page.text_input, "Words").set_value("fail").run()
    assert [entry.value.replace("\\", "") for entry in page.error] == ["The words were 'fail'; any other words work."]
    named(page.text_input, "Words").set_value("fine").run()
    assert not page.error and "'fine'" in headline(page)


def test_a_crash_shows_nothing_of_the_inside(caplog: pytest.LogCaptureFixture) -> None:
    page = opened()
    named(page.text_input, "Words").set_value("crash").run()
    shows_no_traceback(page)
    assert [entry.value.replace("\\", "").partition(" (Run ")[0] for entry in page.error] == [runner.UNEXPECTED]
    assert "secret" not in texts(page) and "secret" in caplog.text


def test_an_example_that_cannot_be_answered_gives_its_sentence() -> None:
    page = opened("LOST", "lost")
    assert [entry.value for entry in page.error] == ["The file \\*some\\_weights\\* is missing; run its recipe\\."]


def test_a_broken_page_gives_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args):
        raise RuntimeError("a secret detail")

    monkeypatch.setattr(streamlit_page, "ask", broken)
    page = opened()
    assert [entry.value.replace("\\", "").partition(" (Run ")[0] for entry in page.error] == [runner.UNEXPECTED]


# ---------------------------------------------------------------- examples


def test_an_example_begins_with_an_empty_memory() -> None:
    page = opened(at="kitchen_sink")
    named(page.slider, "Amount").set_value(0.1).run()
    named(page.slider, "Amount").set_value(0.2).run()
    assert headline(page).endswith("x0.2 n0 count 3")
    visit = page.session_state["visit of kitchen_sink"]
    visit.take_example(1)
    assert visit.memory == {"count": 0}
    shows_no_traceback(page.run())
    assert headline(page) == "step 2: tree/oak ['y'] False 'hello' 0 None x0.5 n0 count 1"
    visit.take_example(1)  # the same inputs again, and still anew
    page.run()
    assert headline(page).endswith("count 1")
    visit.take_example(0)
    page.run()
    assert headline(page) == "step 2: fruit/apple ['y'] False 'hello' 0 None x0.5 n0 count 1"


# ---------------------------------------------------------------- runs


def test_without_live_only_run_runs() -> None:
    page = opened("WALK", "walk")
    assert "at 3 of 3" in texts(page)
    named(page.slider, "Steps").set_value(5).run()
    assert "at 3 of 3" in texts(page) and "inputs have changed" in texts(page)
    named(page.button, "Run").click().run()
    assert "at 5 of 5" in texts(page) and "inputs have changed" not in texts(page)
    assert "Stop" not in [button.label for button in page.button]


def test_a_result_opens_another_tab_with_its_inputs_and_leaves_the_others() -> None:
    page = opened("WALK, SAY", "walk")
    named(page.button, "Say it →").click().run()
    shows_no_traceback(page)
    assert [title.value for title in page.title] == ["Say"]
    assert "walked 3 7 red" in texts(page)


def test_a_class_that_comes_in_at_once_is_answered_once() -> None:
    calls = []

    def run(steps, pace, walked):
        calls.append(steps)
        return streamlit_demos.walk(steps, pace, walked)

    demo = replace(streamlit_demos.WALK, run=run)
    visits = [Visit.of(demo) for _ in range(8)]
    for visit in visits:
        visit.open({"steps": 3, "pace": "fast"}, visit.arrive())
        assert visit.run is not None
        visit.run.advance(0)
    for visit in visits:
        with visit.changed:
            assert visit.changed.wait_for(lambda visit=visit: visit.run is None, PATIENCE)
    assert calls == [3] and {visit.result.shown[0] for visit in visits if visit.result} == {"at 3 of 3"}
    late = Visit.of(demo)
    late.open({"steps": 3, "pace": "fast"}, late.arrive())
    assert late.result is not None and late.result.shown[0] == "at 3 of 3" and late.run is None  # without a turn


def test_an_answer_that_cannot_be_shown_gives_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened()
    monkeypatch.setattr(pictures, "to_show", lambda *_: 1 / 0)
    named(page.slider, "Amount").set_value(0.9).run()
    shows_no_traceback(page)
    assert [entry.value.replace("\\", "").partition(" (Run ")[0] for entry in page.error] == [runner.UNEXPECTED]


def test_markdown_in_a_sentence_is_shown_as_it_is() -> None:
    assert re.sub(r"\\(.)", r"\1", streamlit_page.plain_text("a*b_c$d$ :red[x] `y`")) == "a*b_c$d$ :red[x] `y`"
    assert streamlit_page.plain_text("*") == "\\*"
