# Every target does its own set-up on a machine that has Python 3.11 to 3.13 and nothing else; nothing is done twice.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check

.PHONY: run demo test check bench format clean

run: $(VENV)/.run-ready
	$(BIN)/trendwatch run

demo: $(VENV)/.run-ready
	$(BIN)/trendwatch demo

test: $(VENV)/.dev-ready
	$(BIN)/python -m pytest

check: $(VENV)/.dev-ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check --output-format concise .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev-ready
	$(BIN)/python benchmarks/all.py

format: $(VENV)/.dev-ready
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) build dist *.egg-info demo

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13) and "trendwatch needs Python 3.11, 3.12 or 3.13, this is " + sys.version.split()[0] + "; name one with make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

# torch alone first: the constraints name its version, and where a CPU build is at hand pip takes that one.
$(VENV)/.run-ready: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install --quiet -c constraints.txt torch
	$(PIP) install --quiet -c constraints.txt -e .
	touch $@

$(VENV)/.dev-ready: $(VENV)/.run-ready
	$(PIP) install --quiet -c constraints.txt -e '.[dev]'
	touch $@
