"""What files a call may name: those that were uploaded, wherever in it they stand; every other is refused in words."""

from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from demos.frontends.gradio import calls
from demos.frontends.gradio.inputs import NO_FILE, ONLY_FILES
from tests.frontends.test_gate import blocks_of_one


@pytest.fixture
def uploaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "uploads"
    folder.mkdir()
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(folder))
    (tmp_path / "secret.png").touch()
    (folder / "picture.png").touch()
    return folder / "picture.png"


def test_uploads_may_be_named(uploaded: Path) -> None:
    file = {"path": str(uploaded), "meta": {"_type": "gradio.FileData"}}
    for value in (
        file,
        [{"image": file, "caption": None}],
        {"path": None},
        {},
        "/etc/passwd",
        7,
        None,
        [[1, "a"]],
        True,
        0.5,
    ):
        assert calls.why_no_upload({"data": [value, file], "fn_index": 3}) == ""


@pytest.mark.parametrize(
    "path",
    ["/etc/passwd", "{folder}/../secret.png", "{folder}/link.png", "{folder}", "{folder}/gone.png", "picture.png", "",
     "a\0b", "file:///etc/passwd", "x" * 5000, 7, True, ["{folder}/picture.png"], {"a": 1}],
)  # fmt: skip
def test_other_files_may_not(uploaded: Path, path: Any) -> None:
    (uploaded.parent / "link.png").symlink_to(uploaded.parents[1] / "secret.png")
    if isinstance(path, str):
        path = path.format(folder=uploaded.parent)
    for value in ({"path": path}, [{"image": {"path": path}}], {"a": [{"b": {"path": path, "url": str(uploaded)}}]}):
        assert calls.why_no_upload({"data": [value]}) == NO_FILE


@pytest.mark.parametrize("address", ["http://127.0.0.1:1/a.png", "https://example.org/a.png"])
def test_no_address_is_fetched(uploaded: Path, address: str) -> None:
    """Gradio would fetch it, for a value that is to be no picture."""
    assert calls.why_no_upload({"data": [0.5, {"path": address, "meta": {"_type": "gradio.FileData"}}]}) == ONLY_FILES


@pytest.mark.parametrize("path", ["call/say", "call/v2/say", "run/say", "queue/join"])
def test_every_way_to_call_is_watched(uploaded: Path, path: str) -> None:
    check = calls.check_of(blocks_of_one())
    named = {"words": {"path": "/etc/passwd"}} if "v2" in path else {"data": [{"path": "/etc/passwd"}], "api_name": "say"}
    assert check(path, named) == NO_FILE


@pytest.mark.parametrize(
    ("click", "fits"),
    [
        ({"index": [3, 4], "value": None}, True), ({"index": [3.5, 0], "value": "x", "selected": True}, True), (None, False),
        ({"index": [3, 4]}, False), ({"value": None}, False), ({"index": 3, "value": None}, False), ("click", False),
        ({"index": [3, 4, 5], "value": 0}, False), ({"index": [3, "4"], "value": 0}, False),
        ({"index": [float("nan"), 4], "value": 0}, False), ({"index": [2**70, 4], "value": 0}, False),
    ],
)  # fmt: skip
def test_a_click_has_a_place(click: Any, fits: bool) -> None:
    with gr.Blocks() as blocks:
        gr.Image().select(lambda: None, None, None)
        gr.Button().click(lambda: None, None, None)
    check = calls.check_of(blocks)
    said = check("queue/join", {"fn_index": 0, "data": [], "event_data": click})
    assert said == "" if fits else said.startswith("Expected a click as")
    assert check("queue/join", {"fn_index": 1, "data": [], "event_data": click}) == ""  # only a click on a picture needs one


@pytest.mark.parametrize(("index", "fits"), [(0, True), (7, True), ([3, 4], False), ("0", False), (None, False)])
def test_a_press_on_one_of_several_pictures_has_its_number(index: Any, fits: bool) -> None:
    with gr.Blocks() as blocks:
        gr.Gallery().select(lambda: None, None, None)
    said = calls.check_of(blocks)("queue/join", {"fn_index": 0, "data": [], "event_data": {"index": index, "value": None}})
    assert said == "" if fits else "the picture's number" in said


def test_what_happens_in_the_browser_alone_cannot_be_called() -> None:
    with gr.Blocks() as blocks:
        gr.Button().click(None, None, None, js="() => {}")
    assert calls.check_of(blocks)("run/predict", {"fn_index": 0, "data": []}).startswith("There is no function")


def test_a_page_s_name_for_itself_is_short_for_it_is_kept() -> None:
    check = calls.check_of(blocks_of_one())
    call = {"fn_index": 0, "data": [None]}
    assert [check("queue/join", call | {"session_hash": "x" * n}) for n in (11, 101)] == [
        "", "Expected a session_hash of at most 100 letters.",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/gradio_api/call/say", "/gradio_api/call/say/"])
def test_a_number_does_not_hide_the_function_that_gradio_takes_by_its_name(path: str) -> None:
    with gr.Blocks() as blocks:
        gr.Button().click(lambda a, b: None, [gr.Textbox(), gr.Textbox()], None, api_visibility="private")
        gr.Button().click(lambda a: None, gr.Textbox(), None, api_name="say")
    check = calls.check_of(blocks)
    assert check(path, {"fn_index": 0, "data": ["a", None]}) == "say takes 1 inputs; 2 came."
    assert check("/gradio_api/run/say", {"fn_index": 0, "data": ["a", None]}) == ""  # here Gradio takes number 0
