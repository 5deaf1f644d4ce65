"""The lesson's card: all of a lesson is in it, answers are folded away, and it leads on."""

from dataclasses import replace
from html.parser import HTMLParser

from demos.frontends import lessons
from demos.frontends.markup import Terms
from demos.paths import PATHS, Path, Stop
from demos.spec import Lesson, Try

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


def test_a_page_leads_on_to_the_next_stop_that_is_shown() -> None:
    first, _, last = PATHS[0].places(["classify", "sliding_window", "detect"])
    assert lessons.way_on(first) == (
        '<p class="way">Stop 1 of 3 · One cat to many <a href="./sliding_window">Next: And if there are two? →</a></p>'
    )
    assert lessons.way_on(last) == '<p class="way">Stop 3 of 3 · One cat to many</p>'
    assert lessons.way_on(first, "{}.html").count('href="sliding_window.html"') == 1


TWICE = Path(
    "L & 1",
    "A lesson.",
    (
        Stop("a", "What?", questions=(("Is *it* < 2?", "The IoU is."), ("And why?", ""))),
        Stop("b", "Where?", {"words": 'a"b'}),
        Stop("a", "Who <i>?"),
    ),
    numbered=True,
)


def test_in_a_lesson_the_question_stands_first_and_the_lecturers_own_come_before_the_demos() -> None:
    first, second, third = TWICE.places("ab")
    assert lessons.asked(third) == '<p class="asked">Who &lt;i&gt;?</p>'
    assert lessons.asked(PATHS[0].places(["detect"])[0]) == ""
    own = lessons.own_questions(first, Terms({"IoU": "Shared by covered."}))
    assert outline(own) == "[Is it < 2?]And why?"
    assert 'The <span class="term"' in own and '<p class="question">And why?</p>' in own
    assert lessons.own_questions(second, Terms({})) == ""
    assert lessons.way_on(first).endswith('<a href="./b?words=a%22b&amp;stop=2">Next: Where? →</a></p>')
    assert lessons.way_on(third) == '<p class="way">Stop 3 of 3 · L &amp; 1</p>'


def test_of_several_visits_to_a_page_the_address_says_which_is_seen() -> None:
    first, _, third = TWICE.places("ab")
    assert lessons.at_stops([first, third], lambda place: place.stop.asks) == (
        '<div class="at-stop at-stop-1">What?</div><div class="at-stop at-stop-3">Who <i>?</div>'
    )
    assert lessons.at_stops([third], lambda place: "x") == "x"
    assert lessons.at_stops([first, third], lambda place: "") == "" == lessons.at_stops([], lessons.asked)
    own = lessons.at_stops([first, third], lambda place: lessons.own_questions(place, Terms({})))
    assert own.endswith('<div class="at-stop at-stop-3"></div>')  # so that the first visit's do not stand there
