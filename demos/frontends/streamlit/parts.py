"""The four small parts that Streamlit lacks: a picture to click, a divider between two pictures, examples, shares as bars.

The first three are components of a few lines of JavaScript each, within the page (no frame, nothing to install).
"""

from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path

import streamlit as st

from demos.frontends.streamlit.pictures import View

# ---------------------------------------------------------------- a picture to click

_point = st.components.v2.component(
    "cnn_lab_point",
    html='<div id="frame"><img draggable="false"><span id="mark" hidden></span></div>',
    css="""
        #frame { position: relative; line-height: 0; }
        img { width: 100%; border-radius: var(--st-base-radius); cursor: crosshair; }
        #mark { position: absolute; width: 18px; height: 18px; margin: -12px 0 0 -12px; border: 3px solid white;
                border-radius: 50%; box-shadow: 0 0 0 2px black, inset 0 0 0 1px black; pointer-events: none; }
    """,
    js="""
        export default function ({ data, parentElement, setTriggerValue }) {
            const image = parentElement.querySelector("img"), mark = parentElement.querySelector("#mark");
            if (image.src !== data.url) image.src = data.url;
            image.alt = data.alt;
            image.style.imageRendering = data.pixelated ? "pixelated" : "auto";
            image.parentElement.style.maxWidth = data.small ? `calc(24rem * ${data.width / data.height})` : "100%";
            mark.hidden = data.place === null;
            if (data.place) {
                mark.style.left = `${100 * (data.place[0] + 0.5) / data.width}%`;
                mark.style.top = `${100 * (data.place[1] + 0.5) / data.height}%`;
            }
            image.onclick = (event) => {
                const box = image.getBoundingClientRect();
                const within = (share, n) => Math.max(0, Math.min(n - 1, Math.floor(share * n)));
                setTriggerValue("place", [
                    within((event.clientX - box.left) / box.width, data.width),
                    within((event.clientY - box.top) / box.height, data.height),
                ]);
            };
        }
    """,
)


def picture_to_click(
    view: View,
    alt: str,
    place: tuple[int, int] | None,
    key: str,
    clicked: Callable[[tuple[int, int]], None],
    *,
    small: bool = False,
    pixelated: bool = False,
) -> None:
    """A picture with a ring at ``place``; ``clicked`` gets the pixel (x, y) of the picture itself, not of its view."""

    def on_place_change() -> None:
        x, y = st.session_state[key]["place"]
        clicked((int(x), int(y)))

    size = {"width": view.width, "height": view.height, "small": small, "pixelated": pixelated}
    _point(key=key, data={"url": view.url, "alt": alt, "place": place, **size}, on_place_change=on_place_change)


# ---------------------------------------------------------------- a divider between two pictures

_divided = st.components.v2.component(
    "cnn_lab_before_after",
    html="""
        <div><div id="frame"><img id="after"><img id="before"><span id="line"></span>
        <input type="range" min="0" max="100" step="0.5" value="50"></div>
        <p><span id="left"></span><span id="right"></span></p></div>
    """,
    css="""
        #frame { position: relative; line-height: 0; }
        img { width: 100%; border-radius: var(--st-base-radius); }
        #before { position: absolute; inset: 0; height: 100%; }
        #line { position: absolute; top: 0; bottom: 0; width: 3px; margin-left: -1.5px; background: white;
                box-shadow: 0 0 3px black; pointer-events: none; }
        #line::after { content: "\\2194"; position: absolute; top: 50%; left: 50%; transform: translate(-50%, -50%);
                width: 2.2rem; height: 2.2rem; line-height: 2.2rem; text-align: center; border-radius: 50%;
                background: white; color: #1e1b2e; font-size: 1.2rem; box-shadow: 0 0 4px black; }
        input { position: absolute; inset: 0; width: 100%; height: 100%; margin: 0; opacity: 0; cursor: ew-resize;
                touch-action: pan-y; }
        #frame:focus-within { outline: 3px solid var(--st-primary-color); outline-offset: 2px; }
        p { display: flex; justify-content: space-between; margin: 0.3rem 0 0; font-size: 0.85rem; opacity: 0.75; }
    """,
    js="""
        export default function ({ data, parentElement }) {
            const find = (name) => parentElement.querySelector(name);
            find("#before").src = data.before; find("#after").src = data.after;
            find("#before").alt = `${data.label}: before`; find("#after").alt = `${data.label}: after`;
            find("#left").textContent = "before"; find("#right").textContent = "after";
            find("#frame").parentElement.style.maxWidth = `calc(92vh * ${data.ratio})`;
            const slider = find("input");
            slider.setAttribute("aria-label", `${data.label}: how much of the picture before is shown`);
            const move = () => {
                find("#before").style.clipPath = `inset(0 ${100 - slider.value}% 0 0)`;
                find("#line").style.left = `${slider.value}%`;
            };
            slider.oninput = move;
            move();
        }
    """,
)


def before_after(before: View, after: View, label: str, key: str) -> None:
    """Two pictures of one size under a divider that moves by mouse, finger or arrow keys, without asking the server."""
    ratio = before.width / before.height
    _divided(key=key, data={"before": before.url, "after": after.url, "label": label, "ratio": ratio})


# ---------------------------------------------------------------- the clipboard

_paste = st.components.v2.component(
    "cnn_lab_paste",
    js="""
        export default function ({ parentElement }) {
            const paste = (event) => {
                const pictures = [...event.clipboardData.files].filter((file) => file.type.startsWith("image/"));
                const places = [...document.querySelectorAll("[data-testid=stFileUploader] input[type=file]")];
                const place = places.find((input) => input.closest("[data-testid=stFileUploader]").matches(":focus-within"))
                    ?? places[0];
                if (!pictures.length || !place) return;
                const files = new DataTransfer();
                pictures.slice(0, place.multiple ? pictures.length : 1).forEach((file) => files.items.add(file));
                place.files = files.files;
                place.dispatchEvent(new Event("change", { bubbles: true }));
            };
            document.addEventListener("paste", paste);
            parentElement.host.dataset.listens = "paste";
            return () => document.removeEventListener("paste", paste);
        }
    """,
)


def paste_pictures(key: str) -> None:
    """From now on a picture pasted into the page goes to the file widget in use, or else the first."""
    _paste(key=key, height=1)


# ---------------------------------------------------------------- examples

_examples = st.components.v2.component(
    "cnn_lab_examples",
    html='<div id="row" role="group" aria-label="Examples"></div>',
    css="""
        #row { display: flex; flex-wrap: wrap; align-items: flex-start; gap: 0.5rem; }
        button { padding: 0; border: 2px solid var(--st-border-color); border-radius: var(--st-base-radius); cursor: pointer;
                 background: var(--st-secondary-background-color); color: var(--st-text-color); font: inherit;
                 font-size: 0.85rem; overflow: hidden; line-height: 0; }
        button:hover, button:focus-visible { border-color: var(--st-primary-color); outline: none; }
        span { display: block; padding: 0.35rem 0.6rem; line-height: 1.2; max-width: 12rem; }
        img { height: 3.6rem; }
        img + span { padding: 0.2rem 0.3rem; font-size: 0.75rem; max-width: 5.5rem; }
    """,
    js="""
        export default function ({ data, parentElement, setTriggerValue }) {
            const buttons = data.map((example, number) => {
                const button = document.createElement("button");
                if (example.url) button.append(Object.assign(new Image(), { src: example.url, alt: "" }));
                const words = Object.assign(document.createElement("span"), { textContent: example.words });
                if (example.words) button.append(words);
                button.title = example.label;
                button.setAttribute("aria-label", `Example: ${example.label}`);
                button.onclick = () => setTriggerValue("chosen", number);
                return button;
            });
            parentElement.querySelector("#row").replaceChildren(...buttons);
        }
    """,
)


def examples_row(cards: Sequence[Mapping[str, str]], key: str, chosen: Callable[[int], None]) -> None:
    """A row of buttons with a small picture (``url``), ``words`` or both; ``chosen`` gets the number of the one pressed."""

    def on_chosen_change() -> None:
        chosen(int(st.session_state[key]["chosen"]))

    _examples(key=key, data=[dict(card) for card in cards], on_chosen_change=on_chosen_change)


# ---------------------------------------------------------------- shares and legends, as HTML

STYLE = Path(__file__).with_name("page.css")
ACCENT = "#168f95"  # the theme's colour, legible on the light page and on the dark one


def bars_html(shares: Mapping[str, float], colours: Mapping[str, str]) -> str:
    """A row for each share, longest first: name, bar, percentage. A bar has its name's colour where one is given."""
    rows = []
    for name, share in sorted(shares.items(), key=lambda pair: -pair[1]):
        style = f"width:{100 * min(max(share, 0), 1):.2f}%;background:{colours.get(name, ACCENT)}"
        rows.append(f'<dt>{escape(name)}</dt><dd><i><b style="{style}"></b></i><em>{escape(percent(share))}</em></dd>')
    return f'<dl class="lab-bars">{"".join(rows)}</dl>'


def legend_html(legend: Sequence[tuple[str, str, float | None]]) -> str:
    """The colour, name and score of each region."""
    rows = (
        f'<li><i style="background:{colour}"></i>{escape(name)}{"" if score is None else f" · {score:.0%}"}</li>'
        for name, colour, score in legend
    )
    return f'<ul class="lab-legend">{"".join(rows)}</ul>'


def percent(share: float) -> str:
    """A share in percent with as many digits as tell it from 0 and from 1."""
    return f"{share:.0%}" if share >= 0.0995 or share == 0 else f"{share:.1%}" if share >= 0.0005 else "<0.1%"
