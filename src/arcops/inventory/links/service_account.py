"""The service account a pod runs as."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.inventory.base import Entry, Reader
from arcops.inventory.links._kinds import POD_MAKERS, SERVICE_ACCOUNT
from arcops.inventory.links.base import Link, scanned
from arcops.inventory.podspecs import own_spec_of
from arcops.kube.refs import ObjectRef

NAME = "service account"


def outgoing(entry: Entry, _reader: Reader) -> Iterator[Link]:
    """From a pod or template to its service account; none named is ``default``."""
    at = own_spec_of(entry)
    if at:
        target = ObjectRef.of(SERVICE_ACCOUNT, entry.ref.namespace, at.spec.service_account_name or "default")
        yield Link(NAME, entry.ref, target, f"{at.path}.serviceAccountName")


RELATION = scanned(NAME, outgoing, sources=POD_MAKERS, targets=(SERVICE_ACCOUNT,))
