"""What a kubeconfig's user entry means: who signs in, how, and in whose name requests are made.

Never anonymous by accident: an entry that asks for a credential gives it or an error, and an entry that asks for none is
an error too unless the operator allowed it.
"""

from __future__ import annotations

import base64
import os
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from arcops.base.clock import Clock
from arcops.base.errors import CredentialFailed, KubeconfigError
from arcops.source.connection import ClientCertificate, Credentials
from arcops.source.credentials import Account, Anonymous, CertificateFiles, FixedCertificate, FixedHeaders, PluginCredentials, TokenFile
from arcops.source.exec_plugin import API_VERSIONS, ExecPlugin, is_header_safe
from arcops.source.kubeconfig_file import ClusterEntry, ExecEntry, UserEntry, beside, decoded

_CLUSTER_CONFIG = "client.authentication.k8s.io/exec"
_HEADER_CHARACTERS = frozenset("!#$&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz")


def credentials_of(
    user: UserEntry, path: Path, name: str, plugin_cluster: dict[str, Any], clock: Clock, *, allow_anonymous: bool
) -> Credentials:
    """The credentials of the entry ``name`` of the file ``path``; raises ``KubeconfigError`` or ``CredentialFailed``."""
    parts = [part for part in (_token(user, path, name, plugin_cluster, clock), _certificate(user, path, name)) if part is not None]
    if len(parts) == 1:
        return parts[0]
    if parts:
        return Account(parts)
    if allow_anonymous:
        return Anonymous()
    raise CredentialFailed(why=f'the user "{name}" in {path} has no token, certificate, password or plugin', hint=_ANONYMOUS_HINT)


_ANONYMOUS_HINT = "arcops does not speak to a cluster anonymously unless told to; give the user a credential, or allow anonymous access."


def _token(user: UserEntry, path: Path, name: str, plugin_cluster: dict[str, Any], clock: Clock) -> Credentials | None:
    if user.auth_provider is not None:
        hint = "Kubernetes has dropped auth-provider; use an exec plugin (kubelogin for Entra, gke-gcloud-auth-plugin for GKE)."
        raise CredentialFailed(why=f'the user "{name}" in {path} signs in by auth-provider "{user.auth_provider.name}"', hint=hint)
    if user.token_file:
        return TokenFile(beside(path, user.token_file), clock)
    if user.token is not None:
        token = user.token.strip()
        if not token or not is_header_safe(token):
            raise CredentialFailed(
                why=f'the token of user "{name}" in {path} {"has characters no header can carry" if token else "is empty"}'
            )
        return FixedHeaders.token(token)
    if user.exec is not None:
        return PluginCredentials(_plugin(user.exec, path, name, plugin_cluster), clock)
    if user.username is not None or user.password is not None:
        return FixedHeaders.password(user.username or "", user.password or "")
    return None


def _plugin(entry: ExecEntry, path: Path, name: str, cluster: dict[str, Any]) -> ExecPlugin:
    """The plugin of an entry; ``interactiveMode: Always`` cannot be had by a service without a terminal."""
    version = entry.api_version or ""
    if version not in API_VERSIONS:
        why = f'the plugin of user "{name}" in {path} speaks "{version}"; known are {" and ".join(API_VERSIONS)}'
        raise CredentialFailed(why=why, hint="Update the plugin and write the kubeconfig anew.")
    if not entry.command:
        raise CredentialFailed(why=f'the plugin of user "{name}" in {path} has no command')
    if entry.interactive_mode == "Always":
        raise CredentialFailed(
            why=f'the plugin of user "{name}" in {path} wants a terminal (interactiveMode: Always)',
            hint="arcops has no terminal to offer; choose a sign-in that needs none (for kubelogin: azurecli, msi or workloadidentity).",
        )
    command = str(beside(path, entry.command)) if os.sep in entry.command or "/" in entry.command else entry.command
    return ExecPlugin(
        command=command,
        args=tuple(entry.args or ()),
        env={variable.name: variable.value or "" for variable in entry.env or ()},
        api_version=version,
        install_hint=entry.install_hint or "",
        cluster=cluster if entry.provide_cluster_info else None,
    )


def plugin_cluster(cluster: ClusterEntry, ca_pem: bytes) -> dict[str, Any]:
    """What a plugin with ``provideClusterInfo`` is told of the cluster."""
    extensions = {entry.name: entry.extension for entry in cluster.extensions or ()}
    told: dict[str, Any] = {
        "server": cluster.server,
        "tls-server-name": cluster.tls_server_name,
        "insecure-skip-tls-verify": cluster.insecure_skip_tls_verify,
        "certificate-authority-data": base64.b64encode(ca_pem).decode() if ca_pem else None,
        "proxy-url": cluster.proxy_url,
        "config": extensions.get(_CLUSTER_CONFIG),
    }
    return {key: value for key, value in told.items() if value is not None}


def _certificate(user: UserEntry, path: Path, name: str) -> Credentials | None:
    certificate = _half(user.client_certificate_data, user.client_certificate, "client-certificate-data", path)
    key = _half(user.client_key_data, user.client_key, "client-key-data", path)
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        missing = "client certificate" if certificate is None else "client key"
        raise CredentialFailed(why=f'the user "{name}" in {path} has no {missing} to go with the other half')
    if isinstance(certificate, bytes) and isinstance(key, bytes):
        return FixedCertificate(ClientCertificate(certificate, key))
    return CertificateFiles(certificate, key)


def _half(data: str | None, file: str | None, what: str, path: Path) -> Path | bytes | None:
    if data:
        return decoded(data, what, path)
    return beside(path, file) if file else None


def impersonation_of(user: UserEntry, path: Path, name: str) -> tuple[tuple[str, str], ...]:
    """The ``Impersonate-*`` headers an entry asks for, or an error: an operator who limits us by ``as`` must be obeyed."""
    headers = tuple(_impersonation(user))
    if headers and not user.impersonate:
        raise KubeconfigError(path=path, why=f'the user "{name}" has as-uid, as-groups or as-user-extra without as')
    for header, value in headers:
        if not value or not all(" " <= character <= "~" for character in value) or value != value.strip():
            raise KubeconfigError(path=path, why=f'{header} of user "{name}" cannot stand in a header')
    return headers


def _impersonation(user: UserEntry) -> Iterator[tuple[str, str]]:
    if user.impersonate:
        yield "Impersonate-User", user.impersonate
    if user.impersonate_uid:
        yield "Impersonate-Uid", user.impersonate_uid
    for group in user.impersonate_groups or ():
        yield "Impersonate-Group", group
    for key, values in (user.impersonate_extra or {}).items():
        for value in values or ():
            yield f"Impersonate-Extra-{_header_key(key)}", value


def _header_key(key: str) -> str:
    """An extra key as the API server wants it: lower case, everything that no header name may hold percent-encoded."""
    return "".join(character if character in _HEADER_CHARACTERS else urllib.parse.quote(character, safe="") for character in key.lower())
