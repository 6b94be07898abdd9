"""Ends that are no crashes of the program: it could not be started at all, or is built for another CPU."""

from __future__ import annotations

from arcops.findings.endings import Ending
from arcops.findings.pods import Box
from arcops.findings.text.lines import Family

WAITING = frozenset(
    {"CreateContainerError", "RunContainerError", "StartError", "ContainerCannotRun", "PostStartHookError", "PreCreateHookError"}
)
"""Reasons to wait that say that the runtime could not start the container."""
_ENDED = frozenset({"StartError", "ContainerCannotRun", "RunContainerError"})
_CODES = frozenset({126, 127, 128})
_COMMAND = frozenset({Family.MISSING_FILE, Family.PERMISSION, Family.EXEC_FORMAT})


def is_wrong_platform(ending: Ending | None) -> bool:
    """Whether the program is built for another CPU architecture."""
    return ending is not None and ending.reading is not None and ending.reading.family is Family.EXEC_FORMAT


def is_never_started(box: Box, ending: Ending | None) -> bool:
    """Whether the command could not even be run."""
    if box.waiting in WAITING:
        return True
    if ending is None or ending.end.exit_code == 0:
        return False
    if ending.end.reason in _ENDED:
        return True
    family = ending.reading.family if ending.reading else None
    return ending.end.exit_code in _CODES and (family in _COMMAND or not ending.said)
