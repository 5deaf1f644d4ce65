"""The static tour: its pages show what the demos answered, need nothing from elsewhere, and open from disk."""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import Image

from cnn_core.errors import InputError
from cnn_core.images import samples
from demos import static_tour
from demos.frontends.tour import outputs
from demos.frontends.tour.write import write_tour
from demos.spec import Demo, Lesson, Note, Output, Picture, Slider, Text
from tests.frontends import small_demos

STRANGE = "<script>alert('&')</script>"


def brighten(picture: Any, amount: int, words: str) -> Any:
    """Five kinds of trouble: no picture, words that fail at once or after a step, and letters that are HTML."""
    if words == "fail":
        raise InputError("The words were 'fail' & <others> work.")
    yield f"{words} {amount}", picture
    if words == "later":
        raise InputError("It ended early.")
    yield f"{words} {2 * amount}", np.minimum(picture, 250) + 5


asked = Demo(
    title="Strange & <bold>",
    name="strange",
    group="Create",
    summary="A demo with <letters> that mean something.",
    lesson=Lesson(
        notice=("Notice 2 < 3 & **4**.", "Twice."),
        questions=(("Is <b> bold?", "No, `<b>` is a mark."), ("Why?", "So.")),
        sources=("Kim et al. 2020, arXiv:2001.01234",),
    ),
    inputs={
        "picture": Picture(label="Any picture"),
        "amount": Slider(label="Amount", low=0, high=9, step=1, default=3),
        "words": Text(label="Words", default="plain"),
    },
    outputs=(Note(label="What it says"), Picture(label="Brighter", pixelated=True)),
    run=brighten,
    examples=(
        {"picture": np.arange(30 * 20 * 3, dtype=np.uint8).reshape(30, 20, 3), "words": STRANGE},
        {"picture": "coffee", "words": "fail"},
        {"picture": "coffee", "words": "later"},
    ),
    example_titles=("First", "Refused", "Stopped"),
)
DEMOS = (small_demos.opener, small_demos.kitchen_sink, asked)


class Page(HTMLParser):
    """A page taken apart: its tags with their attributes, and its words."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def all(self, tag: str, name: str) -> list[str]:
        return [attributes[name] or "" for found, attributes in self.tags if found == tag and name in attributes]


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tour") / "site"
    write_tour(DEMOS, folder)
    return folder


def picture_called(tour: Path, page: Page, alt: str) -> np.ndarray:
    """The pixels (H, W, 3) of the first picture of a page with these words for people who cannot see."""
    address = next(a["src"] for tag, a in page.tags if tag == "img" and a["alt"] == alt)
    assert address is not None
    path = tour / address
    assert path.read_bytes()[8:12] == b"WEBP"
    return np.asarray(Image.open(path).convert("RGB"))


def test_every_output_of_the_kitchen_sink_is_on_its_page(tour: Path) -> None:
    page = Page(tour / "kitchen_sink.html")
    cat = samples.load("chelsea")
    height, width = cat.shape[:2]
    assert "step 2: fruit/apple ['y'] False 'hello' 0 None x0.5 n0 count 1" in page.words  # the last step, not the first
    assert "step 2: tree/oak" in page.words
    assert "step 1:" not in page.words
    np.testing.assert_array_equal(picture_called(tour, page, "The picture with inverted colours"), 255 - cat)
    for alt, truth in {"inverted": 255.0 - cat, "as it came": cat, "Before and after, after": 255.0 - cat}.items():
        assert np.abs(picture_called(tour, page, alt).astype(float) - truth).mean() < 6  # lossy, but the same picture
    assert any(alt.startswith("Parts: dog 90%; cat") for alt in page.all("img", "alt"))
    assert "dog" in page.words and "90%" in page.words
    assert "75.0%" in page.words and "width:25.0%" in str(page.tags)
    assert re.search(rf"width\s*{width}\s*height\s*{height}", page.words)
    assert (picture_called(tour, page, "A curve.") < 128).any()
    numbers = next(a for tag, a in page.tags if tag == "a" and a.get("download") == "numbers.txt")
    assert (tour / str(numbers["href"])).read_bytes() == b"1 2 3"
    assert "kitchen_sink.html" in page.all("a", "href")


def test_every_output_field_has_its_place() -> None:
    assert set(outputs.SHOWN) == set(Output.__args__)


def test_pixels_that_mean_something_keep_their_value(tour: Path) -> None:
    picture = np.arange(30 * 20 * 3, dtype=np.uint8).reshape(30, 20, 3)
    shown = picture_called(tour, Page(tour / "strange.html"), "Brighter")
    np.testing.assert_array_equal(shown, np.minimum(picture, 250) + 5)


def test_letters_are_never_marks(tour: Path) -> None:
    source, page = (tour / "strange.html").read_text(encoding="utf-8"), Page(tour / "strange.html")
    assert not {tag for tag, _ in page.tags} & {"script", "b", "letters", "bold", "iframe"}
    assert f"{STRANGE} 6" in page.words and "<script" not in source
    assert "A demo with <letters> that" in page.words and "Is <b> bold?" in page.words and "Notice 2 < 3 & 4." in page.words
    assert "https://arxiv.org/abs/2001.01234" in page.all("a", "href")
    assert "raise InputError(\"The words were 'fail' & <others> work.\")" in page.words  # the code
    assert "onerror" not in source


def test_a_refusal_is_a_sentence(tour: Path) -> None:
    page = Page(tour / "strange.html")
    assert "The words were 'fail' & <others> work." in page.words
    assert "later 3" in page.words and "It ended early." in page.words  # the last step that there was, and why no more
    assert "later 6" not in page.words


def test_all_addresses_lead_somewhere_within_the_tour(tour: Path) -> None:
    for path in tour.glob("*.html"):
        page = Page(path)
        taken = page.all("img", "src") + page.all("link", "href") + page.all("script", "src")
        ways = [way for way in page.all("a", "href") if not way.startswith("https://arxiv.org/")]
        marks = set(page.all("section", "id"))
        for address in taken + ways:
            file, _, mark = unquote(address).partition("#")
            assert not re.match(r"[a-z]+:|/", address), address
            assert not file or (tour / file).is_file(), address
            assert not mark or mark in marks, address
    assert "http" not in (tour / "tour.css").read_text() and "prefers-color-scheme: dark" in (tour / "tour.css").read_text()


def test_one_page_leads_to_the_next(tour: Path) -> None:
    ways = [a for tag, a in Page(tour / "kitchen_sink.html").tags if tag == "a" and "rel" in a]
    assert [(way["rel"], way["href"]) for way in ways[:2]] == [("prev", "opener.html"), ("next", "strange.html")]
    assert Page(tour / "index.html").all("a", "href") == [
        "opener.html",
        "kitchen_sink.html",
        "strange.html",
    ]


def test_a_picture_says_how_large_it_is(tour: Path) -> None:
    """A page that knows the sizes does not jump while it loads."""
    for _, image in (tag for tag in Page(tour / "kitchen_sink.html").tags if tag[0] == "img"):
        size = Image.open(tour / str(image["src"])).size
        assert (image["width"], image["height"]) == tuple(str(side) for side in size)


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear class")
    with pytest.raises(InputError, match="is not empty"):
        write_tour(DEMOS, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(static_tour.catalogue, "find_demos", lambda: list(DEMOS))
    static_tour.main(["--out", str(tmp_path / "site"), "--only", "strange"])
    assert re.fullmatch(r"1 demos, \d+\.\d MB in \d+ s\. Open .*site/index\.html\n", capsys.readouterr().out)
    with pytest.raises(SystemExit, match="is not empty"):
        static_tour.main(["--out", str(tmp_path / "site")])
    with pytest.raises(SystemExit):
        static_tour.main(["--out", str(tmp_path / "other"), "--only", "nothing"])
    assert "no demo is called nothing" in capsys.readouterr().err


@pytest.mark.browser
@pytest.mark.slow
def test_it_opens_from_disk(tour: Path, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme="dark")
    page = context.new_page()
    said: list[str] = []
    asked_for: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked_for.append(request.url))
    page.goto((tour / "index.html").as_uri())
    page.click("text=Kitchen sink")
    page.wait_for_load_state("load")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 22, 31)"
    assert page.evaluate("document.documentElement.scrollWidth") <= 360  # nothing sticks out of a telephone
    for image in page.query_selector_all("main > section > section img"):
        image.scroll_into_view_if_needed()
        image.wait_for_element_state("visible")
        assert page.wait_for_function("image => image.complete && image.naturalWidth > 0", arg=image)
    page.click("text=Strange & <bold> →")
    page.wait_for_load_state("load")
    assert page.title() == "Strange & <bold>, CNN Lab"
    assert said == []
    assert all(url.startswith("file:") for url in asked_for) and len(asked_for) > 5
    context.close()
