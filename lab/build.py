"""Finds the programs a cluster needs, and builds those this machine does not have.

Looked for in this order: the folder in KUBEBUILDER_ASSETS, the cache (`$ARCOPS_LAB_CACHE`, else
`~/.cache/arcops/lab`, one folder per hash of the sources), PATH. Parts of different origin are never
mixed, since Kubernetes allows no arbitrary pairs of versions.
"""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lab import gobuild
from lab.errors import LabError

SOURCES = Path(__file__).parent
KUBERNETES = "v1.36.3"  # the version in go.mod; kubectl refuses a server that cannot name its own
SERVERS = ("etcd", "kube-apiserver")
CONTROLLERS = ("kube-controller-manager", "kube-scheduler")
METRICS = "metrics-server"
# Programs with a Go module of their own in a folder of their name, since they need older Kubernetes modules.
BESIDE = {"kwok": "sigs.k8s.io/kwok/cmd/kwok", METRICS: "sigs.k8s.io/metrics-server/cmd/metrics-server"}
CONTROL_PLANE = (*SERVERS, *CONTROLLERS, "kubectl")
LDFLAGS = "-s -w " + " ".join(
    f"-X k8s.io/component-base/version.{name}={value}"
    for name, value in (("gitVersion", KUBERNETES), ("gitMajor", "1"), ("gitMinor", "36"))
)


@dataclass(frozen=True, slots=True)
class Programs:
    """Where each program of a cluster lies, by its name."""

    paths: dict[str, Path]

    def __getitem__(self, name: str) -> Path:
        """The executable called `name`."""
        if name not in self.paths:
            raise LabError(f"the lab has no program {name}", "It was asked for parts without it.")
        return self.paths[name]


def programs(*, controllers: bool = True, metrics: bool = False) -> Programs:
    """Every program a cluster needs; builds what is missing, which takes minutes the first time."""
    needed = (*SERVERS, *CONTROLLERS) if controllers else SERVERS
    paths = find(needed) or _build_control_plane()
    for name in (["kwok"] if controllers else []) + ([METRICS] if metrics else []):
        paths |= find((name,)) or _build_beside(name)
    return Programs(paths)


def kubectl() -> Path:
    """A kubectl of the lab's own version if built, else the one on PATH."""
    built = _control_plane_folder() / "kubectl"
    found = shutil.which("kubectl")
    if not built.exists() and found:
        return Path(found)
    return (find(("kubectl",)) or _build_control_plane())["kubectl"]


def find(names: tuple[str, ...]) -> dict[str, Path]:
    """All of `names` from the first place that has every one of them; empty if none has."""
    assets = os.environ.get("KUBEBUILDER_ASSETS")
    folders = [Path(assets)] if assets else []
    folders += [_control_plane_folder(), *map(_folder_beside, BESIDE)]
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in names):
            return {name: folder / name for name in names}
    on_path = {name: shutil.which(name) for name in names}
    return {name: Path(path) for name, path in on_path.items() if path} if all(on_path.values()) else {}


def cache() -> Path:
    """The folder that keeps built programs between runs, outside the tree."""
    chosen = os.environ.get("ARCOPS_LAB_CACHE")
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(chosen) if chosen else Path(home) / "arcops" / "lab"


def _build_control_plane() -> dict[str, Path]:
    folder = _control_plane_folder()
    with _locked(folder):
        if not (folder / "control-plane").exists():
            gobuild.build(SOURCES, folder / "control-plane", ".", LDFLAGS, cache())
        for name in CONTROL_PLANE:
            if not (folder / name).is_symlink():
                (folder / name).symlink_to("control-plane")
    return {name: folder / name for name in CONTROL_PLANE}


def _build_beside(name: str) -> dict[str, Path]:
    folder = _folder_beside(name)
    with _locked(folder):
        if not (folder / name).exists():
            gobuild.build(SOURCES / name, folder / name, BESIDE[name], "-s -w", cache())
    return {name: folder / name}


def _control_plane_folder() -> Path:
    return cache() / _digest("go.mod", "go.sum", "main.go")


def _folder_beside(name: str) -> Path:
    return cache() / _digest(f"{name}/go.mod", f"{name}/go.sum")


def _digest(*names: str) -> str:
    content = b"".join((SOURCES / name).read_bytes() for name in names)
    return hashlib.sha256(content + LDFLAGS.encode()).hexdigest()[:12]


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One builder at a time for each folder; the others wait and find it done."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
