#!/usr/bin/env bash
# Sourced by check.sh and test.sh: runs named stages, goes on after one that fails, and tells the whole at the end.

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
export ARCOPS_SKIPS=$results/skips
: >"$ARCOPS_SKIPS"
failed=()

colour() { if [ -t 1 ]; then echo always; else echo never; fi; }

# stage NAME COMMAND...: runs the command under a heading and notes how it ended and how long it took.
stage() {
  local name=$1 began=$SECONDS how=ok
  shift
  printf '\n== %s\n' "$name"
  "$@" || how=FAILED
  [ $how = ok ] || failed+=("$name")
  printf '%s\t%s\t%s\n' "$name" "$how" "$((SECONDS - began))" >>"$results/stages"
}

# tests NAME: the tests in tests/NAME. That there are none is a failure: a stage that tests nothing passes always.
tests() {
  stage "$1" python -m pytest "tests/$1" -q --junitxml="$results/$1.xml"
}

finish() {
  python -m scripts.summary "$results"
  [ ${#failed[@]} -eq 0 ] || exit 1
}
