# Alongside in a container: docs/running/containers.md says how to run it.
# It works on a read-only file system; it writes into /data and /tmp alone.

FROM python:3.11-slim-bookworm AS build
WORKDIR /build
COPY . .
RUN sh deploy/build.sh /opt/alongside

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin alongside \
 && install --directory --owner 10001 --group 10001 --mode 0700 /data
COPY --from=build /opt/alongside /opt/alongside
COPY deploy/healthcheck.py /opt/alongside/healthcheck.py
ENV PATH=/opt/alongside/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_FOLDER=/data \
    SECRETS_FOLDER=/run/secrets
USER 10001:10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=60s --timeout=20s --start-period=60s --retries=3 \
  CMD ["/opt/alongside/bin/python", "/opt/alongside/healthcheck.py"]
ENTRYPOINT ["alongside"]
CMD ["run"]
