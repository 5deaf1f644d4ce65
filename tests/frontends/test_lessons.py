"""The lesson's card: all of a lesson is in it, answers are folded away, and it leads on."""

from dataclasses import replace
from html.parser import HTMLParser

from demos.frontends import lessons
from demos.frontends.markup import Terms
from demos.spec import Lesson, Try
from tests.frontends.small_demos import slow

LESSON = Lesson(
    see="The *boxes* whose IoU is small.",
    tries=(Try(words="Show it <b>", sets={"words": "b"}, watch="Is it *bold*?"),),
    notice=("One & all.", "Two."),
    questions=(("Is 3 < 4?", "*Yes.*"), ("Why?", "Because of the IoU."), ("What for?", "For tests.")),
    sources=("He 2015, arXiv:1512.03385",),
)


class Outline(HTMLParser):
    """What a page says to whoever opens nothing: the text outside of details, and the outermost summaries in brackets."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self._inside = "", [False]  # for each element that is open: whether it is folded away

    def handle_starttag(self, tag: str, attrs: object) -> None:
        hidden = self._inside[-1]
        self._inside.append(hidden or tag == "details")
        if tag == "summary" and sum(self._inside[:-1]) == 1:
            self._inside[-1] = False
            self.text += "["

    def handle_endtag(self, tag: str) -> None:
        if tag == "summary" and not self._inside[-1]:
            self.text += "]"
        self._inside.pop()

    def handle_data(self, data: str) -> None:
        self.text += "" if self._inside[-1] else data


def outline(page: str) -> str:
    parser = Outline()
    parser.feed(page)
    return parser.text.replace("\n", "")


def test_what_one_sees_stands_open_with_its_terms_explained() -> None:
    page = lessons.what_you_see(LESSON, Terms({"IoU": "Shared by covered."}))
    assert page.startswith('<h4>What you see</h4><p>The <em>boxes</em> whose <span class="term"')
    assert lessons.what_you_see(replace(LESSON, see=""), Terms({})) == ""


def test_the_first_question_is_seen_its_answer_and_all_else_is_a_press_away() -> None:
    page = lessons.to_think_about(LESSON, Terms({"IoU": "Shared by covered."}))
    assert outline(page) == "[Is 3 < 4?][2 more questions][More for the class]"
    for words in ("<em>Yes.</em>", "Why?", "For tests.", "One &amp; all.", 'href="https://arxiv.org/abs/1512.03385"'):
        assert page.count(words) == 1, words
    assert 'of the <span class="term"' in page
    two = replace(LESSON, questions=LESSON.questions[:2], sources=())
    assert "[1 more question]" in outline(lessons.to_think_about(two, Terms({})))
    assert "Sources" not in lessons.to_think_about(two, Terms({}))


def test_what_to_watch_is_no_markup_of_its_own() -> None:
    assert lessons.what_to_watch(LESSON.tries[0]) == "<p><b>Show it &lt;b&gt;.</b> Is it <em>bold</em>?</p>"


def test_a_demo_leads_on_to_the_next_stop_that_is_shown() -> None:
    classify = replace(slow, name="classify")
    shown = ["classify", "sliding_window", "detect"]
    assert lessons.way_on(classify, shown) == (
        '<p class="way">Stop 1 of 3 · One cat to many <a href="./sliding_window">Next: And if there are two? →</a></p>'
    )
    assert lessons.way_on(replace(slow, name="detect"), shown) == '<p class="way">Stop 3 of 3 · One cat to many</p>'
    assert lessons.way_on(classify, shown, "{}.html").count('href="sliding_window.html"') == 1
    assert lessons.way_on(slow, ["slow"]) == ""
