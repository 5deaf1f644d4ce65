"""Would another runtime pay? By hand: ``python -m tests.benchmarks.runtimes [NETWORK...]``.

Milliseconds for one picture on one thread: as the app runs it (eager, channels_last), compiled by ``torch.compile``, by ONNX
Runtime, by OpenVINO; the ways take turns, so that what else the machine does falls on all alike. ONNX Runtime and OpenVINO
(with onnx and onnxscript, for the export) are no requirements of this project: what is not installed is left out. Beside
each: how long it took to make ready, once, and by how much its answers differ.

Measured on a busy machine (torch 2.15, ONNX Runtime 1.31, OpenVINO 2026.4), as shares of the eager time:
classify_resnet_everyday OpenVINO 0.42, ONNX Runtime 0.48, torch.compile 0.80 (ready after minutes, with a C++ compiler);
detect_fcos_voc20 ONNX Runtime 0.46, OpenVINO cannot trace it; segment_unet_voc20 ONNX Runtime 0.82, OpenVINO 0.92;
style_conditional_voc20 OpenVINO 0.45, ONNX Runtime 0.56. Answers differ by at most 3e-6, OpenVINO's of style by 3e-5.
ONNX Runtime would pay for some; but the tabs that look inside need PyTorch's own network, and a
second runtime and format would have to be shipped and proven beside it. So networks stay eager.
"""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from cnn_core.runtime import weights
from tests.benchmarks.networks import milliseconds

NETWORKS = ("classify_resnet_everyday", "detect_fcos_voc20", "segment_unet_voc20", "style_conditional_voc20")
Answer = Callable[[], Tensor]


class First(nn.Module):
    """A network of which only the first of its answers is wanted."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, x: Tensor) -> Tensor:
        """The first tensor of what the network answers."""
        answer = self.model(x)
        first: Tensor = answer if isinstance(answer, Tensor) else answer[0]
        return first


def compiled(model: nn.Module, x: Tensor) -> Answer:
    """By PyTorch's own compiler (needs a C++ compiler)."""
    fast = torch.compile(model)
    return lambda: fast(x)


def by_onnx_runtime(model: nn.Module, x: Tensor) -> Answer:
    """By ONNX Runtime on one thread."""
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "network.onnx")
        torch.onnx.export(model, (x,), path, dynamo=True, verbose=False)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name, given = session.get_inputs()[0].name, x.contiguous().numpy()
    return lambda: torch.from_numpy(session.run(None, {name: given})[0])


def by_openvino(model: nn.Module, x: Tensor) -> Answer:
    """By OpenVINO on one thread, in float32: left alone it may choose bfloat16."""
    import openvino

    core = openvino.Core()
    settings = {"INFERENCE_NUM_THREADS": 1, "PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "f32"}
    network = core.compile_model(openvino.convert_model(model, example_input=x), "CPU", settings)
    given = x.contiguous().numpy()
    return lambda: torch.from_numpy(network(given)[0])


WAYS = {"torch.compile": compiled, "ONNX Runtime": by_onnx_runtime, "OpenVINO": by_openvino}


def measure(name: str) -> None:
    """Prints a network's row."""
    network = weights.load(name, torch.device("cpu"))
    model, size = First(network.model).eval(), network.card.input.size
    x = torch.rand(1, 3, size, size).to(memory_format=torch.channels_last)
    ready: dict[str, Callable[[], object]] = {"eager": lambda: model(x)}
    expected, notes = model(x).clone(), {}
    for way, prepare in WAYS.items():
        begun = time.perf_counter()
        try:
            answer = prepare(model, x)
            off = float((answer() - expected).abs().max() / expected.abs().max())
        except Exception as error:  # each says no in many ways
            print(f"{name:28} {way}: {type(error).__name__} {str(error)[:100]!r}")
            continue
        ready[way], notes[way] = answer, f"ready after {time.perf_counter() - begun:.1f} s, off by {off:.0e}"
    took = milliseconds(ready)
    print(f"{name:28} {size:4} px   eager {took['eager']:6.1f} ms", flush=True)
    for way, note in notes.items():
        print(f"{'':28} {way:14} {took[way]:6.1f} ms   {took[way] / took['eager']:.2f} of eager   {note}", flush=True)


def main(names: list[str]) -> None:
    """Prints the table."""
    torch.set_num_threads(1)
    for name in names:
        with torch.inference_mode():
            measure(name)


if __name__ == "__main__":
    main(sys.argv[1:] or list(NETWORKS))
