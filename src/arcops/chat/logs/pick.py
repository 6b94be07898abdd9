"""Which pod and which containers a question about logs means: the one in trouble first, and why it was chosen."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from arcops.chat.asked import Asked
from arcops.chat.selecting.retried import job_made_good
from arcops.chat.selecting.scope import POD, pods_of
from arcops.chat.selecting.wellness import wellness_of
from arcops.findings.base import EvidenceType
from arcops.findings.pods import Box, boxes, is_unwell
from arcops.inventory.base import Entry
from arcops.kube.objects.batch import Job
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.workloads import DaemonSet, Deployment, StatefulSet
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms
from arcops.queries.logs import container_names, troubled_container

_MOST_CONTAINERS = 3
_MAKERS = (Deployment.GROUP_KIND, StatefulSet.GROUP_KIND, DaemonSet.GROUP_KIND, Job.GROUP_KIND)
_COMMON = frozenset(("logs", "log", "pod", "pods", "error", "errors", "container", "events"))


class Picked(NamedTuple):
    """A pod and the containers to read; ``others`` is how many further pods the object has, ``owner`` the object."""

    ref: ObjectRef
    pod: Pod
    containers: tuple[str, ...]
    others: int
    owner: ObjectRef


def picks(asked: Asked, most: int = 2) -> list[Picked]:
    """For each object of the question one pod; without objects the pods of the scope that are not well."""
    found = [one for ref in asked.reading.objects or _named_by_words(asked) if (one := pick(asked, ref)) is not None]
    if found or asked.reading.objects or asked.reading.gone:
        return found[:most]
    unwell = [
        entry
        for entry in asked.inventory.list(POD, asked.reading.namespace or None)
        if is_unwell(entry.obj) and not wellness_of(entry).is_well
    ]
    unwell.sort(key=_trouble)
    found = [picked for entry in unwell[:most] if (picked := _picked(asked, entry, 0, entry.ref)) is not None]
    others = [one for ref in _complaining(asked)[:most] if (one := pick(asked, ref)) is not None]
    return [*found, *(one for one in others if one.ref not in {each.ref for each in found})]


def _complaining(asked: Asked) -> list[ObjectRef]:
    """The pods of the scope whose lines a finding rests on, though they are well."""
    findings = asked.current.report.findings if asked.current else ()
    refs = (one.ref for finding in findings if finding.is_problem for one in finding.evidence if one.type is EvidenceType.LOG)
    return list(dict.fromkeys(ref for ref in refs if ref.group_kind == POD and asked.reading.namespace in ("", ref.namespace)))


def _named_by_words(asked: Asked) -> tuple[ObjectRef, ...]:
    """What a word names in full that was not taken for a name, as ``search``."""
    words = {word.lower() for word in asked.reading.words} | set(re.findall(r"[a-z0-9][a-z0-9.\-]+", asked.reading.question.lower()))
    for kind in (*_MAKERS, POD):
        for entry in asked.inventory.list(kind, asked.reading.namespace or None):
            if entry.ref.name in words and entry.ref.name not in _COMMON:
                return (entry.ref,)
    return _by_container(asked)


def _by_container(asked: Asked) -> tuple[ObjectRef, ...]:
    """The pod of a container that is named, also in words apart: ``the config reloader``."""
    words = re.findall(r"[a-z0-9][a-z0-9\-]+", asked.reading.question.lower())
    wanted = {f"{one}-{two}" for one, two in pairwise(words)} | {word for word in words if "-" in word}
    for entry in asked.inventory.list(POD, asked.reading.namespace or None) if wanted else ():
        spec = entry.obj.spec if isinstance(entry.obj, Pod) else None
        if any(one.name in wanted for one in (spec.containers if spec else None) or ()):
            return (entry.ref,)
    return ()


def of_container(asked: Asked) -> Asked:
    """The question as one of the pod whose container has the name that no object has; the one in trouble first."""
    reading = asked.reading
    if reading.objects or reading.gone or not reading.unknown:
        return asked
    having = [
        (entry, name)
        for entry in asked.inventory.list(POD, reading.namespace or None)
        if isinstance(entry.obj, Pod)
        for name in container_names(entry.obj)
        if name in reading.unknown
    ]
    if not having:
        return asked
    entry, name = min(having, key=lambda one: _trouble(one[0]))
    return replace(asked, reading=replace(reading, objects=(entry.ref,), unknown=(), container=name))


def pick(asked: Asked, ref: ObjectRef) -> Picked | None:
    """The pod of an object whose lines tell most, a failure that its Job made up for last; None where it has none."""
    pods = sorted(pods_of(ref, asked.inventory), key=_trouble)
    if ref.group_kind != POD:
        pods.sort(key=lambda one: job_made_good(one, asked.inventory) is not None)
    return _picked(asked, pods[0], len(pods) - 1, ref) if pods else None


def _trouble(entry: Entry) -> tuple[int, int, int, ObjectRef]:
    """The unwell first, of these the most restarted, then the newest."""
    state = wellness_of(entry)
    return state.rank, -state.restarts, -(time_ms(entry.obj.metadata.creation_timestamp) or 0), entry.ref


def _picked(asked: Asked, entry: Entry, others: int, owner: ObjectRef) -> Picked | None:
    pod = entry.obj
    if not isinstance(pod, Pod):
        return None
    names = container_names(pod)
    asked_for = asked.reading.container
    if asked_for in names:
        return Picked(entry.ref, pod, (asked_for,), others, owner)
    troubled = troubled_container(pod)
    ordinary = tuple(one.name for one in (pod.spec.containers if pod.spec else None) or ())
    chosen = (troubled,) if troubled else (ordinary or tuple(names))[:_MOST_CONTAINERS]
    return Picked(entry.ref, pod, chosen, others, owner)


def box_of(pod: Pod, container: str) -> Box | None:
    """The container with its status."""
    return next((box for box in boxes(pod) if box.name == container), None)
