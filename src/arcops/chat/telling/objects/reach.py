"""Who depends on an object and what it depends on, gathered by workload and counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from arcops.chat.answers._said import many
from arcops.findings.speaker import named_speaker
from arcops.inventory.base import Reader
from arcops.inventory.graph import Step, downstream, neighbours, upstream
from arcops.inventory.links.base import Link
from arcops.inventory.podspecs import template_of
from arcops.kube.objects.service import Service
from arcops.kube.refs import ObjectRef

_DEPTH = 3
MOST_STEPS = 2_000
_ITSELF = ("owner", "workload selects pods", "service has slices", "slice leads to pods", "runs on")
"""Links between an object and its own parts: nobody asks whether a Deployment depends on its ReplicaSet."""

_PLAIN = {
    "mounts": "mounts it", "env": "takes environment variables from it", "pull secret": "pulls images with it",
    "service selects pods": "sends traffic to its pods", "ingress backend": "routes to it", "route backend": "routes to it",
    "ingress TLS": "takes its certificate from it", "gateway TLS": "takes its certificate from it", "scales": "scales it",
    "budget counts pods": "limits the disruption of its pods", "policy guards pods": "guards its pods", "runs on": "runs on it",
    "service account": "runs as it", "storage class": "has its storage from it", "claim and volume": "is bound to it",
    "priority class": "takes its priority from it", "ingress class": "is served by it", "governing service": "has its names from it",
    "served by": "is answered by it", "binding names account": "gives it rights", "binding grants role": "grants it",
    "attaches": "attaches it", "owner": "belongs to it", "CSI driver": "is mounted by it", "gateway class": "is served by it",
    "route hangs on gateway": "hangs on it", "metrics API": "takes its metrics from it", "limits namespace": "limits it",
    "workload selects pods": "selects it", "service has slices": "has its addresses in it", "slice leads to pods": "leads to it",
}  # fmt: skip


def said(relation: str) -> str:
    """What a source does with its target, as the end of a sentence."""
    return _PLAIN.get(relation, f"is linked to it ({relation})")


@dataclass(slots=True)
class User:
    """One object that names another: the workload that speaks for it, how, in which fields, how many pods of it do so too."""

    ref: ObjectRef
    relation: str
    link: Link
    pods: int = 0
    optional: bool = True
    keys: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reach:
    """``users`` name the object themselves, ``needs`` are what it names; ``below`` and ``above`` is all that the walks reach."""

    ref: ObjectRef
    users: tuple[User, ...]
    needs: tuple[Link, ...]
    below: tuple[Step, ...]
    above: tuple[Step, ...]
    is_cut: bool


def reach_of(ref: ObjectRef, reader: Reader) -> Reach:
    """The neighbourhood of an object, existing or not."""
    links = [*neighbours(ref, reader), *_senders(ref, reader)]
    users = _users(ref, [link for link in links if link.target == ref], reader)
    needs = tuple(link for link in links if link.source == ref and link.target != ref and link.relation not in _ITSELF)
    below, above = downstream(ref, reader, _DEPTH), upstream(ref, reader, _DEPTH)
    is_cut = max(len(below), len(above)) > MOST_STEPS
    return Reach(ref, users, needs, tuple(below[:MOST_STEPS]), tuple(above[:MOST_STEPS]), is_cut)


def _senders(ref: ObjectRef, reader: Reader) -> Iterator[Link]:
    """The Services that would select the pods of a workload that has none now."""
    entry = reader.get(ref)
    template = template_of(entry.obj) if entry is not None else None
    if template is None or not template.metadata.labels:
        return
    for service in reader.list(Service.GROUP_KIND, ref.namespace):
        spec = service.obj.spec if isinstance(service.obj, Service) else None
        if spec and spec.selector and spec.selector.items() <= template.metadata.labels.items():
            yield Link("service selects pods", service.ref, ref, "spec.selector")


def _users(ref: ObjectRef, links: Iterable[Link], reader: Reader) -> tuple[User, ...]:
    """Those that name the object, a workload once for itself and its pods; its own parts are left out."""
    own = named_speaker(ref, reader)
    found: dict[tuple[ObjectRef, str], User] = {}
    for link in links:
        speaker = named_speaker(link.source, reader)
        is_volume = link.relation == "claim and volume" and ref.kind == "PersistentVolumeClaim"
        if link.source == ref or is_volume or (speaker == own and link.relation in _ITSELF):
            continue
        user = found.setdefault((speaker, link.relation), User(speaker, link.relation, link))
        user.pods += link.source.kind == "Pod"
        user.optional = user.optional and link.optional
        if link.key:
            user.keys[link.key] = None
    return tuple(sorted(found.values(), key=lambda user: (user.optional, user.relation, user.ref)))


def counted(refs: Iterable[ObjectRef]) -> str:
    """``2 Deployments, 5 Pods``."""
    counts: dict[str, int] = {}
    for ref in dict.fromkeys(refs):
        counts[ref.kind] = counts.get(ref.kind, 0) + 1
    return ", ".join(many(count, kind) for kind, count in sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def workloads_among(steps: Sequence[Step], reader: Reader) -> list[ObjectRef]:
    """The objects of a walk, each workload once for its pods."""
    return list(dict.fromkeys(named_speaker(step.ref, reader) for step in steps))
