"""A pod has not been ready for 15 minutes, and nothing else explains it.

Found: the pod is pending, or runs without being ready, for 15 minutes, and no other rule has its reason. A readiness gate that is not
met is named; so are containers that are being created without any word from the kubelet.

Quiet: for pods of Jobs, pods with scheduling gates, pods on their way out, and whenever a cause is known.

Do: describe the pod; look at the kubelet of its node.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.nodes import is_lost, node_of, not_ready
from arcops.findings.passed import unpassed
from arcops.findings.pods import Box, boxes, has_owner, is_over, is_ready, is_unwell, not_ready_since_ms
from arcops.findings.probes import READINESS, killed_by_probe, probe_of
from arcops.findings.rules.pod.container_waiting import STARTING
from arcops.findings.rules.pod.sandbox_failing import REASON as SANDBOX
from arcops.findings.rules.pod.volume_attach_failing import REASON as ATTACH
from arcops.findings.rules.pod.volume_mount_failing import REASONS as MOUNT
from arcops.findings.view import RuleView
from arcops.kube.conditions import condition_of, is_true
from arcops.kube.objects.condition import Condition
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import ObjectRef


@rule(Pod, severity=Severity.WARNING, for_minutes=15, gate=is_unwell, is_symptom=True, mixin="PodNotReady")
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    if is_over(pod) or is_ready(pod) or pod.metadata.deletion_timestamp or has_owner(pod, "Job"):
        return
    name = pod.spec.node_name if pod.spec else None
    if not name or is_lost(view, name) or not_ready(node_of(view, name)) or _is_explained(pod, view):
        return
    ready = condition_of(pod.status.conditions if pod.status else None, "Ready")
    gates = _unmet_gates(pod)
    yield Hit(
        title=f"{view.subject} has not been ready for more than 15 minutes: {_why(pod, gates, ready)}",
        evidence=(
            *((evidence.condition(view.subject, ready),) if ready else ()),
            *(evidence.field(view.subject, f"status.conditions[{gate}]", "not True") for gate in gates),
        ),
        next=(advice.look(view.subject), f"On the machine {name}: journalctl -u kubelet -e"),
        since_ms=not_ready_since_ms(pod),
    )


def _unmet_gates(pod: Pod) -> list[str]:
    gates = [gate.condition_type for gate in (pod.spec.readiness_gates if pod.spec else None) or ()]
    return [gate for gate in gates if not is_true(pod.status.conditions if pod.status else None, gate)]


def _is_explained(pod: Pod, view: RuleView) -> bool:
    """Whether another rule has the reason."""
    if unpassed(view, SANDBOX, ATTACH, *MOUNT) and any(box.waiting for box in boxes(pod)):
        return True
    return any(_has_reason(box, view) for box in boxes(pod)) or _lacks_config(pod, view)


def _has_reason(box: Box, view: RuleView) -> bool:
    if box.waiting not in STARTING:
        return True
    if box.ready:
        return False
    if box.is_init and not box.is_sidecar:
        return box.running_since_ms is not None or (box.ended is not None and box.ended.exit_code != 0)
    if box.ended is not None:
        return box.ended.exit_code != 0
    is_probed = box.running_since_ms is not None and probe_of(box.spec, READINESS) is not None
    return is_probed or (box.restarts > 0 and killed_by_probe(view, box) is not None)


def _lacks_config(pod: Pod, view: RuleView) -> bool:
    """Whether a ConfigMap, Secret or claim that a volume names is absent."""
    for volume in (pod.spec.volumes if pod.spec else None) or ():
        for kind, name, optional in (
            ("ConfigMap", volume.config_map.name if volume.config_map else "", volume.config_map.optional if volume.config_map else None),
            ("Secret", volume.secret.secret_name if volume.secret else "", volume.secret.optional if volume.secret else None),
            ("PersistentVolumeClaim", volume.persistent_volume_claim.claim_name if volume.persistent_volume_claim else "", None),
        ):
            ref = ObjectRef("", kind, view.subject.namespace, name)
            if name and not optional and view.sees(ref.group_kind) and view.get(ref) is None:
                return True
    return False


def _why(pod: Pod, gates: list[str], ready: Condition | None) -> str:
    if gates:
        return f"its readiness gate {', '.join(gates)} is not met; whoever sets it does not"
    waiting = [box.name for box in boxes(pod) if box.waiting]
    if waiting:
        return f"container {', '.join(waiting)} is being created, and the kubelet does not say what is in the way"
    return (ready.message or ready.reason or "") if ready else f"it is {pod.status.phase if pod.status else 'without a status'}"
