"""Which object a command is for where its name is not said: the only one of its kind that the task can be done to."""

from __future__ import annotations

import re

from arcops.chat.asked import Asked
from arcops.inventory.base import Entry
from arcops.kube.objects.batch import CronJob, Job
from arcops.kube.objects.custom import CustomObject
from arcops.kube.objects.node import Node
from arcops.kube.refs import GroupKind, ObjectRef

_MAKES = re.compile(r"\b(?:create|add|make a|new|install|generate)\b")
_ONE = re.compile(r"\b(?:the|this|that|my|our|pending|waiting|open|suspended|cordoned|failed)\b")
REQUESTS = GroupKind("certificates.k8s.io", "CertificateSigningRequest")
_OF_SPACE = re.compile(
    r"\b(?:delete|remove|get rid of|drop|kill|wipe|clean ?up|label|annotate|describe|edit) "
    r"(?:(?!in\b|of\b|from\b)[\w-]+ ){0,4}?(?:namespace|ns)\b"
)
"""What is done to a whole namespace."""
_CORDONS = re.compile(r"\buncordon\w*|\bundo .*cordon|\b(?:remove|lift|take off) .*cordon")
_OF_CERTIFICATES = re.compile(r"\bcsrs?\b|\bcertificate (?:signing )?requests?\b|\bapprove\b.*\bcert|\bcert\w*\b.*\b(?:approve|sign)\b")


def object_meant(asked: Asked) -> ObjectRef | None:
    """The object of the question that is there, of likely ones the first; else the only one of the kind that is said."""
    named = next((ref for ref in asked.reading.objects if asked.inventory.get(ref) is not None), None)
    text = asked.reading.question.lower()
    if named is not None or asked.reading.objects or asked.reading.gone or asked.reading.unknown:
        return named
    if asked.reading.namespace and _OF_SPACE.search(text):
        return ObjectRef("", "Namespace", "", asked.reading.namespace)
    if _CORDONS.search(text):
        held = [entry.ref for entry in asked.inventory.list(Node.GROUP_KIND) if is_held(entry)]
        return held[0] if len(held) == 1 else None
    if _OF_CERTIFICATES.search(text):
        return _only(asked, REQUESTS)
    kind = asked.reading.kind
    if kind is None or _MAKES.search(text) or not _ONE.search(text) or _is_plural(asked, kind, text):
        return None
    return _only(asked, kind)


def _is_plural(asked: Asked, kind: GroupKind, text: str) -> bool:
    resource = asked.services.source.catalog.get(kind)
    return resource is not None and re.search(rf"\b{re.escape(resource.plural)}\b", text) is not None


def _only(asked: Asked, kind: GroupKind) -> ObjectRef | None:
    """The one object of a kind, else the one of several that waits for what can be done to it."""
    entries = asked.inventory.list(kind, asked.reading.namespace or None)
    found = entries if len(entries) == 1 else [entry for entry in entries if is_held(entry)]
    return found[0].ref if len(found) == 1 else None


def is_held(entry: Entry) -> bool:
    """Whether somebody holds an object back: a suspended job, a cordoned node, a request that nobody has approved."""
    obj = entry.obj
    spec = getattr(obj, "spec", None)
    if isinstance(obj, Job | CronJob):
        return bool(spec and spec.suspend)
    if isinstance(obj, Node):
        return bool(spec and spec.unschedulable)
    if not isinstance(obj, CustomObject):
        return False
    if entry.ref.group_kind == REQUESTS:
        return not (obj.status and obj.status.conditions)
    return bool(obj.spec and obj.spec.suspend)
