"""Gram matrices and losses worked by hand; a painting that comes nearer to what it is to be."""

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from cnn_core.runtime.cards import Preprocessing
from cnn_core.tasks.style_transfer import (
    Objective,
    Settings,
    Targets,
    canvas_of,
    content_loss,
    feature_maps,
    gram,
    grey_noise,
    optimise,
    paint,
    relative_error,
    style_loss,
    total_variation,
)
from tests.blackboard import network_of, put_up


def as_it_is(x: Tensor) -> Tensor:
    """No normalisation."""
    return x


def test_the_gram_matrix_is_the_mean_product_of_two_channels() -> None:
    maps = torch.tensor([[[[1.0, 2.0]], [[3.0, -1.0]]]])  # (1, 2, 1, 2)
    # 1*1 + 2*2 = 5, 1*3 + 2*-1 = 1, 3*3 + 1 = 10; two places
    assert gram(maps).tolist() == [[[2.5, 0.5], [0.5, 5.0]]]


def test_the_gram_matrix_does_not_know_where() -> None:
    maps = torch.randn(2, 5, 4, 6, generator=torch.Generator().manual_seed(0))
    order = torch.randperm(24, generator=torch.Generator().manual_seed(1))
    moved = maps.flatten(2)[:, :, order].view_as(maps)
    assert torch.allclose(gram(maps), gram(moved), atol=1e-6)


def test_losses_are_shares_of_what_is_targets() -> None:
    targets = torch.tensor([[[[3.0, 4.0]]]])
    assert relative_error(torch.zeros_like(targets), targets).item() == 1
    assert relative_error(targets, targets).item() == 0
    found = {"a": torch.zeros(1, 1, 1, 2), "b": targets}
    assert content_loss(found, {"a": targets, "b": targets}).item() == 0.5
    assert style_loss(found, {"a": gram(targets), "b": gram(targets)}).item() == 0.5


def test_total_variation_worked_by_hand() -> None:
    x = torch.tensor([[[[0.0, 1.0], [0.0, 3.0]]]])
    # down: 0, 2 -> mean square 2; across: 1, 3 -> mean square 5
    assert total_variation(x).item() == 7


class Small(nn.Module):
    """Two random layers."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second = nn.Conv2d(3, 6, 3, padding=1), nn.Conv2d(6, 8, 3, 2, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, 3, H, W) -> (N, 8, H/2, W/2)."""
        return self.second(self.first(x).relu())


def test_from_noise_to_the_content() -> None:
    model, rng = Small(), torch.Generator().manual_seed(0)
    picture, noise = (torch.rand(1, 3, 12, 16, generator=rng) for _ in range(2))
    targets = Targets(feature_maps(model, as_it_is, picture, ["first"]), {})
    stages = list(optimise(Objective(model, as_it_is, targets, 0.0, 0.0), noise, 60))
    assert stages[-1].content < stages[0].content / 50
    assert stages[-1].style == 0
    assert abs(stages[-1].picture / 255 - picture[0].permute(1, 2, 0).numpy()).mean() < 0.02


def test_style_and_content_are_both_approached_and_the_network_left_as_found() -> None:
    model, rng = Small(), torch.Generator().manual_seed(0)
    content, style = torch.rand(1, 3, 12, 16, generator=rng) ** 2, torch.rand(1, 3, 20, 20, generator=rng)
    grams = {name: gram(maps) for name, maps in feature_maps(model, as_it_is, style, ["first", "second"]).items()}
    targets = Targets(feature_maps(model, as_it_is, content, ["second"]), grams)
    assert targets.layers == ["second", "first"]
    stages = list(optimise(Objective(model, as_it_is, targets, 10.0, 0.0), content, 40))
    assert stages[0].content == pytest.approx(0, abs=1e-9)
    assert stages[-1].style < stages[0].style / 3
    assert all(p.grad is None for p in model.parameters())
    assert stages[-1].picture.shape == (12, 16, 3)


@pytest.mark.parametrize("seed", [0, 1, 3])
def test_one_style_layer_alone_does_not_diverge(seed: int) -> None:
    model, rng = Small(), torch.Generator().manual_seed(seed)
    content, style = torch.rand(1, 3, 12, 16, generator=rng) ** 2, torch.rand(1, 3, 20, 20, generator=rng) / 10

    def steep(x: Tensor) -> Tensor:
        return 4 * x - 2

    targets = Targets({}, {"first": gram(feature_maps(model, steep, style, ["first"])["first"])})
    errors = [stage.style for stage in optimise(Objective(model, steep, targets, 10.0, 0.0), content, 40)]
    assert max(errors) == errors[0]  # clamping between the steps made it 4 to 14 times as large
    assert errors[-1] < errors[0] / 100


def test_what_is_shown_is_what_was_measured() -> None:
    model, rng = Small(), torch.Generator().manual_seed(3)
    content, style = torch.rand(1, 3, 12, 16, generator=rng) ** 2, torch.rand(1, 3, 20, 20, generator=rng) / 10
    target = gram(feature_maps(model, as_it_is, style, ["first"])["first"])
    stages = list(optimise(Objective(model, as_it_is, Targets({}, {"first": target}), 10.0, 0.0), content, 12))
    shown = torch.from_numpy(stages[-2].picture).permute(2, 0, 1)[None].float() / 255
    found = gram(feature_maps(model, as_it_is, shown, ["first"])["first"])
    assert float(relative_error(found, target)) == pytest.approx(stages[-1].style, rel=0.2)  # pixels are rounded


class Red(nn.Module):
    """One layer, "red": the first channel of the normalised picture."""

    def __init__(self) -> None:
        super().__init__()
        self.red = nn.Conv2d(3, 1, 1, bias=False)
        self.red.weight.data = torch.tensor([1.0, 0.0, 0.0]).view(1, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        return self.red(x)


def test_the_objective_weighs_its_parts() -> None:
    """Reds 0.5 and 1.5, twice; 1.5 counts as 1.

    Content against 1 and 1: 0.25 / 2. Style: the Gram matrix (0.25 + 1) / 2 against 1.25: 0.25. Total variation: of 6
    differences across, two are 0.5. Outside: of 12 values, two by 0.5, ten times.
    """
    canvas = torch.zeros(1, 3, 2, 2)
    canvas[0, 0] = torch.tensor([[0.5, 1.5], [0.5, 1.5]])
    targets = Targets({"red": torch.ones(1, 1, 2, 2)}, {"red": torch.tensor([[[1.25]]])})
    objective = Objective(Red(), as_it_is, targets, style_weight=7.0, smoothness=3.0)
    loss = objective(canvas)
    assert objective.measured == pytest.approx((loss.item(), 0.125, 0.25))
    assert loss.item() == pytest.approx(0.125 + 7 * 0.25 + 3 * (2 * 0.25 / 6) + 10 * (2 * 0.25 / 12))


def flat(red: int, green: int, blue: int) -> np.ndarray:
    return np.full((40, 64, 3), (red, green, blue), np.uint8)


def settings(**changed: object) -> Settings:
    return Settings(
        **{"content_layer": "red", "style_layers": ("red",), "style_weight": 1.0, "steps": 1, "longest": 64} | changed
    )


def test_both_losses_of_a_painting_on_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    name = put_up(monkeypatch, network_of(Red(), form=Preprocessing(64, (0.2, 0.0, 0.0), (0.5, 1.0, 1.0))))
    content, style = flat(153, 10, 250), flat(204, 90, 20)  # reds 0.6 and 0.8: normalised 0.8 and 1.2
    (from_content,) = paint(content, name, style, settings())
    # Gram matrices 0.64 and 1.44
    assert (from_content.content, from_content.style) == pytest.approx((0, ((0.64 - 1.44) / 1.44) ** 2), abs=1e-5)
    (from_noise,) = paint(content, name, style, settings(start="noise", spread=0.0))
    # a grey of 0.5 is 0.6: content ((0.6 - 0.8) / 0.8)^2, style ((0.36 - 1.44) / 1.44)^2
    assert (from_noise.content, from_noise.style) == pytest.approx((0.0625, 0.5625), abs=1e-5)


def test_only_what_the_layer_sees_is_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    name = put_up(monkeypatch, network_of(Red()))
    *_, last = paint(flat(153, 10, 250), name, flat(204, 90, 20), settings(content_layer="", steps=30))
    assert np.abs(last.picture.reshape(-1, 3).astype(int) - (204, 10, 250)).max() <= 2
    *_, last = paint(flat(153, 10, 250), name, flat(204, 90, 20), settings(style_layers=(), start="noise", steps=30))
    assert np.abs(last.picture[..., 0].astype(int) - 153).max() <= 2
    assert np.abs(last.picture[..., 2].astype(int) - 250).max() > 50


def test_the_canvas_keeps_proportions_and_channels() -> None:
    x = canvas_of(np.full((30, 90, 3), (255, 51, 0), np.uint8), 180)
    assert x.shape == (1, 3, 60, 180)
    assert x[0, :, 5, 7].tolist() == pytest.approx([1, 0.2, 0])
    assert canvas_of(np.zeros((4, 90, 3), np.uint8), 180).shape == (1, 3, 32, 180)


def test_noise_follows_the_seed_and_spreads_as_asked() -> None:
    x = torch.zeros(1, 3, 50, 60)
    assert torch.equal(grey_noise(x, 1, 0.1), grey_noise(x, 1, 0.1))
    assert not torch.equal(grey_noise(x, 1, 0.1), grey_noise(x, 2, 0.1))
    assert float(grey_noise(x, 1, 0.1).mean()) == pytest.approx(0.5, abs=0.01)
    assert float(grey_noise(x, 1, 0.1).std()) == pytest.approx(0.1, abs=0.01)


def test_a_step_that_is_far_too_long_is_taken_back() -> None:
    start = torch.full((1, 3, 4, 4), 0.5)
    losses = iter([8.0, 4.0, 9.0, 3.9, 3.8])
    seen: list[float] = []

    class Staged(Objective):
        def __call__(self, canvas: Tensor) -> Tensor:
            seen.append(float(canvas.detach().mean()))
            loss = next(losses)
            self.measured = (loss, loss, 0.0)
            return loss - canvas.mean()

    stages = list(optimise(Staged(nn.Identity(), as_it_is, Targets({}, {}), 0.0, 0.0), start, 5))
    assert [stage.content for stage in stages] == [8.0, 4.0, 4.0, 3.9, 3.8]  # 9 is more than twice 4
    assert seen[0] < seen[1] < seen[2]
    assert seen[3] == seen[1]  # where 4 was measured
    assert seen[4] - seen[3] == pytest.approx((seen[1] - seen[0]) / 10, rel=1e-3)  # the same step, a tenth as long
