"""How to reach one cluster, in the words that the kubeconfig loader, the credentials and the live driver share.

A ``ClusterConnection`` belongs to one cluster and one account: nothing in it is global, so two of them in one process
never mix. What may change while we run is asked for each time: ``credentials`` before a request, ``current`` before a
new connection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ClientCertificate:
    """A client certificate and its key, as PEM. Two compare equal when they are the same, so a rotation is seen."""

    certificate_pem: bytes
    key_pem: bytes = field(repr=False)


class Credentials(Protocol):
    """Who we are to the cluster. Safe to use from many tasks at once; each refresh happens once for all of them."""

    async def headers(self) -> Mapping[str, str]:
        """Headers for the next request: ``Authorization``, or nothing where a client certificate says who we are.

        Renews first what is about to end (80 % of its life gone). Raises ``CredentialFailed``; never gives empty
        headers for an account that was meant to have a token.
        """

    async def renew(self, used: Mapping[str, str]) -> bool:
        """The server said 401 to a request with these headers: try to get newer ones.

        True when there is something new, so that one retry makes sense (also when another task has renewed meanwhile);
        False when the same would be sent again. Raises ``CredentialFailed``.
        """

    async def client_certificate(self) -> ClientCertificate | None:
        """The certificate to present on new connections, or None; compare with the last one to see a rotation.

        Files are read again, a plugin that gives certificates is asked. Raises ``CredentialFailed``.
        """


class ConnectionOrigin(Protocol):
    """Where a connection came from, if that may be rewritten under us (the kubeconfig of the Arc proxy)."""

    async def current(self, connection: ClusterConnection) -> ClusterConnection:
        """The connection as it should be now; the very same object when nothing changed."""


@dataclass(frozen=True, slots=True)
class ClusterConnection:
    """One cluster, one account. ``tls.ssl_context`` makes the TLS side of it."""

    server: str
    """URL without a slash at the end; may carry a path prefix (``https://proxy:47011/proxies/abc``)."""

    credentials: Credentials
    context: str = ""
    """Name of the kubeconfig context; ``in-cluster`` for a service account."""

    cluster: str = ""
    namespace: str = "default"
    """Default namespace of the context."""

    ca_pem: bytes = field(default=b"", repr=False)
    """Authorities to trust, as PEM; empty means the system's."""

    insecure_skip_tls_verify: bool = False
    tls_server_name: str = ""
    """Name to ask for and to check in the server's certificate in place of the URL's host; empty means the host."""

    proxy_url: str = ""
    """HTTP proxy for this cluster alone; empty means HTTPS_PROXY and NO_PROXY decide."""

    impersonation: tuple[tuple[str, str], ...] = ()
    """``Impersonate-*`` headers to send with every request; ``Impersonate-Group`` may come several times."""

    origin: ConnectionOrigin | None = field(default=None, repr=False, compare=False)

    async def current(self) -> ClusterConnection:
        """This connection, or its successor when the kubeconfig was rewritten with another server or authority.

        Costs a ``stat`` at most once a second: ask before every new list or watch and after every failure. The
        successor shares ``credentials``, so nothing is signed in twice. A kubeconfig that is unreadable for the moment
        (half written) leaves the connection as it is.
        """
        return await self.origin.current(self) if self.origin else self
