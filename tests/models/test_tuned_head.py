"""Low-rank changes of a base: what they change, what they leave, what learns."""

import torch

from cnn_core.models import build_model
from cnn_core.models.on_base import OnBase
from cnn_core.models.tuned_head import changeable
from cnn_core.training.recipes.decide_catdog_voc20tiny200 import Tuning

X = torch.rand(2, 3, 32, 32)


def base_and_head():
    torch.manual_seed(1)
    base = build_model("resnet", {"classes": 4, "widths": [4, 6, 8], "blocks": [1, 1, 1]}).eval()
    kernels, norms = changeable(base, ["stage2", "stage3"])
    arguments = {"kernels": kernels, "norms": norms, "rank": 2, "widths": [6, 8], "hidden": 5, "outputs": 1}
    return base, build_model("tuned_head", arguments).eval()


def shaken(head) -> None:
    with torch.no_grad():
        for parameter in head.parameters():
            parameter += torch.randn_like(parameter) / 4


def test_only_the_chosen_stages_are_changed() -> None:
    _, head = base_and_head()
    assert head.kernels == ["stage2.0.conv1", "stage2.0.conv2", "stage3.0.conv1", "stage3.0.conv2"]
    assert "stage2.0.shortcut.2" in head.norms
    assert head.up[0].shape == (6, 2)
    assert head.down[0].shape == (2, 4 * 9)


def test_at_first_nothing_is_changed() -> None:
    base, head = base_and_head()
    assert torch.equal(OnBase(base, head).base(X), base(X))


def test_a_kernel_gets_the_product_added_and_the_base_keeps_its_own() -> None:
    base, head = base_and_head()
    before = {name: value.clone() for name, value in base.state_dict().items()}
    shaken(head)
    tuned = head.tuned(base).state_dict()
    assert set(tuned) == set(before)
    product = (head.up[3] @ head.down[3]).view(8, 8, 3, 3)
    assert torch.allclose(tuned["stage3.0.conv2.weight"], before["stage3.0.conv2.weight"] + product)
    assert torch.allclose(
        tuned["stage3.0.bn2.bias"], before["stage3.0.bn2.bias"] + head.offset[head.norms.index("stage3.0.bn2")]
    )
    assert torch.equal(tuned["stage1.0.conv1.weight"], before["stage1.0.conv1.weight"])
    assert all(torch.equal(value, before[name]) for name, value in base.state_dict().items())


def test_what_is_trained_is_what_is_shipped() -> None:
    base, head = base_and_head()
    training = Tuning(base, head).train()
    head.head.drop.p = 0.0
    optimizer = torch.optim.SGD([p for p in training.parameters() if p.requires_grad], lr=0.1)
    assert {id(p) for p in head.parameters()} == {id(p) for p in training.parameters() if p.requires_grad}
    for _ in range(2):
        training(X).sum().backward()
        optimizer.step()
    assert head.up[0].abs().sum() > 0
    assert torch.allclose(training.eval()(X), OnBase(base, head.eval())(X), atol=1e-5)
