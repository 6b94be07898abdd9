"""Workloads as callers: what they are told to call, and whether their logs say that it fails."""

from __future__ import annotations

from arcops.findings.addresses import Address, addresses_of
from arcops.findings.pods import is_over
from arcops.findings.text.families import SIGNS, Family
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import template_of
from arcops.kube.objects.batch import Job
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod, PodSpec
from arcops.kube.objects.workloads import DaemonSet, Deployment, StatefulSet
from arcops.kube.owners import controller_of
from arcops.kube.selectors import EVERYTHING, Selector, selector_of

CALLERS = (Deployment, StatefulSet, DaemonSet, Pod, Job)
"""Kinds whose settings are looked at; pods and Jobs only where nobody manages them."""
UNREACHED = frozenset({Family.NO_SUCH_HOST, Family.REFUSED, Family.TIMEOUT})
"""What a program says of a host that it cannot reach."""
_MOST_PODS = 3
_LAST_LINES = 2000
_LONGEST = 300


def is_caller(obj: KubeObject) -> bool:
    """A workload, or a pod or Job of nobody's, whose containers are given settings."""
    spec = spec_of(obj) if is_nobodys(obj) else None
    if spec is None or (type(obj) is Pod and is_over(obj)):
        return False
    return any(one.env or one.env_from or one.args or one.command for one in spec.containers or ()) or any(
        volume.config_map for volume in spec.volumes or ()
    )


def is_nobodys(obj: KubeObject) -> bool:
    """Whether no other object manages it. A gate: rules that share it leave all the other pods out together."""
    return not obj.metadata.owner_references or controller_of(obj) is None


def spec_of(obj: KubeObject) -> PodSpec | None:
    """The pod spec of a pod or of a workload's template."""
    if isinstance(obj, Pod):
        return obj.spec
    template = template_of(obj)
    return template.spec if template else None


def calls_of(view: RuleView) -> list[Address]:
    """The Services that the subject is told to call, each once; found out once for all rules."""
    return view.fact(_calls, view.subject)


def _calls(view: RuleView) -> list[Address]:
    entry = view.get(view.subject)
    return addresses_of(spec_of(entry.obj), view) if entry is not None else []


def pods_of(obj: KubeObject, view: RuleView) -> list[Entry]:
    """The living pods of a caller."""
    if isinstance(obj, Pod):
        entry = view.get(view.subject)
        return [entry] if entry is not None else []
    selector = _selector(obj)
    if selector == EVERYTHING:
        return []
    found = view.select(Pod.GROUP_KIND, view.subject.namespace, selector)
    return [entry for entry in found if isinstance(entry.obj, Pod) and not is_over(entry.obj)]


def _selector(obj: KubeObject) -> Selector:
    if not isinstance(obj, Deployment | StatefulSet | DaemonSet | Job):
        return EVERYTHING
    return selector_of(obj.spec.selector) if obj.spec and obj.spec.selector else EVERYTHING


def complaint(pods: list[Entry], view: RuleView, host: str, families: frozenset[Family] = UNREACHED) -> tuple[Entry, str, str] | None:
    """The pod, container and last line that say that a host is not found, refuses or does not answer; None if none does."""
    for entry in pods[:_MOST_PODS]:
        spec = entry.obj.spec if isinstance(entry.obj, Pod) else None
        for container in (spec.containers if spec else None) or ():
            line = _line(view.log(entry.ref, container.name), host, families)
            line = line or _line(view.log(entry.ref, container.name, previous=True), host, families)
            if line:
                return entry, container.name, line
    return None


def _line(log: str, host: str, families: frozenset[Family]) -> str:
    if host not in log:
        return ""
    signs = [one for one in SIGNS if one.family in families]
    for line in reversed(log.splitlines()[-_LAST_LINES:]):
        if host in line and any(one.words.search(line) for one in signs):
            return line.strip()[:_LONGEST]
    return ""
