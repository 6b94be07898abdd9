"""Plain features of objects that a question names in a word: headless, expandable, at its maximum, rolled out."""

from __future__ import annotations

from collections.abc import Collection

from arcops.chat.selecting.check import Holds
from arcops.findings.replicas import replicas_of
from arcops.inventory.base import Entry
from arcops.kube.objects.autoscaling import HorizontalPodAutoscaler
from arcops.kube.objects.batch import CronJob, Job
from arcops.kube.objects.policy import PodDisruptionBudget
from arcops.kube.objects.service import Service
from arcops.kube.objects.storage import PersistentVolume, StorageClass

Feature = tuple[str, Collection[str], str, Holds]
"""The words for it, the kinds that may have it, the end of a sentence that says it, and whether an object has it."""


def _is_headless(entry: Entry) -> bool:
    return isinstance(entry.obj, Service) and bool(entry.obj.spec and entry.obj.spec.cluster_ip == "None")


def _is_external_name(entry: Entry) -> bool:
    return isinstance(entry.obj, Service) and bool(entry.obj.spec and entry.obj.spec.type == "ExternalName")


def _is_updated(entry: Entry) -> bool:
    counts = replicas_of(entry.obj)
    return counts is not None and counts.updated >= counts.wanted


def _is_active(entry: Entry) -> bool:
    """A Job of which pods run, a CronJob of which a Job runs."""
    status = entry.obj.status if isinstance(entry.obj, Job | CronJob) else None
    return bool(status and status.active)


def _is_at_most(entry: Entry) -> bool:
    spec, status = (entry.obj.spec, entry.obj.status) if isinstance(entry.obj, HorizontalPodAutoscaler) else (None, None)
    return bool(spec and status and spec.max_replicas and (status.current_replicas or 0) >= spec.max_replicas)


def _is_rolled_out(entry: Entry) -> bool:
    counts = replicas_of(entry.obj)
    return counts is not None and counts.updated >= counts.wanted and counts.ready >= counts.wanted


def _has_pods(entry: Entry) -> bool:
    counts = replicas_of(entry.obj)
    return counts is not None and counts.made > 0


def _is_expandable(entry: Entry) -> bool:
    return isinstance(entry.obj, StorageClass) and bool(entry.obj.allow_volume_expansion)


def _is_retained(entry: Entry) -> bool:
    obj = entry.obj
    if isinstance(obj, StorageClass):
        return obj.reclaim_policy == "Retain"
    return isinstance(obj, PersistentVolume) and bool(obj.spec and obj.spec.persistent_volume_reclaim_policy == "Retain")


def allows(entry: Entry) -> bool:
    """Whether a budget lets a pod go now."""
    status = entry.obj.status if isinstance(entry.obj, PodDisruptionBudget) else None
    return bool(status and status.disruptions_allowed)


FEATURES: tuple[Feature, ...] = (
    (r"\bexternal ?name\b", ("Service",), "{are} of type ExternalName", _is_external_name),
    (r"\b(?:all|fully|every|each|completely)\b.*\bupdated\b|\bup[- ]to[- ]date\b", ("Deployment", "StatefulSet", "DaemonSet"),
     "{have} every pod updated", _is_updated),
    (r"\bheadless\b", ("Service",), "{are} headless", _is_headless),
    (r"\bactive\b|\bin progress\b|\b(?:still|now|currently) running\b|\brunning (?:right )?now\b", ("Job", "CronJob"),
     "{have} a run in progress", _is_active),
    (r"\bmaxed(?: out)?\b|\bat (?:its|the|their)? ?max\w*\b", ("HorizontalPodAutoscaler",), "{are} at the maximum", _is_at_most),
    (r"\b(?:rolled|roll|rolling) out\b|\brollout (?:\w+ ){0,4}?(?:done|complete\w*|finished|through|over)\b",
     ("Deployment", "StatefulSet", "DaemonSet"), "{are} rolled out to all pods", _is_rolled_out),
    (r"\b(?:have|has|got) (?:any |at least one )(?:more )?pods?(?: at all)?\W*$", ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"),
     "{have} pods", _has_pods),
    (r"\bexpand\w*\b|\bexpansion\b|\bresiz\w+\b|\bgrow\w*\b|\benlarge\w*\b", ("StorageClass",), "allow{s} volumes to grow", _is_expandable),
    (r"\bretain\w*\b|\bkept\b|\bkeeps?\b|\bsurvives?\b", ("StorageClass", "PersistentVolume"), "{have} the reclaim policy Retain",
     _is_retained),
    (r"\b(?:allow|permit|let|tolerate)(?:s|ed|ing)?\b(?! no\b| zero\b| 0\b).*\b(?:disruptions?|evict\w*|drain\w*|pods?)\b",
     ("PodDisruptionBudget",), "allow{s} a disruption", allows),
)  # fmt: skip
