#!/usr/bin/env bash
# Everything CI checks, stage after stage; at the end one line for each stage, and what was left out and why.
# Stages as arguments run only these: `make test ARGS="unit cluster"`.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stages.sh

wanted=" ${*:-hooks unit contract property architecture cluster browser foundry} "
wants() { [[ $wanted == *" $1 "* ]]; }

if wants hooks; then stage hooks pre-commit run --all-files --color "$(colour)"; fi
for name in unit contract property architecture; do
  if wants "$name"; then tests "$name"; fi
done
if wants cluster; then
  if reason=$(possible python -m lab build); then tests cluster; else left_out cluster "$reason"; fi
fi
if wants browser; then
  if reason=$(possible scripts/chromium.sh); then tests browser; else left_out browser "$reason"; fi
fi
if wants foundry && [ -d tests/foundry ]; then tests foundry; fi
finish
