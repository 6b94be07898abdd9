"""The errors for things that are not there: each names what is near."""

from __future__ import annotations

from arcops.base.clock import rfc3339
from arcops.base.errors import NeverSeen, ObjectNotFound
from arcops.kube.refs import ObjectRef
from arcops.queries.live import live_objects
from arcops.queries.near import did_you_mean, near_names
from arcops.queries.services import Services


def object_not_found(services: Services, ref: ObjectRef) -> ObjectNotFound:
    """That an object does not exist now, with the names that are near."""
    return ObjectNotFound(kind=ref.kind, name=_said(ref), near=near_objects(services, ref) or "Check namespace and spelling.")


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
