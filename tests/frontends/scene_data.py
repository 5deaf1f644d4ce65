"""Small data for the scripts of scenes, as a demo's run would return them."""

TRIPLET = {
    "words": "Three points.",
    "margin": 0.5,
    "points": [
        {"name": "anchor", "x": 0, "y": 0}, {"name": "positive", "x": 1, "y": 0}, {"name": "negative", "x": 0, "y": 1.1},
    ],
    "kinds": {"easy": "Easy.", "semi-hard": "Semi-hard.", "hard": "Hard."},
    "note": "In a plane.",
}  # fmt: skip

BUBBLES = {
    "words": "Two networks.",
    "sets": "network",
    "chosen": "large",
    "hint": "Press a circle.",
    "x": {"title": "multiply-adds", "low": 1e5, "high": 1e9},
    "y": {"title": "accuracy", "low": 50, "high": 90},
    "largest": 400,
    "bubbles": [
        {"name": "Small", "value": "small", "x": 1e6, "y": 60, "size": 100, "about": "Small: 60 % right"},
        {"name": "Large", "value": "large", "x": 1e8, "y": 80, "size": 400, "about": "Large: 80 % right"},
    ],
}

GREY = "data:image/gif;base64,R0lGODlhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="
SELECTION = {
    "words": "A picture.", "width": 300, "height": 100, "picture": GREY, "shade": GREY,
    "clicks": [[30, 50, True], [270, 50, False]], "adds": "more", "takes": "less",
}  # fmt: skip

PEOPLE = {
    "words": "Two people.", "asked": GREY, "threshold": 0.5, "low": -0.25, "high": 0.95,
    "people": [
        {"name": "Ann", "alike": 0.75, "picture": GREY, "claimed": False},
        {"name": "Bob", "alike": 0.25, "picture": GREY, "claimed": True},
    ],
}  # fmt: skip

VALUES = {
    "words": "Four values.", "sets": "channel", "chosen": 2, "title": "classes",
    "names": ["class ant", "class bee", "class cat", "class dog"], "short": ["ant", "bee", "cat", "dog"],
    "values": [-1.5, 0.0, 3.0, 1.5],
}  # fmt: skip
ROC = {
    "words": "Three thresholds.", "name": "threshold", "sets": "threshold", "x": "% accepted", "y": "% found", "value": 0.45,
    "curve": [{"x": 0, "y": 0, "value": 0.9}, {"x": 20, "y": 60, "value": 0.5}, {"x": 100, "y": 100, "value": -0.3}],
}  # fmt: skip
