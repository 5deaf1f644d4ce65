"""The Gradio front end."""

from demos.frontends.gradio import quick_import  # noqa: F401  (before anything here imports Gradio)
