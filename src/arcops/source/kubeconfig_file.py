"""What a kubeconfig says: read, checked for form, merged from several files. What it means is ``kubeconfig.py``'s business.

The official client's loader is not used: it reads ``KUBECONFIG`` once at import, drops impersonation silently, goes on
anonymously when a plugin fails and leaves inline keys in temporary files.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from arcops.base.errors import KubeconfigError
from arcops.source.documents import read_yaml

_MOST_BYTES = 16 * 1024 * 1024


class _Named(msgspec.Struct):
    name: str
    extension: Any = None


class ClusterEntry(msgspec.Struct, rename="kebab"):
    """Where a cluster is and how to know it."""

    server: str | None = None
    certificate_authority: str | None = None
    certificate_authority_data: str | None = None
    insecure_skip_tls_verify: bool | None = None
    tls_server_name: str | None = None
    proxy_url: str | None = None
    extensions: list[_Named] | None = None


class EnvEntry(msgspec.Struct):
    """One variable for a plugin."""

    name: str
    value: str | None = None


class ExecEntry(msgspec.Struct, rename="camel"):
    """A credential plugin."""

    command: str | None = None
    args: list[str] | None = None
    env: list[EnvEntry] | None = None
    api_version: str | None = None
    install_hint: str | None = None
    provide_cluster_info: bool | None = None
    interactive_mode: str | None = None


class AuthProviderEntry(msgspec.Struct):
    """A sign-in built into old clients."""

    name: str = ""


class UserEntry(msgspec.Struct, rename="kebab"):
    """How an account signs in."""

    client_certificate: str | None = None
    client_certificate_data: str | None = None
    client_key: str | None = None
    client_key_data: str | None = None
    token: str | None = None
    token_file: str | None = msgspec.field(name="tokenFile", default=None)
    username: str | None = None
    password: str | None = None
    exec: ExecEntry | None = None
    auth_provider: AuthProviderEntry | None = None
    impersonate: str | None = msgspec.field(name="as", default=None)
    impersonate_uid: str | None = msgspec.field(name="as-uid", default=None)
    impersonate_groups: list[str] | None = msgspec.field(name="as-groups", default=None)
    impersonate_extra: dict[str, list[str] | None] | None = msgspec.field(name="as-user-extra", default=None)


class ContextEntry(msgspec.Struct, rename="kebab"):
    """A cluster and an account under one name."""

    cluster: str | None = None
    user: str | None = None
    namespace: str | None = None


class _NamedCluster(msgspec.Struct):
    name: str
    cluster: ClusterEntry | None = None


class _NamedUser(msgspec.Struct):
    name: str
    user: UserEntry | None = None


class _NamedContext(msgspec.Struct):
    name: str
    context: ContextEntry | None = None


class _File(msgspec.Struct, rename="kebab"):
    kind: str | None = None
    clusters: list[_NamedCluster] | None = None
    users: list[_NamedUser] | None = None
    contexts: list[_NamedContext] | None = None
    current_context: str | None = None


@dataclass(slots=True)
class Kubeconfig:
    """Several files as one. Where two give the same name the first file wins, as with kubectl.

    Every cluster and user comes with the file it stands in, because paths in it are relative to that file.
    """

    paths: tuple[Path, ...]
    current_context: str = ""
    clusters: dict[str, tuple[ClusterEntry, Path]] = field(default_factory=dict)
    users: dict[str, tuple[UserEntry, Path]] = field(default_factory=dict)
    contexts: dict[str, ContextEntry] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The files, for messages."""
        return ", ".join(str(path) for path in self.paths)


def read_kubeconfig(paths: Iterable[Path]) -> Kubeconfig:
    """Read and merge the files; raises ``KubeconfigError`` with the file and the reason."""
    merged = Kubeconfig(tuple(paths))
    for path in merged.paths:
        file = _read(path)
        merged.current_context = merged.current_context or file.current_context or ""
        for cluster in file.clusters or ():
            merged.clusters.setdefault(cluster.name, (cluster.cluster or ClusterEntry(), path))
        for user in file.users or ():
            merged.users.setdefault(user.name, (user.user or UserEntry(), path))
        for context in file.contexts or ():
            merged.contexts.setdefault(context.name, context.context or ContextEntry())
    return merged


def _read(path: Path) -> _File:
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise KubeconfigError(path=path, why=(error.strerror if isinstance(error, OSError) else None) or str(error)) from error
    if len(content) > _MOST_BYTES:
        raise KubeconfigError(path=path, why="it is larger than 16 MiB")
    try:
        parsed = msgspec.convert(read_yaml(content.decode("utf-8")) or {}, _File)
    except msgspec.ValidationError as error:
        raise KubeconfigError(path=path, why=f"it is not a kubeconfig: {error}") from error
    except (UnicodeDecodeError, ValueError) as error:
        raise KubeconfigError(path=path, why=str(error)) from error
    if parsed.kind not in {None, "", "Config"}:
        raise KubeconfigError(path=path, why=f"it is a {parsed.kind}, not a kubeconfig")
    return parsed


def decoded(text: str, what: str, path: Path) -> bytes:
    """The bytes of a ``…-data`` field; raises ``KubeconfigError`` that names the field."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise KubeconfigError(path=path, why=f"{what} is not base64") from error


def beside(path: Path, name: str) -> Path:
    """A path that stands in the kubeconfig ``path``: relative ones are meant from its folder."""
    return path.parent / name


def stamps(paths: Iterable[Path]) -> tuple[tuple[int, int, int] | None, ...]:
    """What tells that one of the files was rewritten, in place or by another in its stead: mtime, inode, size."""
    return tuple(_stamps(paths))


def _stamps(paths: Iterable[Path]) -> Iterator[tuple[int, int, int] | None]:
    for path in paths:
        try:
            info = path.stat()
        except (OSError, ValueError):
            yield None
        else:
            yield info.st_mtime_ns, info.st_ino, info.st_size
