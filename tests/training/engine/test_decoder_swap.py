"""The four networks of the upsampling bench learn together and are written so that each decoder stands on the encoder."""

from pathlib import Path

import pytest
import torch

from cnn_core.models.on_base import OnBase
from cnn_core.runtime import weights
from cnn_core.training.command import Options
from cnn_core.training.engine.decoder_swap import DECODERS, ENCODER, SwapRecipe, name_of

QUICK = Options(torch.device("cpu"), None, Path(), None, quick=True)


def test_the_encoder_learns_alone_and_then_all_get_the_same_views() -> None:
    model = SwapRecipe(ENCODER).build(3, QUICK)
    x = torch.rand(2, 3, 64, 64)
    model.with_decoders = False
    assert set(model(x)) == {"bilinear"}
    model.with_decoders = True
    answers = model(x)
    assert set(answers) == {"bilinear", "nearest", "unpool", "transposed"}
    assert answers["bilinear"].shape[-1] == 4 and {answers[kind].shape[-1] for kind in DECODERS} == {32}
    answers["unpool"].sum().backward()
    assert model.encoder.features[0].weight.grad.abs().sum() > 0  # the encoder learns from its decoders


def test_in_the_last_cycle_the_encoder_stays_as_it_is() -> None:
    model = SwapRecipe(ENCODER).build(3, QUICK)
    model.with_encoder = False
    before = {name: tensor.clone() for name, tensor in model.encoder.state_dict().items()}
    sum(answer.sum() for answer in model.train()(torch.rand(2, 3, 64, 64)).values()).backward()
    assert all(torch.equal(tensor, before[name]) for name, tensor in model.encoder.state_dict().items())
    assert all(parameter.grad is None for parameter in model.encoder.parameters())
    assert model.decoders["nearest"].training and model.decoders["nearest"].logits.weight.grad is not None


def test_whichever_is_asked_for_all_four_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(torch.device("cpu"), None, tmp_path, None, quick=True)
    recipe = SwapRecipe("unpool")
    trainer = recipe.train(options)
    path = recipe.finish(trainer, options, f"python -m cnn_core.training.recipes.{recipe.weights} --quick")
    assert path == tmp_path / "upsample_unpool_voc20.toml"
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    weights.card.cache_clear()
    weights._load.cache_clear()
    try:
        for kind in (ENCODER, *DECODERS):
            network = weights.load(name_of(kind), torch.device("cpu"))
            assert network.card.record["training"]["command"].split()[2].endswith(name_of(kind))
            assert network.card.record["training"]["samples_seen"] == trainer.progress.samples
            curves = network.card.record["curves"]
            assert len(curves["epoch"]) == (4 if kind == ENCODER else 2)  # the encoder is measured in each
            assert curves["val_miou"][-1] == trainer.progress.history[-1][f"val_miou_{kind}"]
            if kind != ENCODER:
                assert isinstance(network.model, OnBase)
                assert network.model.base is weights.load(name_of(ENCODER), torch.device("cpu")).model
    finally:
        weights.card.cache_clear()
        weights._load.cache_clear()
