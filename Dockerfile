# CNN Lab in a container, by docs/docker.md:  docker build -t cnn-lab .   docker run --rm -p 7860:7860 cnn-lab [streamlit]
FROM python:3.12-slim

# What pip is told besides, such as where CPU wheels of torch are: --build-arg PIP_ARGS="--index-url ..."
ARG PIP_ARGS=""

RUN useradd --create-home --uid 1000 lab
WORKDIR /opt/cnn-lab
COPY requirements.txt ./
RUN pip install --no-cache-dir $PIP_ARGS -r requirements.txt

# Owned by root, read by all: who serves visitors can change neither the program nor the networks.
COPY app.py pyproject.toml LICENSE ./
COPY .streamlit ./.streamlit
COPY docker ./docker
COPY cnn_core ./cnn_core
COPY demos ./demos
COPY weights ./weights
RUN python -m compileall -q app.py cnn_core demos

USER lab
ENV GRADIO_SERVER_NAME=0.0.0.0 GRADIO_SERVER_PORT=7860 PYTHONUNBUFFERED=1
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=10s --start-period=120s --retries=3 CMD ["python", "docker/healthy.py"]
ENTRYPOINT ["sh", "docker/start.sh"]
CMD ["gradio"]
