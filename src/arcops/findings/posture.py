"""What the rules about good habits share: whom they look at. They are info, have a page of their own and never alarm."""

from __future__ import annotations

from arcops.findings.callers import is_nobodys, spec_of
from arcops.findings.pods import is_over
from arcops.kube.objects.batch import CronJob, Job
from arcops.kube.objects.container import Container
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.workloads import DaemonSet, Deployment, StatefulSet

WORKLOADS = (Deployment, StatefulSet, DaemonSet, CronJob, Job, Pod)
"""Kinds that people write; those that another object manages are left out."""
SYSTEM = frozenset({"kube-system", "kube-public", "kube-node-lease"})
"""Namespaces of the cluster's own parts, which need what others should not have."""
_MOST_NAMED = 5


def is_peoples(obj: KubeObject) -> bool:
    """A workload that somebody wrote, outside the cluster's own namespaces."""
    if not is_nobodys(obj) or obj.metadata.namespace in SYSTEM or spec_of(obj) is None:
        return False
    return not (type(obj) is Pod and is_over(obj))


def containers_of(obj: KubeObject) -> tuple[Container, ...]:
    """Its ordinary containers."""
    spec = spec_of(obj)
    return (spec.containers if spec else None) or ()


def path_of(obj: KubeObject) -> str:
    """Where its pod spec is."""
    if isinstance(obj, Pod):
        return "spec"
    return "spec.jobTemplate.spec.template.spec" if isinstance(obj, CronJob) else "spec.template.spec"


def named(names: list[str]) -> str:
    """Some of the names, as a sentence bears them."""
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return f"{', '.join(names[:_MOST_NAMED])}{more}"
