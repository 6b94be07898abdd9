"""Why a volume could not be mounted or attached, from the kubelet's and the controllers' messages."""

from __future__ import annotations

import enum
import re
from typing import NamedTuple


class MountFailure(enum.StrEnum):
    """Kinds of failure, the most telling first."""

    MISSING_CONFIG = "what it is to hold does not exist"
    MULTI_ATTACH = "the volume is attached to another node"
    ATTACH_LIMIT = "the node takes no more volumes"
    DRIVER_MISSING = "its CSI driver is not registered on the node"
    HOST_PATH = "the path on the node is not what the pod expects"
    REFUSED = "the storage server refuses access"
    UNREACHABLE = "the storage server does not answer"
    FILE_SYSTEM = "its file system cannot be mounted"
    NOT_THERE = "the volume does not exist in the storage system"
    NO_SPACE = "there is no space left"
    OTHER = "mounting fails"
    TIMED_OUT = "it was not ready in time"


class MountProblem(NamedTuple):
    """What is wrong with which volume (its name in the pod or in the cluster; "" where it is not named), and who says so."""

    failure: MountFailure
    volume: str
    said: str
    detail: str
    """The driver, path, or other pod that the message names."""


_SIGNS: tuple[tuple[MountFailure, re.Pattern[str]], ...] = tuple(
    (failure, re.compile(words, re.IGNORECASE))
    for failure, words in (
        (
            MountFailure.MISSING_CONFIG,
            r"(?:configmap|secret)s? \"(?P<what>[^\"]+)\" not found|references non-existent (?:config|secret) key: (?P<key>\S+)",
        ),
        (
            MountFailure.MULTI_ATTACH,
            (
                r"(?:multi-attach error.{0,200})?already used by pod\(s\) (?P<what>[^\n]+)|multi-attach error|"
                r"already (?:exclusively )?attached to|(?:volume|disk) is in use"
            ),
        ),
        (
            MountFailure.ATTACH_LIMIT,
            r"attach(?:ment)? limit|max(?:imum)? (?:number of )?(?:volume|data ?disk)|too many (?:volumes|disks)|exceed\w* (?:the )?max",
        ),
        (
            MountFailure.DRIVER_MISSING,
            r"driver name (?P<what>\S+) not found in the list of registered|does not contain driver (?P<key>\S+)|no volume plugin matched",
        ),
        (MountFailure.HOST_PATH, r"hostpath type check failed: (?P<what>\S+) is not"),
        (MountFailure.REFUSED, r"access denied|permission denied|not permitted|authenticat|unauthorized|forbidden|mount error\(13\)"),
        (
            MountFailure.UNREACHABLE,
            r"connection (?:refused|timed out)|no route to host|i/o timeout|no such host|name resolution|mount error\(11\d\)|host is down",
        ),
        (
            MountFailure.NOT_THERE,
            r"(?:disk|volume|share|image|export)\b.{0,80}(?:not found|does not exist|doesn't exist)|no such file or directory|notfound",
        ),
        (
            MountFailure.FILE_SYSTEM,
            r"wrong fs type|bad superblock|can't read superblock|structure needs cleaning|fsck|unknown filesystem|unformatted",
        ),
        (MountFailure.NO_SPACE, r"no space left"),
        (MountFailure.TIMED_OUT, r"timed out waiting for the condition|deadline exceeded|context canceled"),
    )
)
_VOLUME = re.compile(r"for volume \"(?P<name>[^\"]+)\"|unmounted volumes=\[(?P<list>[^\]\s]+)")
_PASSING = re.compile(
    r"failed to sync (?:configmap|secret) cache|object \"[^\"]*\"/\"[^\"]*\" not registered|object has been modified", re.IGNORECASE
)
_RANK = {failure: rank for rank, failure in enumerate(MountFailure)}


def mount_problem(message: str) -> MountProblem | None:
    """What one message means; None for hitches that pass by themselves."""
    if _PASSING.search(message):
        return None
    named = _VOLUME.search(message)
    volume = (named["name"] or named["list"] or "") if named else ""
    for failure, signs in _SIGNS:
        found = signs.search(message)
        if found:
            groups = found.groupdict()
            return MountProblem(failure, volume, message, (groups.get("what") or groups.get("key") or "").rstrip(".,;"))
    return MountProblem(MountFailure.OTHER, volume, message, "")


def worst(problems: list[MountProblem]) -> MountProblem | None:
    """The one that tells most; of several the last."""
    return min(reversed(problems), key=lambda one: _RANK[one.failure], default=None)
