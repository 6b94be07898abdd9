"""Which ConfigMap, Secret or key a container or a mount cannot find, from the kubelet's message."""

from __future__ import annotations

import re
from typing import NamedTuple

_MISSING = re.compile(r"(?P<kind>configmap|secret)s? \"(?P<name>[^\"]+)\" not found", re.IGNORECASE)
_KEY = re.compile(r"couldn't find key (?P<key>\S+) in (?P<kind>configmap|secret) (?:(?P<ns>[^/\s]+)/)?(?P<name>[^\s\"]+)", re.IGNORECASE)
_MOUNT_KEY = re.compile(r"references non-existent (?P<kind>config|secret) key: (?P<key>\S+)", re.IGNORECASE)
_KINDS = {"configmap": "ConfigMap", "config": "ConfigMap", "secret": "Secret"}


class MissingConfig(NamedTuple):
    """What is missing: an object of this kind and name, or (``key`` set) a key in it. ``name`` is "" where the message has none."""

    kind: str
    name: str
    key: str = ""


def missing_config(message: str) -> MissingConfig | None:
    """What the message says is missing, or None if it is about something else."""
    if found := _KEY.search(message):
        return MissingConfig(_KINDS[found["kind"].lower()], found["name"].rstrip(".,:"), found["key"])
    if found := _MISSING.search(message):
        return MissingConfig(_KINDS[found["kind"].lower()], found["name"])
    if found := _MOUNT_KEY.search(message):
        return MissingConfig(_KINDS[found["kind"].lower()], "", found["key"])
    return None
