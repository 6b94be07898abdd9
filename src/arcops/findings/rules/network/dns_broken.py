"""Names of Services do not resolve: the name service is down or answers falsely, or pods do not or may not ask it.

Found: for 2 minutes no pod of CoreDNS is available; its Corefile denies names of the cluster, or lacks the plug-in that answers for them; a
workload has dnsPolicy None with name servers outside while its settings name Services; or policies do not let a workload ask on
port 53 although they let it call others, or its settings name Services; or a workload that is unwell logs that it cannot resolve a
Service that is there.

Quiet: for workloads without such settings, with the node's own cache (169.254…), and jobs that are meant to have no network.

Do: repair CoreDNS or its Corefile; set dnsPolicy back to ClusterFirst; let egress to kube-system on port 53, UDP and TCP.
"""

from __future__ import annotations

from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.addresses import Address, addresses_of
from arcops.findings.backends import no_answer
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.callers import calls_of, complaint, is_nobodys, pods_of, spec_of
from arcops.findings.dns import bad_zones, is_server, knows_cluster, meant_peers, outside_servers, server_addresses, shut_policies
from arcops.findings.past import FieldChange
from arcops.findings.pods import is_unwell
from arcops.findings.policies import EGRESS, rules_of
from arcops.findings.text.families import Family
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.conditions import condition_of
from arcops.kube.objects.config import ConfigMap
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.network import NetworkPolicy
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.service import Service
from arcops.kube.objects.workloads import DaemonSet, Deployment, StatefulSet
from arcops.kube.refs import ObjectRef
from arcops.kube.times import time_ms

_COREFILE = "Corefile"


@rule(Deployment, StatefulSet, DaemonSet, Pod, ConfigMap, severity=Severity.CRITICAL, for_minutes=2, is_symptom=True, gate=is_nobodys)
def check(obj: KubeObject, view: RuleView) -> Iterator[Hit]:
    """One hit for each reason."""
    if isinstance(obj, ConfigMap):
        if obj.data and _COREFILE in obj.data and is_server(view.subject.namespace, obj):
            yield from _corefile(obj.data[_COREFILE], view)
        return
    if is_server(view.subject.namespace, obj):
        yield from _down(obj, view)
    told = False
    for hit in (*_outside(obj, view), *_shut(obj, view)):
        told = True
        yield hit
    if not told:
        yield from _unresolved(obj, view)


def _down(obj: KubeObject, view: RuleView) -> Iterator[Hit]:
    """The name service has nobody who answers."""
    if isinstance(obj, Deployment):
        ready, wanted = (obj.status.available_replicas if obj.status else None) or 0, obj.spec.replicas if obj.spec else None
        condition = condition_of(obj.status.conditions if obj.status else None, "Available")
        since = time_ms(condition.last_transition_time) if condition is not None and condition.status == "False" else None
    elif isinstance(obj, DaemonSet):
        ready, wanted, since = (obj.status.number_ready if obj.status else 0), None, None
    else:
        return
    if ready:
        return
    why = ": it is scaled to zero" if wanted == 0 else ""
    yield Hit(
        title=f"No pod of the cluster's name service, {view.subject}, is available, so no names of Services resolve{why}",
        evidence=(evidence.field(view.subject, "status.availableReplicas", ready),),
        next=(advice.look(view.subject), f"kubectl -n {view.subject.namespace} get pods -l k8s-app=kube-dns -o wide"),
        since_ms=since,
    )


def _corefile(text: str, view: RuleView) -> Iterator[Hit]:
    zones = bad_zones(text)
    if not zones and (knows_cluster(text) or not text.strip()):
        return
    said = f"it answers {zones[0].code} for {zones[0].names}" if zones else "the kubernetes plug-in, which answers for them, is missing"
    changes = [one for one in view.changes(view.subject) if one.path.startswith("data") or one.what == "created"]
    yield Hit(
        title=f"The name service cannot resolve names of Services: in the Corefile of {view.subject} {said}{_moved(changes)}",
        evidence=(
            evidence.field(view.subject, f"data.{_COREFILE}", zones[0].names if zones else "no kubernetes plug-in"),
            *(evidence.change(one) for one in changes),
        ),
        next=(advice.kubectl(view.subject, "get", "-o yaml"), "kubectl -n kube-system rollout restart deployment/coredns"),
        since_ms=changes[-1].at_ms if changes else None,
    )


def _moved(changes: list[FieldChange]) -> str:
    return evidence.aside(changes)


def _outside(obj: KubeObject, view: RuleView) -> Iterator[Hit]:
    """Pods that ask name servers outside for names that only the cluster knows."""
    spec = spec_of(obj)
    if spec is None or spec.dns_policy != "None":
        return
    asked = outside_servers(spec, view)
    if not asked:
        return
    changes = [one for one in view.changes(view.subject) if "dnsPolicy" in one.path or "dnsConfig" in one.path]
    named = _named(calls_of(view), view)
    found = complaint(pods_of(obj, view), view, named[0].service.name) if named else None
    if not (named or changes):
        return
    told = f" ({named[0].path} names {named[0].said})" if named else ""
    logged = (evidence.log(found[0].ref, found[1], found[2]),) if found else ()
    known = ", ".join(sorted(server_addresses(view)))
    yield Hit(
        title=f"{view.subject} cannot resolve names of Services{told}: its dnsPolicy is None and it asks only {', '.join(asked)}, "
        f"not the cluster's DNS {known}{_moved(changes)}",
        severity=Severity.CRITICAL if found or changes else Severity.WARNING,
        evidence=(
            evidence.field(view.subject, "spec.template.spec.dnsPolicy", "None"),
            evidence.field(view.subject, "spec.template.spec.dnsConfig.nameservers", ", ".join(asked)),
            *(evidence.change(one) for one in changes),
            *logged,
        ),
        next=(advice.kubectl(view.subject, "get", "-o yaml"), advice.edit(view.subject, "dnsPolicy (ClusterFirst is the default)")),
        since_ms=changes[-1].at_ms if changes else None,
    )


def _named(addresses: list[Address], view: RuleView) -> list[Address]:
    """The addresses of Services that are there."""
    return [one for one in addresses if view.get(one.service) is not None]


def _shut(obj: KubeObject, view: RuleView) -> Iterator[Hit]:
    """Pods that no policy lets ask for names."""
    if not view.list(NetworkPolicy.GROUP_KIND, view.subject.namespace):
        return
    pods = pods_of(obj, view)
    first = pods[0].obj if pods else None
    if not isinstance(first, Pod):
        return
    policies = shut_policies(first, view.subject.namespace, view)
    if not policies:
        return
    culprit = max(policies, key=lambda entry: (_changed_ms(entry, view), entry.ref))
    changes = [one for one in view.changes(culprit.ref) if not one.path or one.path.startswith("spec")]
    named = _named(addresses_of(first.spec, view), view)
    found = complaint(pods, view, named[0].service.name) if named else None
    if not (changes or named or _lets_out(policies)):
        return
    told = f" although {named[0].path} names {named[0].said}" if named else ""
    meant = meant_peers(policies)
    missed = f" (its rule for that port is about {meant}, which does not match the name service's pods)" if meant else ""
    logged = (evidence.log(found[0].ref, found[1], found[2]),) if found else ()
    yield Hit(
        title=f"{view.subject} cannot resolve names{told}: no egress rule of {culprit.ref} lets it ask the cluster's DNS on port 53"
        f"{missed}{_moved(changes)}",
        cause=culprit.ref,
        link="shuts off",
        severity=Severity.CRITICAL if found or changes else Severity.WARNING,
        evidence=(evidence.field(culprit.ref, "spec.egress", "no rule for port 53"), *(evidence.change(one) for one in changes), *logged),
        next=(
            advice.look(culprit.ref),
            f"Let egress to kube-system on port 53 (UDP, TCP): {advice.kubectl(culprit.ref, 'edit')}",
        ),
        since_ms=_since(culprit, changes),
    )


def _since(policy: Entry, changes: list[FieldChange]) -> int | None:
    """When the policy came to be as it is: its own word for a new one, the record's for a changed one."""
    if not changes:
        return None
    return (time_ms(policy.obj.metadata.creation_timestamp) if changes[-1].what == "created" else None) or changes[-1].at_ms


def _unresolved(obj: KubeObject, view: RuleView) -> Iterator[Hit]:
    """Pods that are unwell and cannot resolve a Service that is there."""
    named = _named(calls_of(view), view)
    unwell = [entry for entry in pods_of(obj, view) if is_unwell(entry.obj)] if named else []
    for address in named if unwell else ():
        found = complaint(unwell, view, address.service.name, frozenset({Family.NO_SUCH_HOST}))
        if found is not None:
            idle = _is_idle(view, address.service)
            why = "is headless, and none of its pods is ready" if idle else "exists"
            yield Hit(
                title=f"{view.subject} cannot resolve {address.said}, {'as' if idle else 'although'} {address.service} {why}: {found[2]}",
                severity=Severity.WARNING,
                cause=address.service if idle else None,
                link="calls" if idle else "",
                evidence=(evidence.log(found[0].ref, found[1], found[2]), evidence.field(address.source, address.path, address.said)),
                next=(
                    "kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide",
                    f"kubectl -n {found[0].ref.namespace} exec {found[0].ref.name} -c {found[1]} -- cat /etc/resolv.conf",
                ),
            )
            return


def _is_idle(view: RuleView, service: ObjectRef) -> bool:
    """Whether a Service is headless and has no ready pod: its name then has no address, and that is no fault of the name service."""
    entry = view.get(service)
    spec = entry.obj.spec if entry is not None and isinstance(entry.obj, Service) else None
    return spec is not None and spec.cluster_ip == "None" and no_answer(view, service) is not None


def _lets_out(policies: list[Entry]) -> bool:
    """Whether the policies mean the pod to speak to somebody: then it needs names."""
    return any(one.destinations and any(peer.ip_block is None for peer in one.destinations) for _, one in rules_of(policies, EGRESS))


def _changed_ms(entry: Entry, view: RuleView) -> int:
    created = time_ms(entry.obj.metadata.creation_timestamp) or 0
    return max((one.at_ms for one in view.changes(entry.ref)), default=created)
