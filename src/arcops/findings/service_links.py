"""The Service whose variable, which Kubernetes sets in every pod of its namespace (service links), a program takes for a setting."""

from __future__ import annotations

from arcops.findings.text.families import Family
from arcops.findings.text.lines import Reading
from arcops.findings.view import RuleView
from arcops.kube.objects.service import Service

_SCHEME = "tcp://"


def linked_service(view: RuleView, reading: Reading | None) -> str:
    """``REDIS_PORT is set by Service shop/redis``; "" where no such variable is read, or no Service has its address."""
    if reading is None or reading.family is not Family.SERVICE_LINK or not view.sees(Service.GROUP_KIND):
        return ""
    address = reading.about.removeprefix(_SCHEME).partition(":")[0]
    for entry in view.list(Service.GROUP_KIND, view.subject.namespace):
        if isinstance(entry.obj, Service) and entry.obj.spec and entry.obj.spec.cluster_ip == address:
            variable = f"{entry.ref.name.upper().replace('-', '_')}_PORT"
            return f"Kubernetes sets {variable}={reading.about} in every pod of the namespace because {entry.ref} is there"
    return ""
