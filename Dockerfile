# Citewell in a container: no rights, nothing written outside /data and /tmp. docs/deploy.md says how it is run.
ARG PYTHON=3.11

FROM python:${PYTHON}-slim AS build
# Clients of language models that are installed, by the names of pyproject.toml, such as "ollama,openai".
ARG EXTRAS=ollama
WORKDIR /opt/citewell
COPY pyproject.toml constraints.txt install.py README.md LICENSE ./
COPY corpus/briefings corpus/briefings
COPY assistant assistant
RUN python -m venv .venv && .venv/bin/python install.py
RUN .venv/bin/python -m pip install --constraint constraints.txt --editable ".[${EXTRAS}]"
RUN .venv/bin/python -m pip uninstall --yes uv
# Some packages bring files of other Pythons, which are never imported and cannot be compiled.
RUN .venv/bin/python -m compileall -qq -j 0 .venv assistant || true

FROM python:${PYTHON}-slim
RUN useradd --uid 10001 --no-create-home --home-dir /data/cache --shell /usr/sbin/nologin citewell \
    && install --directory --owner citewell --group citewell --mode 700 \
       /data/corpus /data/index /data/state /data/cache /backups
COPY --from=build /opt/citewell /opt/citewell
ENV PATH=/opt/citewell/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    CITEWELL_CORPUS_DIR=/data/corpus \
    CITEWELL_INDEX_DIR=/data/index \
    CITEWELL_STATE_DIR=/data/state \
    CITEWELL_CACHE_DIR=/data/cache \
    CITEWELL_USERS=/data/state/users.json \
    CITEWELL_HOST=0.0.0.0
VOLUME ["/data/corpus", "/data/index", "/data/state", "/data/cache", "/backups"]
USER citewell
WORKDIR /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:7860/health/live', timeout=4)"]
ENTRYPOINT ["citewell"]
CMD ["serve"]
