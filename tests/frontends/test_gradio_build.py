"""The Gradio page as data: every field has a widget, every demo a tab and one public function, and all else is private."""

import inspect
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from cnn_core.images import opening
from demos import runner
from demos.frontends import welcome
from demos.frontends.gradio import app, files, navigation
from demos.frontends.gradio.api import call_of
from demos.spec import Demo, Memory
from tests.frontends import small_demos

FRONTENDS = Path(app.__file__).parent


@pytest.fixture(scope="module")
def blocks() -> gr.Blocks:
    return app.build(small_demos.ALL)


def components(blocks: gr.Blocks, kind: type) -> dict[str, Any]:
    return {getattr(block, "label", ""): block for block in blocks.blocks.values() if isinstance(block, kind)}


def test_every_field_has_its_widget(kitchen_sink: Demo):
    blocks = app.build([kitchen_sink])
    kinds = {
        "Main picture": gr.Image, "More pictures": gr.Gallery, "Amount": gr.Slider, "Sort": gr.Radio, "Kind": gr.Dropdown,
        "Several": gr.CheckboxGroup, "Flag": gr.Checkbox, "Words": gr.Textbox, "Seed": gr.Number, "Place": gr.Textbox,
        "Reset the count": gr.Checkbox, "What came in": gr.Markdown, "Inverted": gr.Image, "Both": gr.Gallery,
        "Before and after": gr.ImageSlider, "Parts": gr.Image, "Shares": gr.Label, "Size": gr.Dataframe,
        "Curve": gr.Plot, "Curve to touch": gr.HTML, "Warning": gr.Markdown, "Numbers": gr.DownloadButton,
    }  # fmt: skip
    for label, kind in kinds.items():
        assert label in components(blocks, kind), f"no {kind.__name__} for {label}"
    buttons = {block.value for block in blocks.blocks.values() if isinstance(block, gr.Button)}
    assert {"Reset the count", "Stop", "Open in itself →", "Another"} <= buttons
    assert "Run" not in buttons  # the kitchen sink is live


def test_the_button_that_ends_a_run_says_what_the_demo_calls_it():
    for words in ("Stop", "Pause"):
        blocks = app.build([replace(small_demos.slow, stop=words)])
        said = {block.value for block in blocks.blocks.values() if isinstance(block, gr.Button)} & {"Stop", "Pause"}
        assert said == {words}


def test_pixels_leave_without_loss(blocks: gr.Blocks):
    for kind in (gr.Image, gr.Gallery, gr.ImageSlider):
        assert all(block.format == "png" for block in components(blocks, kind).values() if block.is_rendered)


def test_secondary_controls_are_folded(kitchen_sink: Demo):
    blocks = app.build([kitchen_sink])
    accordions = components(blocks, gr.Accordion)
    assert set(accordions) == {"More controls", "More results", "Show the code"}
    assert not any(accordion.open for accordion in accordions.values())

    def within(block, name):
        return block.parent is not None and (getattr(block.parent, "label", None) == name or within(block.parent, name))

    folded = {
        label
        for kind in (gr.Textbox, gr.Gallery, gr.Number)
        for label, b in components(blocks, kind).items()
        if within(b, "More controls")
    }
    assert folded == {"Words", "More pictures", "Seed"}


def test_pictures_come_as_files_from_every_source(blocks: gr.Blocks):
    picture = components(blocks, gr.Image)["Main picture"]
    assert picture.type == "filepath"
    assert set(picture.sources) == {"upload", "clipboard", "webcam"}
    assert picture.alt_text


def test_one_public_function_a_demo_and_nothing_else(blocks: gr.Blocks):
    public = [fn for fn in blocks.fns.values() if fn.api_visibility != "private"]
    assert [fn.api_name for fn in public] == [demo.name for demo in small_demos.ALL]
    assert set(blocks.get_api_info()["named_endpoints"]) == {f"/{demo.name}" for demo in small_demos.ALL}


def test_public_functions_say_what_they_take(blocks: gr.Blocks):
    endpoint = blocks.get_api_info()["named_endpoints"]["/kitchen_sink"]
    names = [parameter["parameter_name"] for parameter in endpoint["parameters"]]
    sink = small_demos.kitchen_sink
    assert names == [name for name, field in sink.inputs.items() if not isinstance(field, Memory)]
    assert [p["parameter_name"] for p in endpoint["parameters"] if not p["parameter_has_default"]] == ["picture"]
    assert {p["parameter_name"]: p["python_type"]["type"] for p in endpoint["parameters"]}["kind"] == "str"
    assert endpoint["description"] == sink.summary
    call = call_of(sink)
    assert all(
        parameter.annotation is not inspect.Parameter.empty for parameter in inspect.signature(call).parameters.values()
    )
    assert call.__doc__ is not None and "Args:" in call.__doc__ and "Returns:" in call.__doc__


def test_all_work_of_networks_takes_turns_and_quick_answers_never_wait_for_long_runs(blocks: gr.Blocks):
    limited = [fn for fn in blocks.fns.values() if fn.fn is not None and fn.queue]
    lanes = {fn.api_name: fn.concurrency_id for fn in limited if fn.api_visibility == "public"}
    for demo in small_demos.ALL:
        assert lanes[demo.name] == ("model, step by step" if runner.has_steps(demo) else "model")
    assert {fn.concurrency_id for fn in limited} == set(lanes.values()) == {"model", "model, step by step"}
    assert {fn.concurrency_limit for fn in limited} == {runner.at_once()}
    assert sum(fn.api_visibility == "public" for fn in limited) == len(small_demos.ALL)


def test_every_demo_has_an_address_of_its_own_and_a_light_page(blocks: gr.Blocks):
    assert [(path, title) for path, title, _ in blocks.pages[1:4]] == [(d.name, d.title) for d in small_demos.ALL]
    pages = blocks.config["page"]
    parts = [set(pages[path]["components"]) for path, _, _ in blocks.pages]
    assert all(parts) and sum(map(len, parts)) == len(set.union(*parts))  # nothing stands on two pages
    events = [len(pages[demo.name]["dependencies"]) for demo in small_demos.ALL]
    assert min(events) >= 4 and sum(events) == len(blocks.fns) and pages[""]["dependencies"] == []
    assert len(pages["slow"]["components"]) < 40


def test_the_bar_leads_to_every_group_and_its_demos_and_where_it_is_narrow_to_all(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(navigation, "terms", dict)
    demos = [*small_demos.ALL, replace(small_demos.slow, name="again", title="A <b>", group="Experiments")]
    bar, _, narrow = navigation.bar(demos[3], demos).partition("<details")
    links = r'href="./(\w*)"([^>]*)>([^<]*)'
    assert re.findall(links, bar) == [
        ("", "", "CNN Lab"), ("slow", "", "Recognise"), ("kitchen_sink", ' aria-current="true"', "Experiments"),
    ]  # fmt: skip
    narrow, _, members = narrow.partition("</details>")
    assert re.findall(links, members) == [
        ("kitchen_sink", "", "Kitchen sink"),
        ("again", ' aria-current="page"', "A &lt;b&gt;"),
    ]
    assert re.findall(r"<p>(.*?)</p>", narrow) == ["Recognise", "Experiments"]
    assert [name for name, _, _ in re.findall(links, narrow)] == [demo.name for demo in demos]


def test_the_glossary_has_a_page_where_there_are_terms(monkeypatch: pytest.MonkeyPatch):
    for told, paths in ({}, ["", "slow"]), ({"IoU": "Shared by covered."}, ["", "slow", "glossary"]):
        for module in (app, navigation, welcome):
            monkeypatch.setattr(module, "terms", lambda told=told: told)
        assert [path for path, _, _ in app.build([small_demos.slow]).pages] == paths
        bar = navigation.bar(small_demos.slow, [small_demos.slow])
        assert bar.count('href="./glossary"') == 2 * bool(told)  # wide and narrow


@pytest.mark.parametrize("sheet", sorted(FRONTENDS.glob("css/*.css")), ids=lambda path: path.name)
def test_a_rule_for_the_dark_has_one_selector(sheet: Path) -> None:
    """Gradio 6.31 puts its prefix into the first one only: the others would never fit (a sentence could not be read)."""
    selectors = re.findall(r"([^{}]+)\{", re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL))
    assert not [selector.strip() for selector in selectors if ".dark ." in selector and "," in selector]


def test_nobody_else_is_asked_or_told():
    options = app.launch_options(app.build([small_demos.slow]))
    wanted = {"share": False, "enable_monitoring": False, "run_history": False, "ssr_mode": False, "show_error": False}
    assert wanted.items() <= options.items()
    assert f"{options['max_file_size'] / 1e6:.0f} MB works" in opening.WORKS
    assert app.build([small_demos.slow]).analytics_enabled is False
    sheets = [Path(path) for path in options["css_paths"]]
    assert sorted(sheets) == sorted(FRONTENDS.glob("css/*.css"))
    texts = "".join(path.read_text(encoding="utf-8") for path in [*sheets, FRONTENDS / "page.js"])
    assert not re.findall(r"https?://(?!www\.w3\.org)", texts)
    assert "LocalFont" not in str(options["theme"]._font) and "GoogleFont" not in str(options["theme"]._font)


def test_the_page_knows_no_network_and_no_torch():
    sources = "\n".join(path.read_text(encoding="utf-8") for path in FRONTENDS.glob("*.py"))
    for word in ("import torch", "cnn_core.tasks", "cnn_core.models", "cnn_core.runtime.weights", "classif", "segment"):
        assert word not in sources, word


def test_removed_names_are_not_written():
    sources = "\n".join(path.read_text(encoding="utf-8") for path in FRONTENDS.glob("*.py"))
    for word in ("show_api", "api_name=False", "show_download_button", "source=", "tool=", "allow_flagging", "gr.Box"):
        assert word not in sources, word


def test_kept_files_are_deleted_in_time(blocks: gr.Blocks):
    assert any(kept is files.KEPT for kept in blocks.temp_file_sets)
    assert blocks.delete_cache == (app.HOUR, 6 * app.HOUR)
