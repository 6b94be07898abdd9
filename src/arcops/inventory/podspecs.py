"""The pod spec an object carries: a pod's own, or that of the template it makes pods from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from arcops.inventory.base import Entry
from arcops.kube.objects.batch import CronJob, Job
from arcops.kube.objects.container import Container
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod, PodSpec, PodTemplate
from arcops.kube.objects.workloads import DaemonSet, Deployment, ReplicaSet, ReplicationController, StatefulSet
from arcops.kube.owners import controller_of


class SpecAt(NamedTuple):
    """A pod spec and the path of the field that holds it."""

    spec: PodSpec
    path: str


def template_of(obj: KubeObject) -> PodTemplate | None:
    """The template of a workload, or None for any other kind."""
    if isinstance(obj, Deployment | ReplicaSet | StatefulSet | DaemonSet | ReplicationController | Job):
        return obj.spec.template if obj.spec else None
    if isinstance(obj, CronJob) and obj.spec and obj.spec.job_template and obj.spec.job_template.spec:
        return obj.spec.job_template.spec.template
    return None


def spec_of(obj: KubeObject) -> SpecAt | None:
    """The pod spec of a pod or workload, or None."""
    if isinstance(obj, Pod):
        return SpecAt(obj.spec, "spec") if obj.spec else None
    template = template_of(obj)
    if template is None or template.spec is None:
        return None
    return SpecAt(template.spec, "spec.jobTemplate.spec.template.spec" if isinstance(obj, CronJob) else "spec.template.spec")


def own_spec_of(entry: Entry) -> SpecAt | None:
    """The same, but None for a ReplicaSet or Job that another workload made: its maker's template already says it."""
    obj = entry.obj
    if isinstance(obj, ReplicaSet | Job) and controller_of(obj) is not None:
        return None
    return spec_of(obj)


def containers_of(at: SpecAt) -> Iterator[tuple[Container, str]]:
    """Every container, init containers first, with its path."""
    for name, containers in (("initContainers", at.spec.init_containers), ("containers", at.spec.containers)):
        for position, container in enumerate(containers or ()):
            yield container, f"{at.path}.{name}[{position}]"
