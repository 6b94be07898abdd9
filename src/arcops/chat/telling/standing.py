"""How an object stands in one sentence: ready counts, restarts, since when, and what stands out about it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import NamedTuple

from arcops.chat.answers._said import many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.selecting.scope import pods_of
from arcops.chat.selecting.wellness import of_pod, wellness_of
from arcops.chat.telling.fields import first_sentences
from arcops.chat.telling.page import Page
from arcops.chat.telling.words import dated, moment, stopped
from arcops.findings.pods import Box, boxes
from arcops.findings.replicas import replicas_of
from arcops.findings.schedule import schedule_of
from arcops.inventory.base import Entry
from arcops.kube.conditions import condition_of
from arcops.kube.objects.batch import CronJob, Job
from arcops.kube.objects.custom import CustomObject
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Service
from arcops.kube.objects.storage import PersistentVolumeClaim
from arcops.kube.podstate import pod_state
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.times import time_ms

_NODE = GroupKind("", "Node")
_NOWHERE = ObjectRef("", "", "", "")
_MOST_PODS = 500
"""Pods of one object that are counted; what a namespace or a large node has is counted elsewhere."""
_SINCE = ("Ready", "Available", "Complete", "Failed", "Progressing")
_EXISTS = "it exists"
"""What stands where a kind has no word for its state; a few fields tell more."""
_MOST_FIELDS = 3
_DONE = ("Completed", "Succeeded")


class Standing(NamedTuple):
    """``text`` is the sentence without its full stop; ``marks`` what stands out, each a sentence."""

    entry: Entry
    text: str
    is_well: bool
    restarts: int
    marks: tuple[str, ...]


def standing_of(asked: Asked, entry: Entry) -> Standing:
    """How an object stands at the moment asked about."""
    zone = asked.reading.zone
    obj = entry.obj
    if isinstance(obj, Pod):
        return _of_pod(entry, obj, asked.at_ms, zone)
    pods = [one for one in pods_of(entry.ref, asked.inventory) if isinstance(one.obj, Pod)][:_MOST_PODS] if _has_pods(entry) else []
    restarts = sum(pod_state(one.obj).restarts for one in pods if isinstance(one.obj, Pod))
    parts = [*_own_parts(obj, asked.at_ms, zone), *_pod_parts(entry, pods, restarts), *_since(obj, asked.at_ms, zone)]
    if parts[:1] == [_EXISTS]:
        parts[1:1] = [sentence.removeprefix(f"{entry.ref}: ") for sentence in first_sentences(entry, _MOST_FIELDS)[0]]
    marks = [mark for one in pods for mark in _pod_marks(one, asked.at_ms, zone)]
    well = wellness_of(entry)
    is_well = well.is_well and not (isinstance(obj, Service) and pods and not any(_is_ready(one) for one in pods))
    return Standing(entry, f"{entry.ref}: {', '.join(parts)}", is_well, restarts, tuple(dict.fromkeys(marks)))


def tell_standing(page: Page, standing: Standing, *, rank: int = 0, item: bool = False) -> str:
    """Say how it stands."""
    return page.tell(FactType.FIELD, stopped(standing.text), ref=standing.entry.ref, path="status", rank=rank, item=item)


def _has_pods(entry: Entry) -> bool:
    if entry.ref.group_kind == _NODE or isinstance(entry.obj, Service | PersistentVolumeClaim | Job | CronJob):
        return True
    return replicas_of(entry.obj) is not None


def _of_pod(entry: Entry, pod: Pod, now_ms: int, zone: tzinfo) -> Standing:
    state, well = pod_state(pod), of_pod(pod)
    parts = [well.word, f"{state.ready} of {state.total} containers ready", many(state.restarts, "restart")]
    if pod.spec and pod.spec.node_name:
        parts.append(f"on node {pod.spec.node_name}")
    parts += _since(pod, now_ms, zone)
    return Standing(entry, f"{entry.ref}: {', '.join(parts)}", well.is_well, state.restarts, tuple(_pod_marks(entry, now_ms, zone)))


def _own_parts(obj: KubeObject, now_ms: int, zone: tzinfo) -> Iterator[str]:
    counts = replicas_of(obj)
    if counts is not None:
        yield "scaled to 0" if not counts.wanted and not counts.made else f"{counts.ready} of {counts.wanted} replicas ready"
    elif isinstance(obj, Job):
        status = obj.status
        done = (status.succeeded or 0, status.failed or 0, status.active or 0) if status else (0, 0, 0)
        yield "{} succeeded, {} failed, {} active".format(*done)
    elif isinstance(obj, CronJob):
        yield from _cron_parts(obj, now_ms, zone)
    elif isinstance(obj, Service):
        yield (obj.spec.type if obj.spec else None) or "ClusterIP"
        if obj.spec and not obj.spec.selector and not obj.spec.external_name:
            yield "without a selector, so that no pods of its own stand behind it and whoever made it sets its endpoints"
    else:
        word = wellness_of(Entry(_NOWHERE, obj)).word
        yield word or _EXISTS
        ends = time_ms(obj.status.not_after) if isinstance(obj, CustomObject) and obj.status else None
        if ends is not None:
            yield f"valid until {moment(ends, zone)}"


def _cron_parts(obj: CronJob, now_ms: int, zone: tzinfo) -> Iterator[str]:
    spec, status = obj.spec, obj.status
    yield f"schedule {spec.schedule}" if spec else "no schedule"
    if spec and spec.suspend:
        yield "suspended"
    schedule = schedule_of(spec.schedule, spec.time_zone or "") if spec and not spec.suspend else None
    following = next(schedule.after(now_ms), None) if schedule is not None else None
    if following is not None:
        yield f"next run {moment(following, zone)}"
    for word, text in (("last run", status.last_schedule_time), ("last success", status.last_successful_time)) if status else ():
        ms = time_ms(text)
        yield f"{word} {dated(ms, now_ms, zone)}" if ms is not None else f"no {word} known"


def _pod_parts(entry: Entry, pods: Sequence[Entry], restarts: int) -> Iterator[str]:
    if not pods:
        if isinstance(entry.obj, Service) and entry.obj.spec and entry.obj.spec.selector:
            yield "no pod matches its selector"
        return
    if replicas_of(entry.obj) is not None:
        yield f"{many(restarts, 'restart')} in {many(len(pods), 'pod')}"
        return
    ready = sum(_is_ready(one) for one in pods)
    yield f"{ready} of its {many(len(pods), 'pod')} ready"
    if not isinstance(entry.obj, Service):
        yield many(restarts, "restart")


def _is_ready(entry: Entry) -> bool:
    return isinstance(entry.obj, Pod) and of_pod(entry.obj).word == "Running"


def _since(obj: KubeObject, now_ms: int, zone: tzinfo) -> Iterator[str]:
    """Since when its main condition is as it is, else when it was made."""
    conditions = getattr(getattr(obj, "status", None), "conditions", None)
    for type_ in _SINCE:
        found = condition_of(conditions, type_)
        ms = time_ms(found.last_transition_time) if found is not None else None
        if found is not None and ms is not None:
            yield f"{type_} is {found.status} since {dated(ms, now_ms, zone)}"
            return
    ms = time_ms(obj.metadata.creation_timestamp)
    if ms is not None:
        yield f"made {dated(ms, now_ms, zone)}"


def _pod_marks(entry: Entry, now_ms: int, zone: tzinfo) -> Iterator[str]:
    """What stands out about a pod: containers that wait, are not ready, or ended badly."""
    pod = entry.obj
    if not isinstance(pod, Pod):
        return
    going_ms = time_ms(pod.metadata.deletion_timestamp)
    if going_ms is not None:
        yield _going(entry, pod, going_ms, now_ms, zone)
    if pod.status and pod.status.reason:
        yield f"{entry.ref}: {pod.status.reason}: {pod.status.message or 'no message'}"
    scheduled = condition_of(pod.status.conditions if pod.status else None, "PodScheduled")
    if scheduled is not None and scheduled.status == "False":
        yield f"{entry.ref} is not scheduled: {scheduled.reason or 'no reason'}: {scheduled.message or 'no message'}"
    is_done = of_pod(pod).word in _DONE
    for box in boxes(pod):
        yield from (f"{entry.ref}: container {box.name} {mark}" for mark in _box_marks(box, now_ms, zone, is_done=is_done))


def _going(entry: Entry, pod: Pod, going_ms: int, now_ms: int, zone: tzinfo) -> str:
    """That a pod is being deleted: the API writes the time when its grace ends."""
    grace_s = pod.metadata.deletion_grace_period_seconds
    if going_ms > now_ms:
        return f"{entry.ref} is Terminating: it may take until {moment(going_ms, zone)}, the end of its grace of {grace_s or 0} s"
    return f"{entry.ref} is Terminating; its grace ended {dated(going_ms, now_ms, zone)}"


def _box_marks(box: Box, now_ms: int, zone: tzinfo, *, is_done: bool) -> Iterator[str]:
    if box.waiting:
        yield f"waits: {box.waiting}{f': {box.waiting_message}' if box.waiting_message else ''}"
    elif not box.is_init and not box.ready and not is_done and box.running_since_ms is not None:
        yield f"runs since {dated(box.running_since_ms, now_ms, zone)} and is not ready"
    end = box.last_end
    if end is not None and (end.exit_code or end.reason not in (None, "Completed")):
        finished_ms = time_ms(end.finished_at)
        when = f" at {dated(finished_ms, now_ms, zone)}" if finished_ms is not None else ""
        yield f"ended last with exit code {end.exit_code} ({end.reason or 'no reason given'}){when}, {many(box.restarts, 'restart')}"
