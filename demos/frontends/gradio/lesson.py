"""The card of the lesson beside the result."""

from collections.abc import Collection

import gradio as gr

from demos import lesson_file
from demos.frontends import lessons
from demos.frontends.markup import Terms
from demos.paths import places_of
from demos.spec import Demo


def draw_lesson(demo: Demo, shown: Collection[str]) -> tuple[gr.Dataset | None, gr.HTML | None]:
    """The buttons under "Try this" and what to watch after a press (None without any), drawn with all around them.

    What one sees, what to try, questions, the way on; further questions, notices and sources are one press away.

    Args:
        demo: whose lesson.
        shown: the names of the demos that there are, for the way on.
    """
    lesson, terms = demo.lesson, Terms()
    places = places_of(demo.name, shown, lesson_file.ways())
    led_by = lessons.at_stops(places, lessons.asked)
    gr.HTML(f"<h3 class='spoken'>Lesson</h3>{led_by}{lessons.what_you_see(lesson, terms)}", elem_classes="words")
    tries = watch = None
    if lesson.tries:
        words = [tried.words for tried in lesson.tries]
        tries = gr.Dataset(
            components=[gr.Textbox(render=False)], samples=[[entry] for entry in words], sample_labels=words, type="index",
            label=lessons.TRY, layout="gallery", elem_classes="tries",
        )  # fmt: skip
        watch = gr.HTML("", elem_classes=["words", "watch"])
    own = lessons.at_stops(places, lambda place: lessons.own_questions(place, terms))
    gr.HTML(own + lessons.to_think_about(lesson, terms), elem_classes=["words", "questions"])
    gr.HTML(lessons.at_stops(places, lessons.way_on), elem_classes=["words", "on"])
    return tries, watch
