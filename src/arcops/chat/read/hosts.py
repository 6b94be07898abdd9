"""Names of hosts: which objects serve ``shop.example.com`` or have a certificate for it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from arcops.inventory.base import Entry
from arcops.kube.objects.cluster import MutatingWebhookConfiguration, ValidatingWebhookConfiguration
from arcops.kube.objects.custom import CustomObject
from arcops.kube.objects.gateway import Gateway, HTTPRoute
from arcops.kube.objects.network import Ingress
from arcops.kube.refs import ObjectRef

_MATCHED = re.compile(r"Host(?:SNI)?\(([^)]*)\)")
_QUOTED = re.compile(r"[`'\"]([^`'\"]+)[`'\"]")
_OF_CERTIFICATES = frozenset(
    ("cert", "certs", "certificate", "certificates", "tls", "ssl", "expire", "expires", "expired", "expiring", "renew")
)
_CERTIFICATE = "Certificate"


def hosts_of(entry: Entry) -> Iterable[str]:
    """The hosts that an object serves or certifies, or the names of its webhooks, in lower case; without those for every host."""
    obj = entry.obj
    found: Iterable[str | None] = ()
    if isinstance(obj, Ingress):
        found = (rule.host for rule in (obj.spec.rules if obj.spec else None) or ())
    elif isinstance(obj, HTTPRoute):
        found = (obj.spec.hostnames if obj.spec else None) or ()
    elif isinstance(obj, Gateway):
        found = (one.hostname for one in (obj.spec.listeners if obj.spec else None) or ())
    elif isinstance(obj, ValidatingWebhookConfiguration | MutatingWebhookConfiguration):
        names = [one.name for one in obj.webhooks or ()]
        found = (*names, *(name.partition(".")[0] for name in names))
    elif isinstance(obj, CustomObject) and obj.spec is not None:
        spec = obj.spec
        matched = (host for route in spec.routes or () for part in _MATCHED.findall(route.match or "") for host in _QUOTED.findall(part))
        found = (*(spec.dns_names or ()), *(spec.hosts or ()), spec.host, *matched)
    return dict.fromkeys(host.lower() for host in found if host and host != "*")


def backends_of(entry: Entry, host: str) -> list[str]:
    """The Services that an object sends the requests for a host to, by name."""
    obj, found = entry.obj, []
    if isinstance(obj, Ingress):
        rules = [
            one for one in (obj.spec.rules if obj.spec else None) or () if (one.host or "").lower() in (host, f"*.{host.partition('.')[2]}")
        ]
        paths = [path for rule in rules for path in (rule.http.paths if rule.http else None) or ()]
        found = [path.backend.service.name for path in paths if path.backend and path.backend.service]
    elif isinstance(obj, HTTPRoute):
        found = [ref.name for rule in (obj.spec.rules if obj.spec else None) or () for ref in rule.backend_refs or ()]
    elif isinstance(obj, CustomObject) and obj.spec is not None:
        routes = [one for one in obj.spec.routes or () if host in (one.match or "").lower()]
        found = [target.name for route in routes for target in route.services or () if target.name]
    return list(dict.fromkeys(found))


def bare_host(word: str) -> str:
    """The host of an address: ``shop.example.com`` of ``https://shop.example.com:443/login``; "" where a word is none."""
    host = re.sub(r"^https?://", "", word.lower()).split("/")[0].split(":")[0].strip(".")
    return host if "." in host and not host.replace(".", "").isdigit() else ""


def meant(refs: Sequence[ObjectRef], words: Iterable[str]) -> list[ObjectRef]:
    """Of those that have a host the certificates where such words ask for one, else what serves it."""
    certificates = [ref for ref in refs if ref.kind == _CERTIFICATE]
    others = [ref for ref in refs if ref.kind != _CERTIFICATE]
    return (certificates or others) if not _OF_CERTIFICATES.isdisjoint(words) else (others or certificates)
