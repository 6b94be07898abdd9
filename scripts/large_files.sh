#!/usr/bin/env bash
# Fails if a file of the checkout is larger than 700 kB: a clone stays small, data is made by a script.
set -euo pipefail
cd "$(dirname "$0")/.."

limit_bytes=700000
status=0
while IFS= read -r -d '' file; do
  [ -f "$file" ] || continue
  size_bytes=$(wc -c <"$file")
  if [ "$size_bytes" -gt "$limit_bytes" ]; then
    echo "$file has $size_bytes bytes, more than $limit_bytes" >&2
    status=1
  fi
done < <(git ls-files -co --exclude-standard -z)
exit $status
