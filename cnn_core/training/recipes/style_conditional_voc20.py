"""One network that paints in ten styles in one pass, trained on the losses of Gatys et al. with our own VGG-like network."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Generator, Tensor, nn

from cnn_core.images import drawn_styles, opening
from cnn_core.models import build_model
from cnn_core.results import PictureArray
from cnn_core.runtime.borrowed import outputs_of
from cnn_core.runtime.cards import Preprocessing
from cnn_core.runtime.weights import load as load_weights
from cnn_core.tasks.preprocessing import normalise
from cnn_core.tasks.style_transfer import gram, relative_error, total_variation
from cnn_core.training import card
from cnn_core.training.command import Options, main
from cnn_core.training.data.labelled import make_pictures
from cnn_core.training.data.picture_sets import read_sets, sample_views
from cnn_core.training.data.voc import read_scenes
from cnn_core.training.engine.loop import Plan, Trainer

LOSS_NETWORK = "classify_vgg_tiny200"
CONTENT_LAYER = "features.relu3_2"
STYLE_LAYERS = ("features.relu1_1", "features.relu2_1", "features.relu3_2", "features.relu4_2")
PAINTINGS = {
    "starry_night": "The Starry Night (van Gogh, 1889)",
    "great_wave": "The Great Wave off Kanagawa (Hokusai, c. 1831)",
    "the_scream": "The Scream (Munch, 1893)",
    "composition_vii": "Composition VII (Kandinsky, 1913)",
    "udnie": "Udnie (Picabia, 1913)",
    "wheat_field_cypresses": "Wheat Field with Cypresses (van Gogh, 1889)",
    "metzinger_portrait": "Portrait of Jean Metzinger (Delaunay, 1906)",
    "night_cafe": "The Night Café (van Gogh, 1888)",
}
DRAWN = ("mosaic", "stained_glass")
STYLE_SIDE, VIEW = 256, 128
STYLE_WEIGHT, SMOOTHNESS = 10.0, 2.0
HELD_OUT = 24
FORM = Preprocessing(512, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25), stride=4)
LIMITS = (
    "It paints the ten styles that it learned, and no others; the strokes have one size, whatever the picture's.",
    "It knows neither faces nor letters: both are painted over like everything else.",
)


class PainterRecipe:
    """Trains one network that paints in ten styles."""

    weights = "style_conditional_voc20"
    seed = 1
    plan = Plan(epochs=4, batch=8, rate=2e-3, warm_up=0.1, weight_decay=0.0, ema=0.998, adaptive=True, clip=10.0)

    def arguments(self, options: Options) -> dict[str, Any]:
        """What the network is built with."""
        if options.data is None:
            return {"styles": 2, "widths": [4, 4, 8], "blocks": 1}
        return {"styles": len(PAINTINGS) + len(DRAWN), "widths": [16, 32, 64], "blocks": 5}

    def styles(self, options: Options) -> dict[str, PictureArray]:
        """The styles' pictures (H, W, 3) uint8 by their titles."""
        drawings = {drawn_styles.STYLES[name][0]: drawn_styles.STYLES[name][1]() for name in DRAWN}
        if options.data is None:
            return drawings
        folder = options.data / "styles"
        return {title: opening.open_picture(folder / f"{name}.jpg") for name, title in PAINTINGS.items()} | drawings

    def loss_network(self, options: Options) -> tuple[nn.Module, Preprocessing, str, tuple[str, ...]]:
        """The network whose maps are compared, what it wants to be given, its content layer and its style layers."""
        if options.data is None:
            with torch.random.fork_rng():
                torch.manual_seed(self.seed)
                made = build_model("vgg", {"classes": 4, "widths": [4, 8], "depths": [1, 1]}).eval().requires_grad_(False)
            return made, FORM, "features.relu2_1", ("features.relu1_1", "features.relu2_1")
        network = load_weights(LOSS_NETWORK, options.device)
        return network.model, network.card.input, CONTENT_LAYER, STYLE_LAYERS

    def target_grams(self, options: Options) -> dict[str, Tensor]:
        """For each style layer the Gram matrices of all styles, (S, C, C)."""
        model, form, _, layers = self.loss_network(options)
        found: dict[str, list[Tensor]] = {name: [] for name in layers}
        for picture in self.styles(options).values():
            height, width = picture.shape[:2]
            share = (48 if options.quick else STYLE_SIDE) / max(height, width)
            small, _ = opening.fit(picture, round(height * share), round(width * share), "stretch")
            x = normalise(torch.from_numpy(small).permute(2, 0, 1)[None].to(options.device), form)
            with torch.no_grad():
                for name, maps in outputs_of(model, x, layers)[1].items():
                    found[name].append(gram(maps)[0])
        return {name: torch.stack(parts) for name, parts in found.items()}

    def losses(
        self, painted: Tensor, content: Tensor, chosen: Tensor, grams: dict[str, Tensor], options: Options
    ) -> dict[str, Tensor]:
        """Relative errors of content and style, the mean over a batch, and how rough the paint is.

        Args:
            painted, content: pictures (N, 3, H, W) in 0..1.
            chosen: the number of each picture's style, (N,).
            grams: see ``target_grams``.
        """
        model, form, content_layer, layers = self.loss_network(options)
        names = list(dict.fromkeys((content_layer, *layers)))
        with torch.no_grad():
            true = outputs_of(model, normalise(255 * content, form), [content_layer])[1][content_layer]
        found = outputs_of(model, normalise(255 * painted, form), names)[1]
        errors = [
            torch.stack(
                [relative_error(one, grams[name][k]) for one, k in zip(gram(found[name].float()), chosen, strict=True)]
            )
            for name in layers
        ]
        return {
            "content": relative_error(found[content_layer].float(), true.float()),
            "style": torch.stack(errors).mean(),
            "roughness": total_variation(painted.float()),
        }

    def train(self, options: Options) -> Trainer:
        """Trains (or resumes) and returns the finished trainer."""
        sets = self.contents(options)
        grams = self.target_grams(options)
        count = self.arguments(options)["styles"]
        size = 32 if options.quick else VIEW

        def loss(model: nn.Module, indices: Tensor, progress: float) -> tuple[Tensor, dict[str, Tensor]]:
            rng = Generator().manual_seed(int(1e9 * progress) + self.seed)
            views = sample_views(sets, indices, size, 0.3, rng)
            content = views.to(options.device)
            chosen = torch.randint(count, (len(content),), generator=rng)
            mixture = F.one_hot(chosen, count).float().to(options.device)
            painted = model(normalise(255 * content, FORM).contiguous(memory_format=torch.channels_last), mixture)
            parts = self.losses(painted, content, chosen, grams, options)
            value = parts["content"] + STYLE_WEIGHT * parts["style"] + SMOOTHNESS * parts["roughness"]
            return value, {name: part.detach() for name, part in parts.items()}

        torch.manual_seed(self.seed)
        model = build_model("style_network", self.arguments(options))
        plan = replace(self.plan, epochs=1, batch=4) if options.quick else self.plan
        n = sum(len(pictures) for pictures in sets)
        trainer = Trainer(model, n, loss, plan, options.device, self.seed, options.checkpoint(self.weights))
        trainer.run(lambda network: self.measure(network, options, HELD_OUT // 4)[0])
        return trainer

    def contents(self, options: Options) -> list[Tensor]:
        """The pictures that are painted while it learns."""
        if options.data is None:
            return [make_pictures(8, 32, 4, self.seed).pictures]
        return [pictures[:6000] for pictures in read_sets(options.data, ("voc20", "catdog128"))]

    @torch.inference_mode()
    def measure(self, model: nn.Module, options: Options, most: int) -> tuple[dict[str, float], list[float]]:
        """The mean relative errors over some validation photographs in every style; and each style's own error."""
        model.eval()
        grams = self.target_grams(options)
        if options.data is None:
            pictures = list(make_pictures(2, 64, 4, self.seed).pictures)
        else:
            every = [scene.picture for scene in read_scenes(options.data / "voc20" / "voc20.zip", "val")]
            pictures = every[:: len(every) // most][:most]
        count = self.arguments(options)["styles"]
        content_error, style_errors = 0.0, np.zeros(count)
        for picture in pictures:
            small, _ = opening.fit(picture.permute(1, 2, 0).contiguous().numpy(), 192, 256, "crop")
            x = torch.from_numpy(small).permute(2, 0, 1)[None].to(options.device).float() / 255
            for k in range(count):
                mixture = F.one_hot(torch.tensor([k]), count).float().to(options.device)
                painted = model(normalise(255 * x, FORM), mixture)
                parts = self.losses(painted, x, torch.tensor([k]), grams, options)
                content_error += float(parts["content"]) / count / len(pictures)
                style_errors[k] += float(parts["style"]) / len(pictures)
        figures = {"content_error": round(content_error, 4), "style_error": round(float(style_errors.mean()), 4)}
        return {"n": len(pictures), **figures}, [round(float(error), 4) for error in style_errors]

    def evaluate(self, model: nn.Module, options: Options) -> tuple[dict[str, dict[str, float]], dict[str, Any]]:
        """Every figure of the card."""
        figures, errors = self.measure(model, options, HELD_OUT)
        return {"voc20_val": figures}, {"styles": {"titles": list(self.styles(options)), "style_error": errors}}

    def finish(self, trainer: Trainer, options: Options, command: str) -> Path:
        """Writes the weights and the card."""
        arguments = self.arguments(options)
        shipped = card.half_precision_bytes(trainer.averaged.module)
        form = FORM.record()
        model = card.shipped_copy(self.weights, "style_network", arguments, form, shipped)
        metrics, tables = self.evaluate(model.to(options.device), options)
        figures = metrics["voc20_val"]
        line = (
            f"Trained here on {trainer.n:,} photographs and {arguments['styles']} styles; on {figures['n']} others "
            f"its Gram matrices are {figures['style_error']:.0%} off those of the style. {LIMITS[0]}"
        )
        entries = {
            "task": "style_transfer", "title": "Ten styles in one pass", "line": line, "architecture": "style_network",
            "arguments": arguments, "classes": list(self.styles(options)), "limits": list(LIMITS), "input": form,
            "metrics": metrics,
            "data": {
                "name": "photographs of a PASCAL VOC subset and Asirra; eight paintings, two styles drawn by programme",
                "source": "Everingham et al.; Elson et al. 2007; van Gogh, Hokusai, Munch, Kandinsky, Picabia, Delaunay",
                "terms": "photographs: non-commercial research; paintings: public domain",
                "train_pictures": trainer.n,
            },
            **card.training_entries(trainer.progress, command, self.seed), **tables,
        }  # fmt: skip
        return card.write(options.out, self.weights, model.cpu(), shipped, entries)


RECIPE = PainterRecipe()

if __name__ == "__main__":
    raise SystemExit(main(RECIPE))
