"""The convolution that is touched in the browser: against cnn_core number by number, and what its controls do."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from cnn_core.images import samples
from cnn_core.ops import convolution as ops
from demos.tabs.by_hand import convolution
from demos.tabs.by_hand._kernels import read, stack
from tests import access
from tests.frontends.convolution_pages import RED, Draw, data, drawing, numbers, said, tiny

pytestmark = pytest.mark.browser


@pytest.fixture
def draw(browser: Any) -> Iterator[Draw]:
    with drawing(browser) as begin:
        yield begin


@pytest.mark.parametrize("seed", range(6))
def test_the_browser_computes_what_cnn_core_does(draw: Draw, seed: int) -> None:
    """Random pixels, neither square nor grey, several kernels with biases; all forms."""
    rng = np.random.default_rng(seed)
    k, stride, padding, dilation = (int(rng.integers(low, high + 1)) for low, high in ((2, 4), (1, 3), (1, 3), (1, 2)))
    x, kernels, biases = rng.normal(size=(3, 11, 14)), rng.normal(size=(2, 3, k, k)), rng.normal(size=2)
    form = {"stride": stride, "padding": padding, "dilation": dilation}
    found = draw().evaluate(
        """([x, kernels, biases, form]) => {
            const maps = convolve(x, kernels, biases, form);
            return { maps, most: maxPool(maps[1], 2, 1), average: averagePool(maps[1], 2, 2),
                     size: [outputSize(11, kernels[0][0].length, form), outputSize(14, kernels[0][0].length, form)] };
        }""",
        [x.tolist(), kernels.tolist(), biases.tolist(), form],
    )
    truth = ops.convolve(x, kernels, biases, **form)
    assert found["size"] == list(truth.shape[1:])
    assert np.array(found["maps"]) == pytest.approx(truth)
    assert np.array(found["most"]) == pytest.approx(ops.pool(truth[1:], 2, 1, "max")[0])
    assert np.array(found["average"]) == pytest.approx(ops.pool(truth[1:], 2, 2, "average")[0])


def test_every_number_of_a_window_is_the_server_s(draw: Draw) -> None:
    """Learned kernels of three slices and one by hand, on normalised pixels, where the window is."""
    more = {"kernels": "learned 3 / Gaussian bias 2", "network": "classify_lenet_cifar10", "padding": 1, "stride": 2}
    scene = data(**more)
    photo = samples.load("coffee")
    layer = convolution.make_layer(
        convolution.opening.cap_longest_side(photo, convolution.LONGEST)[0],
        read(more["kernels"], 3, more["network"]), "grey", more["network"],
    )  # fmt: skip
    left, top = scene["corner"]
    window = layer.values[:, top : top + 12, left : left + 12]
    truth = ops.convolve(window, *stack(layer.chosen, 3), stride=2, padding=1)
    page = draw(**more)
    for number, chip in enumerate(("1 learned 3", "2 Gaussian")):
        page.get_by_role("button", name=chip).click()
        shown = np.array([float(words) for words in numbers(page, "cv-out-grid")]).reshape(truth.shape[1:])
        assert shown == pytest.approx(truth[number], abs=0.051)
    page.get_by_role("button", name="blue").click()
    shown = np.array([float(words) for words in numbers(page, "cv-in-grid")]).reshape(14, 14)[1:-1, 1:-1]
    assert shown == pytest.approx(window[2], abs=0.051)


def test_a_value_is_worked_in_numbers(draw: Draw) -> None:
    page = tiny(draw)
    assert numbers(page, "cv-in-grid") == [str(value) for value in RED.ravel()]
    assert numbers(page, "cv-out-grid") == ["16", "0", "19", "0", "28", "5"]
    assert said(page) == "Sum of 4 products 16 + bias 0 = 16. ReLU: 16"
    grid = page.locator(".cv-out-grid")
    grid.press("ArrowDown")
    grid.press("ArrowRight")
    patch, products = (page.locator(".cv-worked .cv-small").nth(k).locator("span").all_text_contents() for k in (0, 1))
    assert (patch, products) == (["1", "5", "6", "1"], ["1", "10", "18", "−1"])
    assert said(page) == "Sum of 4 products 28 + bias 0 = 28. ReLU: 28"
    marked = page.locator(".cv-in-grid .cv-marked").evaluate_all("cells => cells.map((cell) => Number(cell.dataset.n))")
    assert marked == [5, 6, 9, 10]
    grid.press("ArrowDown")  # there is no row below
    assert said(page).startswith("Sum of 4 products 28 ")
    page.locator(".cv-out-grid span").nth(2).click()
    assert said(page) == "Sum of 4 products 19 + bias 0 = 19. ReLU: 19"


def test_weights_bias_and_form_change_the_numbers_at_once(draw: Draw) -> None:
    page = tiny(draw)
    page.get_by_label("weight in row 2, column 1").fill("-3")  # -12, -3, -15; 0, -18, -3 in the place of the positive ones
    assert numbers(page, "cv-out-grid") == ["-8", "-6", "-11", "0", "-8", "-1"]
    page.get_by_role("textbox", name="bias").fill("5")
    assert numbers(page, "cv-out-grid") == ["-3", "-1", "-6", "5", "-3", "4"]
    assert said(page) == "Sum of 4 products -8 + bias 5 = -3. ReLU: 0"
    page.get_by_label("ReLU").check()
    assert numbers(page, "cv-out-grid") == ["0", "0", "0", "5", "0", "4"]
    page.get_by_role("spinbutton", name="stride", exact=True).fill("2")
    assert numbers(page, "cv-out-grid") == ["0", "0"]
    page.get_by_role("spinbutton", name="stride", exact=True).fill("7")  # no stride
    assert numbers(page, "cv-out-grid") == ["0", "0"]
    page.get_by_role("spinbutton", name="stride", exact=True).fill("1")
    page.get_by_label("ReLU").uncheck()
    page.get_by_role("spinbutton", name="dilation").fill("2")
    assert numbers(page, "cv-out-grid") == ["5", "-12"]  # 1 + 0 - 0 - 1 + 5; 2 + 6 - 18 - 7 + 5
    page.get_by_role("spinbutton", name="padding").fill("1")
    assert len(numbers(page, "cv-out-grid")) == 3 * 4
    page.get_by_label("weight in row 1, column 1").fill("1e")  # not yet a number
    assert len(numbers(page, "cv-out-grid")) == 3 * 4


def test_three_slices_make_one_sum(draw: Draw) -> None:
    page = tiny(draw, channels="rgb")
    assert said(page) == "red 16 + green 50 + blue 100 + bias 0 = 166. ReLU: 166"  # (1 + 2 + 3 - 1) times 10 and 20
    page.get_by_role("button", name="blue").click()
    page.get_by_label("weight in row 2, column 2").fill("-6")  # of blue's slice alone: 0 times 20
    assert said(page) == "red 16 + green 50 + blue 0 + bias 0 = 66. ReLU: 66"
    assert numbers(page, "cv-in-grid") == ["20"] * 12
    page.wait_for_function("sent.length")
    (kernel,) = read(page.evaluate("sent[0].kernels"), 3, "classify_lenet_cifar10")
    assert kernel.weights.tolist() == [[[1, 2], [3, -1]], [[1, 2], [3, -1]], [[1, 2], [3, -6]]]


def test_pooling_and_cost_stand_beside_it(draw: Draw) -> None:
    page = tiny(draw)
    page.get_by_role("button", name="Pooling").click()
    assert numbers(page, "cv-pooled") == ["28", "28", "11", "13"]
    assert said(page, "cv-pooling") == "2 × 3 becomes 1 × 2. Of 16, 0, 0, 28: largest 28, average 11"
    page.locator(".cv-pooled").last.locator("span").last.click()
    assert said(page, "cv-pooling").endswith("Of 0, 19, 28, 5: largest 28, average 13")
    page.get_by_label("Stride", exact=True).fill("2")
    assert numbers(page, "cv-pooled") == ["28", "11"]
    page.get_by_label("Pooling windows of").fill("3")
    expect(page.locator(".cv-pooling .cv-sum")).to_have_text("The output is smaller than a window of 3 × 3.")
    page.get_by_role("button", name="Size, cost").click()
    assert said(page, "cv-costs") == "In a row: floor((4 + 2 · 0 - 1 · (2 - 1) - 1) / 1) + 1 = 3. Counted: 3 places"
    assert page.locator(".cv-numbers").all_text_contents() == [
        "4 weights, 24 multiply-adds", "72 weights, 72 multiply-adds",
    ]  # fmt: skip
    links = [page.locator(".cv-costs svg").nth(k).locator(".cv-link").count() for k in (0, 1)]
    assert links == [6, 12]


def test_several_kernels_make_several_maps(draw: Draw) -> None:
    page = tiny(draw)
    page.get_by_role("button", name="+ kernel").click()
    expect(page.get_by_role("button", name="2 identity")).to_have_attribute("aria-pressed", "true")
    assert numbers(page, "cv-out-grid") == ["1", "5"]  # the layer is 3 x 3 now, the smaller kernel at its upper left
    page.get_by_role("button", name="1 own numbers").click()
    assert numbers(page, "cv-out-grid") == ["16", "0"]
    page.get_by_role("button", name="2 identity").click()
    page.get_by_label("Kernel", exact=True).select_option("Sobel y")
    assert numbers(page, "cv-out-grid") == ["8", "10"]  # 0 + 12 + 1 - 1 - 4 - 0; 6 + 2 + 7 - 2 - 0 - 3
    page.wait_for_function("sent.at(-1)?.kernels === '1 2; 3 -1 / Sobel y'")
    page.get_by_role("button", name="− kernel").click()
    assert numbers(page, "cv-out-grid") == ["16", "0", "19", "0", "28", "5"]


def test_a_size_and_a_learned_kernel(draw: Draw) -> None:
    page = draw(kernels="box blur / 1 2; 3 4")
    page.get_by_label("Rows and columns of the kernel").select_option("5")
    assert page.locator(".cv-weights input").count() == 25
    assert len(numbers(page, "cv-out-grid")) == 8 * 8
    page.get_by_role("button", name="2 own numbers").click()
    assert page.get_by_label("weight in row 2, column 3").input_value() == "2"
    page.get_by_label("Kernel", exact=True).select_option("learned 7")
    sent = page.evaluate("sent")  # at once: the weights are on the server
    assert sent[-1] == {"kernels": "box blur / learned 7", "size": "5"}


# ---------------------------------------------------------------- the window, the film, the server


def test_the_window_moves_by_key_and_by_mouse(draw: Draw) -> None:
    scene, page = data(), draw()
    left, top = scene["corner"]
    before = np.array(numbers(page, "cv-in-grid")).reshape(12, 12)
    frame = page.get_by_role("slider", name="window in the photo")
    frame.press("ArrowRight")
    frame.press("ArrowDown")
    after = np.array(numbers(page, "cv-in-grid")).reshape(12, 12)
    assert (after[:-1, :-1] == before[1:, 1:]).all() and (after != before).any()
    assert frame.get_attribute("aria-valuetext") == f"from column {left + 1} and row {top + 1} on, of 192 × 128"
    page.wait_for_function("sent.length")
    (sent,) = page.evaluate("sent")
    assert list(sent) == ["place"]
    assert data(place=tuple(sent["place"]))["corner"] == (left + 1, top + 1)
    box = page.locator(".cv-photo").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + 1, box["y"] + box["height"] - 1)
    assert frame.get_attribute("aria-valuetext") == "from column 0 and row 116 on, of 192 × 128"


def test_it_slides_when_asked_and_slowly_for_who_wants_little_motion(draw: Draw) -> None:
    page = draw()
    shown = "[...document.querySelectorAll('.cv-out-grid span')].filter((cell) => cell.textContent).length"
    page.wait_for_timeout(400)
    assert page.evaluate(shown) == 100  # nothing moves by itself
    page.get_by_role("button", name="Slide").click()
    page.wait_for_function(f"{shown} === 4")
    marked = page.locator(".cv-in-grid .cv-marked").evaluate_all("cells => cells.map((cell) => Number(cell.dataset.n))")
    assert marked[0] in (3, 4)  # the fourth place of the first row, if the film has not gone on
    page.get_by_role("button", name="Stop").click()
    assert page.evaluate(shown) == 100
    page = draw({"reduced_motion": "reduce"})
    page.get_by_role("button", name="Slide").click()
    page.wait_for_timeout(1500)
    assert page.evaluate(shown) == 2
    page = tiny(draw)
    page.get_by_role("button", name="Slide").click()
    page.wait_for_timeout(6 * 260 + 600)
    expect(page.get_by_role("button", name="Slide")).to_be_visible()  # it ends by itself


def test_an_answer_that_is_late_takes_nothing_back(draw: Draw) -> None:
    scene = data()
    page = draw()
    page.get_by_label("Kernel", exact=True).select_option("Laplacian")
    page.evaluate("(data) => draw(data)", scene)  # while it is typed
    expect(page.locator(".cv-chips button").first).to_have_text("1 Laplacian")
    page.wait_for_function("sent.length")
    page.evaluate("(data) => draw(data)", scene)  # the page once more, before the answer
    expect(page.locator(".cv-chips button").first).to_have_text("1 Laplacian")
    page.evaluate("(data) => draw(data)", data(kernels="Laplacian"))
    page.evaluate("(data) => draw(data)", data(kernels="emboss"))  # somebody pressed something else
    expect(page.locator(".cv-chips button").first).to_have_text("1 emboss")
    page.wait_for_timeout(700)
    assert page.evaluate("sent") == [{"kernels": "Laplacian"}]


def test_what_is_typed_is_what_the_server_reads(draw: Draw) -> None:
    page = draw(kernels="box blur / learned 3 bias 1 / learned 4", network="classify_lenet_cifar10")
    page.get_by_label("weight in row 3, column 2").fill("-0.125")
    page.wait_for_function("sent.length")
    words = page.evaluate("sent[0].kernels")
    assert re.fullmatch(r"[-0-9. ;|]+ / learned 3 bias 1 / learned 4", words)
    typed, third, fourth = read(words, 3, "classify_lenet_cifar10")
    assert typed.weights.shape == (3, 5, 5) and typed.weights[0, 2, 1] == -0.125
    assert typed.weights[1, 1, 1] == pytest.approx(1 / 9, abs=1e-6) and typed.weights[1, 2, 1] == pytest.approx(
        1 / 9, abs=1e-6
    )
    assert third.bias == 1 and fourth.bias == fourth.own_bias


def test_nobody_is_kept_out(draw: Draw) -> None:
    """What axe-core finds within the drawing, each panel in turn; the page around it is a bare one."""
    page = draw(kernels="learned 2 / Sobel x", padding=1)
    found = []
    for panel in ("Pooling", "Size, cost", "One value"):
        page.get_by_role("button", name=panel).click()
        found += [fault for fault in access.faults(page) if "cv-" in fault and not fault.startswith("region")]
    assert not found


def test_a_kernel_too_large_for_the_window_says_so(draw: Draw) -> None:
    page = draw(kernels="Gaussian", size="7", dilation=3)
    expect(page.locator(".cv-none")).to_have_text(re.compile("reaches over 19 pixels: there is no place for it"))
    expect(page.locator(".cv-out-grid")).to_be_hidden()
    for panel in ("Pooling", "Size, cost", "One value"):
        page.get_by_role("button", name=panel).click()
    page.get_by_role("spinbutton", name="dilation").fill("1")
    assert len(numbers(page, "cv-out-grid")) == 36


def test_it_reacts_within_a_tenth_of_a_second(draw: Draw) -> None:
    """From a typed weight to the numbers laid out, four kernels over three channels. The quickest: the machine is shared."""
    page = draw(kernels="Gaussian / Sobel x / Sobel y / emboss", channels="rgb", size="5", padding=2)
    taken = page.evaluate(
        """() => {
            const field = document.querySelector(".cv-weights input"), taken = [];
            for (let n = 0; n < 15; n++) {
                field.value = String(n);
                const since = performance.now();
                field.dispatchEvent(new Event("input"));
                document.body.getBoundingClientRect();
                taken.push(performance.now() - since);
            }
            return taken;
        }"""
    )
    assert np.quantile(taken, 0.25) < 100


NUMBERS = """() => [...document.querySelectorAll(".cv-out-grid span")].map((cell) => {
    const words = document.createRange(), size = parseFloat(getComputedStyle(cell).fontSize);
    words.selectNodeContents(cell);
    return [cell.textContent, size, words.getBoundingClientRect().width, cell.clientWidth];
})"""


@pytest.mark.parametrize("front", ["", "in-streamlit"])
def test_negative_numbers_of_three_digits_can_be_read_and_fit(draw: Draw, front: str) -> None:
    """On a stage of 720 pixels, twelve in a row: the smallest squares that there are."""
    page = draw({"viewport": {"width": 700, "height": 720}}, picture=samples.load("brick"), padding=1)
    page.evaluate("name => name && document.querySelector('.scene').classList.add(name)", front)
    long = [row for row in page.evaluate(NUMBERS) if len(row[0]) == 4]
    assert len(long) > 10 and all(words.startswith("-") for words, *_ in long)
    assert min(size for _, size, _, _ in long) >= 10
    assert max(width - room for *_, width, room in long) <= 0.5
