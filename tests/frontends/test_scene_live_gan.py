"""The GAN that learns in the browser: against torch number by number, and what its buttons do."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from torch import Tensor, nn

from cnn_core.runtime import devices
from cnn_core.tasks import live_gan as task
from demos.frontends import scene_files
from demos.tabs.create import live_gan

pytestmark = pytest.mark.browser
SCRIPT = scene_files.script_for_streamlit("live_gan").split("export default")[0]  # with its parts, before what calls it
DRAW = """([style, markup, data]) => {
    document.body.innerHTML = `<style>${style}</style>${markup}`;
    window.frames_drawn = 0;
    window.moments = [];
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (...given) {
        frames_drawn += 1;
        moments.push(performance.now());
        put.apply(this, given);
    };
    window.draw = scene(document.querySelector(".scene"), () => {});
    draw(data);
}"""

Draw = Callable[..., Page]


@pytest.fixture(autouse=True)
def on_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "device", lambda: torch.device("cpu"))


@pytest.fixture
def draw(browser: Any) -> Iterator[Draw]:
    """Draws a training as a page gets it; a page of its own each time."""
    pages: list[Page] = []

    def begin(data: dict[str, Any], **options: Any) -> Page:
        page = browser.new_page(viewport={"width": 1100, "height": 800}, **options)
        pages.append(page)
        page.add_script_tag(content=SCRIPT)
        page.evaluate(DRAW, [scene_files.style("live_gan"), scene_files.MARKUP, data])
        return page

    yield begin
    for page in pages:
        page.close()


def scene_data(data: str = "ring", turns: int = 1, rates: tuple[float, float] = (-3, -3), seed: int = 0) -> dict[str, Any]:
    scene: dict[str, Any] = live_gan.run(data, turns, *rates, seed, 0)[1]
    return scene


def flat(network: nn.Module) -> list[float]:
    return torch.cat([p.detach().flatten() for p in network.parameters()]).tolist()


def test_two_steps_are_torchs(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same real points and noise in both: losses, every weight, the field and the generated points agree."""
    rng = np.random.default_rng(1)
    real = [task.draw_grid(128, rng) for _ in range(4)]
    noise = [rng.normal(size=(128, 4)).astype(np.float32) for _ in range(6)]
    data = scene_data("grid", turns=2, rates=(-2, -3), seed=5)
    drawn = {"real": np.concatenate(real).ravel().tolist(), "noise": np.concatenate(noise).ravel().tolist()}
    found = draw(data).evaluate(
        """(data) => {
            const gan = new Gan(data);
            gan.step();
            gan.step();
            return { ...gan.losses, numbers: [[...gan.generator.numbers], [...gan.discriminator.numbers]],
                     field: [...gan.field(3)], made: [...gan.generated()].slice(0, 6),
                     reached: gan.reached([0.9, 0.9, 0.9, 0.66, 0, 0.26, -0.9, -0.85]) };
        }""",
        data | {"drawn": drawn},
    )
    assert found["reached"] == {"clouds": 2, "share": 0.75}  # (0, 0.26) is too far from (0, 0)
    left: Iterator[Tensor] = iter([torch.from_numpy(z) for z in noise])
    monkeypatch.setattr(task, "draw_noise", lambda training, count: next(left))
    truth, points = task.start_in_the_plane(5, 1e-2, 1e-3), iter(real)
    list(task.train(truth, lambda count: torch.from_numpy(next(points)), 2, 2))
    assert found["discriminator"] == [[n + 1, pytest.approx(d, abs=1e-5)] for n, (d, _) in enumerate(truth.losses)]
    assert found["generator"] == [[n + 1, pytest.approx(g, abs=1e-5)] for n, (_, g) in enumerate(truth.losses)]
    for numbers, network in zip(found["numbers"], (truth.generator, truth.discriminator), strict=True):
        assert numbers == pytest.approx(flat(network), abs=1e-4)
    upright = task.score_the_plane(truth, live_gan.REACH, 3)[::-1]  # a screen is filled from above
    assert found["field"] == pytest.approx(upright.ravel().tolist(), abs=1e-5)
    assert found["made"] == pytest.approx(task.generate_samples(truth, 400)[:3].flatten().tolist(), abs=1e-4)


def test_it_goes_on_from_steps_done_beforehand(draw: Draw, monkeypatch: pytest.MonkeyPatch) -> None:
    """Adam's moments and counts come along: the next step is the one that torch takes."""
    rng = np.random.default_rng(2)
    real, noise = task.draw_ring(128, rng), [rng.normal(size=(128, 4)).astype(np.float32) for _ in range(2)]
    data = live_gan.run("ring", 1, -3.0, -3.0, 1, 3)[1]
    truth, pool = task.start_in_the_plane(1, 1e-3, 1e-3), np.random.default_rng(1)
    list(task.train(truth, lambda count: torch.from_numpy(task.draw_ring(count, pool)), 3, 1))
    left = iter([torch.from_numpy(z) for z in noise])
    monkeypatch.setattr(task, "draw_noise", lambda training, count: next(left))
    list(task.train(truth, lambda count: torch.from_numpy(real), 1, 1))
    drawn = {"real": real.ravel().tolist(), "noise": np.concatenate(noise).ravel().tolist()}
    found = draw(data).evaluate(
        "(data) => { const gan = new Gan(data); gan.step(); return [gan.steps, [...gan.discriminator.numbers]]; }",
        data | {"drawn": drawn},
    )
    assert found == [4, pytest.approx(flat(truth.discriminator), abs=1e-4)]


def test_its_own_chance_is_normal_and_its_points_are_the_real_ones(draw: Draw) -> None:
    data = scene_data("grid")
    noise, points = draw(data).evaluate(
        "(data) => { const gan = new Gan(data); return [[...gan.noise(5000)], gan.samples(300)]; }", data
    )
    assert [np.mean(noise), np.std(noise), np.mean(np.abs(noise) < 1)] == pytest.approx([0, 1, 0.683], abs=0.02)
    known = {tuple(p) for p in np.frombuffer(base64.b64decode(data["real"]), "<f4").reshape(-1, 2).tolist()}
    assert {tuple(p) for p in np.reshape(points, (-1, 2)).tolist()} <= known
    assert len(known) == live_gan.POOL


def test_a_step_of_either_moves_it_alone(draw: Draw) -> None:
    page = draw(scene_data())
    said, losses = page.locator(".gan-said"), page.locator(".gan-losses .gan-names")
    expect(said).to_have_text("Step 0: 0 of 8 clouds reached, 0% of the points near one")
    picture = "document.querySelector('canvas').toDataURL()"
    page.get_by_role("button", name="Step D").click()
    expect(said).to_contain_text("Step 1")
    expect(losses).to_contain_text("generator not yet")
    page.get_by_role("button", name="Step G").click()
    expect(said).to_contain_text("Step 2")
    expect(losses).not_to_contain_text("not yet")
    moved = page.evaluate(picture)
    page.get_by_role("button", name="Start anew").click()
    expect(said).to_have_text("Step 0: 0 of 8 clouds reached, 0% of the points near one")
    assert page.evaluate(picture) != moved


def step_of(page: Page) -> int:
    return int((page.locator(".gan-said").text_content() or "").split()[1].rstrip(":"))


def test_it_plays_only_when_asked_and_seen_and_takes_new_rates_without_starting_anew(draw: Draw) -> None:
    data = scene_data()
    page = draw(data)
    page.wait_for_timeout(300)
    assert step_of(page) == 0  # it opens paused
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.wait_for_function("parseInt(document.querySelector('.gan-said').textContent.split(' ')[1]) > 5")
    page.evaluate("(data) => draw(data)", data | {"rates": {"generator": 0.0, "discriminator": 0.0}, "turns": 5})
    now = step_of(page)
    assert now > 5
    page.evaluate("document.querySelector('.scene').style.display = 'none'")
    page.wait_for_timeout(300)
    hidden = step_of(page)
    page.wait_for_timeout(300)
    assert step_of(page) == hidden
    page.evaluate("document.querySelector('.scene').style.display = ''")
    page.wait_for_function(f"parseInt(document.querySelector('.gan-said').textContent.split(' ')[1]) > {hidden}")
    page.get_by_role("button", name="Pause").click()
    stopped = step_of(page)
    page.wait_for_timeout(300)
    assert step_of(page) == stopped
    page.evaluate("(data) => draw(data)", data | {"key": "another"})
    assert step_of(page) == 0


def test_who_wants_little_motion_sees_a_picture_a_second(draw: Draw) -> None:
    page = draw(scene_data(), reduced_motion="reduce")
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(500)
    before = page.evaluate("frames_drawn")
    page.wait_for_timeout(2000)
    assert page.evaluate("frames_drawn") - before <= 3


def test_it_draws_more_than_fifteen_pictures_a_second(draw: Draw) -> None:
    """Field, points, losses and at least one step for each. On a busy machine, the quickest quarter says what it can do."""
    page = draw(scene_data())
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(4000)
    between = np.diff(page.evaluate("moments"))
    assert step_of(page) >= len(between)
    assert np.quantile(between, 0.25) < 1000 / 15
