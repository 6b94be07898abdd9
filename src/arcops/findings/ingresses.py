"""Reading Ingresses: the class they ask for, who serves it, and where their paths lead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from arcops.findings.traffic import containers
from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import template_of
from arcops.kube.objects.network import Ingress, IngressBackend, IngressClass
from arcops.kube.objects.pod import Pod
from arcops.kube.objects.workloads import DaemonSet, Deployment
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.selectors import Selector, selector_of_labels

CLASS_ANNOTATION = "kubernetes.io/ingress.class"
_DEFAULT_CLASS = "ingressclass.kubernetes.io/is-default-class"
_WITHOUT_OBJECT = frozenset({"gce", "gce-internal", "azure/application-gateway"})
"""Classes of controllers that know them by name and make no IngressClass."""
_BY_ANNOTATION = "use-annotation"
_SERVES_ALL = ("watch-ingress-without-class", "process-classless-ingress")


_CONTROLLER = re.compile(r"ingress-nginx/|nginx-ingress|ingress-controller|traefik|kubernetes-ingress|/contour")


class Backend(NamedTuple):
    """Where a path leads: a Service and a port of it, by name or number; ``None`` where none is named."""

    service: str
    port: int | str | None
    where: str
    """The host and path, for sentences."""


def class_name(ingress: Ingress) -> str:
    """The class asked for, by the field or the old annotation; "" for none."""
    return (ingress.spec.ingress_class_name if ingress.spec else None) or (ingress.metadata.annotations or {}).get(CLASS_ANNOTATION, "")


def has_address(ingress: Ingress) -> bool:
    """Whether some controller serves it: it was given an address."""
    balancer = ingress.status.load_balancer if ingress.status else None
    return balancer is not None and bool(balancer.ingress)


def backends(ingress: Ingress) -> Iterator[Backend]:
    """Every Service that the Ingress leads to; those of other kinds, and those an annotation stands for, left out."""
    spec = ingress.spec
    if spec is None:
        return
    if spec.default_backend is not None:
        yield from _backend(spec.default_backend, "the default backend")
    for found in spec.rules or ():
        for path in (found.http.paths if found.http else None) or ():
            if path.backend is not None:
                yield from _backend(path.backend, f"{found.host or '*'}{path.path or '/'}")


def _backend(found: IngressBackend, where: str) -> Iterator[Backend]:
    if found.service is not None:
        port = found.service.port
        number = (port.name or port.number) if port else None
        if number != _BY_ANNOTATION:
            yield Backend(found.service.name, number, where)
    elif found.service_name:
        yield Backend(found.service_name, found.service_port, where)


class ClassFault(NamedTuple):
    """Why no controller takes an Ingress: the absent class, or None where it names none."""

    missing: ObjectRef | None
    others: tuple[str, ...]


def class_fault(ingress: Ingress, view: RuleView) -> ClassFault | None:
    """What is wrong with the class; None where it is there, or a controller serves the Ingress all the same."""
    name = class_name(ingress)
    if name in _WITHOUT_OBJECT or has_address(ingress):
        return None
    ref = ObjectRef.of(IngressClass.GROUP_KIND, "", name)
    if name and view.get(ref) is not None:
        return None
    classes = view.list(IngressClass.GROUP_KIND)
    others = tuple(entry.ref.name for entry in classes)
    is_named = bool(ingress.spec and ingress.spec.ingress_class_name)
    if not name and any((entry.obj.metadata.annotations or {}).get(_DEFAULT_CLASS) == "true" for entry in classes):
        return None
    if not is_named and _is_served(name, view):
        return None
    return ClassFault(ref if name else None, others)


def _is_served(name: str, view: RuleView) -> bool:
    """Whether another Ingress of that class has an address, or a controller that looks like it runs: for old annotations and no class."""
    for entry in view.list(Ingress.GROUP_KIND):
        if isinstance(entry.obj, Ingress) and entry.ref != view.subject and class_name(entry.obj) == name and has_address(entry.obj):
            return True
    kinds = [kind.GROUP_KIND for kind in (Deployment, DaemonSet) if _can_tell(kind.GROUP_KIND, view)]
    return any(_serves(entry.obj, name) for kind in kinds for entry in view.list(kind))


def _can_tell(kind: GroupKind, view: RuleView) -> bool:
    view.need(kind)
    return view.sees(kind)


def controllers(view: RuleView) -> list[Entry]:
    """The pods of Ingress controllers, as far as their images tell; those on the node's own network too."""
    return [entry for namespace, labels in view.fact(_controllers) for entry in view.select(Pod.GROUP_KIND, namespace, labels)]


def _controllers(view: RuleView) -> list[tuple[str, Selector]]:
    """Where their pods are, and how they are selected."""
    found = []
    for kind in (Deployment.GROUP_KIND, DaemonSet.GROUP_KIND):
        for entry in view.list(kind) if view.sees(kind) else ():
            template = template_of(entry.obj)
            if template is not None and any(_CONTROLLER.search(one.image or "") for one in containers(template.spec)):
                found.append((entry.ref.namespace, selector_of_labels(template.metadata.labels)))
    return found


def _serves(obj: object, name: str) -> bool:
    template = template_of(obj) if isinstance(obj, Deployment | DaemonSet) else None
    for container in containers(template.spec if template else None):
        words = [*(container.command or ()), *(container.args or ())]
        image = (container.image or "").rpartition("/")[2]
        if name and (any(f"ingress-class={name}" in word for word in words) or (name in image and "ingress" in (container.image or ""))):
            return True
        if "traefik" in image and name in ("", "traefik"):
            return True
        if not name and any(flag in word for word in words for flag in _SERVES_ALL):
            return True
    return False
