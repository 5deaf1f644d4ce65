"""What torchvision publishes, read from its own record."""

import pytest

from cnn_core.runtime.published import Published, read_published


def test_figures_of_networks_whose_figures_are_well_known() -> None:
    assert read_published("resnet50") == Published(
        25_557_032, pytest.approx(4.089e9), pytest.approx(0.7613), pytest.approx(0.92862)
    )
    again = read_published("resnet50", "IMAGENET1K_V2")
    assert (again.parameters, again.multiply_adds) == (25_557_032, pytest.approx(4.089e9))
    assert (again.top1, again.top5) == (pytest.approx(0.80858), pytest.approx(0.95434))
