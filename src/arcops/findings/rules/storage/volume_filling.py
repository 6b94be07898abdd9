"""A volume is full: a program ended because nothing more could be written to it.

Found: a container ended or waits to be started again, its message or log says that no space is left on the device, and the path lies in a
mounted claim, an emptyDir or another volume of the pod; without a path, when the pod has a single claim.

Quiet: for paths outside the pod's volumes (the node's disk is another matter), and for containers that stay up.

Do: delete what is not needed, or ask for more: a claim grows by `kubectl patch pvc` where its class allows it.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.began import began_ms
from arcops.findings.endings import ending_evidence, ending_of
from arcops.findings.pods import Box, boxes, is_unwell
from arcops.findings.recovery import has_outlived
from arcops.findings.text.lines import Family
from arcops.findings.view import RuleView
from arcops.findings.volumes import wanted_text
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.storage import PersistentVolumeClaim
from arcops.kube.refs import ObjectRef


@rule(Pod, severity=Severity.CRITICAL, gate=is_unwell)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for each container whose volume is full."""
    claims = _claims(pod, view)
    for box in boxes(pod):
        if not claims or box.ready or box.last_end is None or box.last_end.exit_code == 0 or has_outlived(view, box):
            continue
        ending = ending_of(view, view.subject, box)
        if ending is None or ending.reading is None or ending.reading.family is not Family.NO_SPACE:
            continue
        claim = _full(box, ending.reading.about, claims)
        if claim is not None:
            yield Hit(
                title=f"{claim} is full{_size(claim, view)}: container {box.name} of {view.subject} ended with: {ending.said}",
                cause=claim,
                link="mounts",
                evidence=ending_evidence(view.subject, box, ending),
                next=(
                    f"kubectl -n {view.subject.namespace} exec {view.subject.name} -c {box.name} -- df -h",
                    advice.look(claim),
                    f"Ask for more: {advice.kubectl(claim, 'edit')} (spec.resources.requests.storage)",
                ),
                since_ms=began_ms(pod, view, "BackOff"),
            )


def _claims(pod: Pod, view: RuleView) -> dict[str, ObjectRef]:
    """The pod's claims by the names of its volumes."""
    found = {}
    for volume in (pod.spec.volumes if pod.spec else None) or ():
        name = volume.persistent_volume_claim.claim_name if volume.persistent_volume_claim else ""
        if volume.ephemeral is not None:
            name = f"{pod.metadata.name}-{volume.name}"
        if name:
            found[volume.name] = ObjectRef.of(PersistentVolumeClaim.GROUP_KIND, view.subject.namespace, name)
    return found


def _full(box: Box, path: str, claims: dict[str, ObjectRef]) -> ObjectRef | None:
    """The claim a path lies in; without a path the only one."""
    mounts = [mount for mount in (box.spec.volume_mounts if box.spec else None) or () if mount.mount_path]
    if not path:
        mounted = [claims[mount.name] for mount in mounts if mount.name in claims]
        return mounted[0] if len(mounted) == 1 else None
    within = [mount for mount in mounts if f"{path}/".startswith(f"{mount.mount_path.rstrip('/')}/")]
    deepest = max(within, key=lambda mount: len(mount.mount_path), default=None)
    return claims.get(deepest.name) if deepest is not None else None


def _size(claim: ObjectRef, view: RuleView) -> str:
    entry = view.get(claim) if view.sees(claim.group_kind) else None
    return f" ({wanted_text(entry.obj)})" if entry is not None and isinstance(entry.obj, PersistentVolumeClaim) else ""
