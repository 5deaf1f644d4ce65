"""How long a person waits, by hand: ``python -m tests.benchmarks.opening http://127.0.0.1:7860`` of a running lab.

For every tab, in a real Chromium: from opening its address to its first whole answer, and from a press of its first thing to
try to that answer. An answer is whole when nothing on the page works any more and the results have stood still for a while;
it counts until their last change. Works for both front ends; start and glossary are kept out, they compute nothing.
"""

import argparse
import shutil
import statistics

from playwright.sync_api import Page, sync_playwright
from playwright.sync_api import TimeoutError as TooLate

from tests.access import FLAGS, names

STILL = 600
"""Milliseconds without a change after which an answer is whole."""
WATCH = """() => {
  const results = ".stage, .st-key-results";
  const change = ({ target }) => (target instanceof Element ? target : target.parentElement)?.closest(results);
  window.changed = 0;
  new MutationObserver((records) => { if (records.some(change)) window.changed = performance.now(); })
    .observe(document, { childList: true, subtree: true, characterData: true, attributeFilter: ["src"] });
}"""
WHOLE = """([since, still]) => {
  const seen = (selector) => [...document.querySelectorAll(selector)].some((element) => element.checkVisibility());
  const stands = seen(".stage .note, .stage .block:not(.busy):not(.spoken), .st-key-results [data-testid=stMarkdown]");
  const working = seen(
    ".busy > .wrap:not(.hide), .lab-working, .lab-skeleton, [data-testid=stStatusWidget], [data-stale=true]");
  const settled = window.changed > since && performance.now() - window.changed > still;
  return stands && !working && settled && window.changed - since;
}"""
TRIES = ".lesson .tries button, .st-key-lesson [data-testid=stButton] button"


def milliseconds(page: Page, since: float, patience: float) -> float | None:
    """How long after ``since`` (of the page's own clock) the last change of a whole answer came; None if none came."""
    try:
        return float(page.wait_for_function(WHOLE, arg=[since, STILL], timeout=1000 * patience).json_value())
    except TooLate:
        return None


def look_at(page: Page, address: str, patience: float) -> tuple[float | None, float | None]:
    """Milliseconds from opening to the first answer, and from a press to its answer."""
    page.goto(address, wait_until="commit")
    opened = milliseconds(page, 0.0, patience)
    press = page.locator(TRIES).first
    if opened is None or not press.count():
        return opened, None
    since = page.evaluate("() => performance.now()")
    press.click()
    return opened, milliseconds(page, since, patience)


def main() -> None:
    """Prints a line for each tab, and the medians."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.opening", description=__doc__)
    parser.add_argument("url", help="where the lab runs, in either front end")
    parser.add_argument("--only", nargs="+", metavar="TAB", help="addresses, such as detect")
    parser.add_argument("--patience", type=float, default=60, help="seconds to wait for an answer")
    asked = parser.parse_args()
    found: list[tuple[float | None, float | None]] = []
    print(f"{'tab':24} {'opening':>10} {'press':>10}   ms")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.add_init_script(f"({WATCH})()")
        page.goto(asked.url)  # the page's own scripts are known from here on
        page.wait_for_selector("h1, h2", state="attached", timeout=120_000)
        for name in asked.only or names():
            found.append(look_at(page, f"{asked.url.rstrip('/')}/{name}", asked.patience))
            print(f"{name:24} {_told(found[-1][0])} {_told(found[-1][1])}", flush=True)
        browser.close()
    medians = [statistics.median([row[k] for row in found if row[k] is not None] or [float("nan")]) for k in range(2)]
    print(f"{'median':24} {_told(medians[0])} {_told(medians[1])}")


def _told(value: float | None) -> str:
    return f"{'-' if value is None else round(value):>10}"


if __name__ == "__main__":
    main()
