"""The scripts of scenes (demos/frontends/scenes), as each front end wants them. No widgets here."""

from functools import cache
from pathlib import Path
from typing import Any

from demos.spec import Scene

FOLDER = Path(__file__).with_name("scenes")
EXPORTED = "export default function scene("
MARKUP = '<div class="scene"></div>'

IN_GRADIO = """
const root = element.querySelector(".scene");
root.setAttribute("role", "group");
const draw = scene(root, (values) => trigger("select", { index: 0, value: values }));
const show = () => {
    if (!props.value) return;
    root.setAttribute("aria-label", props.value.words);
    draw(props.value);
};
watch("value", show);
show();
"""
IN_STREAMLIT = """
export default function ({ data, parentElement, setTriggerValue }) {
    const root = parentElement.querySelector(".scene");
    root.classList.add("in-streamlit");
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", data.words);
    root.draw ??= scene(root, (values) => setTriggerValue("touch", values));
    root.draw(data);
}
"""


def script_for_gradio(script: str) -> str:
    """The body of ``gr.HTML``'s ``js_on_load`` around the MARKUP."""
    return _plain(script) + IN_GRADIO


def script_for_streamlit(script: str) -> str:
    """The module of a component around the MARKUP."""
    return _plain(script) + IN_STREAMLIT


@cache
def _plain(script: str) -> str:
    """The script, ``scene`` a function of its own and not exported; before it what all share, and its folder's parts."""
    before = [path for folder in ("shared", script) for path in sorted((FOLDER / folder).glob("*.js"))]
    parts = [*before, FOLDER / f"{script}.js"]
    source = "\n".join(part.read_text(encoding="utf-8") for part in parts)
    if source.count(EXPORTED) != 1:
        raise ValueError(f"scenes/{script}.js: expected one line {EXPORTED!r}")
    return source.replace(EXPORTED, "function scene(")


@cache
def style(script: str) -> str:
    """What all scenes look like, and this one besides."""
    files = (FOLDER / f"{name}.css" for name in ("scene", script))
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.exists())


def described(field: Scene, value: Any) -> str:
    """What a scene shows, in words.

    Raises:
        ValueError: the data has no words.
    """
    words = value.get("words") if isinstance(value, dict) else None
    if not isinstance(words, str) or not words:
        raise ValueError(f"{field.label}: a scene's data is a dict with its 'words', got {str(value)[:80]!r}")
    return words
