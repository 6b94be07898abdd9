"""A container that seems well writes errors into its log.

Found: a ready container's log holds lines that are errors by their meaning: more than one a minute of late, a crash trace, or a last word
("giving up, worker stopped") make it a warning; a few in between are a note. Lines alike are counted as one, with first and last
time; what was said of a change just before the first is told too.

Quiet: for "0 errors", a failover that worked, lines whose own level is info or warning, conflicts that programs try again, clients that
went away, and lines that name a host that does not answer (UnhealthyDependency).

Do: read the lines around the first error.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.logs import Told, own_errors, since_ms, times_text
from arcops.findings.pods import is_ready
from arcops.findings.text.lines import Family, decisive
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod

_MOST = 6
_LONGEST = 300


def _seems_well(obj: KubeObject) -> bool:
    return isinstance(obj, Pod) and is_ready(obj) and not obj.metadata.deletion_timestamp


@rule(Pod, severity=Severity.WARNING, gate=_seems_well, blames_changes=True)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit, about the container whose errors weigh most."""
    if not view.has_every_log and not _has_restarted(pod):
        return
    found = sorted(own_errors(pod, view), key=lambda told: (not told.digest.is_grave, -told.digest.total))
    if found:
        yield _hit(view, found[0])


def _has_restarted(pod: Pod) -> bool:
    return any(one.restart_count for one in (pod.status.container_statuses if pod.status else None) or ())


def _hit(view: RuleView, told: Told) -> Hit:
    found = told.digest
    most = found.errors[0]
    others = "; ".join(one.example.text[:_LONGEST] for one in found.errors[1:_MOST])
    reading = decisive(most.example.text)
    means = [f"That means: {reading.family.value}"] if reading and reading.family not in (Family.ERROR, Family.CRASH) else []
    before = [f"Just before the first error it said: {found.before[:_LONGEST]}"] if found.before else []
    last = " and ends with it" if found.ends_badly else ""
    return Hit(
        title=f"Container {told.box.name} of {view.subject} is ready but logs errors ({found.total} of {found.lines} lines{last}): "
        f'"{most.example.text[:_LONGEST]}", {times_text(most)}{f"; also: {others}" if others else ""}',
        why=". ".join((*means, *before)),
        severity=Severity.WARNING if found.is_grave else Severity.INFO,
        evidence=(
            *(evidence.log(view.subject, told.box.name, one.example.line[:_LONGEST]) for one in found.errors[:_MOST]),
            *((evidence.log(view.subject, told.box.name, found.before[:_LONGEST]),) if found.before else ()),
        ),
        next=(advice.logs(view.subject, told.box.name),),
        since_ms=since_ms(told),
    )
