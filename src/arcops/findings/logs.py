"""The logs of a pod's containers that run, in short: what they complain of, and of whom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from arcops.base.clock import rfc3339
from arcops.findings.dependencies import complains, host_in
from arcops.findings.pods import Box, is_over, main_boxes
from arcops.findings.text.digest import Digest, Repeated, digest, is_error
from arcops.findings.text.entries import Grade, LogEntry
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import Pod


class Told(NamedTuple):
    """What the log of one container tells."""

    box: Box
    digest: Digest


def is_complaint(entry: LogEntry) -> bool:
    """Whether a line says that another host does not answer, and which."""
    return entry.grade is not Grade.FINE and complains(entry.text) is not None and bool(host_in(entry.text))


def is_own_error(entry: LogEntry) -> bool:
    """Whether a line tells of an error that is nobody else's by name, nor a right that is lacking (PermissionDenied)."""
    return is_error(entry) and not is_complaint(entry) and "system:serviceaccount:" not in entry.text


def complaints(pod: Pod, view: RuleView) -> Iterator[Told]:
    """What containers say of others."""
    for box, log in _logs(pod, view):
        found = digest(log, view.now_ms, is_complaint)
        if found is not None:
            yield Told(box, found)


def own_errors(pod: Pod, view: RuleView) -> Iterator[Told]:
    """What containers say of themselves."""
    for box, log in _logs(pod, view):
        found = digest(log, view.now_ms, is_own_error)
        if found is not None:
            yield Told(box, found)


def since_ms(told: Told) -> int | None:
    """When the errors began: the first of them; the start of the run if it never said anything else."""
    started_ms = told.box.running_since_ms
    first_ms = told.digest.first_ms
    if told.digest.first_place == 0 and started_ms is not None and (first_ms is None or first_ms >= started_ms):
        return started_ms if first_ms is None or first_ms - started_ms < 5 * 60_000 else first_ms
    return first_ms


def times_text(one: Repeated) -> str:
    """``200 times from 09:40 to 10:00``."""
    count = f"{one.times} times" if one.times > 1 else "once"
    if one.first_ms is None or one.last_ms is None:
        return count
    return f"{count}, at {rfc3339(one.last_ms)}" if one.times == 1 else f"{count} from {rfc3339(one.first_ms)} to {rfc3339(one.last_ms)}"


def _logs(pod: Pod, view: RuleView) -> Iterator[tuple[Box, str]]:
    """The containers that run now, and their lines; those that are well only where their logs can be had."""
    if is_over(pod) or pod.metadata.deletion_timestamp:
        return
    for box in main_boxes(pod):
        if box.running_since_ms is None or (box.ready and not view.has_every_log):
            continue
        log = view.log(view.subject, box.name)
        if log:
            yield box, log
