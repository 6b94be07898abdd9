"""What a scope or an event filter lets through."""

from __future__ import annotations

from collections.abc import Callable

from arcops.kube.objects.event import ClusterEvent
from arcops.kube.refs import ObjectRef
from arcops.store.base import ChangeFilter, EventFilter, LogExcerpt, LogFilter, Revision, RevisionSummary, Scope


def in_scope(scope: Scope, ref: ObjectRef, uid: str) -> bool:
    """Whether a question about ``scope`` is also about this object."""
    return (
        (scope.namespace is None or ref.namespace == scope.namespace)
        and (scope.name is None or ref.name == scope.name)
        and (scope.group_kind is None or ref.group_kind == scope.group_kind)
        and (scope.uid is None or uid == scope.uid)
    )


def matches(match: EventFilter, event: ClusterEvent) -> bool:
    """Whether an event passes; ``namespace`` is the event's own, as with ``kubectl get events -n``."""
    return (
        (match.type is None or event.type == match.type)
        and (match.reason is None or event.reason == match.reason)
        and (match.namespace is None or event.namespace == match.namespace)
        and (match.kind is None or event.involved.kind == match.kind)
        and (match.name is None or event.involved.name == match.name)
        and (match.text is None or match.text.casefold() in event.message.casefold())
    )


def has_changed(match: ChangeFilter, revision: Revision | RevisionSummary) -> bool:
    """Whether a change passes."""
    return (
        revision.ref.group_kind not in match.without
        and (match.ops is None or revision.op in match.ops)
        and (match.field is None or any(map(starts_at(match.field), revision.paths)))
        and (match.text is None or _tells_of(match.text.casefold(), revision))
    )


def starts_at(field: str) -> Callable[[str], bool]:
    """Whether a path is ``field`` or below it: ``spec`` takes ``spec.replicas`` and not ``specs``."""
    return lambda path: path.startswith(field) and path[len(field) : len(field) + 1] in {"", ".", "["}


def _tells_of(text: str, revision: Revision | RevisionSummary) -> bool:
    writer = revision.writer.manager if revision.writer else ""
    return text in revision.ref.name.casefold() or text in writer.casefold() or any(text in path.casefold() for path in revision.paths)


def has_lines(match: LogFilter, excerpt: LogExcerpt) -> bool:
    """Whether a log excerpt passes."""
    return (
        (match.namespace is None or excerpt.ref.namespace == match.namespace)
        and (match.pod is None or excerpt.ref.name == match.pod)
        and (match.uid is None or excerpt.uid == match.uid)
        and (match.container is None or excerpt.container == match.container)
        and (match.text is None or match.text.casefold() in excerpt.text.casefold())
    )


def summary_of(revision: Revision) -> RevisionSummary:
    """A revision without its body."""
    return RevisionSummary(
        revision.id, revision.op, revision.ref, revision.uid, revision.seen_ms, revision.paths, revision.writer, revision.unseen
    )
