"""The errors for things that are not there, or were not: each names what is near."""

from __future__ import annotations

from arcops.base.clock import rfc3339
from arcops.base.errors import NeverSeen, NotThen, ObjectNotFound
from arcops.kube.refs import ObjectRef
from arcops.kube.watch import Op
from arcops.queries.live import live_objects
from arcops.queries.near import did_you_mean, near_names
from arcops.queries.services import Services
from arcops.store.base import Revision, Window


def object_not_found(services: Services, ref: ObjectRef) -> ObjectNotFound:
    """That an object does not exist now, with the names that are near."""
    return ObjectNotFound(kind=ref.kind, name=_said(ref), near=near_objects(services, ref) or "Check namespace and spelling.")


async def not_then(services: Services, ref: ObjectRef, at_ms: int) -> NotThen:
    """That an object did not exist at a moment, and when it did. Raises ``NeverSeen`` for one that never did."""
    store = services.store
    before = await store.versions(ref, Window(0, at_ms), 1)
    after = await store.versions(ref, Window(at_ms + 1, services.clock.now_ms()), 1000)
    if not before and not after:
        raise await never_seen(services, ref)
    parts = [_ended(before[0]) if before else "", _began(after[-1]) if after else ""]
    return NotThen(kind=ref.kind, name=_said(ref), at=rfc3339(at_ms), known=" ".join(part for part in parts if part))


def _ended(revision: Revision) -> str:
    when = f"{'before ' if revision.unseen else ''}{rfc3339(revision.seen_ms)}"
    return f"It was deleted {when if revision.unseen else f'at {when}'}." if revision.op is Op.DELETED else ""


def _began(revision: Revision) -> str:
    return f"It was first seen after that at {rfc3339(revision.seen_ms)}."


async def never_seen(services: Services, ref: ObjectRef) -> NeverSeen:
    """That the record does not know an object, with the names that are near and the start of the record."""
    since_ms = (await services.store.stats()).since_ms
    return NeverSeen(
        kind=ref.kind, name=_said(ref), since=rfc3339(since_ms) if since_ms else "this moment", near=near_objects(services, ref)
    )


def near_objects(services: Services, ref: ObjectRef) -> str:
    """A sentence that names objects a person may have meant: the same name elsewhere first, then names alike; or ""."""
    objects = live_objects(services, ref.group_kind)
    elsewhere = [f"{o.metadata.namespace}/{o.metadata.name}" for o in objects if o.metadata.name == ref.name and o.metadata.namespace]
    if elsewhere:
        return did_you_mean(elsewhere[:3])
    here = [o.metadata.name for o in objects if o.metadata.namespace == ref.namespace]
    if here:
        return did_you_mean(near_names(ref.name, here))
    known = sorted({o.metadata.namespace for o in objects})
    namespace = near_names(ref.namespace, known, 1)
    return f"There is none in namespace {ref.namespace}; {namespace[0]} has some." if ref.namespace and namespace else ""


def _said(ref: ObjectRef) -> str:
    return f"{ref.namespace}/{ref.name}" if ref.namespace else ref.name
