#!/usr/bin/env bash
# Starts the service on the cluster of the current context if it answers, else on the demo cluster; says which and why.
# Arguments go to `arcops serve`; one that names a cluster decides by itself.
set -euo pipefail
cd "$(dirname "$0")/.."

for argument in "$@"; do
  case $argument in
    --demo | --context | --context=* | --kubeconfig | --kubeconfig=*) exec arcops serve "$@" ;;
  esac
done

if found=$(python -m scripts.which_cluster); then
  echo "make run: watching $found" >&2
  exec arcops serve "$@"
fi
echo "make run: playing the demo cluster, because there is no cluster to watch: $found" >&2
echo "make run: \`make lab\` starts a real one on this machine; ARGS=\"--context NAME\" chooses another of yours" >&2
exec arcops serve --demo "$@"
