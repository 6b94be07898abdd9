"""Puts metrics-server behind the API server, as a cluster with `kubectl top` has it."""

import subprocess
from pathlib import Path

from lab.client import Client
from lab.errors import LabError

GROUP, VERSION = "metrics.k8s.io", "v1beta1"


def write_certificate(certificate: Path) -> None:
    """The certificate by which metrics-server knows the API server; it is its own authority."""
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650", "-subj", "/CN=front-proxy"]
    command += ["-addext", "extendedKeyUsage=clientAuth", "-keyout", str(certificate.with_suffix(".key"))]
    try:
        subprocess.run([*command, "-out", str(certificate)], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise LabError(f"no certificate for metrics-server: {error}", "Install openssl, or start without metrics.") from error


def register_metrics(client: Client, port: int) -> None:
    """Tell the API server where the metrics API is; figures come about half a minute later."""
    service = {"name": "metrics-server", "namespace": "kube-system"}
    client.apply(
        {
            # EndpointSlices refuse loopback addresses; a name is resolved by the API server itself.
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": dict(service),
            "spec": {"type": "ExternalName", "externalName": "localhost", "ports": [{"port": port}]},
        },
        {
            "apiVersion": "apiregistration.k8s.io/v1",
            "kind": "APIService",
            "metadata": {"name": f"{VERSION}.{GROUP}"},
            "spec": {
                "service": {**service, "port": port},
                "group": GROUP,
                "version": VERSION,
                "insecureSkipTLSVerify": True,
                "groupPriorityMinimum": 100,
                "versionPriority": 100,
            },
        },
    )
