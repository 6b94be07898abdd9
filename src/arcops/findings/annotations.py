"""What the annotations of an Ingress name: middlewares, Secrets, ConfigMaps, Services and issuers that must be there.

Each controller has its own words. A reference is read only where the controller would look for that very object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from arcops.findings.view import RuleView
from arcops.inventory.base import Entry
from arcops.kube.objects.cluster import Namespace
from arcops.kube.objects.config import ConfigMap, Secret
from arcops.kube.objects.service import Service
from arcops.kube.refs import GroupKind, ObjectRef

_TRAEFIK_GROUPS = ("traefik.io", "traefik.containo.us")
_TRAEFIK = "traefik.ingress.kubernetes.io/router."
_TRAEFIK_LISTS = {f"{_TRAEFIK}middlewares": "Middleware", f"{_TRAEFIK}tls.options": "TLSOption"}
_FROM_CRD = "@kubernetescrd"
_DROPS = "Traefik drops the route and answers 404"
_NGINX = "nginx.ingress.kubernetes.io/"
_REFUSES = "the controller refuses its requests"
_NGINX_NAMES: Mapping[str, tuple[GroupKind, str]] = {
    "auth-secret": (Secret.GROUP_KIND, _REFUSES),
    "auth-tls-secret": (Secret.GROUP_KIND, _REFUSES),
    "proxy-ssl-secret": (Secret.GROUP_KIND, "the controller cannot speak TLS to its backend"),
    "auth-proxy-set-headers": (ConfigMap.GROUP_KIND, _REFUSES),
    "fastcgi-params-configmap": (ConfigMap.GROUP_KIND, "the controller leaves these parameters out"),
    "default-backend": (Service.GROUP_KIND, "errors get the controller's own page"),
}
_HAPROXY = ("haproxy.org/auth-secret", "haproxy-ingress.github.io/auth-secret", "ingress.kubernetes.io/auth-secret")
_CALLED = (f"{_NGINX}auth-url", "haproxy-ingress.github.io/auth-url")
_SERVICE = re.compile(r"^https?://([a-z0-9][a-z0-9\-]*)\.([a-z0-9][a-z0-9\-]*)\.svc\b")
_CERT_MANAGER = "cert-manager.io"
_NO_CERTIFICATE = "cert-manager issues and renews no certificate for it"


class Named(NamedTuple):
    """An object that an annotation names and that is not there; ``effect`` is what comes of it, ``near`` what there is like it."""

    annotation: str
    value: str
    ref: ObjectRef
    effect: str
    near: tuple[str, ...] = ()


def absent(annotations: Mapping[str, str], namespace: str, view: RuleView) -> Iterator[Named]:
    """The objects that annotations of an Ingress in ``namespace`` name and that do not exist."""
    for key, value in annotations.items():
        if key in _TRAEFIK_LISTS:
            yield from _of_traefik(key, value, view)
        elif key.startswith(_NGINX) and key.removeprefix(_NGINX) in _NGINX_NAMES:
            yield from _by_name(key, value, _NGINX_NAMES[key.removeprefix(_NGINX)], namespace, view)
        elif key in _HAPROXY:
            yield from _by_name(key, value, (Secret.GROUP_KIND, _REFUSES), namespace, view)
        elif key in _CALLED and (called := _SERVICE.match(value)):
            yield from _by_name(key, f"{called[2]}/{called[1]}", (Service.GROUP_KIND, _REFUSES), namespace, view)
    yield from _issuer(annotations, namespace, view)


def _by_name(key: str, value: str, wanted: tuple[GroupKind, str], namespace: str, view: RuleView) -> Iterator[Named]:
    """``name`` of the own namespace, or ``namespace/name``; ``wanted`` is its kind and what comes of its absence."""
    kind, effect = wanted
    place, slash, name = value.strip().rpartition("/")
    ref = ObjectRef.of(kind, place if slash else namespace, name)
    if name and "://" not in value and _can_tell(kind, view) and view.get(ref) is None:
        yield Named(key, value, ref, effect)


def _can_tell(kind: GroupKind, view: RuleView) -> bool:
    view.need(kind)
    return view.sees(kind)


def _of_traefik(key: str, value: str, view: RuleView) -> Iterator[Named]:
    """``namespace-name@kubernetescrd``, several with commas between; what other providers define (@file) is not looked for."""
    kinds = [GroupKind(group, _TRAEFIK_LISTS[key]) for group in _TRAEFIK_GROUPS]
    seen = [kind for kind in kinds if _can_tell(kind, view)]
    if not seen:
        return
    there = [entry.ref for kind in seen for entry in view.list(kind)]
    known = {f"{ref.namespace}-{ref.name}": ref for ref in there}
    for word in (one.strip() for one in value.split(",")):
        name = word.removesuffix(_FROM_CRD)
        if name == word or name in known:
            continue
        kind = there[0].group_kind if there else kinds[0]
        meant = _meant(name, kind, view)
        near = tuple(f"{other}{_FROM_CRD}" for other, ref in known.items() if ref.name == meant.name or name.endswith(f"-{ref.name}"))
        yield Named(key, word, meant, _DROPS, near)


def _meant(name: str, kind: GroupKind, view: RuleView) -> ObjectRef:
    """Where the namespace ends and the name begins: at the longest namespace that is there."""
    spaces = [entry.ref.name for entry in view.list(Namespace.GROUP_KIND)] if _can_tell(Namespace.GROUP_KIND, view) else []
    space = max((one for one in spaces if name.startswith(f"{one}-")), key=len, default=name.partition("-")[0])
    return ObjectRef.of(kind, space, name.removeprefix(f"{space}-"))


def _issuer(annotations: Mapping[str, str], namespace: str, view: RuleView) -> Iterator[Named]:
    """The issuer that cert-manager is to ask; quiet where nothing of cert-manager is in the cluster, and for issuers of others."""
    if annotations.get(f"{_CERT_MANAGER}/issuer-group", _CERT_MANAGER) != _CERT_MANAGER:
        return
    if not annotations.keys() & {f"{_CERT_MANAGER}/issuer", f"{_CERT_MANAGER}/cluster-issuer"}:
        return
    kinds = [GroupKind(_CERT_MANAGER, kind) for kind in ("Issuer", "ClusterIssuer", "Certificate")]
    if not [entry for kind in kinds if _can_tell(kind, view) for entry in view.list(kind)]:
        return
    for key, kind, place in ((f"{_CERT_MANAGER}/issuer", "Issuer", namespace), (f"{_CERT_MANAGER}/cluster-issuer", "ClusterIssuer", "")):
        name = annotations.get(key)
        if name and (kind == "ClusterIssuer" or annotations.get(f"{_CERT_MANAGER}/issuer-kind", kind) == kind):
            ref = ObjectRef(_CERT_MANAGER, kind, place, name)
            if view.sees(ref.group_kind) and view.get(ref) is None:
                others = tuple(f"{one.ref.kind} {one.ref.name}" for one in _issuers(view, kinds[:2], namespace))
                yield Named(key, name, ref, _NO_CERTIFICATE, others)


def _issuers(view: RuleView, kinds: list[GroupKind], namespace: str) -> list[Entry]:
    return [entry for kind in kinds if view.sees(kind) for entry in view.list(kind) if entry.ref.namespace in ("", namespace)]
