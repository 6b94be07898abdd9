"""The way in: from a kubeconfig or a service account to a ``ClusterConnection`` that stays right when files are rewritten.

Where to look, the first that is there: the path that was given, ``KUBECONFIG`` (several files, merged), ``~/.kube/config``,
the service account of the pod we run in.
"""

from __future__ import annotations

import asyncio
import os
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from arcops.base.clock import Clock
from arcops.base.errors import CredentialFailed, KubeconfigError
from arcops.source.account import credentials_of, impersonation_of, plugin_cluster
from arcops.source.connection import ClientCertificate, ClusterConnection, Credentials
from arcops.source.credentials import TokenFile
from arcops.source.kubeconfig_file import ClusterEntry, ContextEntry, Kubeconfig, UserEntry, beside, decoded, read_kubeconfig, stamps

SERVICE_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_LOOK_S = 1.0
"""How often, at most, a kubeconfig is looked at for changes."""


@dataclass(frozen=True, slots=True)
class ContextInfo:
    """One context for people to choose from; ``server`` is empty where the file does not say."""

    name: str
    cluster: str
    user: str
    namespace: str
    server: str
    is_current: bool


def load_connection(
    path: str | Path | None,
    context: str | None,
    clock: Clock,
    *,
    environ: Mapping[str, str] | None = None,
    allow_anonymous: bool = False,
) -> ClusterConnection:
    """The connection of a context; without one named, of the current context.

    Raises ``KubeconfigError`` (the file, the context, a reference in it) or ``CredentialFailed`` (the account). Reads
    files, so call it in a thread where that matters. ``environ`` is the process's unless given.
    """
    env = os.environ if environ is None else environ
    paths = kubeconfig_paths(path, env)
    if paths:
        return FollowedKubeconfig(paths, context, clock, allow_anonymous=allow_anonymous).connection
    if context:
        raise KubeconfigError(path="~/.kube/config", why=f'it does not exist, so there is no context "{context}"')
    return in_cluster(clock, environ=env)


def list_contexts(path: str | Path | None = None, *, environ: Mapping[str, str] | None = None) -> tuple[ContextInfo, ...]:
    """Every context, in the order of the files; empty if there is no kubeconfig at all."""
    paths = kubeconfig_paths(path, os.environ if environ is None else environ)
    if not paths:
        return ()
    config = read_kubeconfig(paths)
    nowhere = (ClusterEntry(), Path())
    return tuple(
        ContextInfo(
            name=name,
            cluster=entry.cluster or "",
            user=entry.user or "",
            namespace=entry.namespace or "default",
            server=config.clusters.get(entry.cluster or "", nowhere)[0].server or "",
            is_current=name == config.current_context,
        )
        for name, entry in config.contexts.items()
    )


def kubeconfig_paths(path: str | Path | None, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """The kubeconfig files that count, none if only a service account can help.

    Files of ``KUBECONFIG`` that do not exist are passed over, as kubectl does, but not all of them.
    """
    if path:
        return (Path(path).expanduser() if str(path).startswith("~/") else Path(path),)
    if listed := environ.get("KUBECONFIG", "").strip():
        files = [Path(part) for part in listed.split(os.pathsep) if part.strip()]
        there = tuple(dict.fromkeys(file for file in files if _exists(file)))
        if not there:
            raise KubeconfigError(path=listed, why="KUBECONFIG names it, and it does not exist")
        return there
    home = environ.get("HOME") or environ.get("USERPROFILE")
    usual = Path(home) / ".kube" / "config" if home else None
    return (usual,) if usual is not None and _exists(usual) else ()


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return True  # Something is there that may not be read: let reading it tell.


def in_cluster(clock: Clock, *, environ: Mapping[str, str] | None = None, folder: Path = SERVICE_ACCOUNT) -> ClusterConnection:
    """The connection of the pod's own service account; its token file is read again as the kubelet renews it."""
    env = os.environ if environ is None else environ
    host, port = env.get("KUBERNETES_SERVICE_HOST", ""), env.get("KUBERNETES_SERVICE_PORT", "")
    if not host or not port:
        hint = "Name a kubeconfig with --kubeconfig or KUBECONFIG, or start the demo with --demo."
        raise KubeconfigError(path="~/.kube/config", why="it does not exist, and this is not a pod of a cluster", hint=hint)
    token = folder / "token"
    if not _exists(token):
        raise CredentialFailed(why=f"there is no service account token at {token}", hint="Set automountServiceAccountToken on the pod.")
    return ClusterConnection(
        server=_server(f"https://[{host}]:{port}" if ":" in host else f"https://{host}:{port}", Path("KUBERNETES_SERVICE_HOST")),
        credentials=TokenFile(token, clock),
        context="in-cluster",
        cluster="in-cluster",
        namespace=_namespace(folder / "namespace"),
        ca_pem=_file(folder / "ca.crt", folder),
        origin=FollowedAuthority(folder / "ca.crt", clock),
    )


class FollowedAuthority:
    """The certificate authority of a pod, which the kubelet exchanges when the cluster's is rotated."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Look at ``path`` for changes from now on."""
        self._path = path
        self._clock = clock
        self._looked_s = clock.monotonic_s()
        self._stamps = stamps((path,))
        self._pem = _file(path, path.parent)

    async def current(self, connection: ClusterConnection) -> ClusterConnection:
        """The connection with the authority as the file has it now; the very same object while it is unchanged."""
        if self._clock.monotonic_s() - self._looked_s >= _LOOK_S:
            self._looked_s = self._clock.monotonic_s()
            await self._look()
        return connection if connection.ca_pem == self._pem else replace(connection, ca_pem=self._pem)

    async def _look(self) -> None:
        now = await asyncio.to_thread(stamps, (self._path,))
        if now == self._stamps:
            return
        try:
            self._pem = await asyncio.to_thread(_file, self._path, self._path.parent)
        except KubeconfigError:
            return  # Being exchanged this very moment: the stamps stay old, so the next look tries again.
        self._stamps = now


def _namespace(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip() or "default"
    except (OSError, ValueError):
        return "default"


def _file(path: Path, where: Path) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise KubeconfigError(path=where, why=f"the certificate authority {path} cannot be read ({error})") from error


class FollowedKubeconfig:
    """One context of kubeconfig files that may be rewritten under us, as the Arc proxy and sign-in tools do.

    It is the credentials of its connection and the connection's origin. The context's name is fixed at the start: when
    somebody makes another one current we do not change clusters behind their back. A file that is unreadable for the
    moment, or has lost the context, leaves everything as it was.
    """

    def __init__(self, paths: tuple[Path, ...], context: str | None, clock: Clock, *, allow_anonymous: bool = False) -> None:
        """Read the files now; raises ``KubeconfigError`` or ``CredentialFailed``."""
        self._paths = paths
        self._clock = clock
        self._allow_anonymous = allow_anonymous
        self._one = asyncio.Lock()
        self._looked_s = clock.monotonic_s()
        before = stamps(paths)
        config = read_kubeconfig(paths)
        self._context = chosen_context(config, context)
        self._source, self._inner, self.connection = self._built(config)
        self._watched = (*paths, *_files_of(self._source))
        self._stamps = (*before, *stamps(_files_of(self._source)))

    def _built(self, config: Kubeconfig) -> tuple[_Parts, Credentials, ClusterConnection]:
        parts = _parts(config, self._context)
        bare = _connection(parts, self._context, self)
        return parts, self._sign_in(parts, bare), bare

    def _sign_in(self, parts: _Parts, connection: ClusterConnection) -> Credentials:
        told = plugin_cluster(parts.cluster, connection.ca_pem)
        name = parts.context.user or ""
        return credentials_of(parts.user, parts.user_path, name, told, self._clock, allow_anonymous=self._allow_anonymous)

    async def headers(self) -> Mapping[str, str]:
        """What the file asks for now."""
        await self._look(_LOOK_S)
        return await self._inner.headers()

    async def renew(self, used: Mapping[str, str]) -> bool:
        """Look at the file first: whoever rewrote it has a newer credential than any plugin run by an older one."""
        before = self._inner
        await self._look(0.0)
        if self._inner is not before:
            return True
        return await self._inner.renew(used)

    async def client_certificate(self) -> ClientCertificate | None:
        """The certificate the file names now."""
        await self._look(_LOOK_S)
        return await self._inner.client_certificate()

    async def current(self, connection: ClusterConnection) -> ClusterConnection:
        """The connection as the file has it now; the very same object while nothing of it changed."""
        await self._look(_LOOK_S)
        return connection if connection == self.connection else self.connection

    async def _look(self, at_most_every_s: float) -> None:
        if at_most_every_s and self._clock.monotonic_s() - self._looked_s < at_most_every_s:
            return
        async with self._one:
            now = await asyncio.to_thread(stamps, self._watched)
            self._looked_s = self._clock.monotonic_s()
            if now == self._stamps:
                return
            try:
                parts, inner, connection = await asyncio.to_thread(self._reread)
            except (KubeconfigError, CredentialFailed):
                return  # Half written, or the context is gone: the stamps stay old, so the next look tries again.
            self._stamps = now if (watched := (*self._paths, *_files_of(parts))) == self._watched else ()
            self._watched = watched
            if parts != self._source:
                self._source, self._inner = parts, inner
            if connection != self.connection:
                self.connection = connection

    def _reread(self) -> tuple[_Parts, Credentials, ClusterConnection]:
        return self._built(read_kubeconfig(self._paths))


@dataclass(frozen=True, slots=True)
class _Parts:
    """What one context consists of; equal parts mean that nothing has to be signed in again."""

    context: ContextEntry
    cluster: ClusterEntry
    cluster_path: Path
    user: UserEntry
    user_path: Path


def _files_of(parts: _Parts) -> tuple[Path, ...]:
    """The certificate authority, which is watched along with the kubeconfig; credentials look after their own files."""
    name = parts.cluster.certificate_authority
    return (beside(parts.cluster_path, name),) if name and not parts.cluster.certificate_authority_data else ()


def chosen_context(config: Kubeconfig, wanted: str | None) -> str:
    """The context to use: the one named, the current one, or the only one; raises ``KubeconfigError`` that lists them."""
    names = list(config.contexts)
    name = wanted or config.current_context or (names[0] if len(names) == 1 else "")
    if name in config.contexts:
        return name
    there = f"It has {', '.join(names)}." if names else "It has none."
    why = f'it has no context "{name}"' if name else "it has no current context"
    raise KubeconfigError(path=config.name, why=why, hint=f"Choose a context with --context. {there}".replace("{", "{{").replace("}", "}}"))


def _parts(config: Kubeconfig, name: str) -> _Parts:
    context = config.contexts.get(name)
    if context is None:
        raise KubeconfigError(path=config.name, why=f'it has no context "{name}"')
    cluster = config.clusters.get(context.cluster or "")
    if cluster is None:
        raise KubeconfigError(path=config.name, why=f'the context "{name}" names the cluster "{context.cluster or ""}", which is not there')
    user = config.users.get(context.user or "")
    if user is None and context.user:
        raise KubeconfigError(path=config.name, why=f'the context "{name}" names the user "{context.user}", which is not there')
    return _Parts(context, *cluster, *(user or (UserEntry(), config.paths[0])))


def _connection(parts: _Parts, name: str, followed: FollowedKubeconfig) -> ClusterConnection:
    cluster, path = parts.cluster, parts.cluster_path
    ca_pem = _authority(cluster, path)
    insecure = bool(cluster.insecure_skip_tls_verify)
    if insecure and ca_pem:
        raise KubeconfigError(path=path, why="a certificate authority and insecure-skip-tls-verify contradict each other")
    return ClusterConnection(
        server=_server(cluster.server or "", path),
        credentials=followed,
        context=name,
        cluster=parts.context.cluster or "",
        namespace=parts.context.namespace or "default",
        ca_pem=ca_pem,
        insecure_skip_tls_verify=insecure,
        tls_server_name=cluster.tls_server_name or "",
        proxy_url=_proxy(cluster.proxy_url or "", path),
        impersonation=impersonation_of(parts.user, parts.user_path, parts.context.user or ""),
        origin=followed,
    )


def _authority(cluster: ClusterEntry, path: Path) -> bytes:
    if cluster.certificate_authority_data:
        return decoded(cluster.certificate_authority_data, "certificate-authority-data", path)
    if cluster.certificate_authority:
        return _file(beside(path, cluster.certificate_authority), path)
    return b""


def _server(url: str, path: Path) -> str:
    if not url:
        raise KubeconfigError(path=path, why="the cluster has no server")
    whole = _checked_url(url if "://" in url else f"https://{url}", ("https", "http"), "server", path).rstrip("/")
    if any(mark in whole for mark in "?#@"):
        raise KubeconfigError(path=path, why=f'server may not hold a login, a query or a fragment: "{_without_login(whole)}"')
    return whole


def _proxy(url: str, path: Path) -> str:
    """aiohttp, the transport, speaks to HTTP proxies only."""
    return _checked_url(url, ("http", "https"), "proxy-url", path) if url else ""


def _checked_url(url: str, schemes: tuple[str, ...], what: str, path: Path) -> str:
    try:
        parts = urllib.parse.urlsplit(url)
        is_good = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0 and not any(c <= " " or c > "~" for c in url)
    except ValueError:
        is_good = False
    if not is_good:
        raise KubeconfigError(path=path, why=f'{what} is not a URL of {" or ".join(schemes)}: "{_without_login(url)}"')
    return url


def _without_login(url: str) -> str:
    return url.rpartition("@")[2]
