"""The Secrets that images are pulled with: named by pods and templates, and by service accounts for pods that name none."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import POD_MAKERS, SECRET, SERVICE_ACCOUNT
from arcops.inventory.links.base import Link, scanned
from arcops.inventory.podspecs import own_spec_of
from arcops.kube.objects.access import ServiceAccount
from arcops.kube.refs import ObjectRef

NAME = "pull secret"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a pod, template or service account to its pull secrets; all optional, for public images need none."""
    at = own_spec_of(entry)
    if at:
        named, path = at.spec.image_pull_secrets, f"{at.path}.imagePullSecrets"
    elif isinstance(entry.obj, ServiceAccount):
        named, path = entry.obj.image_pull_secrets, "imagePullSecrets"
    else:
        return
    for position, secret in enumerate(named or ()):
        if secret.name:
            target = ObjectRef.of(SECRET, entry.ref.namespace, secret.name)
            yield Link(NAME, entry.ref, target, f"{path}[{position}].name", optional=True)


RELATION = scanned(NAME, outgoing, sources=(*POD_MAKERS, SERVICE_ACCOUNT), targets=(SECRET,))
