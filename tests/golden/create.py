"""Golden photographs of the networks that create: colours of a meadow and a sky, generated pixels, painted textures."""

from collections.abc import Callable

import numpy as np
import pytest

from cnn_core.images import samples
from cnn_core.images.drawn_faces import draw_faces
from cnn_core.results import PictureArray
from cnn_core.runtime import weights
from cnn_core.tasks.colorization import choose_colours, colorize
from cnn_core.tasks.fast_style_transfer import paint_in_one_pass
from cnn_core.tasks.generation import draw_noise, generate, score_realness
from cnn_core.tasks.preprocessing import standardise
from cnn_core.tasks.style_transfer import canvas_of, feature_maps, gram, relative_error

PAPERS_RULE = 0.38
PAINTED = 0.0326
"""How far a painting's textures are off the style's."""

LOSS_NETWORK = "classify_vgg_tiny200"
STYLE_LAYERS = ("features.relu1_1", "features.relu2_1", "features.relu3_1", "features.relu4_1")


def mean_ab(network: str, sample: str, rows: tuple[float, float], columns: tuple[float, float]) -> list[float]:
    """The mean a and b that a colorizer gives to a region of a sample, its sides as shares of the picture's."""
    ab = choose_colours(colorize(samples.load(sample), network), PAPERS_RULE)
    (top, bottom), (left, right) = (
        (round(first * side), round(last * side)) for (first, last), side in zip((rows, columns), ab.shape[:2], strict=True)
    )
    return [float(value) for value in ab[top:bottom, left:right].mean((0, 1))]


def check_colours(network: str, sky: tuple[float, float], face: tuple[float, float]) -> None:
    """The sky beside the tower is blue (b far below 0), the astronaut's face the colour of skin (a and b above 0)."""
    assert mean_ab(network, "tower", (0.0, 0.25), (0.0, 0.3)) == pytest.approx(sky, abs=0.5)
    assert mean_ab(network, "astronaut", (0.15, 0.3), (0.38, 0.5)) == pytest.approx(face, abs=0.5)


def check_samples(network: str, mean: tuple[float, float, float], pixel: tuple[int, int, int], scores: list[float]) -> None:
    """Seed 0: its first picture, and the scores of four drawn faces and of the first four generated pictures."""
    arguments = weights.card(network).arguments
    made = generate(draw_noise(4, arguments["latent"], 0), network)
    assert made[0].mean((0, 1)) == pytest.approx(mean, abs=0.5)
    assert np.abs(made[0][3, 5].astype(int) - pixel).max() <= 3
    drawn = list(draw_faces(4, arguments["size"], np.random.default_rng(0)))
    assert score_realness([*drawn, *made], network).tolist() == pytest.approx(scores, abs=0.02)


def style_error(painting: PictureArray, style: PictureArray) -> float:
    """The mean relative error of a painting's Gram matrices, against those of a style."""
    network = weights.load(LOSS_NETWORK)
    found, target = (
        feature_maps(
            network.model,
            lambda x: standardise(x, network.card.input),
            canvas_of(picture, 256).to(network.device),
            STYLE_LAYERS,
        )
        for picture in (painting, style)
    )
    return float(np.mean([float(relative_error(gram(found[k]), gram(target[k]))) for k in STYLE_LAYERS]))


def check_painting() -> None:
    """The cat as a mosaic: its textures are the mosaic's, and much nearer to them than the photograph's."""
    name = "style_conditional_voc20"
    mosaic, photograph = samples.load("mosaic"), samples.load("chelsea")
    number = weights.card(name).classes.index("Mosaic")
    shares = tuple(float(k == number) for k in range(len(weights.card(name).classes)))
    painting = paint_in_one_pass(photograph, name, shares, 256).picture
    assert painting.shape == (172, 256, 3)
    assert style_error(painting, mosaic) == pytest.approx(PAINTED, abs=0.005)
    assert style_error(photograph, mosaic) > 20 * PAINTED


CHECKS: dict[str, Callable[[], None]] = {
    "colorize_plain_mini84voc20": lambda: check_colours("colorize_plain_mini84voc20", (-0.77, -24.89), (13.62, 13.15)),
    "colorize_rebalanced_mini84voc20": lambda: check_colours(
        "colorize_rebalanced_mini84voc20", (1.96, -38.09), (17.65, 12.19)
    ),
    "colorize_recognised_tiny200": lambda: check_colours("colorize_recognised_tiny200", (1.77, -29.28), (16.8, 10.46)),
    "gan_dcgan_anime64": lambda: check_samples(
        "gan_dcgan_anime64", (184.1, 166.54, 172.18), (166, 177, 187),
        [-0.014, -0.286, -0.124, -0.218, -0.072, -0.736, -0.923, -0.613],
    ),
    "gan_dcgan_faces32": lambda: check_samples(
        "gan_dcgan_faces32", (188.55, 159.67, 160.54), (234, 208, 238),
        [0.399, 0.512, 0.578, 0.363, 0.422, 0.578, 0.626, 0.381],
    ),
    "style_conditional_voc20": check_painting,
}  # fmt: skip
