"""An extension or configuration of Azure Arc could not be installed or applied.

Found: an ExtensionConfig, FluxConfig or GitConfig reports a failure in a condition, its state or its status for 5 minutes.

Quiet: while it is being installed, and in clusters that are not connected to Azure.

Do: read the message; then the log of the agent extension-manager or config-agent.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.ailments import ailment_of, is_off
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.custom import CustomObject

_GROUP = "clusterconfig.azure.com"
_KINDS = ("ExtensionConfig", "FluxConfig", "GitConfig")
_WORDS = ("fail", "error", "noncompliant", "non-compliant")


@rule(severity=Severity.WARNING, for_minutes=5, is_symptom=True)
def check(obj: CustomObject, view: RuleView) -> Iterator[Hit]:
    """One hit."""
    status = obj.status
    if view.subject.group != _GROUP or view.subject.kind not in _KINDS or status is None or is_off(obj):
        return
    found = ailment_of(view.subject, obj)
    stated = next((text for text in (status.status, status.provisioning_state, status.state, status.phase) if text and _is_bad(text)), "")
    if found is None and not stated:
        return
    words = status.error_message or status.message or status.error_text
    said = found.said if found else f"its status is {stated}{f' ({words})' if words and words != stated else ''}"
    agent = "extension-manager" if view.subject.kind == "ExtensionConfig" else "config-agent"
    yield Hit(
        title=f"{view.subject} of Azure Arc has failed: {said}",
        evidence=(found.proof if found else evidence.field(view.subject, "status.status", stated),),
        next=(advice.kubectl(view.subject, "get", "-o yaml"), f"kubectl -n azure-arc logs deployment/{agent} --all-containers --tail=100"),
        since_ms=found.since_ms if found else None,
    )


def _is_bad(text: str) -> bool:
    lower = text.lower()
    return any(word in lower for word in _WORDS) and not lower.startswith("no error")
