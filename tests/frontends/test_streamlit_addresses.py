"""Every page of the Streamlit front end has an address, which also holds what its inputs were set to."""

import io

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from tests.frontends.streamlit_pages import elements, named, opened, run_at, texts


def headline(page: AppTest) -> str:
    return next((entry.value for entry in page.markdown if entry.value.startswith("step ")), "")


@pytest.mark.parametrize(
    ("address", "title"), [("walk", "Walk"), ("say", "Say"), ("lost", "Lost"), ("", "CNN Lab"), ("nonsense", "CNN Lab")]
)
def test_every_address_opens_its_page(address: str, title: str) -> None:
    page = opened("SAY, WALK, LOST", at=address)
    assert [entry.value for entry in page.title] == [title]


def test_the_start_page_links_every_demo_under_its_group() -> None:
    page = opened("SAY, WALK, LOST", at="")
    links = [(link.proto.page, link.proto.label) for link in elements(page, "page_link")]
    assert links == [("walk", "**Walk**"), ("lost", "**Lost**"), ("say", "**Say**")]  # no way leads to two of them
    assert [entry.value for entry in page.header] == ["Create", "Compare", "Describe"]
    assert "See what convolutional networks do" in texts(page) and "Takes steps." in texts(page)


def test_an_address_sets_inputs() -> None:
    page = opened(amount="0.7", sort="tree", kind="lime")
    assert headline(page).startswith("step 2: tree/lime ['y']") and "x0.7" in headline(page)


def test_an_address_out_of_range_is_ignored() -> None:
    page = opened(amount="7", sort="../../etc/passwd", seed="-3")
    assert headline(page).startswith("step 2: fruit/apple") and "x0.5" in headline(page)


def said(page: AppTest) -> str:
    return next(entry.value for entry in page.markdown if " times " in entry.value)


def address_of(page: AppTest) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value[-1] for name, value in page.query_params.items()}


def test_the_address_follows_the_inputs() -> None:
    page = opened("MEASURE", at="measure")
    assert address_of(page) == {}
    page.slider[0].set_value(7).run()
    assert address_of(page) == {"factor": "7"} and said(page) == "30 by 20 at (4, 5) times 7"


def test_an_address_names_an_example_and_what_the_page_looks_like() -> None:
    page = opened("MEASURE", at="measure", example="2", factor="5", hide="place")
    assert said(page) == "8 by 8 at None times 5"
    assert address_of(page) == {"example": "2", "factor": "5", "hide": "place"}
    page.query_params.clear()  # as Streamlit's own links do: the page stays as it was left
    page.run()
    assert said(page) == "8 by 8 at None times 5"
    assert address_of(page) == {"example": "2", "factor": "5", "hide": "place"}
    page.query_params["factor"] = "4"  # somebody typed it, or went back
    page.run()
    assert said(page) == "8 by 8 at None times 4"


def test_a_browser_that_has_not_got_the_new_address_yet_resets_nothing() -> None:
    """Who moves a slider twice quickly sends the second move with the address of before the first."""
    page = opened("MEASURE", at="measure", example="2", factor="3")
    page.slider[0].set_value(7).run()
    page.query_params["factor"] = "3"
    page.slider[0].set_value(8).run()
    assert said(page) == "8 by 8 at None times 8"
    assert address_of(page) == {"example": "2", "factor": "8"}
    page.query_params["factor"] = "3"
    upload(page, 50, 40)
    assert said(page) == "50 by 40 at None times 8"
    page.query_params["factor"] = "3"
    page.run()  # nothing was touched: somebody went back
    assert said(page) == "50 by 40 at None times 3"


@pytest.mark.parametrize(
    ("query", "rules"),
    [
        ({"hide": "factor,nothing,.x{}"}, [".st-key-measure-factor { display: none; }"]),
        ({"lesson": "1"}, [".st-key-inputs { display: none; }"]),
        ({"big": "1"}, ["html { font-size: 20px; }"]),
        ({"big": "0", "hide": ""}, []),
    ],
)
def test_an_address_says_what_of_the_page_is_shown(query: dict[str, str], rules: list[str]) -> None:
    page = opened("MEASURE", at="measure", **query)
    own = ("<style>.st-key-", "<style>html {")
    styles = [entry.value for entry in elements(page, "html") if entry.value.startswith(own)]
    assert styles == ([f"<style>{rules[0]}</style>"] if rules else [])


def upload(page: AppTest, width: int, height: int) -> AppTest:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "PNG")
    return page.file_uploader[0].upload("own.png", file.getvalue(), "image/png").run()


def test_a_picture_goes_along_to_the_next_page_and_is_forgotten_on_demand() -> None:
    page = upload(opened("MEASURE, AGAIN, PEOPLE", at="measure"), 50, 40)
    assert said(page) == "50 by 40 at None times 2"
    run_at(page, "localise")
    assert said(page) == "50 by 40 at None times 2"  # without the example's place, which is on another picture
    assert "Your picture goes along" in texts(page.sidebar)  # type: ignore[arg-type]
    run_at(page, "people")
    assert said(page).startswith("30 by 20")
    run_at(page, "localise")
    named(page.sidebar.button, "Forget it").click()
    run_at(page, "localise")
    assert said(page) == "30 by 20 at (4, 5) times 2"
    assert not [button for button in page.sidebar.button if button.label == "Forget it"]
    run_at(page, "measure")
    assert said(page).startswith("30 by 20")


def test_a_picture_brings_settings_that_what_the_page_chooses_does_not() -> None:
    page = opened("BRINGS, MEASURE", at="detect")
    assert said(page) == "30 by 20 at (4, 5) times 2"
    page.slider[0].set_value(7).run()
    assert said(upload(page, 50, 40)) == "50 by 40 at None times 5"
    page.slider[0].set_value(7).run()
    assert said(page) == "50 by 40 at None times 7"  # only when it is given
    assert said(upload(opened("MEASURE, BRINGS", at="measure"), 50, 40)) == "50 by 40 at None times 2"
    page = upload(opened("MEASURE, BRINGS", at="measure"), 60, 40)
    run_at(page, "detect")
    assert said(page) == "60 by 40 at None times 5"  # it came along
