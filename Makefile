# Two commands matter: `make run` and `make test`. Everything else helps those who change the code.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
HOST ?= 127.0.0.1
PORT ?= 8765
export OPENBLAS_NUM_THREADS ?= 1
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes

.PHONY: help run test browser check fix bench lock clean

help: ## Say what each target does
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

run: $(VENV)/run.stamp ## Set everything up and serve the page
	$(BIN)/waymark serve --host $(HOST) --port $(PORT)

test: $(VENV)/dev.stamp ## Set up and pass the whole suite
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -m "not browser" --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

browser: $(VENV)/dev.stamp ## Drive the pages in Chromium (Debian: apt-get install chromium)
	$(BIN)/python -m pytest -m browser tests/browser --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: $(VENV)/dev.stamp ## Style, types and layers, without the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fix: $(VENV)/dev.stamp ## Mend what can be mended by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/bench.stamp ## Measure on the documents of CORPUS and write bench/RESULTS.md
	$(BIN)/python -m bench.run $(CORPUS)

lock: $(VENV)/dev.stamp ## Resolve the dependencies anew, with hashes
	$(BIN)/python -m pip --disable-pip-version-check install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group build pyproject.toml -o requirements/run.lock --custom-compile-command "make lock"
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group build --group dev pyproject.toml -c requirements/run.lock -o requirements/dev.lock --custom-compile-command "make lock"
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --group build --group bench pyproject.toml -c requirements/run.lock -o requirements/bench.lock --custom-compile-command "make lock"

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 14) else "Waymark needs Python 3.11 to 3.14; this is %d.%d. Say which one to use: make PYTHON=python3.12 run" % sys.version_info[:2])'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "This Python cannot make virtual environments. On Debian: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.lock pyproject.toml | $(BIN)/python
	$(PIP) -r requirements/run.lock
	$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.lock $(VENV)/run.stamp
	$(PIP) -r requirements/dev.lock
	@touch $@

$(VENV)/bench.stamp: requirements/bench.lock $(VENV)/run.stamp
	$(PIP) -r requirements/bench.lock
	@touch $@

clean: ## Remove what was set up
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
