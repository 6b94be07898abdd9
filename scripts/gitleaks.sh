#!/usr/bin/env bash
# Looks for secrets in every commit and in what is not committed yet. gitleaks is built once from its Go
# module into a cache outside the tree; Go comes from PATH or, where there is none, from its wheel.
set -euo pipefail
cd "$(dirname "$0")/.."

version=v8.30.1
folder=${ARCOPS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/arcops}/gitleaks/$version
program=$folder/gitleaks

if [ ! -x "$program" ]; then
  if ! go=$(.venv/bin/python -m scripts.find_go 2>"${TMPDIR:-/tmp}/arcops-find-go.$$"); then
    scripts/skipped.sh gitleaks "$(tail -n 1 "${TMPDIR:-/tmp}/arcops-find-go.$$")"
    exit $?
  fi
  echo "building gitleaks $version (once, 15 s)" >&2
  mkdir -p "$folder"
  CGO_ENABLED=0 GOFLAGS='' GOBIN="$folder" "$go" install "github.com/zricethezav/gitleaks/v8@$version" 2> >(grep -v "^go: downloading" >&2)
fi

options=(--no-banner --redact --log-level=warn)
"$program" git "${options[@]}" .
"$program" git "${options[@]}" --pre-commit .
"$program" git "${options[@]}" --pre-commit --staged .
