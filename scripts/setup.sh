#!/usr/bin/env bash
# Makes .venv with the locked requirements and the arcops command, then builds the page.
# Each step remembers a hash of what it was made from, so a second run does nothing and needs no network.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=${PATH//"$PWD/.venv/bin:"/} # the interpreter to build .venv with is never the one inside it

say() { printf 'setup: %s\n' "$*" >&2; }

# The first interpreter that is new enough, or nothing.
find_python() {
  local candidate
  for candidate in "${PYTHON:-}" python3.13 python3.12 python3.11 python3 python python3.14; do
    [ -n "$candidate" ] || continue
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return
    fi
  done
}

make_venv() {
  local python
  python=$(find_python)
  if [ -z "$python" ]; then
    say "no Python 3.11 or newer on PATH; install one, or name it: make setup PYTHON=/path/to/python3"
    exit 1
  fi
  say "making .venv with $("$python" --version)"
  if ! "$python" -m venv --clear .venv >&2; then
    say "this Python cannot make a virtual environment; on Debian and Ubuntu: apt-get install python3-venv"
    exit 1
  fi
}

# step NAME COMMAND FILE...: runs COMMAND unless FILEs are what they were when it last succeeded.
step() {
  local name=$1 command=$2 digest
  shift 2
  digest=$(cat -- "$@" | cksum)
  [ "$digest" != "$(cat ".venv/.done-$name" 2>/dev/null)" ] || return 0
  "$command"
  printf '%s\n' "$digest" >".venv/.done-$name"
}

install_requirements() {
  say "installing the locked requirements (about 200 MB the first time)"
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
}

install_arcops() {
  .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
}

# A copied or moved checkout has an environment that points elsewhere; a python that was removed leaves a dead one.
if ! .venv/bin/python -c 'import sys; sys.exit(not sys.prefix == sys.argv[1])' "$PWD/.venv" 2>/dev/null; then
  make_venv
fi
step requirements install_requirements requirements/dev.txt
step arcops install_arcops pyproject.toml
scripts/page.sh
