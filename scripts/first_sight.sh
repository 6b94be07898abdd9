#!/usr/bin/env bash
# What each lot of tests/cases/lots got at first sight: asked again of the sources as they were when it was first tried, before anything
# was mended for it. Needs the whole history of the repository. Names of lots as arguments ask only these.
set -euo pipefail
cd "$(dirname "$0")/.."
export PATH=$PWD/.venv/bin:$PATH

lots=tests/cases/lots
work=$(mktemp -d)
trap 'git worktree remove --force "$work/then" 2>/dev/null || true; rm -rf "$work"' EXIT

fail() {
  echo "first sight: $*" >&2
  exit 1
}

[ "$(git rev-parse --is-shallow-repository)" = false ] || fail "this clone is shallow; 'git fetch --unshallow' brings the commits the lots were tried at"
printf '%-14s %-9s %-8s %s\n' LOT OF COMMIT RESULT
while read -r lot kind commit _; do
  case "$lot" in "" | \#*) continue ;; esac
  if [ $# -gt 0 ] && [[ " $* " != *" $lot "* ]]; then continue; fi
  git worktree remove --force "$work/then" 2>/dev/null || true
  git worktree add --quiet --detach "$work/then" "$commit" || fail "lot $lot was tried at $commit, which is not here"
  question=(--questions)
  [ "$kind" = questions ] || question=()
  status=0
  PYTHONPATH=$work/then/src python -m arcops.cli eval "${question[@]}" "$lots/$lot" >"$work/out" 2>"$work/errors" || status=$?
  [ "$status" -le 1 ] || fail "lot $lot could not be asked at $commit: $(tail -1 "$work/errors")"
  printf '%-14s %-9s %-8s %s\n' "$lot" "$kind" "$commit" "$(sed -n 's/^all *//p' "$work/out")" | tee -a "$work/rows"
  git worktree remove --force "$work/then"
done <"$lots/lots.txt"
awk '
  { split($4, got, "/"); right[$2] += got[1]; asked[$2] += got[2]; if ($2 == "faults") { split($6, raised, "/"); false += raised[1]; quiet += raised[2] } }
  END {
    for (kind in asked) {
      printf "%-14s %-9s %-8s %d/%d (%.1f%%)", "together", kind, "", right[kind], asked[kind], 100 * right[kind] / asked[kind]
      if (kind == "faults") printf "   %d/%d", false, quiet
      print ""
    }
  }' "$work/rows"
