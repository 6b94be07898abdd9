"""A pod names a pull secret that does not exist.

Found: imagePullSecrets names a Secret that is not in the pod's namespace. While an image of the pod cannot be pulled this is critical;
otherwise it is a note, for public images and images that are there already do not need it.

Quiet: where Secrets cannot be listed.

Do: create the Secret in the pod's namespace, or take its name out of the workload or service account.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.began import began_ms
from arcops.findings.callers import spec_of
from arcops.findings.pods import boxes, is_over, is_waiting_for_start
from arcops.findings.rules.pod.image_pull_failing import REASONS
from arcops.findings.text.pulls import PullFailure, pull_problem, registry_of
from arcops.findings.view import RuleView
from arcops.kube.objects.config import Secret
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.workloads import DaemonSet, Deployment, StatefulSet
from arcops.kube.owners import controller_of
from arcops.kube.refs import ObjectRef

_OTHER_REASONS = frozenset(
    {PullFailure.INVALID_NAME, PullFailure.NEVER_PULLED, PullFailure.NO_SPACE, PullFailure.WRONG_PLATFORM, PullFailure.UNREACHABLE}
)


def _names_secrets(obj: KubeObject) -> bool:
    """A pod of which an image is being pulled in vain, or a workload; and it names pull secrets."""
    if isinstance(obj, Pod) and controller_of(obj) is not None and not is_waiting_for_start(obj):
        return False
    spec = None if isinstance(obj, Pod) and is_over(obj) else spec_of(obj)
    return spec is not None and bool(spec.image_pull_secrets)


@rule(Pod, Deployment, StatefulSet, DaemonSet, severity=Severity.INFO, for_minutes=2, gate=_names_secrets)
def check(obj: KubeObject, view: RuleView) -> Iterator[Hit]:
    """One hit for each Secret that is missing: critical for a pod that needs it, else a note about the workload."""
    spec = spec_of(obj)
    names = sorted({source.name for source in (spec.image_pull_secrets if spec else None) or () if source.name})
    missing = [ref for name in names if view.get(ref := ObjectRef.of(Secret.GROUP_KIND, view.subject.namespace, name)) is None]
    if not missing:
        return
    stuck = next((box for box in boxes(obj) if box.waiting in REASONS), None) if isinstance(obj, Pod) else None
    messages = [stuck.waiting_message, *(event.message for event in view.events("Failed"))] if stuck else []
    is_needed = stuck is not None and pull_problem(messages).failure not in _OTHER_REASONS
    if isinstance(obj, Pod) and controller_of(obj) is not None and not is_needed:
        return
    registry = registry_of(stuck.image) if stuck else "REGISTRY"
    for ref in missing:
        told = f", and image {stuck.image} cannot be pulled without credentials" if stuck and is_needed else ""
        yield Hit(
            title=f"{view.subject} names pull secret {ref.name}, which does not exist in namespace {ref.namespace}{told}",
            cause=ref,
            link="pulls with",
            severity=Severity.CRITICAL if is_needed else Severity.INFO,
            evidence=(
                evidence.field(view.subject, "spec.imagePullSecrets", ref.name),
                evidence.absence(ref, f"namespace {ref.namespace}"),
            ),
            next=(
                advice.listing(ref),
                f"Create it with: kubectl -n {ref.namespace} create secret docker-registry {ref.name} --docker-server={registry}",
            ),
            since_ms=began_ms(obj, view, "Failed", "BackOff") if is_needed and isinstance(obj, Pod) else None,
        )
