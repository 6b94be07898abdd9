#!/usr/bin/env bash
# A real llama.cpp server: the one on PATH, else in build/llama, from Debian's signed packages, unpacked beside their own libc and not
# installed. Prints the program; where it cannot be had (another system, no sid in reach), fails with the reason on its last line.
set -euo pipefail
cd "$(dirname "$0")/.."

if command -v llama-server; then exit 0; fi
folder=$PWD/build/llama
program=$folder/llama-server
keys=/usr/share/keyrings/debian-archive-keyring.gpg

fail() {
  rm -rf "$folder"
  echo "no llama.cpp here: $*" >&2
  exit 1
}

if ! "$program" --version >/dev/null 2>&1; then
  [ "$(uname -sm)" = "Linux x86_64" ] || fail "Debian's package is unpacked on Linux x86-64 only"
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null && [ -r $keys ] || fail "not a Debian system"
  # The mirror this machine uses already, with the one release that has the package.
  # shellcheck disable=SC2016  # apt's own placeholder
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | head -n 1 || true)
  [ -n "$mirror" ] || fail "apt knows no mirror"
  echo "llama: unpacking llama.cpp's server into build/llama (75 MB)" >&2
  rm -rf "$folder"
  mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial" "$folder/root"
  : >"$folder/apt/status"
  echo "deb [signed-by=$keys] $mirror sid main" >"$folder/apt/sources.list"
  options=(-qq -o "Dir::Etc::sourcelist=$folder/apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State=$folder/apt"
    -o "Dir::Cache=$folder/apt" -o "Dir::State::status=$folder/apt/status" -o APT::Install-Recommends=0
    -o APT::Sandbox::User="$(id -un)" -o Debug::NoLocking=1)
  timeout 120 apt-get "${options[@]}" update >&2 || fail "apt does not reach its mirror"
  timeout 300 apt-get "${options[@]}" -y --download-only install llama.cpp-tools >/dev/null || fail "the package llama.cpp-tools cannot be had"
  for package in "$folder"/apt/archives/*.deb; do dpkg-deb -x "$package" "$folder/root"; done
  rm -rf "$folder/apt"
  cat >"$program" <<'RUN'
#!/bin/sh
lib=$(cd "$(dirname "$0")" && pwd)/root/usr/lib/x86_64-linux-gnu
kind=x64
grep -qw avx2 /proc/cpuinfo && kind=haswell
GGML_BACKEND_PATH=$lib/ggml/backends0/libggml-cpu-$kind.so exec "$lib/ld-linux-x86-64.so.2" --library-path "$lib:$lib/llama" \
  "$lib/../../bin/llama-server" "$@"
RUN
  chmod +x "$program"
  "$program" --version >/dev/null 2>&1 || fail "the unpacked program does not run"
fi
echo "$program"
