"""A borrowed network is given back as found, also after an error, and several visitors can borrow it at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import nn
from torchvision.models.feature_extraction import create_feature_extractor

from cnn_core.explain.activations import activations
from cnn_core.explain.cam import grad_cam
from cnn_core.explain.faithfulness import faithfulness
from cnn_core.explain.gradients import integrated_gradients, smooth_grad
from cnn_core.explain.kernels import first_kernels
from cnn_core.explain.layer_table import layer_table
from cnn_core.explain.randomisation import randomise
from cnn_core.explain.receptive_field import receptive_fields
from cnn_core.explain.targets import Target, class_score
from cnn_core.explain.top_patches import excitations
from cnn_core.runtime.borrowed import private_copy
from tests.explain.blackboard import Everything


def crash(output):
    raise ZeroDivisionError


METHODS = {
    "activations": lambda model, x, target: activations(model, x, "relu").values,
    "grad_cam": lambda model, x, target: grad_cam(model, x, target, "relu").values,
    "integrated_gradients": lambda model, x, target: integrated_gradients(model, x, target, steps=4).values,
    "smooth_grad": lambda model, x, target: smooth_grad(model, x, target, samples=4).values,
    "faithfulness": lambda model, x, target: faithfulness(model, x, target, [np.eye(8, dtype=np.float32)])[0].deletion,
    "receptive_fields": lambda model, x, target: np.array(receptive_fields(model, x, ["relu"])["relu"].size),
    "layer_table": lambda model, x, target: np.array([f.parameters for f in layer_table(model, x, [("fc", "")])]),
    "randomised": lambda model, x, target: randomise(model, 2)(x).detach().numpy(),
    "excitations": lambda model, x, target: excitations(model, x.split(1), ["conv"])["conv"].values,
    "first_kernels": lambda model, x, target: first_kernels(model),
}
WITH_TARGET = ("grad_cam", "integrated_gradients", "smooth_grad", "faithfulness")


def in_disorder() -> Everything:
    """A network in the middle of a training: modes and flags mixed, a gradient, a hook that counts."""
    torch.manual_seed(0)
    model = Everything().train()
    model.bn.eval()
    model.branch.weight.requires_grad_(False)
    model.fc.weight.grad = torch.full_like(model.fc.weight, 0.5)
    model.conv.register_forward_hook(lambda module, inputs, output: None)
    return model


def state_of(model: nn.Module) -> dict:
    """All that a borrower could leave changed."""
    tensors = {**dict(model.named_parameters()), **dict(model.named_buffers())}
    return {
        "modes": {name: module.training for name, module in model.named_modules()},
        "hooks": {
            name: (len(module._forward_hooks), len(module._forward_pre_hooks), len(module._backward_hooks))
            for name, module in model.named_modules()
        },
        "attributes": {name: sorted(vars(module)) for name, module in model.named_modules()},
        "identities": {name: id(tensor) for name, tensor in tensors.items()},
        "flags": {name: (tensor.requires_grad, tensor.is_leaf, tensor._version) for name, tensor in tensors.items()},
        "values": {name: tensor.tolist() for name, tensor in tensors.items()},
        "gradients": {
            name: None if parameter.grad is None else parameter.grad.tolist() for name, parameter in model.named_parameters()
        },
    }


@pytest.mark.parametrize("method", METHODS)
def test_model_and_picture_are_left_as_found(method):
    model, x = in_disorder(), torch.rand(1, 3, 8, 8)
    before, picture = state_of(model), x.clone()
    METHODS[method](model, x, class_score(1))
    assert state_of(model) == before
    assert torch.equal(x, picture) and not x.requires_grad and x.grad is None
    assert torch.is_grad_enabled()


@pytest.mark.parametrize("method", WITH_TARGET)
def test_model_is_left_as_found_after_an_error(method):
    model, x = in_disorder(), torch.rand(1, 3, 8, 8)
    before = state_of(model)
    with pytest.raises(ZeroDivisionError):
        METHODS[method](model, x, Target("nothing", crash))
    assert state_of(model) == before
    assert torch.is_grad_enabled() and not x.requires_grad


@pytest.mark.parametrize("method", ["activations", "receptive_fields", "layer_table", "excitations", "randomised"])
def test_model_is_left_as_found_when_it_cannot_take_the_picture(method):
    model = in_disorder()
    before = state_of(model)
    with pytest.raises(RuntimeError):
        METHODS[method](model, torch.rand(1, 5, 8, 8), class_score(1))
    assert state_of(model) == before


@pytest.mark.parametrize("method", METHODS)
def test_answers_are_those_of_the_network_in_eval_mode(method):
    x = torch.rand(1, 3, 8, 8)
    training, ready = in_disorder(), in_disorder().eval()
    np.testing.assert_array_equal(*(METHODS[method](model, x, class_score(1)) for model in (training, ready)))


def test_copy_shares_every_number_and_no_module():
    model = in_disorder()
    copy = private_copy(model)
    assert all(a is b for a, b in zip(model.parameters(), copy.parameters(), strict=True))
    assert all(a is b for a, b in zip(model.buffers(), copy.buffers(), strict=True))
    assert not set(model.modules()) & set(copy.modules())
    assert not any(module.training for module in copy.modules())


def test_visitors_at_once_get_what_each_would_get_alone():
    model = in_disorder().eval().requires_grad_(False)
    visitors = [
        (method, torch.rand(1, 3, 12, 12, generator=torch.Generator().manual_seed(n)))
        for n in range(4)
        for method in METHODS
    ]

    def answer(visitor):
        method, x = visitor
        return METHODS[method](model, x, class_score(1))

    alone = [answer(visitor) for visitor in visitors]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(answer, visitors * 3))
    for expected, found in zip(alone * 3, together, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_why_extractors_are_not_traced_while_others_predict():
    """While torchvision's extractor traces one network, another thread's prediction with another network fails."""
    other, failures = Everything().eval(), []

    def predict():
        try:
            other(torch.rand(1, 3, 8, 8))
        except NameError as error:
            failures.append(error)

    class Traced(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 3, 1)

        def forward(self, x):
            visitor = threading.Thread(target=predict)
            visitor.start()
            visitor.join()
            return self.conv(x)

    create_feature_extractor(Traced(), ["conv"])
    assert failures


def test_random_networks_do_not_share_numbers_with_the_original():
    model = in_disorder()
    copy = randomise(model, 0)
    assert not {id(p) for p in model.parameters()} & {id(p) for p in copy.parameters()}
