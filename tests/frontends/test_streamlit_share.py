"""The link to what a page of the Streamlit front end shows."""

from demos.frontends.codes import LONGEST
from demos.frontends.streamlit import share
from tests.frontends.streamlit_pages import opened, texts


def test_the_link_says_what_the_inputs_hold_once_it_is_opened() -> None:
    page = opened("MEASURE", at="measure", factor="5")
    assert not page.code
    page.session_state["measure.link"] = True
    page.run()
    (link,) = page.code
    assert link.value.endswith("?factor=5") and any(words in texts(page) for words in (share.ALONE, share.READ))
    assert any("imgs" in str(element.proto) and "QR code of the link" in str(element.proto) for element in page.main)


def test_addresses_of_this_machine_are_known_and_commas_stay() -> None:
    assert share.address_of_page("http://lab:8501/detect", {"hide": "a,b", "words": "c & d"}) == (
        "http://lab:8501/detect?hide=a,b&words=c+%26+d"
    )
    assert share.address_of_page("http://lab:8501/", {}) == "http://lab:8501/"
    alone = (
        "http://localhost:8501/x",
        "http://127.0.0.1/",
        "https://[::1]:80/",
        "http://lab/?127.0.0.1",
        "http://10.0.0.2/",
    )
    assert [share.is_alone(address) for address in alone] == [True, True, True, False, False]
    assert LONGEST >= 900
