"""Technical terms explain themselves: each once, where it stands as a word, and never inside a tag, a link or code."""

import re

import pytest

from demos.frontends.markup import Terms, markdown_line, term_id

MEANINGS = {"IoU": "Shared *over* covered.", "mean IoU": "Averaged.", "net": "Layers.", "class": "A kind."}
MARK = re.compile(r'<span class="term" tabindex="0" aria-describedby="([\w-]+)">([^<]*)')


@pytest.mark.parametrize(
    ("words", "marked"),
    [
        ("An IoU of 0.5, then an IoU of 1.", [("term-iou", "IoU")]),
        ("Its iou and the mean IoU.", [("term-iou", "iou"), ("term-mean-iou", "mean IoU")]),
        ("Classes of nets.", [("term-class", "Classes"), ("term-net", "nets")]),
        ("A network, a subnet, a net-like net", [("term-net", "net")]),
        ("`IoU` and [net](./net) and <class>, **mean IoU**", [("term-class", "class"), ("term-mean-iou", "mean IoU")]),
        ("Nothing of it.", []),
    ],
)
def test_a_term_is_marked_where_it_first_stands_as_a_word(words: str, marked: list[tuple[str, str]]) -> None:
    page = markdown_line(words)
    found = Terms(MEANINGS).mark(page)
    assert MARK.findall(found) == marked
    assert re.sub(r'<span class="meaning".*?</span>|</?span[^>]*>', "", found) == page


def test_a_term_s_meaning_is_what_describes_it() -> None:
    assert Terms(MEANINGS).mark("The IoU.") == (
        'The <span class="term" tabindex="0" aria-describedby="term-iou">IoU'
        '<span class="meaning" role="tooltip" id="term-iou">Shared <em>over</em> covered.</span></span>.'
    )
    assert term_id("Fréchet distance (FID)") == "term-fréchet-distance-fid"


def test_one_card_marks_a_term_once_and_another_card_marks_it_anew() -> None:
    card = Terms(MEANINGS)
    assert "term-net" in card.mark("A net.") and card.mark("A net.") == "A net."
    assert "term-net" in Terms(MEANINGS).mark("A net.")
    assert Terms({}).mark("A net.") == "A net."
