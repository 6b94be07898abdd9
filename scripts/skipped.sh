#!/usr/bin/env bash
# skipped.sh WHAT WHY: notes something this machine could not do, for the list at the end of `make test`.
# Where ARCOPS_REQUIRE names WHAT, as it does in CI, the same is a failure.
set -euo pipefail

what=$1 why=$2
if [[ ",${ARCOPS_REQUIRE:-}," == *",$what,"* ]]; then
  echo "$what is required here (ARCOPS_REQUIRE), but: $why" >&2
  exit 1
fi
echo "$what: left out: $why" >&2
[ -z "${ARCOPS_SKIPS:-}" ] || printf '%s: %s\n' "$what" "$why" >>"$ARCOPS_SKIPS"
