"""Train a CNN live: a small network learns from drawn pictures, step by step, while one watches what is seldom seen."""

from collections.abc import Iterator
from typing import Any

from cnn_core.images.drawn_sets import HELD_OUT, draw_data
from cnn_core.tasks import train_live
from demos.spec import Button, Choice, Demo, Lesson, Memory, Note, Plot, Scene, Seed, Slider, Toggle, Try
from demos.tabs.experiments._train_live import show

training = Memory("training")


def run(
    data: str, pictures: str, shuffled: bool, dense: bool, batch: int, rate: float, momentum: float, decay: float,
    dropout: float, steps: int, further: int, seed: int, picture: int, play: bool, step: bool, anew: bool,
    training: dict[str, Any] | None,
) -> Iterator[tuple[Any, ...]]:  # fmt: skip
    """Shows where the training stands; "Play" goes on from there."""
    drawn = draw_data(data, int(pictures), shuffled, seed)
    plan = train_live.Plan(batch=batch, rate=10**rate, momentum=momentum, decay=decay, dropout=dropout, seed=seed)
    now = train_live.start(plan, len(drawn.classes), dense, drawn.channels)
    which = [data, pictures, shuffled, dense, seed]
    fresh = training is None or training["which"] != which
    if training and not (fresh or anew):
        now = train_live.unpack(training["state"], now)
    count = further if play else 1 if step else steps if fresh and not anew else 0
    train_live.measure(now, drawn)
    for _ in train_live.train(now, drawn, count):
        if train_live.is_due(now.steps):
            yield *show(now, drawn, picture), {"which": which, "state": train_live.pack(now)}
    yield *show(now, drawn, picture), {"which": which, "state": train_live.pack(now)}


DEMO = Demo(
    title="Train a CNN live",
    summary="A small CNN learns drawn pictures before your eyes; spoil its training in every way, and see why.",
    lesson=Lesson(
        see="Accuracy and loss on training and held-out pictures, the first layer's kernels with their feature maps of one "
        "held-out picture, and the pictures that are still wrong.",
        tries=(
            Try(
                words="A learning rate of 1",
                sets={"rate": 0.0, "seed": 1},
                watch="What does the loss do in the first steps? Press Play: is there a way back?",
            ),
            Try(
                words="Shuffle the labels of 200 pictures",
                sets={"shuffled": True, "pictures": "200"},
                watch="Press Play until it gets all training pictures right. What does it know then?",
            ),
            Try(
                words="Things in colour, a dense net beside it",
                sets={"data": "tiles", "dense": True},
                watch="Press Play three times. How far does each get on pictures that it never saw?",
            ),
            Try(
                words="Only 50 pictures",
                sets={"pictures": "50"},
                watch="The dashed line has reached its end. Press Play: what do more steps bring?",
            ),
        ),
        notice=(
            "Loss and accuracy are measured on 200 held-out pictures that the network never learns from (solid), and on up "
            "to 200 of those that it does (dashed). The held-out digits are written by other hands.",
            "A feature map is bright where its kernel's pattern is in the picture. The kernels begin as noise.",
            "Digits and shapes are grey; the things in colour are six kinds (car, ship, house, tree, fish, beetle) on any "
            "ground: their colours say nothing, their shapes and patterns do.",
            "The dense net has as many layers and learns by the same plan: the same pictures, rate, momentum and so on.",
            "Rate, momentum, decay, dropout and batch size may change on the way: the training goes on from where it is. "
            "Other pictures or another seed begin a new one.",
            "Pause, and the next Play goes on from the same weights. The same seed and plan give the same training.",
        ),
        questions=(
            (
                "With shuffled labels the training accuracy reaches 100%. What has the network learned?",
                "These pictures by heart. The labels have nothing to do with what is drawn, so there is nothing to learn "
                "that would help with others: the held-out accuracy stays that of a blind guess (Zhang et al. 2017).",
            ),
            (
                "Why does the held-out loss rise in such a training, although its accuracy cannot get worse than guessing?",
                "The network grows ever surer, and a sure wrong answer costs more: the loss is minus the logarithm of the "
                "true class's probability.",
            ),
            (
                "A learning rate of 1: why does it not just learn faster?",
                "The gradient says which way is down only near by. A step that is too long lands higher than it began, "
                "where the gradient is larger still: the loss leaps. Often all ReLUs of a layer give 0 then and let no "
                "gradient through: then the network says the same of every picture, for ever.",
            ),
            (
                "Shapes lie anywhere in the picture. Why does this trouble the dense net more than the CNN?",
                "The CNN uses the same kernel at every place (weight sharing), and max pooling forgets small shifts. The "
                "dense net must learn a shape at every place anew, and has not seen enough pictures for that.",
            ),
            (
                "With 200 pictures, what does a weight decay of 0.02 change?",
                "The networks still learn their training pictures by heart, but with smaller weights. So they are less sure "
                "where they are wrong: the held-out loss ends lower.",
            ),
        ),
        sources=(
            "LeCun et al. 1998, Proceedings of the IEEE 86(11)",
            "Zhang et al. 2017, arXiv:1611.03530 (shuffled labels)",
            "Srivastava et al. 2014, JMLR 15 (dropout)",
            "Sutskever et al. 2013, ICML (momentum)",
        ),
    ),
    inputs={
        "play": Button(label="Play"),
        "step": Button(label="One step"),
        "anew": Button(label="Start anew"),
        "data": Choice(
            label="Pictures",
            options=(
                ("digits", "digits by several hands"),
                ("shapes", "shapes, anywhere"),
                ("tiles", "things in colour"),
            ),
        ),
        "pictures": Choice(
            label="Pictures to learn from", options=tuple((n, n) for n in ("50", "200", "1000")), default="1000"
        ),
        "rate": Slider(
            label="Learning rate", low=-5, high=1, step=0.25, default=-2, help="-2 is 0.01: powers of ten."
        ),
        "dense": Toggle(label="A dense net beside it"),
        "shuffled": Toggle(label="Shuffle the training labels"),
        "batch": Slider(label="Batch size", low=1, high=128, step=1, default=32),
        "momentum": Slider(label="Momentum", low=0, high=0.99, step=0.01, default=0.9),
        "decay": Slider(label="Weight decay", low=0, high=0.1, step=0.005, default=0),
        "dropout": Slider(label="Dropout", low=0, high=0.9, step=0.1, default=0),
        "further": Slider(label="Steps at a press of Play", low=50, high=1000, step=50, default=200, folded=True),
        "steps": Slider(label="Steps before anything is pressed", low=0, high=300, step=20, default=60, folded=True),
        "picture": Slider(
            label="Held-out picture looked at", low=0, high=HELD_OUT - 1, step=1, default=0, folded=True
        ),
        "seed": Seed(folded=True),
        "training": training,
    },
    outputs=(
        Note(label="How far", tone="headline"),
        Scene(label="The training", script="train_live", sets=("picture",)),
        Plot(label="Accuracy", folded=True),
        Plot(label="Loss", folded=True),
        training,
    ),
    run=run,
    stop="Pause",
    examples=(
        {},
        {"data": "shapes", "dense": True},
        {"data": "tiles", "dense": True},
        {"shuffled": True, "pictures": "200"},
        {"pictures": "50", "dense": True},
        {"rate": 0.0},
        {"rate": -5.0},
    ),
    example_titles=(
        "digits", "shapes, and a dense net", "things in colour, and a dense net",
        "shuffled labels", "few pictures", "too large a rate", "too small a rate",
    ),
)  # fmt: skip
