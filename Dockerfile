FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv --without-pip /opt/tocsin
WORKDIR /build
COPY requirements/run.txt requirements/run.txt
RUN pip --python /opt/tocsin/bin/python install --require-hashes --requirement requirements/run.txt
COPY . .
RUN pip --python /opt/tocsin/bin/python install --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --no-create-home tocsin \
    && install --directory --owner tocsin --group nogroup --mode 0750 /data
COPY --from=build /opt/tocsin /opt/tocsin
# PYTHONSAFEPATH: no module is ever taken from the working directory, which is the volume.
ENV PATH="/opt/tocsin/bin:${PATH}" \
    PYTHONSAFEPATH=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TOCSIN_CONFIG=/etc/tocsin/tocsin.yaml \
    TOCSIN_DATABASE__URL=sqlite:////data/tocsin.db
USER tocsin
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=1m --timeout=15s --start-period=1m --retries=2 CMD ["tocsin", "health", "--alive"]
ENTRYPOINT ["tocsin"]
CMD ["run"]
