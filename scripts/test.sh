#!/usr/bin/env bash
# Everything but the exhaustive suites: first what can run side by side, then what starts real processes.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
$bin/python -m models fetch --quiet dlib-pypi || echo "test: the dlib-pypi pack cannot be had; its tests are skipped" >&2
$bin/ruff format --check --quiet .
$bin/ruff check --quiet .
$bin/mypy --no-error-summary
$bin/lint-imports --no-logo
$bin/python -m pytest -m "not exhaustive and not real" -n 2
exec $bin/python -m pytest -m "real and not exhaustive"
