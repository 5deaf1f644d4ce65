"""Which of a visitor's questions is the latest. Gradio may work on several, and may finish them in another order."""


class Turns:
    """Counts what one visitor's page was asked for, so that only the answer to the latest question is shown.

    A run that sees that it is no longer the latest ends at its next step. One such object lies in each page's ``gr.State``,
    and all events of that visitor share it.
    """

    def __init__(self) -> None:
        self.latest = 0

    def begin(self) -> int:
        """The number of a new turn, which makes all earlier ones late."""
        self.latest += 1
        return self.latest
