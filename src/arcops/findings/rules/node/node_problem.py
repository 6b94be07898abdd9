"""A node reports a problem of its kernel, its container runtime or its disk.

Found: a condition of the node-problem-detector or a vendor's agent that stands for a fault is True. Types that are not known are a note.

Quiet: for conditions that are False or Unknown, and those whose True is good news (EtcdIsVoter, anything Ready, Healthy, Available).

Do: read its message; drain the node and restart or repair the machine.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.node import Node
from arcops.kube.times import time_ms

_OWN = frozenset({"Ready", "MemoryPressure", "DiskPressure", "PIDPressure", "NetworkUnavailable", "OutOfDisk"})
_PROBLEMS = frozenset({
    "KernelDeadlock", "ReadonlyFilesystem", "XfsShutdown", "CorruptDockerOverlay2", "CorruptDockerImage", "CorruptContainerdImageProblem",
    "FrequentKubeletRestart", "FrequentDockerRestart", "FrequentContainerdRestart", "FrequentUnregisterNetDevice", "FrequentGcfsdRestart",
    "FrequentGcfsSnapshotterRestart", "FilesystemCorruptionProblem", "ContainerRuntimeProblem", "ContainerRuntimeUnhealthy",
    "KubeletProblem", "KubeletUnhealthy", "KernelProblem", "DockerHung", "DiskProblem", "NetworkProblem", "NTPProblem",
    "CperHardwareErrorFatal",
    "HardwareError", "DNSProblem", "EGPUProblem", "GPUProblem", "GPUMissing", "XIDError", "OOMKilling", "TaskHung", "IOError",
    "DiskReadonly",
    "InodesPressure", "FDPressure", "ThreadsPressure", "TooManyOpenFiles", "ConntrackFull",
})  # fmt: skip
_GOOD = ("Ready", "Healthy", "Available", "Voter", "Initialized", "Succeeded", "Synced", "Configured", "Up", "OK", "Installed", "Valid")
_BAD = (
    "Problem",
    "Deadlock",
    "Corrupt",
    "Unhealthy",
    "Pressure",
    "Error",
    "Failed",
    "Failure",
    "Hung",
    "Readonly",
    "ReadOnly",
    "Unavailable",
)


def _reports_more(obj: KubeObject) -> bool:
    conditions = obj.status.conditions if isinstance(obj, Node) and obj.status else None
    return any(one.status == "True" and one.type not in _OWN for one in conditions or ())


@rule(Node, severity=Severity.WARNING, gate=_reports_more)
def check(node: Node, view: RuleView) -> Iterator[Hit]:
    """One hit for all problems, the known ones before others."""
    found = [one for one in (node.status.conditions if node.status else None) or () if one.status == "True" and one.type not in _OWN]
    bad = [one for one in found if _is_bad(one.type)]
    shown = bad or [one for one in found if not one.type.endswith(_GOOD) and one.reason]
    if not shown:
        return
    told = "; ".join(f"{one.type} ({': '.join(part for part in (one.reason, one.message) if part)})" for one in shown)
    yield Hit(
        title=f"{view.subject} reports {'a problem' if bad else 'a condition'}: {told}",
        severity=Severity.WARNING if bad else Severity.INFO,
        evidence=tuple(evidence.condition(view.subject, one) for one in shown),
        next=(advice.look(view.subject), f"On the machine {view.subject.name}: journalctl -k -e"),
        since_ms=min((at for one in shown if (at := time_ms(one.last_transition_time)) is not None), default=None),
    )


def _is_bad(kind: str) -> bool:
    return kind in _PROBLEMS or any(word in kind for word in _BAD)
