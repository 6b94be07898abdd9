"""A NetworkPolicy shuts off a Service, or a caller from a Service that it is told to call.

Found: what all policies of the pods let through is computed. Nobody is let in to a port that a Service offers; or the only ones who are do
not exist, while pods or namespaces with nearly such labels do; or the controller of an Ingress is not let in; or a workload whose settings
name a Service is not let through to it, and its log says that it fails, or the policy was changed within the record. Critical where the
policy is new or changed and somebody is known to need the Service.

Quiet: for a deny-all beside policies that admit, pods on the node's own network, Services without pods, and where policies of another
maker (Cilium, Calico, admin policies) have a say. A deny-all of a whole namespace that was always there is info.

Do: add a policy that admits the callers, or take the change back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.blocked import Barred, Shut, barred_caller, barred_ingress, is_wanted, near_callers, shut_ports
from arcops.findings.callers import CALLERS, complaint, is_caller, is_nobodys, pods_of
from arcops.findings.logs import is_complaint
from arcops.findings.past import FieldChange
from arcops.findings.policies import EGRESS, is_alone, peer_text, peers_of, pods_selected, rules_of
from arcops.findings.text.digest import digest
from arcops.findings.traffic import is_external
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.network import Ingress, NetworkPolicy
from arcops.kube.objects.service import Service
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import EVERYTHING
from arcops.kube.times import time_ms

_MOST_NAMED = 3


@rule(Service, Ingress, *CALLERS, severity=Severity.WARNING, for_minutes=2, gate=is_nobodys)
def check(obj: KubeObject, view: RuleView) -> Iterator[Hit]:
    """Hits about who is shut off, each blaming the policy that changed last of those in the way."""
    if isinstance(obj, Service):
        yield from _service(obj, view)
    elif isinstance(obj, Ingress):
        yield from _ingress(obj, view)
    elif is_caller(obj):
        yield from _caller(obj, view)


def _culprit(view: RuleView, policies: Sequence[Entry]) -> tuple[Entry, list[FieldChange]]:
    """Of several policies that together shut something off, the one that changed last, with its changes."""
    found = max(policies, key=lambda entry: (_last_ms(view, entry), entry.ref))
    return found, _changes(view, found.ref)


def _changes(view: RuleView, policy: ObjectRef) -> list[FieldChange]:
    return [one for one in view.changes(policy) if not one.path or one.path.startswith("spec")]


def _last_ms(view: RuleView, entry: Entry) -> int:
    created = time_ms(entry.obj.metadata.creation_timestamp) or 0
    return max((one.at_ms for one in _changes(view, entry.ref)), default=created)


def _hit(
    policy: Entry,
    changes: list[FieldChange],
    said: str,
    severity: Severity,
    proof: tuple[Evidence, ...],
    *,
    told_ms: int | None = None,
) -> Hit:
    moved = evidence.aside(changes)
    return Hit(
        title=f"{policy.ref} {said}{moved}",
        cause=policy.ref,
        link="shuts off",
        severity=severity,
        evidence=(*proof, *(evidence.change(one) for one in changes)),
        next=(advice.look(policy.ref), f"kubectl -n {policy.ref.namespace} get networkpolicy,service", _way_back(policy.ref, changes)),
        since_ms=_since(policy, changes) or told_ms,
    )


def _since(policy: Entry, changes: list[FieldChange]) -> int | None:
    if not changes:
        return None
    return (time_ms(policy.obj.metadata.creation_timestamp) if changes[-1].what == "created" else None) or changes[-1].at_ms


def _way_back(policy: ObjectRef, changes: list[FieldChange]) -> str:
    if changes and changes[-1].what == "created":
        return f"If it is not meant: {advice.kubectl(policy, 'delete')}"
    return advice.edit(policy, "its rules")


# Services that nobody is let in to


def _service(service: Service, view: RuleView) -> Iterator[Hit]:
    if is_external(service) or not view.list(NetworkPolicy.GROUP_KIND, view.subject.namespace):
        return
    shut = shut_ports(service, view)
    if shut is None or not is_alone(view):
        return
    policy, changes = _culprit(view, shut.policies)
    near = near_callers(view, view.subject.namespace, shut.peers) if shut.peers else []
    if shut.peers and not near and not changes:
        return
    told = f"; near it are {', '.join(ref.name for ref in near[:_MOST_NAMED])}" if near else ""
    said = f"lets no ingress traffic in to {view.subject}, port {', '.join(map(str, shut.ports))}: {_why(shut)}{told}"
    proof = evidence.field(policy.ref, "spec.ingress", None, f"{policy.ref}: {_why(shut)}")
    yield _hit(policy, changes, said, _severity(service, view, policy, shut, changes), (proof,))


def _why(shut: Shut) -> str:
    if not shut.peers:
        return "no rule admits anybody on it"
    return f"only {', '.join(dict.fromkeys(peer_text(peer) for peer in shut.peers))} may, and there are none"


def _severity(service: Service, view: RuleView, policy: Entry, shut: Shut, changes: list[FieldChange]) -> Severity:
    if changes:
        return Severity.CRITICAL if is_wanted(service, view) else Severity.WARNING
    is_general = isinstance(policy.obj, NetworkPolicy) and pods_selected(policy.obj) == EVERYTHING
    return Severity.INFO if is_general and not shut.peers else Severity.WARNING


# Callers that are not let through


def _ingress(ingress: Ingress, view: RuleView) -> Iterator[Hit]:
    if not view.list(NetworkPolicy.GROUP_KIND, view.subject.namespace):
        return
    for barred in barred_ingress(ingress, view):
        if is_alone(view):
            policy, changes = _culprit(view, barred.policies)
            said = f"does not let the Ingress controller reach {barred.service}, to which {view.subject} leads ({barred.where})"
            proof = evidence.field(
                policy.ref, "spec.ingress", None, f"{policy.ref}: no ingress rule is about the Ingress controller's pods"
            )
            yield _hit(policy, changes, said, Severity.CRITICAL if changes else Severity.WARNING, (proof,))


def _caller(obj: KubeObject, view: RuleView) -> Iterator[Hit]:
    for barred in barred_caller(obj, view):
        if is_alone(view):
            yield _barred(obj, view, barred)


def _barred(obj: KubeObject, view: RuleView, barred: Barred) -> Hit:
    policy, changes = _culprit(view, barred.policies)
    found = complaint(pods_of(obj, view), view, barred.service.name)
    severity = Severity.CRITICAL if changes else Severity.WARNING if found else Severity.INFO
    way = "egress" if barred.direction == EGRESS else "ingress"
    logged = (evidence.log(found[0].ref, found[1], found[2]),) if found else ()
    proof = evidence.field(policy.ref, f"spec.{way}", None, f"{policy.ref}: no {way} rule is about {view.subject} and {barred.service}")
    said = f"has no {way} rule that lets {view.subject} reach {barred.said}, which {barred.where} names{_lets(policy, barred.direction)}"
    return _hit(
        policy, changes, said, severity, (proof, *logged), told_ms=_complains_since(view, found[0].ref, found[1]) if found else None
    )


def _lets(policy: Entry, direction: str) -> str:
    """Whom the policy means to let through, in words: what it selects may have lost the label."""
    peers = [peer_text(peer) for _, one in rules_of([policy], direction) for peer in peers_of(one, direction)]
    return f"; it lets through only {', '.join(list(dict.fromkeys(peers))[:_MOST_NAMED])}" if peers else ""


def _complains_since(view: RuleView, pod: ObjectRef, container: str) -> int | None:
    """When a log began to complain: who is shut off may have been so before that was observed."""
    found = digest(view.log(pod, container), view.now_ms, is_complaint)
    return found.first_ms if found is not None else None
