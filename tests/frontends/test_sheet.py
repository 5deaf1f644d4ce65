"""The questions on a sheet: what stands on it, where its links and codes lead, and who may see it."""

import base64
import re
from dataclasses import replace

import cv2
import numpy as np
import pytest
import segno
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from demos import lesson_file, sheet
from demos.frontends.codes import code_of
from demos.frontends.gradio.sheets import sheets_of
from demos.frontends.sheet import LINES, draw_sheet
from demos.paths import Path as Way
from demos.paths import Stop
from demos.spec import Lesson
from tests.frontends import small_demos
from tests.frontends.streamlit_pages import elements, opened

LESSON = Lesson(notice=("a", "b"), questions=(("Its first?", "One."), ("Its second?", "Two."), ("Its third?", "Three.")))
DEMOS = {name: replace(small_demos.slow, name=name, title=name.upper(), lesson=LESSON) for name in ("one", "two")}
LED = Way(
    "Ours & theirs",
    "Two stops.",
    (
        Stop("one", "What?", {"words": "a b"}, (("Is *it*?", "**It** is."), ("And?", ""))),
        Stop("two", "Who <i>?"),
    ),
    numbered=True,
)
PLACES = LED.places(DEMOS)


def test_each_stop_has_its_question_its_link_and_lines_to_write_on() -> None:
    page = draw_sheet(PLACES, DEMOS, "http://lab.example:7860/", answers=False)
    assert re.findall(r"<h1>(.*?)</h1>", page) == ["Ours &amp; theirs"]
    assert re.findall(r"<h2>(.*?)</h2>", page) == ["1. What?", "2. Who &lt;i&gt;?"]
    links = ["http://lab.example:7860/one?words=a+b&amp;stop=1", "http://lab.example:7860/two?stop=2"]
    assert re.findall(r'<a href="(.*?)">\1</a>', page) == links
    asked = re.findall(r'<div class="question"><p>(.*?)</p>', page)
    assert asked == ["Is <em>it</em>?", "And?", "Its first?"]
    assert page.count("<i></i>") == 3 * LINES + 1  # and one for the name
    assert "It</strong> is." not in page and "One." not in page


def test_many_questions_have_fewer_lines_each_so_that_the_sheet_keeps_to_its_pages() -> None:
    for count, lines in ((10, 3), (11, 2)):
        way = Way("Long", "One stop.", (Stop("one", "What?", {}, (("Why?", "So."),) * count), Stop("gone", "Where?")))
        page = draw_sheet(way.places(DEMOS), DEMOS, "http://lab.example:7860", answers=False)
        assert page.count("<i></i>") == count * lines + 1


def test_for_the_lecturer_the_answers_stand_there_instead() -> None:
    page = draw_sheet(PLACES, DEMOS, "http://lab.example:7860", answers=True)
    told = [re.sub("<.*?>", "", words).strip() for words in re.findall(r'<div class="answer">(.*?)</div>', page, re.DOTALL)]
    assert told == ["It is.", "To talk about.", "One."]
    assert "<i></i>" not in page and "for the lecturer" in page


def test_the_codes_lead_where_the_links_lead() -> None:
    page = draw_sheet(PLACES, DEMOS, "http://lab.example:7860", answers=False)
    codes = [base64.b64decode(data) for data in re.findall(r'src="data:image/svg\+xml;base64,(.*?)"', page)]
    addresses = ["http://lab.example:7860/one?words=a+b&stop=1", "http://lab.example:7860/two?stop=2"]
    assert codes == [code_of(address) for address in addresses]
    squares = np.array(
        [list(row) for row in segno.make(addresses[0], error="m", micro=False).matrix_iter(scale=6, border=3)]
    )
    assert cv2.QRCodeDetector().detectAndDecode(np.uint8(255 * (1 - squares)))[0] == addresses[0]


@pytest.mark.parametrize(
    ("base", "warns"), [("http://127.0.0.1:7860", True), ("http://[::1]:1", True), ("https://lab.example", False)]
)
def test_it_says_where_no_telephone_would_reach_the_links(base: str, warns: bool) -> None:
    assert ("leads to this machine alone" in draw_sheet(PLACES, DEMOS, base, answers=False)) is warns


def test_nothing_on_it_comes_from_elsewhere() -> None:
    page = draw_sheet(PLACES, DEMOS, "http://lab.example", answers=False)
    assert not re.findall(r'(?:src|srcset)="(?!data:)|url\(|@import|<link|<script', page)


# ---------------------------------------------------------------- in Gradio


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Way("Another", "One.", (Stop("two", "Why?"),))
    nowhere = Way("Nowhere", "None.", (Stop("three", "Why?"),))
    monkeypatch.setattr(lesson_file, "ways", lambda: (LED, nowhere, other))


@pytest.fixture
def client() -> TestClient:
    routes = [Route("/sheet", sheets_of(list(DEMOS.values())))]
    return TestClient(Starlette(routes=routes), base_url="https://lab.example", follow_redirects=False)


@pytest.mark.usefixtures("ways")
@pytest.mark.parametrize(
    ("query", "title"),
    [("", "Ours"), ("?path=1", "Ours"), ("?path=3", "Another"), ("?path=2", "Ours"), ("?path=-1", "Ours")],
)
def test_the_address_says_whose_questions(client: TestClient, query: str, title: str) -> None:
    page = client.get(f"/sheet{query}").text
    assert f"<h1>{title}" in page and f"aria-current=page>{title}" in page
    assert re.findall(r'href="\./sheet\?path=(\d)"', page.partition("</nav>")[0]) == ["1", "3"]


@pytest.mark.usefixtures("ways")
def test_its_links_begin_where_it_was_asked_for(client: TestClient) -> None:
    page = client.get("/sheet?answers=1").text
    assert 'href="https://lab.example/two?stop=2"' in page and "It</strong> is." in page
    assert '<a href="./sheet?path=1">Without answers</a>' in page
    assert '<a href="./sheet?path=1&amp;answers=1">With answers</a>' in client.get("/sheet").text


def test_where_there_is_no_path_it_leads_back(client: TestClient) -> None:
    answer = client.get("/sheet")
    assert answer.status_code == 307 and answer.headers["location"] == "./"


@pytest.mark.usefixtures("ways")
def test_where_a_password_is_asked_for_only_who_gave_it_sees_the_sheet(client: TestClient) -> None:
    client.app.auth, client.app.cookie_id, client.app.tokens = {"class": "word"}, "id", {"given": "class"}
    for cookie in ("", "access-token-id=", "access-token-id=guessed", "other=given"):
        assert client.get("/sheet", headers={"cookie": cookie}).status_code == 307
    for name in ("access-token-id", "access-token-unsecure-id"):
        assert "<h1>Ours" in client.get("/sheet", headers={"cookie": f"{name}=given"}).text


# ---------------------------------------------------------------- in Streamlit, and by hand


def sheet_of(page: AppTest) -> str:
    return str(elements(page, "iframe")[0].proto.srcdoc)


def test_streamlit_has_the_same_sheet() -> None:
    page = opened("LED, AGAIN, SAY", at="sheet")
    assert "<h1>One cat to many</h1>" in sheet_of(page) and "Its" not in sheet_of(page)
    assert re.findall(r"<h2>(.*?)</h2>", sheet_of(page)) == ["1. What is it?", "2. Where is it?"]
    assert "answer" not in re.sub(r"<style>.*?</style>", "", sheet_of(page), flags=re.DOTALL)
    page.toggle[0].set_value(True).run()
    assert '<div class="answer"><p>Each.</p>' in sheet_of(page)
    assert page.query_params["answers"] == "1"
    assert len(elements(page, "download_button")) == 1


def test_the_command_writes_the_sheet(capsys: pytest.CaptureFixture[str]) -> None:
    sheet.main(["docs/lessons/004.toml", "--address", "http://lab.example:7860"])
    page = capsys.readouterr().out
    assert "<h1>004 Other computer vision problems</h1>" in page and "http://lab.example:7860/localise?" in page
    with pytest.raises(SystemExit, match=r"^nowhere\.toml: the file cannot be read"):
        sheet.main(["nowhere.toml"])
