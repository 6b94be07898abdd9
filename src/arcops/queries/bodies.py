"""Bodies out of the record: JSON as the API gives it, without managedFields, decoded only where a question needs it."""

from __future__ import annotations

from typing import cast

import msgspec

from arcops.kube.kinds import ApiResource
from arcops.kube.objects.decode import decode
from arcops.kube.objects.pod import Pod
from arcops.store.base import Revision

_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_NAMED = (b'{"apiVersion":', b'{"kind":')


def decode_pod(revision: Revision) -> Pod:
    """The typed pod of a revision; with the revision's name where the body is empty (an inferred deletion)."""
    pod = cast("Pod", decode(revision.ref.group_kind, revision.body)) if revision.body else Pod()
    meta = pod.metadata
    meta.name, meta.namespace, meta.uid = meta.name or revision.ref.name, meta.namespace or revision.ref.namespace, meta.uid or revision.uid
    return pod


def full_body(body: bytes, resource: ApiResource) -> msgspec.Raw:
    """A body that names its apiVersion and kind, as a GET gives it and a list does not."""
    if body.startswith(_NAMED):
        return msgspec.Raw(body)
    fields = _FIELDS.decode(body) if body else {}
    if "kind" in fields and "apiVersion" in fields:
        return msgspec.Raw(body)
    named = {"apiVersion": resource.api_version, "kind": resource.kind}
    return msgspec.Raw(msgspec.json.encode({**named, **{k: v for k, v in fields.items() if k not in named}}))
