"""Which changes come first: what somebody did, then what controllers made of it, then status, then labels."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from arcops.inventory.wording import Weight, weight_of
from arcops.kube.refs import GroupKind
from arcops.kube.watch import Op
from arcops.store.base import Revision, RevisionSummary

DELIBERATE, CONSEQUENCE, STATUS, LABELS, NOISE = 4, 3, 2, 1, 0
RANK_NAMES: Final = ("noise", "labels", "status", "consequence", "deliberate")

DERIVED: Final = frozenset(
    GroupKind(group, kind)
    for group, kind in (
        ("", "Pod"), ("apps", "ReplicaSet"), ("apps", "ControllerRevision"), ("", "Endpoints"), ("discovery.k8s.io", "EndpointSlice"),
        ("coordination.k8s.io", "Lease"), ("", "Event"), ("events.k8s.io", "Event"), ("storage.k8s.io", "VolumeAttachment"),
        ("storage.k8s.io", "CSINode"), ("metrics.k8s.io", "PodMetrics"), ("metrics.k8s.io", "NodeMetrics"),
        ("networking.k8s.io", "IPAddress"), ("authentication.k8s.io", "TokenReview"),
    )
)  # fmt: skip
"""Kinds that controllers make and change; what happens to them follows from something else."""


def rank_of(group_kind: GroupKind, weight: Weight) -> int:
    """The rank of a change with this weight."""
    if weight is not Weight.SPEC:
        return int(weight)
    return CONSEQUENCE if group_kind in DERIVED else DELIBERATE


def rank_of_version(revision: Revision | RevisionSummary) -> int:
    """The rank of a version by its changed paths alone, without opening its body; creations and deletions weigh as spec."""
    if revision.op in (Op.DELETED, Op.ADDED) or not revision.paths:
        return rank_of(revision.ref.group_kind, Weight.SPEC)
    return rank_of(revision.ref.group_kind, _heaviest(revision.paths))


@lru_cache(maxsize=4096)
def _heaviest(paths: tuple[str, ...]) -> Weight:
    """The highest weight: a day of a cluster knows some hundred combinations of changed fields."""
    return max(map(weight_of, paths))
