#!/usr/bin/env bash
# Everything CI checks, stage after stage; at the end one line for each stage, and what was left out and why.
# Stages as arguments run only these: `make test ARGS="unit cluster"`.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stages.sh

wanted=" ${*:-hooks unit contract property architecture cluster browser foundry llama} "
wants() { [[ $wanted == *" $1 "* ]]; }

if wants hooks; then stage hooks pre-commit run --all-files --color "$(colour)"; fi
for name in unit contract property architecture cluster browser foundry llama; do
  if wants "$name" && [ -d "tests/$name" ]; then tests "$name"; fi
done
finish
