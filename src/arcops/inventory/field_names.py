"""What people call a field: ``memory limit`` for ``spec.template.spec.containers[app].resources.limits.memory``."""

from __future__ import annotations

import re
from functools import lru_cache

_CONTAINER = re.compile(r"(?:.*?\.)?(?:(?:init|ephemeral)?[cC]ontainer(?:s|Statuses))\[([^\]]+)\](?:\.|$)")
_IN_CONTAINER = (
    (re.compile(r"resources\.limits[.\[]([^\]]+)\]?"), r"\1 limit"),
    (re.compile(r"resources\.requests[.\[]([^\]]+)\]?"), r"\1 request"),
    (re.compile(r"env\[([^\]]+)\](?:\.value)?"), r"env \1"),
    (re.compile(r"env\[([^\]]+)\]\.valueFrom\.(.+)"), r"env \1 from \2"),
    (re.compile(r"(liveness|readiness|startup)Probe\.?(?:httpGet\.|exec\.|tcpSocket\.)?(.*)"), r"\1 probe \2"),
    (re.compile(r"restartCount"), "restarts"),
    (re.compile(r"lastState"), "last state"),
    (re.compile(r"volumeMounts\[([^\]]+)\](.*)"), r"mount \1\2"),
    (re.compile(r"ports\[([^\]]+)\](.*)"), r"port \1\2"),
)
_ELSEWHERE = (
    (re.compile(r"spec\.replicas"), "replicas"),
    (re.compile(r"status\.readyReplicas"), "ready replicas"),
    (re.compile(r"status\.availableReplicas"), "available replicas"),
    (re.compile(r"status\.unavailableReplicas"), "unavailable replicas"),
    (re.compile(r"status\.updatedReplicas"), "updated replicas"),
    (re.compile(r"status\.replicas"), "replicas there"),
    (re.compile(r"status\.phase"), "phase"),
    (re.compile(r"spec\.nodeName"), "node"),
    (re.compile(r"spec\.unschedulable"), "cordoned"),
    (re.compile(r"spec\.taints\[([^\]]+)\](.*)"), r"taint \1\2"),
    (re.compile(r"status\.conditions\[([^\]]+)\]\.status"), r"condition \1"),
    (re.compile(r"status\.conditions\[([^\]]+)\]\.(reason|message)"), r"\2 of \1"),
    (re.compile(r"status\.conditions\[([^\]]+)\]"), r"condition \1"),
    (re.compile(r"(?:data|binaryData|stringData)(?:\.([^.\[]+)|\[(.+)\])"), r"key \1\2"),
    (re.compile(r"metadata\.(label|annotation)s(?:\.([^.\[]+)|\[(.+)\])"), r"\1 \2\3"),
    (re.compile(r"spec\.template\.metadata\.annotations\[kubectl\.kubernetes\.io/restartedAt\]"), "restart asked for:"),
    (re.compile(r"spec\.(?:template|jobTemplate\.spec\.template)\.metadata\.(label|annotation)s(?:\.([^.\[]+)|\[(.+)\])"), r"pod \1 \2\3"),
    (re.compile(r"metadata\.deletionTimestamp"), "deletion asked for:"),
    (re.compile(r"spec\.(?:(?:jobTemplate\.spec\.)?template\.spec\.)?volumes\[([^\]]+)\](.*)"), r"volume \1\2"),
    (re.compile(r"spec\.ports\[([^\]]+)\](.*)"), r"port \1\2"),
)
_PARTS = re.compile(r"^(?:status|spec\.jobTemplate\.spec\.template\.spec|spec\.template\.spec|spec|metadata)\.")


@lru_cache(maxsize=4096)
def phrase_of(path: str, *, alone: bool = True) -> str:
    """The phrase for a path. A container's name stands before it unless it is ``alone``."""
    inside = _CONTAINER.match(path)
    if inside is None:
        return _said(path, _ELSEWHERE) or _PARTS.sub("", path)
    name, rest = inside[1], path[inside.end() :]
    if not rest:
        return f"{'init ' if 'initContainer' in path else ''}container {name}"
    phrase = _said(rest, _IN_CONTAINER) or rest
    return phrase if alone else f"{name}: {phrase}"


@lru_cache(maxsize=4096)
def noun_of(path: str) -> str:
    """The same as a noun that a sentence goes on with: ``the memory limit of container app``, ``key db.host``."""
    phrase = phrase_of(path, alone=False).removesuffix(":")
    container, colon, field = phrase.partition(": ")
    if colon and _CONTAINER.match(path):
        return f"the {field} of container {container}"
    return phrase if phrase.startswith(("key ", "env ", "label ", "annotation ", "pod label ")) else f"the {phrase}"


def _said(path: str, phrases: tuple[tuple[re.Pattern[str], str], ...]) -> str:
    for pattern, phrase in phrases:
        match = pattern.fullmatch(path)
        if match:
            return " ".join(match.expand(phrase).replace("..", ".").split())
    return ""
