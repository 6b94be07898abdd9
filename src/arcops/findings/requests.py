"""Which containers of a workload request nothing of a resource, so that shares of the request mean nothing."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings.pods import is_over
from arcops.findings.view import RuleView
from arcops.inventory.podspecs import template_of
from arcops.kube.objects.pod import Pod, PodSpec
from arcops.kube.objects.workloads import Deployment, ReplicaSet, ReplicationController, StatefulSet
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import Selector, selector_of, selector_of_labels


def lacking_requests(view: RuleView, workload: ObjectRef, resource: str) -> list[str]:
    """Names of containers without a request (or a limit, which stands for one); empty where all have it or it cannot be told.

    The pods are asked where there are any, for a LimitRange may have given them what the template leaves out.
    """
    if not view.sees(workload.group_kind):
        return []
    entry = view.get(workload)
    if entry is None:
        return []
    selector = _selector(entry.obj)
    found = view.select(Pod.GROUP_KIND, workload.namespace, selector) if selector and view.sees(Pod.GROUP_KIND) else ()
    pods = [one.obj for one in found if isinstance(one.obj, Pod) and not is_over(one.obj)]
    template = template_of(entry.obj)
    specs = [pod.spec for pod in pods if pod.spec] or ([template.spec] if template and template.spec else [])
    return sorted({name for spec in specs for name in _lacking(spec, resource)})


def _selector(obj: object) -> Selector | None:
    if isinstance(obj, Deployment | StatefulSet | ReplicaSet) and obj.spec:
        return selector_of(obj.spec.selector)
    return selector_of_labels(obj.spec.selector) if isinstance(obj, ReplicationController) and obj.spec else None


def _lacking(spec: PodSpec, resource: str) -> Iterator[str]:
    for container in spec.containers or ():
        asked = container.resources
        if asked is None or resource not in {**(asked.requests or {}), **(asked.limits or {})}:
            yield container.name
