"""A Job's work is done, but a helper beside it goes on running, so the Job never completes.

Found: in a pod of a Job that is not finished some container has ended well, and for 10 minutes all that still runs are proxies,
agents and the like: containers that the Job's own template does not have (something put them in), or known ones by name.

Quiet: while a container that does the work still runs, for native sidecars (init containers with restartPolicy Always), which the
kubelet ends by itself, and while the pod is being deleted.

Do: have the helper ended with the work: make it a native sidecar, tell it to quit (a proxy has a path for that), or keep it from
being put into Jobs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.jobs import is_finished, is_suspended
from arcops.findings.pods import Box, boxes, is_over
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import template_of
from arcops.kube.objects.batch import Job
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.times import duration_text, time_ms

_HELPER = re.compile(
    r"(?:^|[-_/.])(?:proxy|proxyv2|envoy|istio|linkerd|daprd|kuma|consul|agent|sidecar|fluent-?bit|fluentd|filebeat|vector|promtail|"
    r"otel|opentelemetry|collector|exporter|cloudsql|wait-?shutdown)(?:$|[-_/.:\d])"
)


def _is_active(obj: KubeObject) -> bool:
    return isinstance(obj, Job) and obj.status is not None and bool(obj.status.active)


@rule(Job, severity=Severity.WARNING, gate=_is_active, for_minutes=10)
def check(job: Job, view: RuleView) -> Iterator[Hit]:
    """One hit for the first such pod."""
    if is_finished(job) or is_suspended(job) or job.metadata.deletion_timestamp:
        return
    template = template_of(job)
    own = {one.name for one in (template.spec.containers if template and template.spec else None) or ()}
    for entry in view.owned_by(view.uid, Pod.GROUP_KIND) if view.uid else ():
        if isinstance(entry.obj, Pod) and not is_over(entry.obj) and not entry.obj.metadata.deletion_timestamp:
            yield from _kept(view, entry, [box for box in boxes(entry.obj) if not box.is_init], own)


def _kept(view: RuleView, entry: Entry, found: list[Box], own: set[str]) -> Iterator[Hit]:
    done = [box for box in found if box.ended is not None]
    running = [box for box in found if box.running_since_ms is not None]
    if not done or len(done) + len(running) != len(found) or any(box.ended and box.ended.exit_code for box in done):
        return
    if not running or not all(_is_helper(box, own) for box in running):
        return
    at_ms = max((time for box in done if box.ended and (time := time_ms(box.ended.finished_at)) is not None), default=None)
    work, helpers = ", ".join(box.name for box in done), ", ".join(box.name for box in running)
    ago = f" {duration_text(view.now_ms - at_ms)} ago" if at_ms is not None else ""
    put_in = "" if all(box.name in own for box in running) else ", which the Job's own template does not have"
    ended = f"container {work} of {entry.ref} ended well{ago}"
    yield Hit(
        title=f"{view.subject} never completes: {ended}, but {helpers} beside it still runs{put_in}",
        evidence=(
            *(
                evidence.field(entry.ref, f"{box.path}.state.terminated.exitCode", 0, time=box.ended.finished_at)
                for box in done
                if box.ended
            ),
            *(evidence.field(entry.ref, f"{box.path}.state.running", box.name) for box in running),
        ),
        next=(
            advice.look(entry.ref),
            f"Make {helpers} a native sidecar (an init container with restartPolicy Always), or end it with the work; then delete the pod.",
        ),
        since_ms=at_ms,
    )


def _is_helper(box: Box, own: set[str]) -> bool:
    return (box.name not in own and bool(own)) or bool(_HELPER.search(box.name) or _HELPER.search(box.image.rpartition("/")[2]))
