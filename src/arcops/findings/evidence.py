"""Makes evidence: one function for each of the six kinds, so that rules read like sentences."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.base.clock import rfc3339
from arcops.findings.base import Evidence, EvidenceType
from arcops.findings.past import FieldChange
from arcops.inventory.field_names import noun_of
from arcops.kube.objects.condition import Condition
from arcops.kube.objects.event import ClusterEvent
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms


def field(ref: ObjectRef, path: str, value: object, text: str = "", time: str | None = None) -> Evidence:
    """A field of an object has a value; ``time`` is RFC 3339, where the object says since when."""
    shown = "" if value is None else str(value)
    return Evidence(EvidenceType.FIELD, ref, text or f"{ref}: {path} is {shown or 'not set'}", path, shown, time_ms(time))


def condition(ref: ObjectRef, found: Condition) -> Evidence:
    """A condition of an object, with its reason and message."""
    said = ": ".join(part for part in (found.reason, found.message) if part)
    text = f"{ref}: condition {found.type} is {found.status or 'set'}" + (f" ({said})" if said else "")
    return Evidence(EvidenceType.FIELD, ref, text, f"status.conditions[{found.type}]", found.status, time_ms(found.last_transition_time))


def event(found: ClusterEvent) -> Evidence:
    """An Event, with how often and when."""
    times = f" ({found.count} times, {found.first_seen} to {found.last_seen})" if found.count > 1 else ""
    text = f"{found.involved}: {found.reason}: {found.message}{times}"
    return Evidence(EvidenceType.EVENT, found.involved, text, found.reason, found.message, time_ms(found.last_seen))


def log(ref: ObjectRef, container: str, line: str, time: str | None = None) -> Evidence:
    """A line a container wrote."""
    return Evidence(EvidenceType.LOG, ref, f"{ref}, container {container}, wrote: {line}", container, line, time_ms(time))


def change(found: FieldChange) -> Evidence:
    """A change the record saw."""
    return Evidence(EvidenceType.CHANGE, found.ref, changed_text(found), found.path, found.new, found.at_ms)


def absence(ref: ObjectRef, where: str) -> Evidence:
    """Something was looked for and is not there; ``where`` says where we looked ("namespace shop", "the cluster")."""
    return Evidence(EvidenceType.ABSENCE, ref, f"There is no {ref.kind} {ref.name} in {where}", value=ref.name)


def changed_text(found: FieldChange) -> str:
    """A change as a sentence: when, who, what, from what to what."""
    who = f" by {found.who}" if found.who else ""
    when = f"{'Before ' if found.unseen else 'At '}{rfc3339(found.at_ms // 1000 * 1000)}"
    if not found.path:
        return f"{when} {found.ref} was {found.what}{who}"
    if found.old and found.new:
        return f"{when} {noun_of(found.path)} of {found.ref} was changed from {found.old} to {found.new}{who}"
    verb = f"changed to {found.new}" if found.new else f"removed (it was {found.old})" if found.old else "changed"
    return f"{when} {noun_of(found.path)} of {found.ref} was {verb}{who}"


def aside(changes: Sequence[FieldChange]) -> str:
    """The last of some changes as the end of a sentence, "" where there are none: ``; at 12:05 helm set …``."""
    if not changes:
        return ""
    text = changed_text(changes[-1])
    return f"; {text[0].lower()}{text[1:]}"
