"""The start page: ways, cards with pictures of what demos answer, made beforehand."""

import base64
import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from demos import cards, catalogue
from demos.charts import NO_AXIS, Axis, Bars, Chart
from demos.frontends import presentation, welcome
from demos.frontends.card_pictures import MOST_BYTES, card_bytes, card_picture
from demos.paths import PATHS, Stop
from demos.paths import Path as Way
from demos.spec import BeforeAfter, Note, Picture, Pictures, Plot, Region, Regions, Scene
from tests.frontends import small_demos

RED, BLUE = (200, 30, 30), (30, 30, 200)


def halves(width: int, height: int) -> np.ndarray:
    """(height, width, 3): red above, blue below."""
    picture = np.full((height, width, 3), RED, np.uint8)
    picture[height // 2 :] = BLUE
    return picture


def test_the_page_has_one_sentence_ways_and_every_demo_by_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(welcome, "terms", dict)
    stops = [replace(small_demos.slow, name=name, title=name.upper()) for name in ("classify", "detect", "why")]
    page = welcome.start_page([*stops, replace(small_demos.opener, title="A <b>", group="Experiments")])
    assert re.findall(r"<h1>(.*?)</h1>", page) == [presentation.PURPOSE]
    assert re.findall(r"<h2>(.*?)</h2>", page) == ["One cat to many <small>2 stops</small>", "Recognise", "Experiments"]
    way, _, groups = page.partition('type="search"')
    assert re.findall(r'href="./(\w+)">([^<]*)', way) == [("classify", "What is it?"), ("detect", "Where is every object?")]
    assert re.findall(r'href="./(\w+)"', groups) == ["classify", "detect", "why", "opener"]
    assert "<b>A &lt;b&gt;</b>" in groups
    assert re.findall(r'src="([^"]*)"', groups) == ["./cards/classify.webp", "./cards/detect.webp", "./cards/why.webp"]


def test_a_lecturers_lesson_comes_first_as_cards_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    stops = (Stop("why", "Why <b>?", {"layer": "a"}), Stop("detect", "Where?"), Stop("why", "Really?"))
    lesson = Way("L & 1", "Its <b>.", stops, numbered=True)
    monkeypatch.setattr(welcome.lesson_file, "ways", lambda: (lesson, *PATHS))
    shown = [replace(small_demos.slow, name=name, title=name.upper()) for name in ("classify", "detect", "why")]
    page = welcome.start_page(shown)
    assert re.findall(r"<h2>(.*?)</h2>", page)[:2] == [
        "L &amp; 1 <small>3 stops</small>",
        "One cat to many <small>2 stops</small>",
    ]
    led, _, ways = page.partition('<section class="ways"')
    assert re.findall(r'<a href="(.*?)"><img src="(.*?)".*?<b>(.*?)</b> <span>(.*?)</span>', led) == [
        ("./why?layer=a&amp;stop=1", "./cards/why.webp", "1. Why &lt;b&gt;?", "WHY"),
        ("./detect?stop=2", "./cards/detect.webp", "2. Where?", "DETECT"),
        ("./why?stop=3", "./cards/why.webp", "3. Really?", "WHY"),
    ]
    assert "Its &lt;b&gt;." in led and 'href="./sheet?path=1"' in led and 'href="./sheet?path=2"' in ways
    assert 'class="led"' not in welcome.start_page([small_demos.slow])  # none of its stops is shown


def test_the_glossary_is_by_the_alphabet_and_on_the_start_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(welcome, "terms", lambda: {"NMS": "Removes *boxes*.", "anchor": "A box <first>."})
    assert welcome.glossary_page() == (
        '<h2>Glossary</h2><dl><dt id="term-anchor">anchor</dt><dd>A box &lt;first&gt;.</dd>'
        '<dt id="term-nms">NMS</dt><dd>Removes <em>boxes</em>.</dd></dl>'
    )
    assert '<a href="./glossary">Glossary</a>' in welcome.start_page([small_demos.slow])


# ---------------------------------------------------------------- the cards' files


def test_every_demo_with_a_picture_has_its_card_and_they_are_light() -> None:
    wanted = {demo.name for demo in catalogue.find_demos() if presentation.main_picture(demo) is not None}
    files = {path.stem: path for path in welcome.CARDS.iterdir()}
    assert set(files) == wanted, "python -m demos.cards --out demos/frontends/cards"
    sizes = [path.stat().st_size for path in files.values()]
    assert max(sizes) <= MOST_BYTES and sum(sizes) <= 450_000
    for path in files.values():
        with Image.open(path) as card:
            assert card.format == "WEBP" and card.size == welcome.CARD_SIZE


def drawn(outputs: tuple, *values) -> np.ndarray:
    demo = replace(small_demos.slow, outputs=outputs)
    card = card_picture(demo, values)
    assert card is not None and card.size == (400, 250)
    return np.asarray(card).astype(int)


def near(pixel: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(pixel - colour).max() <= 12)


def test_a_card_is_the_main_picture_cut_to_its_shape_or_whole_on_paper() -> None:
    said, picture = Note(label="Said", tone="headline"), Picture(label="Picture")
    card = drawn((said, picture), "words", halves(600, 400))
    assert near(card[5, 200], RED) and near(card[240, 5], BLUE)
    wide = drawn((picture,), np.tile(halves(300, 100), (1, 3, 1)))  # 9 : 1
    assert near(wide[5, 200], (255, 255, 255)) and near(wide[115, 200], RED) and near(wide[135, 200], BLUE)
    grey = drawn((picture,), np.full((50, 80), 90, np.uint8))
    assert near(grey[100, 100], (90, 90, 90))


def test_a_card_shows_before_and_after_regions_figures_and_several_pictures() -> None:
    red, blue = halves(320, 200), halves(320, 200)[::-1]
    both = drawn((BeforeAfter(label="Both"),), (red, blue))
    assert near(both[20, 50], RED) and near(both[20, 350], BLUE)
    boxed = drawn((Regions(label="Boxes"),), (red, [Region((100, 20, 220, 90), "dog", 0.9)]))
    assert not near(boxed[60, 200], RED)  # tinted inside the box
    bars = Bars(names=("a",), values=[1], colours=("#0000ff",))
    chart = Chart(words="A bar.", x=Axis(title="x"), y=NO_AXIS, layers=(bars,))
    assert near(drawn((Plot(label="Plot"),), chart)[110, 200], (0, 0, 255))
    sheet = drawn((Pictures(label="Several"),), [(red, "a"), (blue, "b"), (red, "c"), (blue, "d")])
    assert [
        near(sheet[y, x], colour) for y, x, colour in ((20, 100, RED), (20, 300, BLUE), (240, 100, BLUE), (240, 300, RED))
    ]
    assert near(sheet[20, 300], BLUE) and near(sheet[240, 300], RED)


def test_a_card_shows_the_pictures_that_a_scene_draws() -> None:
    def address(colour: tuple[int, int, int]) -> str:
        file = io.BytesIO()
        Image.new("RGB", (40, 50), colour).save(file, "PNG")
        return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()

    scene = Scene(label="A scene", script="network")
    data = {"words": "Two.", "rows": [{"picture": address((200, 0, 0))}, {"more": (address((0, 0, 200)),)}]}
    card = drawn((scene,), data)
    assert near(card[125, 100], (200, 0, 0)) and near(card[125, 300], (0, 0, 200))


def test_what_is_empty_is_passed_over_and_words_alone_have_no_card() -> None:
    fields = (Picture(label="Empty"), Pictures(label="None"), Picture(label="Full"))
    assert near(drawn(fields, None, [], halves(400, 250))[10, 10], RED)
    words = replace(small_demos.slow, outputs=(Note(label="Said"),))
    assert card_picture(words, ("words",)) is None


def test_a_card_is_made_as_good_as_its_limit_allows() -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (250, 400, 3), np.uint8))
    plain = Image.fromarray(halves(400, 250))
    assert len(card_bytes(noise)) > MOST_BYTES / 2  # nothing that anybody sees is so rough; it is the roughest there is
    assert np.abs(np.asarray(Image.open(io.BytesIO(card_bytes(plain)))).astype(int) - halves(400, 250)).mean() < 3


def test_the_command_writes_a_card_and_says_so(tmp_path: Path) -> None:
    words = cards.draw_card(small_demos.opener, tmp_path)
    with Image.open(tmp_path / "opener.webp") as card:
        assert near(np.asarray(card)[125, 200].astype(int), (55, 55, 55))  # 255 - 200
    assert re.fullmatch(r"\d+\.\d kB in \d+ s", words)
    assert cards.draw_card(small_demos.slow, tmp_path) == "no picture"
