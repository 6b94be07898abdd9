"""How a container ended, in words: exit code, what it said last, what that means."""

from __future__ import annotations

from typing import NamedTuple

from arcops.findings import evidence
from arcops.findings.base import Evidence
from arcops.findings.dependencies import FAMILIES
from arcops.findings.pods import Box
from arcops.findings.text.exits import described
from arcops.findings.text.lines import Family, Reading, decisive, last_line
from arcops.findings.view import RuleView
from arcops.kube.objects.pod import ContainerStateTerminated
from arcops.kube.refs import ObjectRef


class Ending(NamedTuple):
    """The last end of a container. ``reading`` is what its message or log says of the reason; ``said`` the decisive line."""

    end: ContainerStateTerminated
    reading: Reading | None
    said: str
    from_log: bool

    @property
    def code_text(self) -> str:
        """The exit code with its meaning."""
        return described(self.end.exit_code, self.said)

    @property
    def is_of_dependency(self) -> bool:
        """Whether the decisive line speaks of something else that does not answer."""
        return self.reading is not None and self.reading.family in FAMILIES

    @property
    def meaning(self) -> str:
        """What the decisive line means, "" where it says nothing clear."""
        if self.reading is None or self.reading.family is Family.ERROR:
            return ""
        about = f" ({self.reading.about})" if self.reading.about else ""
        return f"{self.reading.family.value}{about}"


def ending_of(view: RuleView, pod: ObjectRef, box: Box) -> Ending | None:
    """How a container ended last, with what its termination message or its log tells; None if it never ended."""
    end = box.last_end
    if end is None:
        return None
    message = end.message or ""
    reading = decisive(message)
    if reading is not None:
        return Ending(end, reading, reading.line, from_log=False)
    log = view.log(pod, box.name, previous=box.ended is None) or view.log(pod, box.name)
    logged = decisive(log)
    if logged is not None:
        return Ending(end, logged, logged.line, from_log=True)
    return Ending(end, None, last_line(message) or last_line(log), from_log=not message)


def ending_evidence(pod: ObjectRef, box: Box, ending: Ending) -> tuple[Evidence, ...]:
    """The end as a field, and the line that tells."""
    where = f"{box.path}.{'state' if box.ended is ending.end else 'lastState'}.terminated"
    reason = f" ({ending.end.reason})" if ending.end.reason not in (None, "Error", "Completed") else ""
    told = [
        evidence.field(
            pod, f"{where}.exitCode", ending.end.exit_code, f"{pod}: container {box.name} ended with {ending.code_text}{reason}",
            ending.end.finished_at,
        )
    ]  # fmt: skip
    if ending.said:
        made = evidence.log(pod, box.name, ending.said) if ending.from_log else evidence.field(pod, f"{where}.message", ending.said)
        told.append(made)
    return tuple(told)
