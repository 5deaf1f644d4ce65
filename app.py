"""CNN Lab: ``python app.py`` serves Gradio at http://127.0.0.1:7860, ``streamlit run app.py`` the same in Streamlit."""

import sys
from typing import Any


def started_by_streamlit() -> bool:
    """Whether Streamlit runs this file (it imports its runtime before it runs a script)."""
    runtime = sys.modules.get("streamlit.runtime")
    return runtime is not None and runtime.exists()


def __getattr__(name: str) -> Any:
    """``app.demo``: the Gradio page, for hosts that import it; built when it is asked for."""
    if name != "demo":
        raise AttributeError(f"app has no {name!r}")
    from demos.frontends.gradio import app

    return app.page()


if __name__ == "__main__":
    from demos.frontends.start import prepare

    prepare()
    if started_by_streamlit():
        from demos.frontends.streamlit import app

        app.main()
    else:
        from demos.frontends.gradio.app import launch_options, page

        demo = page()
        demo.launch(**launch_options(demo))
