"""``python -m tests.access http://127.0.0.1:7860``: axe-core on every page of a running lab, light and dark, by hand.

The tests of both front ends look at a few pages in the same way (``faults``).
"""

import argparse
import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

THEIRS = (
    (
        "image-redundant-alt",
        ".grid-wrap button",
        "Gradio 6.31 gives a gallery's picture its caption as its alternative text",
    ),
    ("list", '[data-testid="stSidebarNavItems"]', "Streamlit 1.67 puts groups of pages as <div> into the list of pages"),
    ("listitem", '[data-testid="stSidebarNavItems"]', "the same"),
    (
        "scrollable-region-focusable",
        ".stTable",
        "Streamlit 1.67's scroller of a wide table; browsers focus it themselves",
    ),
    ("presentation-role-conflict", '[data-testid="stFileUploaderDropzone"]', "Streamlit 1.67 gives a named section no role"),
)
"""(rule, selector, reason): what is Gradio's or Streamlit's own and cannot be mended from outside."""
SETTLED = "() => !document.querySelector('[data-stale=true]')"
"""Streamlit fades what is about to be drawn anew."""
FINISH = """() => document.getAnimations().forEach((each) => {
  try { each.finish(); } catch { /* one without end */ }
})"""
INSIDE = """([target, selector]) => {
  try { return Boolean(document.querySelector(target)?.closest(selector)); } catch { return false; }
}"""
IDLE = """() => ![...document.querySelectorAll(
  ".busy > .wrap:not(.hide), .plot .empty, .lab-working, [data-testid=stStatusWidget]")]
  .some((element) => element.checkVisibility())"""
OF_COLOURS = ("color-contrast", "link-in-text-block")
"""The rules whose answer is another one in another theme."""
FLAGS = ("--no-sandbox", "--disable-gpu")


def faults(page: Page, rules: Sequence[str] = ()) -> list[str]:
    """What axe-core finds wrong with a page as it stands, one line an element: rule, selector, what is the matter.

    ``rules``: the only ones that it looks at, by their names.
    """
    page.wait_for_function(SETTLED)
    page.evaluate(FINISH)
    chosen = {"runOnly": {"type": "rule", "values": list(rules)}} if rules else {}
    found = Axe().run(page, options={"resultTypes": ["violations"], **chosen}).response["violations"]
    return sorted({line for rule in found for line in _lines(page, rule)})


def _lines(page: Page, rule: dict[str, Any]) -> Iterator[str]:
    for node in rule["nodes"]:
        target = node["target"][-1] if isinstance(node["target"][-1], str) else node["target"][-1][-1]
        if not any(theirs == rule["id"] and _is(page, target, selector) for theirs, selector, _ in THEIRS):
            summary = " ".join(node["failureSummary"].split())
            yield f"{rule['id']} ({rule['impact']}): {target}: {summary[:220]} :: {node['html'][:160]}"


def _is(page: Page, target: str, selector: str) -> bool:
    """Whether the element of axe's ``target`` is, or lies in, one of ``selector``."""
    return bool(page.evaluate(INSIDE, [target, selector]))


def main() -> None:
    """Prints the faults of every page; ends with 1 where there are some."""
    parser = argparse.ArgumentParser(prog="python -m tests.access", description=__doc__)
    parser.add_argument("url", help="where the lab runs, in either front end")
    parser.add_argument("--only", nargs="+", metavar="PAGE", help="addresses, such as detect; '' is the start page")
    parser.add_argument("--themes", nargs="+", default=["light", "dark"])
    parser.add_argument("--width", type=int, default=1280)
    parser.add_argument("--wait", type=float, default=6, help="seconds until a page stands")
    asked = parser.parse_args()
    wrong = 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        for theme in asked.themes:
            page = browser.new_page(viewport={"width": asked.width, "height": 800}, color_scheme=theme)
            for name in asked.only or ["", "glossary", "sheet", *names()]:
                page.goto(f"{asked.url.rstrip('/')}/{name}", wait_until="domcontentloaded")
                page.wait_for_selector("h1, h2", timeout=60_000)
                page.wait_for_timeout(1000 * asked.wait)
                page.wait_for_function(IDLE, timeout=120_000)
                lines = faults(page)
                wrong += len(lines)
                print(f"/{name} {theme}: {len(lines)}", *lines, sep="\n  ", flush=True)
            page.close()
        browser.close()
    print(f"{wrong} faults")
    sys.exit(wrong > 0)


def names() -> list[str]:
    """The addresses of all demos."""
    from demos import catalogue

    return [demo.name for demo in catalogue.find_demos()]


if __name__ == "__main__":
    main()
