"""A certificate that a kubelet asked for has not been approved, so it goes on without a valid one.

Found: a CertificateSigningRequest for a kubelet's serving or client certificate has been neither approved nor denied for 15 minutes, and it
is the newest of its node. Without a serving certificate `kubectl logs` and `exec`, and metrics-server, fail on that node with a TLS error;
without a client certificate the node cannot join, or drops out when its old one expires. Told once for each
node, since the first of its requests that nobody answered.

Quiet: for requests of other signers, for those that a newer request of the same node has replaced, and once it is approved, denied or
failed.

Do: check that the request comes from that node, then `kubectl certificate approve NAME`; let an approver do so for good
(kubelet-csr-approver, or the cloud's), or set `serverTLSBootstrap: false`.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.custom import CustomObject
from arcops.kube.refs import GroupKind
from arcops.kube.times import time_ms

_KIND = GroupKind("certificates.k8s.io", "CertificateSigningRequest")
_SERVING = "kubernetes.io/kubelet-serving"
_SUFFERS = {
    _SERVING: "kubectl logs and exec and metrics-server get a TLS error (remote error: tls: internal error) from it",
    "kubernetes.io/kube-apiserver-client-kubelet": "it cannot join the cluster, or drops out when its old certificate expires",
}
_NODE = "system:node:"


@rule(severity=Severity.WARNING, for_minutes=15)
def check(request: CustomObject, view: RuleView) -> Iterator[Hit]:
    """One hit for the newest request of a node."""
    if view.subject.group_kind != _KIND or not _is_pending(request):
        return
    alike = sorted((one for one in _requests(view) if _asked(one) == _asked(request)), key=_age)
    if alike and _age(alike[-1]) > _age(request):
        return
    settled = max((_age(one) for one in alike if not _is_pending(one)), default=("", ""))
    first = next((one for one in alike if _age(one) > settled), request)
    signer, user = _asked(request)
    who = f"node {user.removeprefix(_NODE)}" if user.startswith(_NODE) else user or "a node"
    use = "serving" if signer == _SERVING else "client"
    yield Hit(
        title=f"{view.subject} is pending: nobody has approved the kubelet's {use} certificate that {who} asks for, so {_SUFFERS[signer]}",
        evidence=(
            evidence.field(view.subject, "spec.signerName", signer),
            evidence.field(view.subject, "status.conditions", "", f"{view.subject} has no condition: neither approved nor denied"),
        ),
        next=(advice.look(view.subject), f"kubectl certificate approve {view.subject.name}  # if it comes from that node"),
        since_ms=time_ms(first.metadata.creation_timestamp),
    )


def _asked(request: CustomObject) -> tuple[str, str]:
    """The signer and who asks."""
    spec = request.spec
    return (spec.signer_name or "", spec.username or "") if spec else ("", "")


def _is_pending(request: CustomObject) -> bool:
    return _asked(request)[0] in _SUFFERS and not (request.status and request.status.conditions)


def _age(request: CustomObject) -> tuple[str, str]:
    return request.metadata.creation_timestamp or "", request.metadata.name


def _requests(view: RuleView) -> Iterator[CustomObject]:
    return (entry.obj for entry in view.list(_KIND) if isinstance(entry.obj, CustomObject))
