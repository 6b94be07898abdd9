"""A workload runs an image without a fixed version, so that a restart may bring another program.

Found: an image with the tag latest, or with neither tag nor digest.

Quiet: for images with a digest, and in the cluster's own namespaces.

Do: name a version or a digest.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.posture import WORKLOADS, containers_of, is_peoples, named, path_of
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject


@rule(*WORKLOADS, severity=Severity.INFO, gate=is_peoples)
def check(workload: KubeObject, view: RuleView) -> Iterator[Hit]:
    """One hit that names the images."""
    floating = {one.name: one.image for one in containers_of(workload) if one.image and _floats(one.image)}
    if floating:
        name, image = next(iter(floating.items()))
        yield Hit(
            title=f"{view.subject} runs {named(list(floating.values()))} without a fixed version",
            evidence=(evidence.field(view.subject, f"{path_of(workload)}.containers[{name}].image", image),),
            next=(advice.edit(view.subject, "the image"),),
        )


def _floats(image: str) -> bool:
    tag = image.rpartition("/")[2].partition(":")[2]
    return "@" not in image and tag in ("", "latest")
