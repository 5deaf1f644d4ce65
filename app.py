"""CNN Lab: ``python app.py`` serves Gradio at http://127.0.0.1:7860, ``streamlit run app.py`` the same in Streamlit."""

import sys


def started_by_streamlit() -> bool:
    """Whether Streamlit runs this file (it imports its runtime before it runs a script)."""
    runtime = sys.modules.get("streamlit.runtime")
    return runtime is not None and runtime.exists()


if __name__ == "__main__":
    if started_by_streamlit():
        from demos.frontends.streamlit import app

        app.main()
    else:
        from demos.frontends.gradio import app

        app.main()
