#!/usr/bin/env bash
# Resolves the requirements for every platform and Python from 3.11 on, with hashes and without a host name.
set -euo pipefail
cd "$(dirname "$0")/.."

common=(--universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet)
uv pip compile "${common[@]}" "$@" pyproject.toml --output-file requirements/base.txt
uv pip compile "${common[@]}" "$@" pyproject.toml --group dev --output-file requirements/dev.txt
if [ -f web/package.json ]; then
  (cd web && npm install --package-lock-only --no-audit --no-fund --loglevel=error)
fi
scripts/registry_hosts.sh
