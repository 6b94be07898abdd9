"""A namespace cannot be deleted: something in it is held, or an API is missing that could tell what is in it.

Found: its deletion was asked for more than 5 minutes ago. Its conditions name the kinds and finalizers that remain; the objects
are looked up, and the one that carries a finalizer is to blame, or the API that does not answer.

Quiet: for namespaces that are simply being emptied.

Do: find out who should remove the finalizer (its controller may be gone); removing it by hand leaves behind what it was to clean
up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.builtin import BUILTIN
from arcops.kube.objects.cluster import APIService, CustomResourceDefinition, Namespace
from arcops.kube.objects.condition import Condition
from arcops.kube.objects.meta import KubeObject
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.times import duration_text, time_ms

_REMAINING = re.compile(r"([a-z0-9-]+(?:\.[a-z0-9-]+)*)\.? has (\d+) resource instances?")
_FINALIZER = re.compile(r"([\w./-]+) in (\d+) resource instances?")
_GROUP_VERSION = re.compile(r"\b([a-z0-9-]+(?:\.[a-z0-9-]+)+/v\d\w*)\b")
_BY_PLURAL = {resource.resource_name: resource.group_kind for resource in BUILTIN}


def _is_ending(obj: KubeObject) -> bool:
    return isinstance(obj, Namespace) and obj.metadata.deletion_timestamp is not None


@rule(Namespace, severity=Severity.WARNING, for_minutes=5, gate=_is_ending)
def check(namespace: Namespace, view: RuleView) -> Iterator[Hit]:
    """One hit for each object to blame; one for the namespace where none is found."""
    since_ms = time_ms(namespace.metadata.deletion_timestamp)
    conditions = [one for one in (namespace.status.conditions if namespace.status else None) or () if one.status == "True"]
    if since_ms is None:
        return
    held = list(_held(view, conditions))
    dead = _dead_api(conditions)
    told = " ".join(one.message or "" for one in conditions)
    proof = tuple(evidence.condition(view.subject, one) for one in conditions)
    for_how_long = f"{view.subject} has been terminating for {duration_text(view.now_ms - since_ms)}"
    for entry in held:
        finalizers = ", ".join(entry.obj.metadata.finalizers or ())
        yield Hit(
            title=f"{for_how_long}: {entry.ref} is held by its finalizer {finalizers}, which nobody removes", cause=entry.ref, link="holds",
            evidence=(evidence.field(entry.ref, "metadata.finalizers", finalizers), *proof),
            next=(advice.kubectl(entry.ref, "get", "-o yaml"),
                  f"If its controller is gone, remove the finalizer: {advice.kubectl(entry.ref, 'edit')}"),
            since_ms=since_ms,
        )  # fmt: skip
    if not held:
        yield Hit(
            title=f"{for_how_long}: {told or 'its conditions do not say why'}", cause=dead, link="needs" if dead else "", evidence=proof,
            next=(advice.kubectl(view.subject, "get", "-o yaml"), advice.look(dead or view.subject)), since_ms=since_ms,
        )  # fmt: skip


def _held(view: RuleView, conditions: Sequence[Condition]) -> Iterator[Entry]:
    """The objects of the remaining kinds that are being deleted and carry a finalizer."""
    for condition in conditions:
        for word, _ in _REMAINING.findall(condition.message or ""):
            kind = _kind(view, word)
            for entry in view.list(kind, view.subject.name) if kind and view.sees(kind) else ():
                if entry.obj.metadata.deletion_timestamp and entry.obj.metadata.finalizers:
                    yield entry


def _kind(view: RuleView, plural: str) -> GroupKind | None:
    """The kind of ``widgets.example.com``: a built-in one, or that of a definition of this name."""
    known = _BY_PLURAL.get(plural)
    if known is not None or not view.sees(CustomResourceDefinition.GROUP_KIND):
        return known
    entry = view.get(ObjectRef.of(CustomResourceDefinition.GROUP_KIND, "", plural))
    spec = entry.obj.spec if entry and isinstance(entry.obj, CustomResourceDefinition) else None
    return GroupKind(spec.group, spec.names.kind) if spec and spec.names else None


def _dead_api(conditions: Sequence[Condition]) -> ObjectRef | None:
    """The APIService that a failed discovery names."""
    message = next((one.message or "" for one in conditions if one.type == "NamespaceDeletionDiscoveryFailure"), "")
    found = _GROUP_VERSION.search(message)
    if found is None:
        return None
    group, _, version = found[1].partition("/")
    return ObjectRef.of(APIService.GROUP_KIND, "", f"{version}.{group}")
