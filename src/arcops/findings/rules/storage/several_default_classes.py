"""More than one StorageClass is marked as the default, so that claims may get another than was meant.

Found: two or more classes carry the annotation of the default class. Claims without a class get the newest of them.

Quiet: with one default class, or none.

Do: take the annotation off all but one.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.findings.volumes import DEFAULT_CLASS, default_class, is_default
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.storage import StorageClass


def _is_default(obj: KubeObject) -> bool:
    return isinstance(obj, StorageClass) and any("is-default-class" in key for key in obj.metadata.annotations or ())


@rule(StorageClass, severity=Severity.WARNING, gate=_is_default)
def check(found: StorageClass, view: RuleView) -> Iterator[Hit]:
    """One hit, about the class that wins."""
    used = default_class(view)
    classes = [entry for entry in view.list(StorageClass.GROUP_KIND) if is_default(entry)]
    if used is None or used.ref != view.subject or len(classes) == 1:
        return
    others = [entry for entry in classes if entry.ref != view.subject]
    names = ", ".join(entry.ref.name for entry in others)
    yield Hit(
        title=f"There are {len(classes)} default StorageClasses: claims without a class get {found.metadata.name}, the newest, not {names}",
        evidence=tuple(evidence.field(entry.ref, f"metadata.annotations[{DEFAULT_CLASS}]", "true") for entry in classes),
        next=(
            "kubectl get storageclass",
            *(advice.kubectl(entry.ref, "annotate", f"{DEFAULT_CLASS}=false --overwrite") for entry in others),
        ),
    )
