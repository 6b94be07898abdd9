#!/usr/bin/env bash
# The fast part of `make test`: every hook of .pre-commit-config.yaml over the whole tree, and the unit tests.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/stages.sh

stage hooks pre-commit run --all-files --color "$(colour)"
tests unit
finish
