"""The one cluster a person keeps in a checkout: started by `lab up`, found again by `down`, `status`, `kubectl`.

Its files are in `.lab` beside this package (or in `$ARCOPS_LAB_FOLDER`). `pid` names the process that owns it, which keeps the file locked
while it lives, so that a number left by a crash is never taken for it; `ready` says that it is up.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn

from lab import shop
from lab.build import kubectl, programs
from lab.client import Client
from lab.cluster import Lab
from lab.errors import LabError
from lab.wait import wait_until

CHECKOUT = Path(__file__).resolve().parents[1]
FOLDER = Path(os.environ.get("ARCOPS_LAB_FOLDER") or CHECKOUT / ".lab")
READY_TIMEOUT_S = 180.0


def say(line: str) -> None:
    """Progress goes to stderr: stdout is for KUBECONFIG= alone."""
    print(line, file=sys.stderr, flush=True)


def up(nodes: int, *, empty: bool, metrics: bool) -> None:
    """Start the cluster, print its kubeconfig and stay until Ctrl-C or `down`."""
    claim = _claim()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _as_interrupt)
    lab = Lab(FOLDER, nodes=nodes, metrics=metrics, say=say)
    try:
        with lab:
            if not empty:
                shop.install(lab.client, say)
            (FOLDER / "ready").touch()
            _announce("Ctrl-C stops it, or in another terminal: python -m lab down")
            while True:
                time.sleep(1)
                for name, state in lab.states().items():
                    if state != "running":
                        raise LabError(f"{name} {state}", f"Its last words are in {FOLDER / name}.log.")
    except KeyboardInterrupt:
        say("stopped")
    finally:
        (FOLDER / "ready").unlink(missing_ok=True)
        claim.close()


def up_detached(nodes: int, *, empty: bool, metrics: bool) -> None:
    """Start the cluster in the background and return once it is up."""
    _refuse_second()
    programs(metrics=metrics)
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / "ready").unlink(missing_ok=True)
    command = [sys.executable, "-m", "lab", "up", "--nodes", str(nodes), *(["--empty"] if empty else [])]
    command += [] if metrics else ["--no-metrics"]
    with (FOLDER / "up.log").open("wb") as log:
        owner = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def is_up() -> bool:
        if owner.poll() is not None:
            raise SystemExit(f"the cluster did not start:\n{(FOLDER / 'up.log').read_text(errors='replace')}")
        return (FOLDER / "ready").exists()

    wait_until(is_up, "the cluster is up", timeout_s=READY_TIMEOUT_S)
    owner.returncode = 0  # it lives on by design: no warning about a process that was not waited for
    _announce("stop it with: python -m lab down")


def down() -> None:
    """Stop the running cluster and remove its files."""
    pid = running_pid()
    if pid is None:
        say("no cluster runs")
    else:
        os.kill(pid, signal.SIGTERM)
        wait_until(lambda: running_pid() is None, "the cluster is stopped", timeout_s=15)
        say("stopped")
    shutil.rmtree(FOLDER, ignore_errors=True)


def status() -> bool:
    """Print what runs; False if nothing does."""
    pid = running_pid()
    if pid is None:
        print("no cluster runs; start one with: python -m lab up")
        return False
    client = Client.from_kubeconfig(FOLDER / "kubeconfig")
    pods = client.objects("pods")
    phases = [str(pod["status"].get("phase")) for pod in pods]
    counts = ", ".join(f"{phases.count(phase)} {phase}" for phase in sorted(set(phases)))
    print(f"{client.server} is {client.text('/readyz')} (process {pid}, {client.request('GET', '/version')['gitVersion']})")
    print(f"{len(client.objects('nodes'))} nodes, {len(pods)} pods{': ' + counts if counts else ''}")
    print(f"KUBECONFIG={FOLDER / 'kubeconfig'}")
    return True


def run_kubectl(arguments: list[str]) -> NoReturn:
    """Become kubectl, talking to the running cluster."""
    if running_pid() is None:
        raise LabError("no cluster runs", "Start one with: python -m lab up")
    program = kubectl()
    os.execve(program, [str(program), *arguments], {**os.environ, "KUBECONFIG": str(FOLDER / "kubeconfig")})  # noqa: S606


def running_pid() -> int | None:
    """The process that owns the cluster of this checkout, if it lives."""
    try:
        with (FOLDER / "pid").open() as file, contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
        return int((FOLDER / "pid").read_text())
    except (FileNotFoundError, ValueError):
        return None


def _claim() -> IO[str]:
    """Empty the folder and hold it: the answer is to be closed at the end."""
    _refuse_second()
    FOLDER.mkdir(parents=True, exist_ok=True)
    for entry in FOLDER.iterdir():
        if entry.is_dir():
            shutil.rmtree(entry)
        elif entry.name != "up.log":
            entry.unlink()
    file = (FOLDER / "pid").open("w")
    fcntl.flock(file, fcntl.LOCK_EX)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _refuse_second() -> None:
    if running_pid() is not None:
        hint = f"KUBECONFIG={FOLDER / 'kubeconfig'}; stop it with: python -m lab down"
        raise LabError("a cluster of this checkout runs already", hint)


def _announce(how_to_stop: str) -> None:
    print(f"KUBECONFIG={FOLDER / 'kubeconfig'}", flush=True)
    say(f"with the rights the product asks for: KUBECONFIG={FOLDER / 'kubeconfig-reader'}")
    say("look around: python -m lab kubectl get pods -A")
    say(how_to_stop)


def _as_interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
