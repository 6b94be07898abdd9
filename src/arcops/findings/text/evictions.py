"""Why the kubelet evicted a pod, from its message."""

from __future__ import annotations

import re
from typing import NamedTuple

_LOW = re.compile(r"low on resource: (?P<what>[\w\-\[\]]+)", re.IGNORECASE)
_CONTAINER = re.compile(r"Container (?P<name>[\w.\-]+) was using (?P<used>\S+?), request is (?P<asked>[^,\s]+)")
_CONDITION = re.compile(r"node had condition: \[(?P<what>\w+)\]", re.IGNORECASE)
_OWN = re.compile(
    r"(?:usage of emptydir volume \"(?P<volume>[^\"]+)\" exceeds the limit \"?(?P<one>[^\"\s.]+)|"
    r"ephemeral local storage usage exceeds the total limit of containers (?P<two>\S+?)\.?(?:\s|$)|"
    r"container (?P<container>\S+) exceeded its local ephemeral storage limit \"?(?P<three>[^\"\s.]+))",
    re.IGNORECASE,
)


class Eviction(NamedTuple):
    """``resource`` the node was low on ("" where it is not the node's fault); ``own`` the limit of its own that the pod broke.

    ``used`` and ``asked`` are of the ``container`` named, "" where the message names none.
    """

    resource: str
    own: str
    container: str = ""
    used: str = ""
    asked: str = ""


def eviction(message: str) -> Eviction:
    """What an eviction message says."""
    own = _OWN.search(message)
    if own:
        limit = own["one"] or own["two"] or own["three"]
        what = f"emptyDir volume {own['volume']}" if own["volume"] else "its local storage"
        return Eviction("", f"{what} exceeded its limit {limit}")
    low = _LOW.search(message) or _CONDITION.search(message)
    found = _CONTAINER.search(message)
    resource = low["what"].strip("[]") if low else ""
    return Eviction(resource, "", found["name"], found["used"], found["asked"]) if found else Eviction(resource, "")
