"""Looks for the change that a fault began with: the nearest in the graph first, then the nearest in time (diagnosis.md §4.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import cast

from msgspec.structs import replace

from arcops.findings import advice, evidence
from arcops.findings.base import Finding, State
from arcops.findings.past import Asked, FieldChange, Recall, Wish
from arcops.findings.speaker import WORKLOADS, speaker_of
from arcops.inventory.base import Entry, Reader
from arcops.inventory.links.base import registry
from arcops.kube.objects.config import ConfigMap, Secret
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Service
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import selector_of_labels

WINDOW_MS = 3_600_000
"""A change longer ago than this is not called the cause."""
SLACK_MS = 90_000
"""A symptom may be dated before the observation that showed the change: both happened between two looks."""
_CARRIERS = ("env", "mounts")
_CONFIG = frozenset({ConfigMap.GROUP_KIND, Secret.GROUP_KIND})
_NAME = r"([a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[-a-z0-9]+)*)"
_HOST = re.compile(rf"{_NAME}:\d{{2,5}}\b|(?:lookup|host|hostname|resolve|connect to) [\"']?{_NAME}")
"""Names of hosts in a sentence: with a port, or behind a word that says so."""
_RESTART = "kubectl.kubernetes.io/restartedAt"


def blamed(finding: Finding, reader: Reader, recall: Recall) -> Finding:
    """The finding with the change that explains it: as evidence, and as its cause where that is another object."""
    began_ms = finding.since.at_ms
    if began_ms is None or finding.cause is not None or finding.state is State.RESOLVED:
        return finding
    for ref in _candidates(finding, reader):
        found = [change for change in changes_of(ref, recall) if is_deliberate(change) and _fits(change.at_ms, began_ms)]
        if found:
            return _explained(finding, found)
    return finding


def changes_of(ref: ObjectRef, recall: Recall) -> Sequence[FieldChange]:
    """What the record knows to have changed in an object, oldest first; empty until it has been fetched."""
    return cast("tuple[FieldChange, ...]", recall.ask(Wish(Asked.CHANGES, ref)))


def is_deliberate(change: FieldChange) -> bool:
    """Whether somebody meant it: settings, not status, not what controllers and restarts write."""
    path = change.path
    if path.startswith(("data", "binaryData", "stringData")):
        return True
    if not path.startswith("spec"):
        return not path and change.what != "deleted" and change.ref.group_kind in _CONFIG
    return _RESTART not in path


def _fits(change_ms: int, began_ms: int) -> bool:
    return began_ms - WINDOW_MS <= change_ms <= began_ms + SLACK_MS


def _candidates(finding: Finding, reader: Reader) -> Iterator[ObjectRef]:
    """What the subject reads, its own template, and the same of the Services that its words name."""
    seen: set[ObjectRef] = set()
    for workload in (finding.speaker, *_named_workloads(finding, reader)):
        entry = reader.get(workload) or (reader.get(finding.subject) if workload == finding.speaker else None)
        for ref in (*(_settings_of(entry, reader) if entry else ()), workload):
            if ref not in seen and (ref.group_kind in _CONFIG or ref.group_kind in WORKLOADS):
                seen.add(ref)
                yield ref


def _named_workloads(finding: Finding, reader: Reader) -> Iterator[ObjectRef]:
    """The workloads behind the Services whose names a finding quotes (``could not connect to mongodb:27017``)."""
    found = _HOST.findall(f"{finding.title} {finding.why}")
    for word in dict.fromkeys(first or second for first, second in found):
        name, _, rest = word.partition(".")
        namespace = rest.partition(".")[0] or finding.subject.namespace
        entry = reader.get(ObjectRef.of(Service.GROUP_KIND, namespace, name))
        spec = entry.obj.spec if entry is not None and isinstance(entry.obj, Service) else None
        if spec is None:
            continue
        pods = reader.select(Pod.GROUP_KIND, namespace, selector_of_labels(spec.selector))
        yield from dict.fromkeys(speaker_of(pod.ref, pod.obj, reader) for pod in pods)


def _settings_of(entry: Entry, reader: Reader) -> Iterator[ObjectRef]:
    kind = entry.ref.group_kind
    seen: dict[ObjectRef, None] = {}
    for relation in registry():
        if relation.name in _CARRIERS and (relation.sources is None or kind in relation.sources):
            seen.update((link.target, None) for link in relation.outgoing(entry, reader) if link.target.group_kind in _CONFIG)
    yield from seen


def _explained(finding: Finding, changes: Sequence[FieldChange]) -> Finding:
    last_ms = changes[-1].at_ms
    together = sorted((change for change in changes if change.at_ms == last_ms), key=_is_request)
    ref = together[0].ref
    texts = "; ".join(evidence.changed_text(change) for change in together[:3])
    return replace(
        finding,
        cause=None if ref == finding.speaker else ref,
        link=finding.link if ref == finding.speaker else "changed",
        began_with=f"{texts}, and the trouble began after that",
        evidence=(*finding.evidence, *(evidence.change(change) for change in together)),
        next=(*finding.next, *_way_back(ref)),
    )


def _is_request(change: FieldChange) -> bool:
    """Requests are told last: what a container is promised breaks less than what it is held to."""
    return ".resources.requests" in change.path


def _way_back(ref: ObjectRef) -> tuple[str, ...]:
    """How to see or take back a change."""
    scope = f" -n {ref.namespace}" if ref.namespace else ""
    return advice.undo(ref) or (
        f"arcops history {advice.named(ref)}{scope} shows what it was before; restore it, then restart its readers.",
    )
