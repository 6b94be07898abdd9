"""A Middleware of Traefik needs something that is not there, so that every route that uses it fails.

Found: for 2 minutes the Secret of its users, a Middleware of its chain, or the Service that it asks or that answers for errors does not
exist.

Quiet: for what another provider defines (name@file), and addresses outside the cluster.

Do: create what is missing, or correct the name in the Middleware. Traefik's log repeats the fault at each change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from arcops.findings import advice, evidence
from arcops.findings.base import Hit, Severity, rule
from arcops.findings.view import RuleView
from arcops.kube.objects.config import Secret
from arcops.kube.objects.custom import CustomObject, CustomSpec, RouteTarget
from arcops.kube.objects.service import Service
from arcops.kube.refs import GroupKind, ObjectRef

_GROUPS = ("traefik.io", "traefik.containo.us")
_SERVICE = re.compile(r"^https?://([a-z0-9][a-z0-9\-]*)\.([a-z0-9][a-z0-9\-]*)\.svc\b")


@rule(severity=Severity.CRITICAL, for_minutes=2)
def check(obj: CustomObject, view: RuleView) -> Iterator[Hit]:
    """One hit for each thing that is missing."""
    if view.subject.kind != "Middleware" or view.subject.group not in _GROUPS or obj.spec is None or obj.metadata.deletion_timestamp:
        return
    for path, ref in _named(obj.spec, view.subject):
        view.need(ref.group_kind)
        if view.sees(ref.group_kind) and view.get(ref) is None:
            yield Hit(
                title=f"{view.subject} needs {ref.kind} {ref.name} ({path}), which does not exist in namespace {ref.namespace}: "
                "Traefik drops the routes that use it",
                cause=ref,
                link="needs",
                evidence=(evidence.field(view.subject, path, ref.name), evidence.absence(ref, f"namespace {ref.namespace}")),
                next=(advice.listing(ref), advice.edit(view.subject, path)),
            )


def _named(spec: CustomSpec, own: ObjectRef) -> Iterator[tuple[str, ObjectRef]]:
    """What it names, with the field."""
    for path, part in (("spec.basicAuth.secret", spec.basic_auth), ("spec.digestAuth.secret", spec.digest_auth)):
        if part is not None and part.secret:
            yield path, ObjectRef.of(Secret.GROUP_KIND, own.namespace, part.secret)
    for target in (spec.chain.middlewares if spec.chain else None) or ():
        yield from _target("spec.chain.middlewares", own.group_kind, target, own)
    if spec.errors and spec.errors.service and spec.errors.service.kind in (None, "", "Service"):
        yield from _target("spec.errors.service", Service.GROUP_KIND, spec.errors.service, own)
    called = _SERVICE.match((spec.forward_auth.address if spec.forward_auth else None) or "")
    if called:
        yield "spec.forwardAuth.address", ObjectRef.of(Service.GROUP_KIND, called[2], called[1])


def _target(path: str, kind: GroupKind, target: RouteTarget, own: ObjectRef) -> Iterator[tuple[str, ObjectRef]]:
    if target.name and "@" not in target.name:
        yield path, ObjectRef.of(kind, target.namespace or own.namespace, target.name)
