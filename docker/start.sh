#!/bin/sh
# Starts one front end, on GRADIO_SERVER_NAME and GRADIO_SERVER_PORT either way: start.sh gradio | streamlit
name="${GRADIO_SERVER_NAME:-127.0.0.1}"
port="${GRADIO_SERVER_PORT:-7860}"
case "${1:-gradio}" in
    gradio) exec python app.py ;;
    # Its welcome would ask another host what this one is called outside.
    streamlit) exec streamlit run app.py --server.headless true --logger.hideWelcomeMessage true \
        --server.address "$name" --server.port "$port" ;;
    *) echo "Expected gradio or streamlit, got $1." >&2; exit 2 ;;
esac
