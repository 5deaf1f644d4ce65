"""Every page of the Streamlit front end has an address, which also holds what its inputs were set to."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.frontends.streamlit_pages import elements, opened, texts


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
    assert links == [("walk", "**Walk**"), ("lost", "**Lost**"), ("say", "**Say**")]
    assert [entry.value for entry in page.subheader] == ["Create", "Compare", "Describe"]
    assert "See what convolutional networks do" in texts(page) and "Takes steps." in texts(page)


def test_an_address_sets_inputs() -> None:
    page = opened(amount="0.7", sort="Tree", kind="Lime")
    assert headline(page).startswith("step 2: tree/lime ['y']") and "x0.7" in headline(page)


def test_an_address_out_of_range_is_ignored() -> None:
    page = opened(amount="7", sort="../../etc/passwd", seed="-3")
    assert headline(page).startswith("step 2: fruit/apple") and "x0.5" in headline(page)
