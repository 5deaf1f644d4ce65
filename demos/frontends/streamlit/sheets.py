"""The page of the questions to print: the same sheet as in Gradio, and the sheet as a file."""

import re
from collections.abc import Mapping

import streamlit as st

from demos import lesson_file
from demos.frontends import sheet, welcome
from demos.spec import Demo

PATH, ANSWERS = "path", "answers"
"""What the address says: /sheet?path=2&answers=1."""


def sheets(demos: Mapping[str, Demo]) -> None:
    """Draws the sheet of the path that the address names, or the first, with a choice of the others."""
    st.title(welcome.TO_PRINT, anchor=False)
    paths = {str(k): places for k, path in enumerate(lesson_file.ways(), 1) if (places := path.places(demos))}
    if not paths:
        st.caption("There is no path through these demos.")
        return
    query = st.query_params
    number, named = query.get(PATH, ""), list(paths)
    titles = {key: places[0].path.title for key, places in paths.items()}
    chosen = st.segmented_control(
        "Path", named, default=number if number in paths else named[0], format_func=titles.__getitem__, required=True,
    ) or named[0]  # fmt: skip
    answers = st.toggle(sheet.ANSWERED, value=query.get(ANSWERS) == "1")
    query.from_dict({PATH: chosen} | ({ANSWERS: "1"} if answers else {}))
    text = sheet.draw_sheet(paths[chosen], demos, (st.context.url or "").rpartition("/")[0], answers)
    name = re.sub(r"\W+", "_", titles[chosen]).strip("_").lower()
    st.download_button("Download it, to print", text, f"{name}_questions.html", "text/html")
    st.iframe(text, height=1000)
