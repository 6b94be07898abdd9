#!/usr/bin/env bash
# Resolves the requirements for every platform and Python from 3.11 on, with hashes and without a host name.
set -euo pipefail
cd "$(dirname "$0")/.."

common=(--universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet)
uv pip compile "${common[@]}" "$@" pyproject.toml --output-file requirements/base.txt
uv pip compile "${common[@]}" "$@" pyproject.toml --group dev --output-file requirements/dev.txt
uv pip compile "${common[@]}" "$@" --group node --output-file requirements/node.txt
uv pip compile "${common[@]}" "$@" --group foundry --output-file requirements/foundry.txt
if [ -f web/package.json ]; then
  (cd web && npm install --package-lock-only --no-audit --no-fund --loglevel=error)
  python - web/package-lock.json <<'STRIP'
import json, pathlib, sys

# npm writes down where each package's authors ask for money: the only addresses left in the file.
path = pathlib.Path(sys.argv[1])
lock = json.loads(path.read_text())
for package in lock["packages"].values():
    package.pop("funding", None)
path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")
STRIP
fi
scripts/registry_hosts.sh
