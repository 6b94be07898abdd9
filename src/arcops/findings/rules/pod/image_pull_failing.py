"""A container waits because its image cannot be pulled.

Found: a container of the pod waits with ImagePullBackOff, ErrImagePull, ErrImageNeverPull, InvalidImageName, ImageInspectError or
RegistryUnavailable for 2 minutes. The messages of the kubelet decide why: the image is not there, the registry refused the
credentials (then the pull secrets are looked at), the registry cannot be reached, the image has no variant for the node's CPU,
the name is no image name.

Quiet: while a pull is being tried for the first time, and for images that are there although a pull secret is missing.

Do: check the name and tag first, then the pull secret, then whether the node reaches the registry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.began import began_ms
from arcops.findings.pods import Box, boxes, is_waiting_for_start, node_of
from arcops.findings.text.pulls import PullFailure, PullProblem, pull_problem, registry_of
from arcops.findings.view import RuleView
from arcops.kube.objects.config import Secret
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import ObjectRef

REASONS = frozenset(
    {"ImagePullBackOff", "ErrImagePull", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError", "RegistryUnavailable"}
)

_WORDS = {
    PullFailure.NOT_FOUND: "it is not found in the registry",
    PullFailure.UNAUTHORIZED: "the registry answers unauthorized",
    PullFailure.UNREACHABLE: "the registry {registry} cannot be reached",
    PullFailure.WRONG_PLATFORM: "the image has no variant for the platform (CPU architecture) of {node}",
    PullFailure.INVALID_NAME: "the name is not a valid image name",
    PullFailure.NEVER_PULLED: "it is not present on the node and the pull policy is Never",
    PullFailure.RATE_LIMITED: "the registry limits the rate of pulls",
    PullFailure.NO_SPACE: "{node} has no space left on its disk for it",
    PullFailure.UNKNOWN: "the pull fails",
}


@rule(Pod, severity=Severity.CRITICAL, for_minutes=2, gate=is_waiting_for_start, blames_changes=True)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for all containers that cannot be pulled for the same reason."""
    stuck = [box for box in boxes(pod) if box.waiting in REASONS]
    if not stuck:
        return
    events = [event for event in view.events("Failed", "BackOff", "ErrImageNeverPull", "InspectFailed") if _is_about(event.message)]
    box = stuck[0]
    problem = pull_problem([box.waiting_message, *(event.message for event in events), box.waiting])
    missing = _missing_secret(pod, view) if problem.failure is PullFailure.UNAUTHORIZED else None
    yield Hit(
        title=_title(view.subject, stuck, problem, missing, pod),
        cause=missing,
        link="pulls with" if missing else "",
        why=_why(problem),
        evidence=tuple(_evidence(view, stuck, events, missing)),
        next=_next(view.subject, box, problem, missing, node_of(pod)),
        since_ms=began_ms(pod, view, "Failed", "BackOff", "ErrImageNeverPull"),
    )


def _is_about(message: str) -> bool:
    return "image" in message.lower() or "pull" in message.lower()


def _missing_secret(pod: Pod, view: RuleView) -> ObjectRef | None:
    names = [source.name for source in (pod.spec.image_pull_secrets if pod.spec else None) or () if source.name]
    refs = [ObjectRef.of(Secret.GROUP_KIND, view.subject.namespace, name) for name in names]
    return next((ref for ref in refs if view.get(ref) is None), None) if view.sees(Secret.GROUP_KIND) else None


def _title(subject: ObjectRef, stuck: Sequence[Box], problem: PullProblem, missing: ObjectRef | None, pod: Pod) -> str:
    box = stuck[0]
    what = f"Image {box.image} of container {box.name} in {subject} cannot be pulled ({box.waiting})"
    why = _WORDS[problem.failure].format(registry=registry_of(box.image), node=node_of(pod))
    if missing is not None:
        return f"{what}: {why}, and the pull secret {missing.name} does not exist in namespace {missing.namespace}"
    if problem.failure is PullFailure.UNAUTHORIZED:
        names = [source.name for source in (pod.spec.image_pull_secrets if pod.spec else None) or ()]
        why += f", with pull secret {', '.join(names)}" if names else ", and the pod names no pull secret"
    more = f"; the same for container {', '.join(other.name for other in stuck[1:])}" if len(stuck) > 1 else ""
    return f"{what}: {why}{more}"


def _why(problem: PullProblem) -> str:
    return f"The kubelet says: {problem.said}" if problem.said else ""


def _evidence(view: RuleView, stuck: Sequence[Box], events: Sequence[object], missing: ObjectRef | None) -> Iterator[Evidence]:
    for box in stuck:
        said = f"container {box.name} waits: {box.waiting}{f': {box.waiting_message}' if box.waiting_message else ''}"
        yield evidence.field(view.subject, f"{box.path}.state.waiting.reason", box.waiting, f"{view.subject}: {said}")
    for event in view.events("Failed", "BackOff", "ErrImageNeverPull", "InspectFailed"):
        if event in events:
            yield evidence.event(event)
    if missing is not None:
        yield evidence.absence(missing, f"namespace {missing.namespace}")


def _next(subject: ObjectRef, box: Box, problem: PullProblem, missing: ObjectRef | None, node: str) -> tuple[str, ...]:
    if missing is not None:
        create = f"kubectl -n {missing.namespace} create secret docker-registry {missing.name}"
        return advice.listing(missing), f"Create it with: {create} --docker-server={registry_of(box.image)}"
    registry = registry_of(box.image)
    steps = {
        PullFailure.NOT_FOUND: f"Check that {box.image} exists in the registry, and correct the name or tag in the workload.",
        PullFailure.UNAUTHORIZED: f"Check the credentials for {registry} in the pod's imagePullSecrets or service account.",
        PullFailure.UNREACHABLE: f"Check from a node that {registry} resolves and answers (DNS, proxy, firewall, certificate).",
        PullFailure.WRONG_PLATFORM: "Build or choose an image for the node's architecture, or place the pod on a node of the image's.",
        PullFailure.INVALID_NAME: "Correct the image name in the workload.",
        PullFailure.NEVER_PULLED: "Load the image onto the node, or set imagePullPolicy to IfNotPresent.",
        PullFailure.RATE_LIMITED: "Pull with credentials, or from a mirror of your own.",
        PullFailure.NO_SPACE: f"Free the disk on which {node} keeps its images: crictl rmi --prune there.",
        PullFailure.UNKNOWN: "Read the kubelet's message.",
    }
    return advice.look(subject), steps[problem.failure]
