# One command each; every target sets the machine up by itself first.
SHELL := /bin/bash
PY := .venv/bin/python
PREFIX ?= /usr/local
DESTDIR ?=
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-fast test-exhaustive check format bench scale screenshots constraints install clean

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

setup: ## virtual environment, packages, system packages where possible
	@scripts/setup.sh

demo: setup ## a checkpoint and a hub on this machine, one passage end to end (ARGS="--headless --json")
	@$(PY) -m demo $(ARGS)

test: setup ## every test, also those that start real processes
	@scripts/test.sh

test-fast: setup
	@$(PY) -m pytest -m "not real and not exhaustive" -n 2 $(ARGS)

test-exhaustive: setup ## long suites: recovery, soak, calibration
	@$(PY) -m pytest -m exhaustive $(ARGS)

check: setup ## format, lint, types, import contracts, fast tests; under a minute
	@scripts/check.sh

format: setup ## rewrite the code in the house format
	@$(PY) -m ruff format . && $(PY) -m ruff check --fix .

bench: setup ## every benchmark, ours beside its reference
	@$(PY) -m tests.benchmarks all $(ARGS)

scale: setup ## 3 API, 3 ingest, 2 workers, PostgreSQL, haproxy; 100 devices, 20,000 events; one of each killed (ARGS="--json")
	@$(PY) -m tests.scale $(ARGS)

screenshots: setup ## take the pictures in docs/screenshots anew (everybody on them is drawn)
	@$(PY) -m tests.screenshots

constraints: setup ## pin every dependency anew
	@$(PY) -m uv pip compile setup.cfg --all-extras --universal --python-version 3.11 \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links --upgrade -q -o constraints.txt

install: ## install units, programs and configuration samples under PREFIX (DESTDIR for packaging)
	@scripts/install.sh "$(DESTDIR)$(PREFIX)" "$(PREFIX)"

clean: ## remove what the targets made
	@rm -rf .venv build dist var *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
