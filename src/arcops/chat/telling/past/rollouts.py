"""When a workload was last rolled out: its newest revision, and the newest of its pods."""

from __future__ import annotations

import re

from arcops.chat.answers._said import many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.selecting.scope import pods_of
from arcops.chat.telling.page import Page
from arcops.chat.telling.words import dated
from arcops.findings.pods import boxes
from arcops.findings.speaker import WORKLOADS
from arcops.kube.objects.pod import Pod
from arcops.kube.owners import controller_of, owner_ref
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.times import time_ms

_REPLICA_SET = GroupKind("apps", "ReplicaSet")
_REVISION = "deployment.kubernetes.io/revision"
_ASKS = re.compile(
    r"\b(?:deploy|deployment|release|"
    r"rolled|roll(?:ed)? ?out|rollouts?|deployed|redeployed|released|upgraded|new (?:version|release|revision))\b"
)
_ASKS_WHEN = re.compile(r"\b(?:when|last|latest|newest|most recent|how long ago|age)\b")
_ASKS_WHO = re.compile(r"\b(?:who|whom|whose|by what)\b")
_UPTIME = re.compile(r"\bhow long .*\b(?:running|run|runs|up|alive)\b|\buptime\b|\bsince when .*\b(?:running|runs|run)\b")
_FIRST = re.compile(r"\bfirst\b|\binitially\b|\boriginally\b")


def asks_rollout(question: str) -> bool:
    """Whether a question wants the time of the last rollout."""
    text = question.lower()
    return _ASKS.search(text) is not None and _ASKS_WHEN.search(text) is not None and not _FIRST.search(text)


def asks_who_rolled(question: str) -> bool:
    """Whether a question wants to know who made the rollout that it speaks of without a name."""
    text = question.lower()
    return _ASKS_WHO.search(text) is not None and _ASKS.search(text) is not None


def asks_uptime(question: str) -> bool:
    """Whether a question wants to know for how long something runs."""
    return _UPTIME.search(question.lower()) is not None


def tell_uptime(asked: Asked, page: Page, ref: ObjectRef) -> bool:
    """Since when the containers of an object run, the longest and the shortest; false where none runs."""
    entry = asked.inventory.get(ref)
    own = [entry] if entry is not None and isinstance(entry.obj, Pod) else pods_of(ref, asked.inventory)
    since = [
        (box.running_since_ms, one.ref)
        for one in own
        if isinstance(one.obj, Pod)
        for box in boxes(one.obj)
        if box.running_since_ms is not None and not box.is_init
    ]
    if not since:
        return False
    (first_ms, first), (last_ms, last) = min(since), max(since)
    zone, now_ms = asked.reading.zone, asked.at_ms
    text = f"{first} runs since {dated(first_ms, now_ms, zone)}"
    shortest = f"; of {many(len(since), 'container')} of {ref} the newest runs in {last} since {dated(last_ms, now_ms, zone)}"
    page.tell(FactType.FIELD, f"{text}{shortest if first_ms != last_ms else ''}.", ref=ref, at_ms=first_ms, rank=0)
    return True


def last_rollout(asked: Asked) -> ObjectRef | None:
    """What was rolled out last in a scope, by the ReplicaSets that are there; None where there are none."""
    sets = asked.inventory.list(_REPLICA_SET, asked.reading.namespace or None)
    owned = [
        (time_ms(one.obj.metadata.creation_timestamp) or 0, one.ref.namespace, owner)
        for one in sets
        if (owner := controller_of(one.obj)) is not None
    ]
    if not owned:
        return None
    _, namespace, owner = max(owned, key=lambda one: one[0])
    return owner_ref(owner, namespace)


def tell_rollout(asked: Asked, page: Page, ref: ObjectRef) -> bool:
    """When the revision that runs now was made and the newest pod started; false for what has no pods."""
    entry = asked.inventory.get(ref)
    if entry is None or ref.group_kind not in WORKLOADS:
        return False
    zone, now_ms = asked.reading.zone, asked.at_ms
    sets = [
        one
        for one in asked.inventory.list(_REPLICA_SET, ref.namespace)
        if (owner := controller_of(one.obj)) is not None and owner.uid == entry.obj.metadata.uid
    ]
    made = [(time_ms(one.obj.metadata.creation_timestamp) or 0, one) for one in sets]
    pods = [time_ms(one.obj.metadata.creation_timestamp) or 0 for one in pods_of(ref, asked.inventory)]
    if not made and not pods:
        return False
    parts = []
    if made:
        ms, newest = max(made, key=lambda one: one[0])
        revision = (newest.obj.metadata.annotations or {}).get(_REVISION) or (entry.obj.metadata.annotations or {}).get(_REVISION)
        parts.append(
            f"was last rolled out {dated(ms, now_ms, zone)}: then {newest.ref.name} was made"
            + (f" (revision {revision})" if revision else "")
        )
    if pods:
        parts.append(f"the newest of its pods was made {dated(max(pods), now_ms, zone)}")
    text = f"{ref} {'; '.join(parts)}." if made else f"{ref}: {parts[0]}."
    page.tell(FactType.FIELD, text, ref=ref, at_ms=max(ms for ms in (*pods, *(one[0] for one in made))), rank=0)
    return True
