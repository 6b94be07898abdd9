"""The TLS side of a connection: one context per cluster, keys never left on disk."""

from __future__ import annotations

import os
import ssl
import tempfile
from pathlib import Path

from arcops.base.errors import CredentialFailed, KubeconfigError
from arcops.source.connection import ClientCertificate, ClusterConnection


def ssl_context(connection: ClusterConnection, certificate: ClientCertificate | None = None, *, has_proxy: bool = False) -> ssl.SSLContext:
    """A client context that trusts the connection's authorities and presents ``certificate``.

    With neither TLS nor a proxy on the way nobody is trusted, so a redirect to TLS fails, and the system's authorities, which
    take 16 ms to read, are not read.

    Blocks for a moment (files, parsing): call it in a thread. Raises ``KubeconfigError`` for an authority and
    ``CredentialFailed`` for a certificate that cannot be used.
    """
    if connection.insecure_skip_tls_verify:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif connection.ca_pem:
        context = _trusting(connection)
    elif connection.server.startswith("http://") and not has_proxy:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        context = ssl.create_default_context()
    if certificate is not None:
        _present(context, certificate)
    return context


def _trusting(connection: ClusterConnection) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cadata=connection.ca_pem.decode("ascii", "replace"))
    except (ssl.SSLError, ValueError) as error:
        raise KubeconfigError(path=f"context {connection.context}", why=f"its certificate authority is not PEM ({error})") from error
    # Python 3.13 switched this flag on; cluster authorities made by older kubeadm and k3s lack what it asks for.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def _present(context: ssl.SSLContext, certificate: ClientCertificate) -> None:
    """OpenSSL reads certificates from files only, so there is one, mode 600, for the length of this call."""
    handle, path = tempfile.mkstemp(prefix="arcops-", suffix=".pem")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(certificate.certificate_pem.rstrip() + b"\n" + certificate.key_pem.strip() + b"\n")
        # An empty password turns OpenSSL's prompt on the terminal into an error.
        context.load_cert_chain(path, password="")
    except (ssl.SSLError, OSError) as error:
        raise CredentialFailed(why=f"the client certificate or its key cannot be used ({error})") from error
    finally:
        Path(path).unlink()
