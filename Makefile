# Two commands to know: `make run` and `make test`.
PYTHON ?= python3
TEST_WORKERS ?= 2
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run setup setup-dev check test bench faults deployment lock browser pictures pack sbom audit

run: setup
	@exec $(BIN)/alongside run

setup: .venv/.installed

setup-dev: .venv/.installed-dev

.venv/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Alongside needs Python 3.11 or newer. Install it, or name it: make run PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv .venv || \
	  { echo "Python could not make a virtual environment. On Debian: apt install python3-venv"; exit 1; }
	@touch $@

.venv/.installed: .venv/.python requirements.txt pyproject.toml
	@echo "Installing what Alongside needs into .venv (a minute or so, the first time)"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.installed-dev: .venv/.installed requirements-dev.txt
	@echo "Installing what the tests need into .venv"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

check: setup-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q tests/docs

# Side by side, one for each core of a small machine: with more, tests that wait for seconds get tight.
test: setup-dev browser
	$(BIN)/pytest -q -n $(TEST_WORKERS) --dist loadfile

bench: setup-dev
	@$(BIN)/python -m bench

# Kills, storms and outages at length: a quarter of an hour or so. One line of JSON each.
faults: setup-dev
	@$(BIN)/python -m tests.faults

# Builds as the Dockerfile does, and lets systemd and Docker look at our files, where they are here.
deployment: setup-dev
	@$(BIN)/python -m tests.deployment

# Debian's chromium through apt where we are root, else Playwright's own.
browser: setup-dev
	@command -v chromium >/dev/null 2>&1 || \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
	  apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q chromium; \
	else $(BIN)/playwright install chromium; fi

# Takes the pictures of the docs anew. Look at each before you keep it.
pictures: setup-dev browser
	@$(BIN)/python -m tests.browser.pictures

# After a change of dependencies in pyproject.toml.
lock: setup-dev
	$(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --quiet -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header --quiet -c requirements.txt -o requirements-dev.txt

# After a change of what is held, of a scope or of a table: the papers on data protection anew.
pack: setup-dev
	@$(BIN)/python -m bot data-protection

# The list of what runs, in the form that other tools read (CycloneDX).
sbom: setup-dev
	@$(BIN)/python -m supply.sbom sbom.json
	@echo "The list of parts is in sbom.json."

# Known weaknesses of the locked libraries. This one needs the network.
audit: setup-dev
	@$(BIN)/python -m supply.audit
