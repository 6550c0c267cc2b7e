#!/bin/sh
# Installs Alongside into a folder, from wheels whose hashes stand in requirements.txt and from nothing
# else. The Dockerfile runs it; so does `make deployment`, where there is no Docker.
#   sh deploy/build.sh /opt/alongside
set -eu
into=$1
"${PYTHON:-python3}" -m venv "$into"
"$into/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check \
  --only-binary :all: --require-hashes --requirement requirements.txt
"$into/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check \
  --no-deps --no-build-isolation .
# Nothing is installed or built where the bot runs.
"$into/bin/python" -m pip uninstall --quiet --yes hatchling pip
"$into/bin/alongside" --version
