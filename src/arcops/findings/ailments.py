"""What a custom resource says of its own health, whatever its kind: conditions, phase, state, health."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from arcops.findings import evidence
from arcops.findings.base import Evidence
from arcops.kube.objects.condition import GenerationCondition
from arcops.kube.objects.custom import CustomObject, CustomStatus, NamedStatus, ToldError
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

GOOD = frozenset({
    "Ready", "Available", "Synced", "Healthy", "Succeeded", "Accepted", "Reconciled", "Installed", "Established", "Valid", "Validated",
    "Deployed", "Released", "Applied", "Initialized", "ReconcileSuccess", "ResourcesReady", "Serving", "Connected",
    "Configured", "Provisioned", "Issued",
})  # fmt: skip
"""Condition types that are ``False`` when something is wrong, the most telling first by name alone."""
BAD = frozenset({
    "Degraded", "Stalled", "Failed", "Failure", "Failing", "Error", "Errored", "Unhealthy", "ReconcileError", "ReconcileFailed",
    "ReconciliationFailed", "ReleaseFailed", "CatalogSourcesUnhealthy", "InstallPlanFailed", "ResolutionFailed", "BundleUnpackFailed",
    "NotReady", "Broken", "Invalid", "SyncError", "Unavailable", "ConfigUnsupported",
    "ComparisonError", "InvalidSpecError", "OrphanedResourceWarning",
})  # fmt: skip
"""Condition types that are ``True`` when something is wrong. A type whose status is not given counts as True (Argo CD)."""
_MEANT = frozenset(
    {"UserSpecifiedUnavailable", "VMINotExists", "ScaledToZero", "Hibernated", "Disabled", "Deactivated", "Stopped", "Halted"}
)
"""Reasons that say that somebody wanted it so."""
_WARNINGS_ONLY = frozenset({"OrphanedResourceWarning"})
_TRYING = frozenset({"Retrying", "Blocked", "Failed", "Error", "Failure", "RetriesExceeded", "ProgressDeadlineExceeded"})
_BUSY = (
    "progress", "reconciling", "pending", "creating", "provisioning", "waiting", "installing", "initializ", "starting", "deleting",
    "terminating", "paused", "suspended", "scaledtozero", "hibernat", "updating", "upgrading", "unknown", "notstarted", "issuing",
    "inprogress", "queued", "scheduling", "scaling", "bootstrapping", "deploying", "downloading", "pulling", "rolling", "restarting",
)  # fmt: skip
_BAD_PHASES = frozenset({
    "error", "failed", "failure", "degraded", "unhealthy", "crashloopbackoff", "lost", "reconcilefailed", "installfailed", "upgradefailed",
    "faulted", "stalled", "broken", "invalid", "rejected", "unavailable", "partiallyfailed", "failedvalidation", "notready", "fatal",
    "syncfailed", "deployfailed", "errored", "offline", "disconnected", "expired", "unreachable", "missing", "faulty", "red",
    "nothealthy", "createfailed", "updatefailed", "aborted",
})  # fmt: skip


_FAILED = re.compile(r"(?<!No)(?<!Not)(?:Failed|Failing|Error)$")
_NAMES_FAILURE = re.compile(r"fail|err|degrad|stall|invalid|unhealthy|problem|broken|not|disrupt|pressure|exceed", re.IGNORECASE)
_STORE_ERROR = "HEALTH_ERR"
_PENDING = frozenset({"pending", "waiting", "processing", "provisioning", "creating"})
_COMPLAINT = re.compile(
    r"\berr(?:or)?\b|fail|wrong|denied|refused|time(?:d )?out|not found|no such|cannot|unable|invalid|unreachable|forbidden|insufficient"
    r"|\bfound no\b|\bno (?:zones?|records?|matching|valid|usable|credentials)\b|please (?:make sure|check)",
    re.IGNORECASE,
)


class Ailment(NamedTuple):
    """What is wrong in words, where it stands, and since when the object says so. ``is_busy``: it may still be on its way.

    ``also`` is what the object says besides, in sentences; "" where it says no more.
    """

    said: str
    proof: Evidence
    since_ms: int | None
    is_busy: bool
    also: str = ""


def ailment_of(ref: ObjectRef, obj: CustomObject) -> Ailment | None:
    """The most telling sign of ill health, or None: a bad condition before a good one that is False before a phase."""
    status = obj.status
    if status is None or is_off(obj):
        return None
    generation = obj.metadata.generation or 0
    if status.observed_generation is not None and status.observed_generation < generation:
        return None
    fresh = [one for one in status.conditions or () if one.observed_generation is None or one.observed_generation >= generation]
    found = _worst(fresh)
    if found is not None:
        said = ": ".join(part for part in (found.reason, found.message) if part)
        if _is_hollow(found, ref.kind) and status.phase and status.phase_reason:
            said = f"{found.reason}), its phase is {status.phase} ({status.phase_reason.rstrip('.')}"
        text = f"condition {found.type} is {found.status or 'set'}" + (f" ({said})" if said else "")
        also = ". ".join(_besides(found, fresh, status, text))
        return Ailment(text, evidence.condition(ref, found), time_ms(found.last_transition_time), _is_busy(found), also)
    grave = _by_store(ref, status)
    if grave is not None:
        return grave
    ready = any(one.type == "Ready" and one.status == "True" for one in fresh)
    told = None if ready else _by_phase(ref, status) or _by_runtime(ref, status)
    if told is not None:
        return told._replace(also=". ".join(_complaints(fresh, told.said)))
    return None if ready else _by_error(ref, status) or _complaining(ref, status)


def _besides(found: GenerationCondition, conditions: list[GenerationCondition], status: CustomStatus, known: str) -> Iterator[str]:
    """What other bad conditions and the phase say that ``known`` does not."""
    for one in conditions:
        ill = (one.type in BAD and one.status in ("True", "")) or (one.status == "False" and (one.type in GOOD or _says_failed(one)))
        if one is not found and ill and one.reason not in _MEANT and one.message and one.message not in known:
            known += one.message
            yield f"Its condition {one.type} is {one.status or 'set'}: {one.message.rstrip('.')}"
    words = next((word for word in (status.phase_reason, status.message, status.error_message, status.error_text) if word), "")
    if words and words.rstrip(".") not in known:
        phase = status.phase or status.state
        yield f"Its {'phase' if status.phase else 'state'} is {phase}: {words.rstrip('.')}" if phase else f"It says: {words.rstrip('.')}"


def _complaints(conditions: list[GenerationCondition], known: str) -> Iterator[str]:
    """What conditions that are not met complain of, where the phase is the sign of ill health: a volume's that was not ``Scheduled``."""
    for one in conditions:
        message = (one.message or "").rstrip(".")
        if one.status == "False" and message and message not in known and _COMPLAINT.search(f"{one.reason} {message}"):
            yield f"Its condition {one.type} is False: {': '.join(part for part in (one.reason, message) if part)}"


def is_off(obj: CustomObject) -> bool:
    """Whether somebody holds it on purpose, or it is on its way out."""
    return bool(obj.metadata.deletion_timestamp or (obj.spec and (obj.spec.suspend or obj.spec.paused)))


def _worst(conditions: list[GenerationCondition]) -> GenerationCondition | None:
    conditions = [one for one in conditions if one.reason not in _MEANT]
    bad = [one for one in conditions if one.type in BAD and one.type not in _WARNINGS_ONLY and one.status in ("True", "")]
    stuck = [one for one in conditions if one.type == "Progressing" and one.reason in _TRYING]
    good = sorted((one for one in conditions if one.type in GOOD and one.status == "False"), key=_tells_less)
    failing = [one for one in conditions if one.status == "False" and one.message and _says_failed(one)]
    return next(iter((*(one for one in bad if one.message), *good, *bad, *stuck, *failing)), None)


def _says_failed(one: GenerationCondition) -> bool:
    """Whether the reason of a condition that is False says a failure, whatever the condition is called: ContinuousArchivingFailing.

    A condition that is named after a failure is well when it is False, whatever its reason.
    """
    return bool(_FAILED.search(one.reason or "")) and not _NAMES_FAILURE.search(one.type)


def _is_hollow(one: GenerationCondition, kind: str) -> bool:
    """Whether a condition's message only says again what its name says: ``Cluster Is Not Ready``."""
    return set(re.findall(r"[a-z]+", (one.message or "").lower())) <= {"the", "is", "not", kind.lower(), one.type.lower()}


def _tells_less(one: GenerationCondition) -> tuple[bool, bool, bool]:
    return _is_busy(one), not one.message, one.type not in ("Ready", "Available")


def _is_busy(one: GenerationCondition) -> bool:
    reason = (one.reason or "").lower()
    return any(word in reason for word in _BUSY) and not any(word in reason for word in ("fail", "error", "invalid"))


def _by_error(ref: ObjectRef, status: CustomStatus) -> Ailment | None:
    """One that keeps the error that keeps it from being of use, as a volume snapshot does."""
    if not isinstance(status.error, ToldError) or not status.error.message or status.ready_to_use:
        return None
    text = f"it is not ready to use ({status.error.message})" if status.ready_to_use is False else f"it says: {status.error.message}"
    proof = evidence.field(ref, "status.error.message", status.error.message, f"{ref}: {text}")
    return Ailment(text, proof, time_ms(status.error.time), is_busy=False)


def _by_store(ref: ObjectRef, status: CustomStatus) -> Ailment | None:
    """A Ceph cluster that reports errors, which its operator's conditions do not show. Warnings are its daily life."""
    store = status.ceph
    if store is None or store.health != _STORE_ERROR:
        return None
    grave = [(name, one.message or "") for name, one in (store.details or {}).items() if one.severity == _STORE_ERROR]
    words = "; ".join(f"{name}: {message.strip()}" for name, message in grave)
    text = f"its health is {store.health}" + (f" ({words})" if words else "")
    proof = evidence.field(ref, "status.ceph.health", store.health, f"{ref}: {text}")
    return Ailment(text, proof, time_ms(store.last_changed), is_busy=False)


def _complaining(ref: ObjectRef, status: CustomStatus) -> Ailment | None:
    """One that is on its way and says why it does not get on, as an ACME Challenge does."""
    state, words = status.state or status.phase or "", status.reason or status.message or ""
    if state.lower() not in _PENDING or not _COMPLAINT.search(words):
        return None
    text = f"its state is {state} ({words})"
    return Ailment(text, evidence.field(ref, "status.state", state, f"{ref}: {text}"), None, is_busy=True)


def _by_runtime(ref: ObjectRef, status: CustomStatus) -> Ailment | None:
    """A part of Azure IoT Operations whose runtime or health status is a bad one."""
    for path, part in (("runtimeStatus", status.runtime_status), ("healthState", status.health_state)):
        if part is not None and (part.status or "").replace(" ", "").lower() in _BAD_PHASES:
            words = part.status_description or part.message or ""
            text = f"its {path} is {part.status}" + (f" ({words})" if words else "")
            return Ailment(text, evidence.field(ref, f"status.{path}.status", part.status, f"{ref}: {text}"), None, is_busy=False)
    return None


def _by_phase(ref: ObjectRef, status: CustomStatus) -> Ailment | None:
    health = status.health.status if isinstance(status.health, NamedStatus) else status.health
    for path, value in (
        ("phase", status.phase), ("state", status.state), ("health", health), ("provisioningState", status.provisioning_state),
        ("robustness", status.robustness), ("status", status.status), ("healthStatus", status.health_status),
        ("operationalStatus", status.operational_status), ("syncStatus", status.sync_status),
        ("PostgresClusterStatus", status.postgres_status), ("configStatusLevel", status.config_status_level),
    ):  # fmt: skip
        if value and value.replace(" ", "").replace("-", "").replace("_", "").lower() in _BAD_PHASES:
            words = status.message or status.error_message or status.error_text or status.reason or status.config_status_description or ""
            if isinstance(status.health, NamedStatus) and path == "health":
                words = status.health.message or words
            text = f"its {path} is {value}" + (f" ({words})" if words else "")
            return Ailment(text, evidence.field(ref, f"status.{path}", value, f"{ref}: {text}"), None, is_busy=False)
    return None
