"""A Deployment behind a Service has one replica: every restart of it is an outage.

Found: a Deployment that wants exactly one pod, which a Service selects.

Quiet: where an autoscaler sets the number, with the strategy Recreate, for pods with a claim (which often cannot be two), and in the
cluster's own namespaces.

Do: run two, if the program can.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.posture import is_peoples
from arcops.findings.traffic import selects
from arcops.findings.view import RuleView
from arcops.kube.objects.autoscaling import HorizontalPodAutoscaler
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.service import Service
from arcops.kube.objects.workloads import Deployment


def _is_single(obj: KubeObject) -> bool:
    if not isinstance(obj, Deployment) or obj.spec is None or obj.spec.replicas not in (None, 1) or not is_peoples(obj):
        return False
    spec = obj.spec.template.spec if obj.spec.template else None
    recreated = obj.spec.strategy is not None and obj.spec.strategy.type == "Recreate"
    return not recreated and not any(one.persistent_volume_claim for one in (spec.volumes if spec else None) or ())


@rule(Deployment, severity=Severity.INFO, gate=_is_single)
def check(deployment: Deployment, view: RuleView) -> Iterator[Hit]:
    """One hit that names a Service."""
    template = deployment.spec.template if deployment.spec else None
    labels = template.metadata.labels if template else None
    service = next((entry.ref for entry in view.list(Service.GROUP_KIND, view.subject.namespace) if _selects(entry.obj, labels)), None)
    if service is None or any(_scales(entry.obj, view) for entry in view.list(HorizontalPodAutoscaler.GROUP_KIND, view.subject.namespace)):
        return
    yield Hit(
        title=f"{view.subject} has one replica behind {service}",
        evidence=(evidence.field(view.subject, "spec.replicas", 1),),
        next=(advice.kubectl(view.subject, "scale", "--replicas=2"),),
    )


def _selects(obj: KubeObject, labels: dict[str, str] | None) -> bool:
    return isinstance(obj, Service) and selects(obj, labels or {})


def _scales(obj: KubeObject, view: RuleView) -> bool:
    target = obj.spec.scale_target_ref if isinstance(obj, HorizontalPodAutoscaler) and obj.spec else None
    return target is not None and target.ref_in(view.subject.namespace) == view.subject
