"""The drawing of a network, on squared paper: a residual block, a U-Net and a pyramid of three levels."""

from cnn_core.explain.network_graph import Place, lay_out, list_arrows, sizes
from cnn_core.results import LayerFacts


def layer(name: str, side: int, *sources: str) -> LayerFacts:
    return LayerFacts(name, name, (2, side, side + 1) if side > 1 else (7,), 0, 1, 1, 0, sources)


RESIDUAL = [layer("stem", 8, "input"), layer("inside", 8, "stem"), layer("sum", 8, "stem", "inside"), layer("fc", 1, "sum")]
UNET = [
    layer("fine", 8, "input"),
    layer("coarse", 4, "fine"),
    layer("deep", 2, "coarse"),
    layer("up", 4, "coarse", "deep"),
    layer("last", 8, "fine", "up"),
]


def test_a_residual_blocks_input_goes_over_what_is_inside() -> None:
    assert lay_out(RESIDUAL) == [Place(1, 0, 0, 1), Place(2, 0, 0, 2), Place(3, 0, 0, 3), Place(3, 1, 0, 4)]
    assert list_arrows(RESIDUAL) == [(0, 1, False), (1, 2, False), (1, 3, True), (2, 3, False), (3, 4, False)]


def test_a_u_net_goes_down_and_up_again_with_arrows_across() -> None:
    assert sizes(UNET) == [(8, 9), (4, 5), (2, 3)]
    assert [(place.column, place.row) for place in lay_out(UNET)] == [(1, 0), (1, 1), (1, 2), (2, 1), (2, 0)]
    assert [arrow for arrow in list_arrows(UNET) if arrow[2]] == [(2, 4, True), (1, 5, True)]


def test_what_would_stand_on_one_place_stands_in_lanes() -> None:
    heads = [*RESIDUAL[:1], layer("classes", 8, "stem"), layer("boxes", 8, "stem"), layer("small", 4, "stem")]
    assert [(place.column, place.row, place.lane) for place in lay_out(heads)[1:]] == [(2, 0, 0), (2, 0, 1), (1, 1, 0)]


def test_a_first_layer_of_smaller_maps_stands_below_the_input() -> None:
    grows = [layer("start", 4, "input"), layer("up", 8, "start"), layer("skip", 8, "input", "up")]
    assert [(place.column, place.row) for place in lay_out(grows)] == [(0, 1), (1, 0), (2, 0)]
    assert list_arrows(grows) == [(0, 1, False), (1, 2, False), (0, 3, True), (2, 3, False)]
