#!/usr/bin/env bash
# The fast loop: format, lint, types, import contracts, fast tests.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
$bin/ruff format --check --quiet . || { echo "check: format differs (make format)" >&2; exit 1; }
$bin/ruff check --quiet .
$bin/mypy --no-error-summary
$bin/lint-imports --no-logo >/dev/null || { $bin/lint-imports; exit 1; }
$bin/python -m pytest -m "not real and not exhaustive and not slow" -n 2
$bin/python -m tests.gauges
