#!/usr/bin/env bash
# Looks at Python's manner, by ruff.toml. --fix mends what can be mended by rule.
set -euo pipefail

cd "$(dirname "$0")/.."
venv=${CARGO_TARGET_DIR:-target}/lint
[ -x "$venv/bin/ruff" ] || { python3 -m venv "$venv" && "$venv/bin/pip" install --quiet 'ruff>=0.17,<0.18'; }
fix=()
check=(--check)
if [ "${1:-}" = --fix ]; then fix=(--fix) check=(); fi
"$venv/bin/ruff" check --quiet ${fix[@]+"${fix[@]}"} sdk-python tools tests/viewers
"$venv/bin/ruff" format --quiet ${check[@]+"${check[@]}"} sdk-python tools tests/viewers
