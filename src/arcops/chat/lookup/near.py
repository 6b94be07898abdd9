"""Whose fields may be asked for: the objects of a question, else the roots of incidents, then what hangs together with them."""

from __future__ import annotations

from itertools import chain, islice

from arcops.chat.asked import Asked
from arcops.chat.telling.incidents.cases import cases_of
from arcops.inventory.graph import neighbours, upstream
from arcops.kube.refs import GroupKind, ObjectRef

_NAMESPACE = GroupKind("", "Namespace")
_NODE = GroupKind("", "Node")
_LOCKS = (GroupKind("coordination.k8s.io", "Lease"), GroupKind("", "Endpoints"))
_MOST_CASES = 2
_MOST_NEAR = 14
_MOST_SCOPE = 12
_DEPTH = 2


def nearby(asked: Asked) -> list[tuple[ObjectRef, int]]:
    """The objects, nearest first, each with how far it is from what is asked about: 0 for that itself."""
    own = [ref for ref in asked.reading.objects if ref.group_kind != _NAMESPACE and asked.inventory.get(ref) is not None]
    if not own:
        own = [case.incident.root for case in cases_of(asked)[:_MOST_CASES]] or _of_scope(asked)
    found = dict.fromkeys(own[:_MOST_SCOPE], 0)
    found |= {ref: 1 for one in own[:2] for ref in _leases(asked, one)}
    space = ObjectRef.of(_NAMESPACE, "", asked.reading.namespace) if not asked.reading.objects and asked.reading.namespace else None
    spaces = (*(ref for ref in asked.reading.objects if ref.group_kind == _NAMESPACE), *((space,) if space else ()))
    found |= {ref: int(ref == space) for ref in spaces if asked.inventory.get(ref) is not None}
    for ref in own[:2]:
        steps = chain(
            (link.target if link.source == ref else link.source for link in islice(neighbours(ref, asked.inventory), _MOST_NEAR)),
            (step.ref for step in islice(upstream(ref, asked.inventory, _DEPTH), _MOST_NEAR)),
        )
        for there in steps:
            if there.group_kind != _NODE:
                found.setdefault(there, 1)
    return list(found.items())[:_MOST_NEAR]


def _leases(asked: Asked, ref: ObjectRef) -> list[ObjectRef]:
    """The leases of an object by its name, or what served as one: they say who of its pods leads."""
    names = (ref.name, f"{ref.name}-leader", f"{ref.name}-lock", f"{ref.name}-leader-election")
    refs = (ObjectRef.of(kind, ref.namespace, name) for kind in _LOCKS for name in names)
    return [one for one in refs if one != ref and asked.inventory.get(one) is not None]


def _of_scope(asked: Asked) -> list[ObjectRef]:
    """All there is, where that is little: of one namespace, or of the kind asked about."""
    kinds = list(asked.inventory.kinds()) if asked.reading.kind is None else [asked.reading.kind]
    within = asked.reading.namespace or None
    refs = [
        entry.ref
        for kind in kinds
        if kind not in {_NODE, _NAMESPACE}
        for entry in islice(asked.inventory.list(kind, within), _MOST_SCOPE + 1)
    ]
    return refs if len(refs) <= _MOST_SCOPE else []
