"""Times, by hand: ``python -m tests.benchmarks``. Printed as ratios to the bare network; never pass or fail.

For each network: the bare forward pass, the whole ``cnn_core`` call, the decoding of a 12-megapixel JPEG, and the HTTP call
with that JPEG through ``gradio_client``. For the tabs on photographs: the first answer, and the one after a slider moved.
Then the start of the app: seconds to the page, memory once it idles.
"""

import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from cnn_core.images import opening, samples
from cnn_core.ops.masks import paste
from cnn_core.runtime import devices, recent, weights
from cnn_core.tasks import (
    click_segmentation,
    colorization,
    detection,
    fast_style_transfer,
    instance_segmentation,
    semantic_segmentation,
)
from cnn_core.tasks.classification import compute_logits
from cnn_core.tasks.face_detection import find_faces
from cnn_core.tasks.face_similarity import embed_faces
from cnn_core.tasks.generation import draw_noise, generate
from cnn_core.tasks.localisation import localise
from cnn_core.tasks.multi_label import find_classes
from cnn_core.tasks.preprocessing import input_tensor
from demos import catalogue, runner
from demos.spec import Demo

ROOT = Path(__file__).resolve().parents[2]
COLOURS, PAINTER = "colorize_rebalanced_mini84voc20", "style_conditional_voc20"
FACES, ANIME = "face_detector_lfwcelebavoc20", "gan_dcgan_anime64"
ROUNDS = 15
PORT = 7869


def milliseconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The median time of one call after one that is not counted."""
    work()
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


def twelve_megapixels(folder: Path) -> Path:
    """A sample photograph enlarged to 4000 x 3000, as a telephone's JPEG."""
    path = folder / "large.jpg"
    Image.fromarray(np.asarray(samples.load("chelsea"))).resize((4000, 3000)).save(path, quality=90)
    return path


def in_process(path: Path) -> None:
    """Bare network, core call and decoding."""
    picture = opening.open_picture(path)
    decoding = milliseconds(lambda: opening.open_picture(path), 5)
    print(f"decoding a 12-megapixel JPEG: {decoding:.0f} ms ({devices.device_name()})")
    print(f"{'network':44} {'bare':>8} {'core':>8} {'ratio':>6} {'(core+decoding)/(bare+decoding)':>32}")
    for name in [*weights.names("classification"), *weights.names("binary_classification")]:
        network = weights.load(name)
        with torch.inference_mode():
            x = input_tensor(picture, network)
            bare = milliseconds(lambda x=x, model=network.model: model(x))
        core = milliseconds(lambda name=name: compute_logits(picture, name))
        print(f"{name:44} {bare:6.1f}ms {core:6.1f}ms {core / bare:6.2f} {(core + decoding) / (bare + decoding):32.2f}")


def on_photographs() -> None:
    """The tasks on photographs at 640 x 480: bare network, core call, and the most that it may take (milliseconds)."""
    picture = np.asarray(Image.fromarray(np.asarray(samples.load("astronaut"))).resize((640, 480)))
    encoded = click_segmentation.encode(picture, "click_unet_voc20")
    calls: tuple[tuple[str, str, Callable[[], object], int], ...] = (
        ("one stage", "detect_fcos_voc20", lambda: detection.look(picture, "detect_fcos_voc20"), 150),
        ("two stages", "instances_maskrcnn_voc20", lambda: detection.look(picture, "instances_maskrcnn_voc20"), 500),
        ("semantic", "segment_unet_voc20", lambda: semantic_segmentation.segment(picture, "segment_unet_voc20"), 250),
        ("semantic", "segment_deeplab_voc20", lambda: semantic_segmentation.segment(picture, "segment_deeplab_voc20"), 250),
        ("instances", "instances_maskrcnn_voc20", lambda: every_mask(picture), 700),
        ("one click more", "click_unet_voc20", lambda: click_segmentation.select(encoded, [(320, 240, True)]), 150),
        ("several at once", "labels_attention_voc20", lambda: find_classes(picture, "labels_attention_voc20"), 1000),
        ("localise", "localise_box_tiny200", lambda: localise(picture, "localise_box_tiny200"), 1000),
        ("colours", COLOURS, lambda: colorization.apply_colours(colorization.colorize(picture, COLOURS)), 1000),
        (
            "painted at 512",
            PAINTER,
            lambda: fast_style_transfer.paint_in_one_pass(picture, PAINTER, (1.0,) + 9 * (0.0,), 512),
            500,
        ),
        ("every style small", PAINTER, lambda: fast_style_transfer.paint_in_every_style(picture, PAINTER, 160), 500),
        ("faces found", FACES, lambda: find_faces(picture, FACES), 1000),
        ("found and embedded", FACES, lambda: embed_faces(picture, FACES, "face_embedding_lfwceleba"), 1000),
        ("32 samples", ANIME, lambda: generate(draw_noise(32, 96, 1), ANIME), 1000),
    )
    print(f"{'task':18} {'network':32} {'bare':>8} {'core':>8} {'ratio':>6} {'limit':>8}")
    for task, name, work, limit in calls:
        if name not in weights.names():
            continue
        network = weights.load(name)
        with torch.inference_mode():
            x, _ = detection.prepared(picture, network.card.input)
            bare = milliseconds(lambda x=x, model=network.model: model(x))
        core = milliseconds(lambda work=work: (recent.forget(), work()))
        print(f"{task:18} {name:32} {bare:6.1f}ms {core:6.1f}ms {core / bare:6.2f} {limit:6d}ms")


def every_mask(picture: np.ndarray) -> list[np.ndarray]:
    """All objects of a picture, each mask in the picture's pixels."""
    found = instance_segmentation.find_instances(picture, "instances_maskrcnn_voc20")
    return [paste(mask, box, found.shape) for mask, box in zip(found.masks, found.boxes, strict=True)]


SLIDERS = {
    "detect": ("confidence", (0.3, 0.5)),
    "instance_segmentation": ("confidence", (0.3, 0.5)),
    "several_at_once": ("threshold", (0.3, 0.5)),
    "localise": ("threshold", (0.3, 0.5)),
    "colorize": ("temperature", (0.3, 0.5)),
    "style_one_pass": ("strength", (0.7, 0.9)),
}
"""Tab -> a slider that only chooses among what the network said, and two of its values."""


def sliders() -> None:
    """How long a tab takes when only such a slider was moved, decoding of the picture and drawing included."""
    picture = np.asarray(Image.fromarray(np.asarray(samples.load("astronaut"))).resize((640, 480)))
    print(f"{'tab':24} {'slider':12} {'first':>8} {'moved':>8}")
    for demo in catalogue.find_demos():
        if demo.name not in SLIDERS:
            continue
        slider, positions = SLIDERS[demo.name]
        values = runner.example_values(demo, demo.examples[0]) | {"picture": picture}

        def move(position: float, demo: Demo = demo, values: dict[str, Any] = values, slider: str = slider) -> None:
            list(runner.answers(demo, values | {slider: position}))

        recent.forget()
        started = time.perf_counter()
        move(positions[0])
        first = 1000 * (time.perf_counter() - started)
        places = itertools.cycle(positions)
        moved = milliseconds(lambda places=places, move=move: move(next(places)))
        print(f"{demo.name:24} {slider:12} {first:6.0f}ms {moved:6.0f}ms")


def resident_megabytes(process: int) -> float:
    """Memory of a process in MB (Linux)."""
    text = Path(f"/proc/{process}/status").read_text()
    return int(next(line for line in text.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def over_http(path: Path) -> None:
    """The start of the app and the call of its Classify tab over HTTP."""
    from gradio_client import Client, handle_file

    environment = {**os.environ, "GRADIO_SERVER_PORT": str(PORT)}
    started = time.perf_counter()
    app = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        while True:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{PORT}/", timeout=5).read()
                break
            except OSError:
                time.sleep(0.05)
        print(f"page after {time.perf_counter() - started:.1f} s")
        client = Client(f"http://127.0.0.1:{PORT}", verbose=False)
        time.sleep(10)
        print(f"idle memory {resident_megabytes(app.pid):.0f} MB")
        call = milliseconds(lambda: client.predict(picture=handle_file(path), api_name="/classify"), 7)
        print(f"classify over HTTP with the 12-megapixel JPEG: {call:.0f} ms")
        print(f"memory after that {resident_megabytes(app.pid):.0f} MB")
    finally:
        app.terminate()
        app.wait()


if __name__ == "__main__":
    devices.set_threads()
    with tempfile.TemporaryDirectory() as folder:
        large = twelve_megapixels(Path(folder))
        in_process(large)
        on_photographs()
        sliders()
        over_http(large)
