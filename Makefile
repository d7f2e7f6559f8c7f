# Every target works from a clean clone: it makes .venv and installs what it needs, once.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
TORCH  ?= torch
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet

.DEFAULT_GOAL := help
.PHONY: help setup browser local check test claims bench docs demo serve clean

help:  ## this list
	@echo "memwell: a memory operating system for AI"
	@echo
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/base.stamp  ## remember weeks of conversation and answer ten questions from it
	@$(BIN)/memwell demo

test: $(VENV)/dev.stamp browser  ## the tests
	@$(BIN)/python -m pytest

check: $(VENV)/dev.stamp  ## style, types and layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy --strict src
	@$(BIN)/lint-imports

claims: $(VENV)/dev.stamp  ## measure the papers' claims and write docs/claims.md
	@$(BIN)/python scripts/claims.py

bench: $(VENV)/dev.stamp  ## the benchmarks that need no data of yours
	@$(BIN)/memwell bench --help

docs: $(VENV)/dev.stamp  ## regenerate the generated pages
	@$(BIN)/python scripts/docs.py

serve: $(VENV)/server.stamp  ## the server, with its dashboard, on http://127.0.0.1:8765
	@$(BIN)/memwell serve

setup: $(VENV)/dev.stamp  ## everything a contributor needs, in .venv
	@echo "ready: . $(BIN)/activate"

# The usual torch for Linux brings CUDA along; TORCH names another build, such as torch==2.13.0+cpu.
local: $(VENV)/dev.stamp  ## SmolLM2 too, so that its tests run: torch, transformers and the weights
	@$(PIP) '$(TORCH)' -e '.[local]'
	@$(BIN)/memwell models install smollm2

clean:  ## remove .venv and the caches
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# ---------------------------------------------------------------- the environment

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "memwell needs Python 3.11 or newer: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "memwell needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Try: make PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "$(PYTHON) cannot make virtual environments here: apt install python3-venv"; exit 1; }
	@$(PYTHON) -m venv $(VENV)

$(VENV)/base.stamp: pyproject.toml | $(BIN)/python
	@echo "installing memwell into $(VENV) (once; about a minute)"
	@$(PIP) -e .
	@touch $@

$(VENV)/server.stamp: pyproject.toml | $(VENV)/base.stamp
	@$(PIP) -e '.[server]'
	@touch $@

# The dashboard is tested in Chromium; without it those tests say by name that they are skipped.
browser:
	@command -v chromium >/dev/null && exit 0; \
	if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	  echo "installing Chromium, which the dashboard is tested in (once)"; \
	  { apt-get update -q && apt-get install -y -q --no-install-recommends chromium; } >/dev/null 2>&1; \
	fi; \
	command -v chromium >/dev/null \
	  || echo "there is no Chromium: the dashboard's tests in a browser are skipped (apt install chromium)"

$(VENV)/dev.stamp: pyproject.toml | $(VENV)/base.stamp
	@echo "installing the tools of the gates into $(VENV) (once)"
	@$(PIP) -e '.[dev,bench]'
	@touch $@
