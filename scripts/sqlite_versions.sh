#!/usr/bin/env bash
# The tests of the record, with the oldest SQLite arcops starts with and with the newest there is, instead of this Python's own.
# Each is built once from the crate libsqlite3-sys, which carries it, into the cache outside the tree. Versions as arguments run only these.
set -euo pipefail
cd "$(dirname "$0")/.."

# SQLite and the release of the crate that carries it.
declare -A crates=([3.26.0]=0.12.0 [3.29.0]=0.16.0 [3.33.0]=0.20.1 [3.35.4]=0.22.2 [3.54.1]=0.40.0)
newest=3.54.1
tests=(tests/contract/test_store_*.py tests/contract/test_history_*.py tests/property/test_record.py tests/unit/store)
cache=${ARCOPS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/arcops}/sqlite
export PATH=$PWD/.venv/bin:$PATH

fail() {
  echo "sqlite: $*" >&2
  exit 1
}

# What Python's module asks of a library, and Debian's choices that change how files are written.
export CFLAGS="-DSQLITE_ENABLE_DESERIALIZE -DSQLITE_SECURE_DELETE -DSQLITE_MAX_VARIABLE_NUMBER=250000"

build() {
  local version=$1 folder=$2 cargo work archive
  cargo=$(command -v cargo || command -v ~/.cargo/bin/cargo) || fail "there is no cargo here to get SQLite's source with; install Rust"
  command -v cc >/dev/null || fail "there is no C compiler (cc) here to build SQLite $version with"
  echo "sqlite: building $version (once, a minute)" >&2
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/build-XXXXXX")
  # shellcheck disable=SC2064  # the folder of now
  trap "rm -rf '$work'" EXIT
  mkdir "$work/src"
  : >"$work/src/lib.rs"
  cat >"$work/Cargo.toml" <<TOML
[package]
name = "carrier"
version = "0.0.0"
edition = "2021"

[dependencies]
libsqlite3-sys = { version = "=${crates[$version]}", features = ["bundled"] }
TOML
  "$cargo" build --quiet --release --manifest-path "$work/Cargo.toml" --target-dir "$work/target" || fail "cargo could not build SQLite $version"
  archive=$(find "$work/target/release/build" -name libsqlite3.a)
  mkdir "$work/ready"
  cc -shared -Wl,-soname,libsqlite3.so.0 -o "$work/ready/libsqlite3.so.0" -Wl,--whole-archive "$archive" -Wl,--no-whole-archive -lpthread -ldl -lm ||
    fail "cc could not link SQLite $version"
  rm -rf "$folder"
  mv "$work/ready" "$folder"
  rm -rf "$work"
}

run() {
  local version=$1 folder=$cache/$1
  [ -n "${crates[$version]:-}" ] || fail "no release of libsqlite3-sys is named here that carries $version; known: ${!crates[*]}"
  [ -f "$folder/libsqlite3.so.0" ] || build "$version" "$folder"
  LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH} python - "$version" "${tests[@]}" <<'PY' || failed+=("$version")
import sqlite3
import sys

wanted, *arguments = sys.argv[1:]
if sqlite3.sqlite_version != wanted:
    sys.exit(f"sqlite: {sys.executable} runs {sqlite3.sqlite_version} and not {wanted}: it has SQLite built in, or loads it by its path")
print(f"sqlite: running with {sqlite3.sqlite_version}", flush=True)
import pytest

sys.exit(pytest.main(["-q", *arguments]))
PY
}

[ "$(uname -s)" = Linux ] || fail "another library is put before the system's with LD_LIBRARY_PATH, which is for Linux"
oldest=$(python -c 'from arcops.store.days.opening import OLDEST_SQLITE as oldest; print(*oldest, sep=".")')
failed=()
if [ $# -gt 0 ]; then versions=("$@"); else versions=("$oldest" "$newest"); fi
for version in "${versions[@]}"; do run "$version"; done
[ ${#failed[@]} -eq 0 ] || fail "failed with ${failed[*]}"
