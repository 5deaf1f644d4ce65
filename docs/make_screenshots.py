"""Makes the README's screenshots: ``python docs/make_screenshots.py`` (needs chromium and the tests' requirements)."""

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "screenshots"
PORT = 7868
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
SETTLE = 4000


def file_name(front_end: str, title: str) -> Path:
    """gradio, "Why?" -> docs/screenshots/gradio_why.png."""
    return OUT / f"{front_end}_{re.sub('[^a-z0-9]+', '_', title.lower()).strip('_')}.png"


def wait_for(url: str) -> None:
    """Returns once the server answers."""
    for _ in range(240):
        try:
            urllib.request.urlopen(url, timeout=5).read()
            return
        except OSError:
            time.sleep(0.25)
    raise TimeoutError(f"{url} did not answer within a minute")


def walk_gradio(page: Page) -> None:
    """One picture of the start page and of each demo's."""
    page.goto(f"http://127.0.0.1:{PORT}/")
    page.wait_for_timeout(SETTLE)
    page.screenshot(path=file_name("gradio", "start"))
    links = {link.get_attribute("href"): link.locator("b").inner_text() for link in page.locator(".start li a").all()}
    for address, title in links.items():
        page.goto(f"http://127.0.0.1:{PORT}/{address}")
        page.wait_for_timeout(SETTLE)
        page.screenshot(path=file_name("gradio", title))


def walk_streamlit(page: Page) -> None:
    """One picture of the first page."""
    page.goto(f"http://127.0.0.1:{PORT}/")
    page.wait_for_timeout(3 * SETTLE)
    page.screenshot(path=file_name("streamlit", "classify"))


def main() -> None:
    """Starts each front end in turn and walks it at 1280 x 900."""
    OUT.mkdir(parents=True, exist_ok=True)
    streamlit = ["-m", "streamlit", "run", "app.py", "--server.port", str(PORT), "--server.headless", "true"]
    for command, walk in ((["app.py"], walk_gradio), (streamlit, walk_streamlit)):
        environment = {**os.environ, "GRADIO_SERVER_PORT": str(PORT)}
        server = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment)
        try:
            wait_for(f"http://127.0.0.1:{PORT}/")
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
                walk(browser.new_page(viewport={"width": 1280, "height": 900}))
                browser.close()
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    main()
