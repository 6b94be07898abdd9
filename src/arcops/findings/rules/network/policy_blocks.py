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
from typing import NamedTuple

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.blocked import Barred, Shut, barred_callers, barred_ingresses, is_wanted, near_callers, shut_services
from arcops.findings.callers import complaint
from arcops.findings.past import FieldChange
from arcops.findings.policies import EGRESS, INGRESS, is_alone, peer_text, pods_selected, restricts
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.network import NetworkPolicy
from arcops.kube.refs import ObjectRef
from arcops.kube.selectors import EVERYTHING
from arcops.kube.times import time_ms

_MOST_NAMED = 3


class _Said(NamedTuple):
    text: str
    severity: Severity
    evidence: tuple[Evidence, ...] = ()


def _guards(obj: KubeObject) -> bool:
    return isinstance(obj, NetworkPolicy) and not obj.metadata.deletion_timestamp


@rule(NetworkPolicy, severity=Severity.WARNING, for_minutes=2, gate=_guards)
def check(policy: NetworkPolicy, view: RuleView) -> Iterator[Hit]:
    """One hit that names all that is shut off."""
    if not is_alone(view):
        return
    changes = _changes(view)
    shut = list(shut_services(policy, view)) if restricts(policy, INGRESS) else []
    said = [*_shut(policy, view, shut, changes), *_barred(policy, view, {one.service for one in shut}, changes)]
    if not said:
        return
    worst = min((one.severity for one in said), key=lambda severity: severity.rank)
    told = [one for one in said if one.severity is worst]
    more = f" (and {len(told) - _MOST_NAMED} more)" if len(told) > _MOST_NAMED else ""
    changed = f"; {evidence.changed_text(changes[-1])}" if changes else ""
    yield Hit(
        title=f"{view.subject} blocks traffic: {'; '.join(one.text for one in told[:_MOST_NAMED])}{more}{changed}",
        severity=worst,
        evidence=(*(proof for one in told for proof in one.evidence), *(evidence.change(one) for one in changes)),
        next=(advice.look(view.subject), f"kubectl -n {view.subject.namespace} get networkpolicy,service", *_way_back(view, changes)),
        since_ms=_since(policy, changes),
    )


def _changes(view: RuleView) -> list[FieldChange]:
    return [one for one in view.changes(view.subject) if not one.path or one.path.startswith("spec")]


def _since(policy: NetworkPolicy, changes: list[FieldChange]) -> int | None:
    if not changes:
        return None
    return (time_ms(policy.metadata.creation_timestamp) if changes[-1].what == "created" else None) or changes[-1].at_ms


def _way_back(view: RuleView, changes: list[FieldChange]) -> tuple[str, ...]:
    if changes and changes[-1].what == "created":
        return (f"If it is not meant: {advice.kubectl(view.subject, 'delete')}",)
    return (advice.edit(view.subject, "its rules"),)


def _is_to_blame(view: RuleView, policies: Sequence[Entry]) -> bool:
    """Of several policies that together shut something off, the one that changed last speaks."""
    return bool(policies) and max(policies, key=lambda entry: (_last_ms(view, entry), entry.ref)).ref == view.subject


def _last_ms(view: RuleView, entry: Entry) -> int:
    created = time_ms(entry.obj.metadata.creation_timestamp) or 0
    return max((one.at_ms for one in view.changes(entry.ref) if not one.path or one.path.startswith("spec")), default=created)


# Services that nobody is let in to


def _shut(policy: NetworkPolicy, view: RuleView, found: list[Shut], changes: list[FieldChange]) -> Iterator[_Said]:
    for shut in found:
        near = near_callers(view, view.subject.namespace, shut.peers) if shut.peers else []
        if not _is_to_blame(view, shut.policies) or (shut.peers and not near and not changes):
            continue
        text = f"it lets no ingress traffic in to {shut.service}, port {shut.port.port}: {_why(shut)}"
        told = f"; near it are {', '.join(ref.name for ref in near[:_MOST_NAMED])}" if near else ""
        rules = f"{view.subject}: {_why(shut)}"
        yield _Said(text + told, _severity(policy, view, shut, changes), (evidence.field(view.subject, "spec.ingress", None, rules),))


def _why(shut: Shut) -> str:
    if not shut.peers:
        return "no rule admits anybody on it"
    return f"only {', '.join(dict.fromkeys(peer_text(peer) for peer in shut.peers))} may, and there are none"


def _severity(policy: NetworkPolicy, view: RuleView, shut: Shut, changes: list[FieldChange]) -> Severity:
    if changes:
        return Severity.CRITICAL if is_wanted(view, shut.service) else Severity.WARNING
    return Severity.INFO if pods_selected(policy) == EVERYTHING and not shut.peers else Severity.WARNING


# Callers that are not let through


def _barred(policy: NetworkPolicy, view: RuleView, shut: set[ObjectRef], changes: list[FieldChange]) -> Iterator[_Said]:
    """The callers of Services that are not shut to everybody."""
    for barred in barred_ingresses(policy, view) if restricts(policy, INGRESS) else ():
        if barred.address.service not in shut and _is_to_blame(view, barred.policies):
            yield _ingress(view, barred, changes)
    for direction in (INGRESS, EGRESS):
        if restricts(policy, direction):
            for barred in barred_callers(policy, view, direction):
                if barred.address.service not in shut and _is_to_blame(view, barred.policies):
                    yield _caller(view, barred, changes)


def _ingress(view: RuleView, barred: Barred, changes: list[FieldChange]) -> _Said:
    text = f"its ingress rules do not let the Ingress controller reach {barred.address.service}, to which {barred.caller} leads"
    told = f"{view.subject}: no ingress rule is about the Ingress controller's pods"
    return _Said(text, Severity.CRITICAL if changes else Severity.WARNING, (evidence.field(view.subject, "spec.ingress", None, told),))


def _caller(view: RuleView, barred: Barred, changes: list[FieldChange]) -> _Said:
    found = complaint(list(barred.pods), view, barred.address.service.name)
    severity = Severity.CRITICAL if changes else Severity.WARNING if found else Severity.INFO
    way = "egress" if barred.direction == EGRESS else "ingress"
    text = f"its {way} rules do not let {barred.caller} reach {barred.address.said}, which {barred.address.path} names"
    logged = (evidence.log(found[0].ref, found[1], found[2]),) if found else ()
    told = f"{view.subject}: no {way} rule is about {barred.caller} and {barred.address.service}"
    return _Said(text, severity, (evidence.field(view.subject, f"spec.{way}", None, told), *logged))
