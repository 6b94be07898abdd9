"""A container cannot be made because a ConfigMap, a Secret or a key of one that it names is missing.

Found: a container waits with CreateContainerConfigError for a minute. The kubelet's message says what is missing; whether it is
really not there is looked up.

Quiet: for optional references, which do not stop a container.

Do: create what is missing, or correct the name in the workload. Names that are close to the missing one are listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.began import began_ms
from arcops.findings.pods import Box, boxes, is_waiting_for_start
from arcops.findings.text.config_errors import MissingConfig, missing_config
from arcops.findings.view import RuleView
from arcops.kube.objects.config import ConfigMap
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import GroupKind, ObjectRef

REASON = "CreateContainerConfigError"


@rule(Pod, severity=Severity.CRITICAL, for_minutes=1, gate=is_waiting_for_start, blames_changes=True)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for each thing that is missing."""
    for box in boxes(pod):
        if box.waiting != REASON:
            continue
        messages = [box.waiting_message, *(event.message for event in view.events("Failed"))]
        missing = next((found for message in messages if (found := missing_config(message)) and found.name), None)
        yield _missing(pod, view, box, missing) if missing else _other(pod, view, box)


def _missing(pod: Pod, view: RuleView, box: Box, missing: MissingConfig) -> Hit:
    ref = ObjectRef("", missing.kind, view.subject.namespace, missing.name)
    kind = ref.group_kind
    entry = view.get(ref) if view.sees(kind) else None
    what = f"key {missing.key} in {missing.kind} {missing.name}" if missing.key else f"{missing.kind} {missing.name}"
    look = advice.kubectl(ref, "get", "-o yaml") if missing.key and kind == ConfigMap.GROUP_KIND else advice.listing(ref)
    near = _near(view, kind, ref, missing, entry.obj if entry else None)
    return Hit(
        title=f"Container {box.name} of {view.subject} cannot start: {what} is missing (not found in namespace {ref.namespace})",
        cause=ref,
        link="reads",
        why=f"Near the missing name there is {near}" if near else "",
        evidence=tuple(_evidence(view, box, ref, missing, is_there=entry is not None)),
        next=(look, f"Create {what}, or correct the name in the workload."),
        since_ms=began_ms(pod, view, "Failed"),
    )  # fmt: skip


def _near(view: RuleView, kind: GroupKind, ref: ObjectRef, missing: MissingConfig, obj: object) -> str:
    if missing.key:
        keys = sorted(obj.keys) if isinstance(obj, ConfigMap) else []
        return ", ".join(get_close_matches(missing.key, keys, n=3) or keys[:5])
    names = [entry.ref.name for entry in view.list(kind, ref.namespace)] if view.sees(kind) else []
    return ", ".join(get_close_matches(ref.name, names, n=3, cutoff=0.5))


def _evidence(view: RuleView, box: Box, ref: ObjectRef, missing: MissingConfig, *, is_there: bool) -> Iterator[Evidence]:
    text = f"{view.subject}: container {box.name} waits: {box.waiting}: {box.waiting_message}"
    yield evidence.field(view.subject, f"{box.path}.state.waiting.message", box.waiting_message, text)
    for event in view.events("Failed"):
        if missing.name in event.message:
            yield evidence.event(event)
    if not is_there and not missing.key and view.sees(ref.group_kind):
        yield evidence.absence(ref, f"namespace {ref.namespace}")


def _other(pod: Pod, view: RuleView, box: Box) -> Hit:
    """Another reason, such as an image that must not run as root: the message says it."""
    text = f"{view.subject}: container {box.name} waits: {box.waiting}: {box.waiting_message}"
    return Hit(
        title=f"Container {box.name} of {view.subject} cannot be configured: {box.waiting_message or box.waiting}",
        evidence=(evidence.field(view.subject, f"{box.path}.state.waiting.message", box.waiting_message, text),),
        next=(advice.look(view.subject),),
        since_ms=began_ms(pod, view, "Failed"),
    )
