#!/usr/bin/env bash
# Ten minutes of random changes on the real control plane, then every answer of the service compared with the truth;
# and half an hour in the healthy life of 1,000 pods, about which nothing may be said.
set -euo pipefail
cd "$(dirname "$0")/.."

export ARCOPS_STORM_S=${ARCOPS_STORM_S:-600}
export ARCOPS_HEALTHY_S=${ARCOPS_HEALTHY_S:-1800} ARCOPS_HEALTHY_PODS=${ARCOPS_HEALTHY_PODS:-1000}
exec python -m pytest tests/cluster/test_truth.py tests/cluster/test_diagnosis_real.py -k "truth or healthy" -q "$@"
