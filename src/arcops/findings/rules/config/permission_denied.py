"""A program is not allowed to do what it asks of the API server.

Found: the log or termination message of a container, or an event of its pod, says that its service account cannot do something.
The role bound to that account that comes nearest is looked up; it, a binding that misses the account, or the account itself is to
blame. Of a live cluster only the logs of containers in trouble are read. Critical if the pod is not ready.

Quiet: for rights that a binding has granted since, and for what a container wrote before it was started again, once it is ready and has
run for a day.

Do: add the verb to the role, if the program is meant to do that.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from arcops.findings import advice, evidence
from arcops.findings.base import Evidence, Hit, Severity, rule
from arcops.findings.grants import Grant, allows, can_look, grants_of, likeness, near_binding
from arcops.findings.pods import Box, boxes, is_ready, is_unwell
from arcops.findings.recovery import is_long_past
from arcops.findings.text.rights import DeniedRight, denied_rights
from arcops.findings.view import RuleView
from arcops.kube.objects.access import ServiceAccount
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import ObjectRef

_MOST = 5
_BY_CHANCE = 0
"""A role that has nothing of what was asked, such as those every account has, is not to blame."""


class _Blame(NamedTuple):
    """Who is to blame, the clause that says so, and the grant that comes nearest."""

    cause: ObjectRef
    said: str
    grant: Grant | None


def _may_speak(obj: KubeObject) -> bool:
    return type(obj) is Pod and obj.status is not None and obj.status.phase != "Succeeded"


@rule(Pod, severity=Severity.WARNING, gate=_may_speak)
def check(pod: Pod, view: RuleView) -> Iterator[Hit]:
    """One hit for each role to blame."""
    if not view.has_every_log and not is_unwell(pod):
        return
    told: dict[ObjectRef, tuple[_Blame, list[tuple[DeniedRight, str]]]] = {}
    for denied, container in _denials(pod, view):
        blame = _blame(view, denied)
        if blame is not None:
            told.setdefault(blame.cause, (blame, []))[1].append((denied, container))
    for blame, found in told.values():
        yield _hit(pod, view, blame, found)


def _blame(view: RuleView, denied: DeniedRight) -> _Blame | None:
    """Who should have granted it; None if somebody has by now."""
    account = ObjectRef.of(ServiceAccount.GROUP_KIND, denied.account_namespace, denied.account)
    if not can_look(view):
        return _Blame(account, "roles and bindings may not be read here", None)
    grants = list(grants_of(view, account, denied.namespace))
    if any(allows(one, denied) for grant in grants for one in grant.rules):
        return None
    best = max(grants, key=lambda grant: (likeness(grant, denied), grant.role), default=None)
    if best is not None and likeness(best, denied) > _BY_CHANCE:
        lacks = "does not grant that" if best.is_there else "does not exist (not found)"
        return _Blame(best.role, f"{best.role}, bound to it by {best.binding}, {lacks}", best)
    near = near_binding(view, account, denied.namespace)
    return _Blame(near[0], near[1], None) if near else _Blame(account, "no role is bound to it there", None)


def _hit(pod: Pod, view: RuleView, blame: _Blame, found: list[tuple[DeniedRight, str]]) -> Hit:
    first, cause, grant = found[0][0], blame.cause, blame.grant
    wanted = "; ".join(dict.fromkeys(denied.text for denied, _ in found[:_MOST]))
    proof: list[Evidence] = []
    for denied, container in found[:_MOST]:
        proof.append(
            evidence.log(view.subject, container, denied.line) if container else evidence.field(view.subject, "status", denied.line)
        )
    for one in grant.rules if grant else ():
        shown = f"{', '.join(one.verbs or ())} on {', '.join(one.resources or one.non_resource_urls or ())}"
        proof.append(evidence.field(cause, "rules", shown, f"{cause} grants {shown}"))
    what = first.resource or first.path
    account = f"system:serviceaccount:{first.account_namespace}:{first.account}"
    scope = f" -n {first.namespace}" if first.namespace else ""
    return Hit(
        title=f"{view.subject} is denied by the API server: ServiceAccount {first.account} cannot {wanted}; {blame.said}",
        cause=cause,
        link="does not grant",
        severity=None if is_ready(pod) else Severity.CRITICAL,
        evidence=tuple(proof),
        next=(
            f"kubectl auth can-i {first.verb} {what} --as={account}{scope}",
            f"If it is meant to, add the verb {first.verb} on {what} to {cause}: {advice.kubectl(cause, 'edit')}" if grant
            else f"If it is meant to, bind a role with the verb {first.verb} on {what} to ServiceAccount {first.account}.",
        ),
    )  # fmt: skip


def _denials(pod: Pod, view: RuleView) -> Iterator[tuple[DeniedRight, str]]:
    """What was denied, with the container that wrote it; "" for an event."""
    seen: set[tuple[str, ...]] = set()
    for box in boxes(pod):
        is_news = not (box.restarts and box.ready and is_long_past(view, pod, box))
        ends = [end.message or "" for end in (box.ended, box.ended_before) if end is not None and is_news]
        for text in (*ends, *_logs(view, box, is_news=is_news)):
            for denied in denied_rights(text):
                if denied[:-1] not in seen:
                    seen.add(denied[:-1])
                    yield denied, box.name
    for event in view.events():
        for denied in denied_rights(event.message):
            if denied[:-1] not in seen:
                seen.add(denied[:-1])
                yield denied, ""


def _logs(view: RuleView, box: Box, *, is_news: bool) -> Iterator[str]:
    """What the container writes and, if it was started again, wrote before; of one that is well only where its log can be had."""
    if view.has_every_log or not box.ready:
        yield view.log(view.subject, box.name)
    if box.restarts and is_news:
        yield view.log(view.subject, box.name, previous=True)
