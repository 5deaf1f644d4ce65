"""GAN detective: which faces are generated? You against the discriminator."""

import numpy as np

from cnn_core.images import drawing
from cnn_core.images.drawn_faces import faces
from cnn_core.runtime import weights
from cnn_core.tasks.generation import generate, latents, realness
from demos.spec import Button, Choice, Demo, Lesson, Memory, Note, Picture, Seed, Table

NETWORK = "gan_dcgan_faces32"
COUNT, COLUMNS, SIDE, FACTOR = 8, 4, 32, 5
tally = Memory("tally")


def run(seed, suspects, check, picture, tally):
    """A round of true and generated faces; after the check the truth, and who was right how often."""
    generated, shown = the_round(seed)
    told = drawing.tiles(shown, COLUMNS, FACTOR, gap=8)
    upload = judged(picture)
    tally = tally or {"rounds": [], "you": 0, "it": 0, "of": 0}
    if not check:
        return "Which of the eight are **generated**? Number them from the upper left, row by row.", told, [], upload, tally
    scores = realness(shown, NETWORK)
    yours = np.array([str(k + 1) in suspects for k in range(COUNT)])
    its = scores < np.median(scores)  # it knows, like you, that about half are generated
    rows = [[k + 1, name(generated[k]), name(yours[k]), f"{name(its[k])} ({scores[k]:+.2f})"] for k in range(COUNT)]
    right = [int((guess == generated).sum()) for guess in (yours, its)]
    if seed not in tally["rounds"]:  # a round counts once, however often it is checked
        tally = {
            "rounds": [*tally["rounds"], seed],
            "you": tally["you"] + right[0],
            "it": tally["it"] + right[1],
            "of": tally["of"] + COUNT,
        }
    return score_in_words(right, tally), told, rows, upload, tally


def the_round(seed):
    """Which of the faces are generated (COUNT,), and the faces."""
    chance = np.random.default_rng(seed)
    generated = chance.permutation(COUNT) < COUNT // 2
    true = list(faces(COUNT, SIDE, chance))
    made = generate(latents(COUNT, latent_size(), seed, 0.9), NETWORK)
    return generated, [made[k] if generated[k] else true[k] for k in range(COUNT)]


def latent_size():
    """How many numbers a face is made of."""
    return weights.card(NETWORK).arguments["latent"]


def judged(picture):
    """What the discriminator thinks of an upload."""
    if picture is None:
        return ""
    score = float(realness([picture], NETWORK)[0])
    side = "rather a drawn one" if score > 0 else "rather a generated one"
    return (
        f"Your picture gets **{score:+.2f}**: {side}. It only ever saw little faces, so of anything else this says nothing."
    )


def name(generated):
    """In a word."""
    return "generated" if generated else "drawn"


def score_in_words(right, tally):
    """Who was right how often, in this round and in all."""
    you, it = right
    said = f"You: **{you} of {COUNT}**, the discriminator: **{it} of {COUNT}**"
    if len(tally["rounds"]) > 1:
        said += f"; in {len(tally['rounds'])} rounds {tally['you']} against {tally['it']} of {tally['of']}"
    return said


DEMO = Demo(
    title="GAN detective",
    summary="Half of these little faces were drawn by a programme, half by a generator that imitates it. Find them.",
    lesson=Lesson(
        notice=(
            "The true faces come fresh from the programme; nobody, the networks included, has ever seen them.",
            "Look at the eyes: two that do not match are the generator's, for it draws them one by one.",
            "The discriminator may be better than you, or worse: it learned from pixels what you know from faces.",
        ),
        questions=(
            (
                "At the end of a perfect training the discriminator is right half of the time. Why?",
                "The generator's pictures would then follow the same distribution as the true ones; there is nothing left "
                "to tell them apart by (Goodfellow et al. 2014).",
            ),
            (
                "Does the discriminator recognise generated pictures in general?",
                "No. It knows the mistakes of one generator, at one moment of one training. Give it a photograph: its score "
                "means nothing.",
            ),
        ),
        sources=("Goodfellow et al. 2014, arXiv:1406.2661",),
    ),
    inputs={
        "seed": Seed(label="Round", default=7),
        "suspects": Choice(
            label="These are generated", options=tuple((str(k + 1), str(k + 1)) for k in range(COUNT)), several=True
        ),
        "check": Button(label="Check"),
        "picture": Picture(label="A picture for the discriminator", optional=True, folded=True),
        "tally": tally,
    },
    outputs=(
        Note(label="Score", tone="headline"),
        Picture(label="The line-up", pixelated=True, alt="Eight little faces in two rows"),
        Table(label="The truth", columns=("face", "it is", "you said", "the discriminator said (score)")),
        Note(label="Your picture"),
        tally,
    ),
    run=run,
    examples=({},),
    weights=(NETWORK,),
    order=6,
)
