#!/usr/bin/env bash
# Fails if a file names a package registry's host or a download address: what we need is named by package
# alone, so that a mirror, a proxy or an air-gapped site works without edits. Files as arguments, else the tree.
set -euo pipefail
cd "$(dirname "$0")/.."

# Written in pieces, so that this file does not name what it looks for.
hosts=('python''hosted' 'py''pi\.org' 'registry\.npm''js' 'registry\.yarn''pkg' 'proxy\.go''lang' 'sum\.go''lang'
  'cra''tes\.io' 'repo1?\.ma''ven' 'deb\.deb''ian\.org' 'npm''mirror\.com')
pattern=$(IFS='|' && echo "${hosts[*]}")

if [ $# -gt 0 ]; then
  found=$(grep -HnIE "$pattern" -- "$@" || true)
else
  found=$(git ls-files -co --exclude-standard -z | xargs -0 grep -HnIE "$pattern" -- 2>/dev/null || true)
fi
[ -z "$found" ] && exit 0
printf 'names a package registry host:\n%s\n' "$(cut -c1-160 <<<"$found")" >&2
exit 1
