#!/usr/bin/env bash
# Ten minutes of random changes on the real control plane, then every answer of the service compared with the truth.
set -euo pipefail
cd "$(dirname "$0")/.."

export ARCOPS_STORM_S=${ARCOPS_STORM_S:-600}
exec python -m pytest tests/cluster/test_truth.py -q "$@"
