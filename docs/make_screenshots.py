"""Makes the README's screenshots: ``python docs/make_screenshots.py [gradio_detect ...]``.

Needs chromium and the tests' requirements.
"""

import io
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "screenshots"
PORT = 7868
SIZE = {"width": 1280, "height": 720}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
PATIENCE = 180_000
GRADIO = ("", "detect", "layers", "instance_segmentation", "why", "models_compared")
STREAMLIT = ("click_to_select",)
"""Addresses; "" is the start page."""
ANSWERED = """() => {
  const seen = (selector) => [...document.querySelectorAll(selector)].some((element) => element.checkVisibility());
  const stands = seen(".start .group li, .stage .note.headline, .stage .scene, .st-key-results [class*=st-key-headline]");
  const working = seen(
    ".busy > .wrap:not(.hide), .lab-working, .lab-skeleton, [data-testid=stStatusWidget], [data-stale=true]");
  const shown = [...document.images].filter((image) => image.getBoundingClientRect().top < innerHeight);
  return stands && !working && shown.every((image) => image.complete);
}"""


def wait_for(url: str) -> None:
    """Returns once the server answers."""
    for _ in range(2400):
        try:
            urllib.request.urlopen(url, timeout=5).read()
            return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError(f"{url} did not answer within ten minutes")


def take(page: Page, front_end: str, name: str) -> None:
    """One picture of a page that has answered."""
    page.goto(f"http://127.0.0.1:{PORT}/{name}")
    page.wait_for_function(ANSWERED)
    page.wait_for_timeout(3000)  # charts and pictures come a moment after the words
    page.wait_for_function(ANSWERED)
    screen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    screen.save(OUT / f"{front_end}_{name or 'start'}.webp", quality=82, method=6)


def main() -> None:
    """Starts each front end in turn and takes its pictures; with names such as gradio_detect only those."""
    OUT.mkdir(parents=True, exist_ok=True)
    streamlit = ["-m", "streamlit", "run", "app.py", "--server.port", str(PORT), "--server.headless", "true"]
    fronts = (("gradio", ["app.py"], GRADIO), ("streamlit", streamlit, STREAMLIT))
    for front_end, command, names in fronts:
        names = tuple(name for name in names if not sys.argv[1:] or f"{front_end}_{name or 'start'}" in sys.argv)
        if not names:
            continue
        environment = {**os.environ, "GRADIO_SERVER_PORT": str(PORT)}
        server = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment)
        try:
            wait_for(f"http://127.0.0.1:{PORT}/")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
                page = browser.new_page(viewport=SIZE)
                page.set_default_timeout(PATIENCE)
                for name in names:
                    take(page, front_end, name)
                browser.close()
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
