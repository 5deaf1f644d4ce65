"""The README's table of models, generated from the cards: ``python -m cnn_core.training.readme_table`` writes it."""

from pathlib import Path

from cnn_core.runtime import weights
from cnn_core.runtime.cards import Card

README = Path(__file__).resolve().parents[2] / "README.md"
START, END = "<!-- models: generated, do not edit -->", "<!-- end of models -->"
WORDS = {
    "top1": "top-1", "top5": "top-5", "top1_kind": "right kind", "accuracy": "accuracy", "auroc": "area under ROC",
    "ap50": "AP50", "box_ap50": "AP50 of boxes", "mask_ap50": "AP50 of masks", "map": "mAP", "iou50": "box IoU of 0.5",
    "miou": "mean IoU", "pixels": "right pixels", "iou_1": "IoU after one click", "iou_5": "after five",
    "auc_balanced": "class-balanced AuC of colours", "style_error": "off the style by",
    "recall": "faces found", "found": "things found", "right": "with every attribute right", "named": "relations named",
    "named_seen": "of touching, on and inside", "bleu1": "BLEU-1", "bleu4": "BLEU-4",
    "non_relational": "questions about things", "relational": "questions about how they stand",
    "success": "errands done", "success_by_relation": "where a relation is named",
}  # fmt: skip
PLAIN = {
    "false_alarms": "false alarms a picture",
    "frechet": "Frechet distance",
    "floor_frechet": "of two real halves",
    "cider_d": "CIDEr-D",
    "spl": "SPL",
}
"""Figures that are no shares."""


def figures_of(card: Card) -> str:
    """The first data set's figures in words, with the number of pictures."""
    name, figures = next(iter(card.metrics.items()))
    shown = [f"{words} {100 * figures[key]:.1f} %" for key, words in WORDS.items() if key in figures]
    shown += [f"{words} {figures[key]:.2f}" for key, words in PLAIN.items() if key in figures]
    return f"{', '.join(shown)} on {figures['n']:,} ({name})"


def table() -> str:
    """The table in Markdown, one line for each shipped network."""
    lines = ["| network | file in `weights/` | on pictures never trained on | parameters | million multiply-adds | MB |"]
    lines += ["|---|---|---|--:|--:|--:|"]
    for name in weights.names():
        card = weights.card(name)
        size = f"{card.parameters:,} | {card.multiply_adds / 1e6:,.1f} | {card.bytes / 1e6:.2f}"
        lines.append(f"| {card.title} | `{name}` | {figures_of(card)} | {size} |")
    return "\n".join(lines)


def with_table(readme: str) -> str:
    """The README's text with the table between its two marks made anew."""
    before, rest = readme.split(START)
    _, after = rest.split(END)
    return f"{before}{START}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
