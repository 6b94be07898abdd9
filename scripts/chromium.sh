#!/usr/bin/env bash
# Makes sure there is a Chromium for the browser tests: the system's, or on Debian as root the one apt has, or
# Playwright's. Prints which; if there is none, fails with the reason on its last line.
set -euo pipefail
cd "$(dirname "$0")/.."

for name in chromium chromium-browser google-chrome; do
  if command -v "$name"; then exit 0; fi
done
if python -m scripts.playwrights_own; then exit 0; fi

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "installing chromium with apt-get" >&2
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } >/dev/null </dev/null || true
  if command -v chromium; then exit 0; fi
  echo "no Chromium on PATH, and apt-get could not install it" >&2
  exit 1
fi
echo "downloading Playwright's Chromium" >&2
if timeout 300 playwright install chromium >&2; then exit 0; fi
echo "no Chromium on PATH, not root on a Debian system, and Playwright could not download its own" >&2
exit 1
