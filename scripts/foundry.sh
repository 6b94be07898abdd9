#!/usr/bin/env bash
# Makes .venv-foundry: Foundry Local's library, which runs in a process of its own and never in ours, and what builds a small model
# for it. Prints its interpreter; where it cannot be made, fails with the reason on its last line.
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.venv-foundry
python=$PWD/$venv/bin/python
digest=$(cat requirements/foundry.txt scripts/foundry.sh | cksum)

# uv first, which takes a sixth of the time; pip where only pip knows the way to the packages.
install() {
  local options=(--quiet --only-binary :all: --require-hashes -r requirements/foundry.txt)
  .venv/bin/python -m venv --clear --without-pip "$venv" || return 1
  .venv/bin/uv pip install --python "$python" "${options[@]}" && return
  "$python" -m ensurepip >/dev/null && "$python" -m pip install --disable-pip-version-check "${options[@]}"
}

if [ "$digest" != "$(cat $venv/.done 2>/dev/null)" ]; then
  echo "foundry: installing Foundry Local's library into $venv (240 MB)" >&2
  if ! said=$(install 2>&1); then
    grep -v '^ *$' <<<"$said" >&2
    rm -rf "$venv"
    echo "no Foundry Local here: its library cannot be installed ($(grep -i error <<<"$said" | tail -n 1 | cut -c1-160))" >&2
    exit 1
  fi
  if ! said=$("$python" -c 'import foundry_local_sdk' 2>&1); then
    echo "no Foundry Local here: its library does not load ($(tail -n 1 <<<"$said" | cut -c1-160))" >&2
    exit 1
  fi
  printf '%s\n' "$digest" >"$venv/.done"
fi
echo "$python"
