"""The addresses that a workload's settings tell it to call, and the Services they mean.

Read are variables, arguments and ConfigMaps, by value; Secrets are never read. Only names that can be a Service's count: a
single word (``http://cart:8080``, ``redis:6379``), ``name.namespace`` of a namespace that is there, and names that end in
``.svc`` or ``.svc.cluster.local``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from arcops.findings.traffic import containers, is_headless
from arcops.findings.view import RuleView
from arcops.kube.objects.cluster import Namespace
from arcops.kube.objects.config import ConfigMap
from arcops.kube.objects.container import Container, EnvVar
from arcops.kube.objects.pod import PodSpec
from arcops.kube.objects.service import Service
from arcops.kube.refs import ObjectRef

_LABEL = r"[a-z0-9](?:[-a-z0-9]{0,62})"
_HOST = rf"(?P<host>{_LABEL}(?:\.{_LABEL})*)"
_URL = re.compile(rf"[a-z][a-z0-9+.\-]{{1,15}}://(?:[^@/\s\"']{{1,200}}@)?{_HOST}(?::(?P<port>\d{{1,5}}))?(?![\w.\-])", re.IGNORECASE)
_PAIR = re.compile(rf"(?<![\w./@:\-]){_HOST}:(?P<port>\d{{2,5}})(?![\w.:\-/])")
_SVC = re.compile(rf"(?<![\w./@\-])(?P<host>{_LABEL}(?:\.{_LABEL}){{1,3}}\.svc(?:\.cluster\.local)?)\.?(?::(?P<port>\d{{2,5}}))?")
_HERE = frozenset({"localhost", "kubernetes", "host", "localhost4", "localhost6"})
_NO_ADDRESS = re.compile(r"image|tag|version|listen|bind", re.IGNORECASE)
_HOST_KEY = re.compile(r"^(.*?)_?(?:HOST|HOSTNAME|ADDR|ADDRESS|SERVER|SERVICE)$")
_WHOLE_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_LONGEST = 20_000
_LOWEST_PORT = 22
_OF_POD = 3
"""Labels before ``.svc`` when the name is that of one pod: pod, Service, namespace."""


class Said(NamedTuple):
    """An address in a text: the host and port as they stand there."""

    host: str
    port: int | None


class Address(NamedTuple):
    """An address that means a Service, there or not. ``source`` is the ConfigMap or workload that holds it under ``path``."""

    service: ObjectRef
    port: int | None
    said: str
    source: ObjectRef
    path: str
    is_sure: bool
    """The name says by itself that it is a Service's, and not some host that a search domain finds."""


def addresses_of(spec: PodSpec | None, view: RuleView) -> list[Address]:
    """The Services that a pod spec of the subject's namespace is told to call, each once."""
    found: dict[tuple[ObjectRef, int | None], Address] = {}
    for source, path, text in _texts(spec, view):
        for said in addresses_in(text):
            address = _meant(said, source, path, view)
            if address is not None:
                found.setdefault((address.service, address.port), address)
    return list(found.values())


def offers(view: RuleView, address: Address) -> bool | None:
    """Whether the Service has the port; None where there is no such Service, or it does not matter."""
    entry = view.get(address.service)
    spec = entry.obj.spec if entry is not None and isinstance(entry.obj, Service) else None
    if entry is None or not isinstance(entry.obj, Service) or spec is None or address.port is None:
        return None
    if spec.type == "ExternalName" or is_headless(entry.obj) or not spec.ports:
        return None
    return any(port.port == address.port for port in spec.ports)


@lru_cache(maxsize=4096)
def addresses_in(text: str) -> tuple[Said, ...]:
    """The hosts a text names as addresses, in order."""
    if len(text) > _LONGEST or (":" not in text and ".svc" not in text):
        return ()
    found: dict[Said, None] = {}
    for pattern in (_URL, _SVC, _PAIR):
        for match in pattern.finditer(text):
            port = int(match["port"]) if match["port"] else None
            if port is None or port >= _LOWEST_PORT:
                found[Said(match["host"].lower(), port)] = None
    ported = {said.host for said in found if said.port is not None}
    return tuple(said for said in found if said.port is not None or said.host not in ported)


def _texts(spec: PodSpec | None, view: RuleView) -> Iterator[tuple[ObjectRef, str, str]]:
    """Every value a container is given, with the object that holds it and the name it has there."""
    if spec is None:
        return
    for container in (*containers(spec), *(one for one in spec.init_containers or () if one.restart_policy != "Always")):
        yield from _given(container, view)
    for volume in spec.volumes or ():
        if volume.config_map is not None and not volume.config_map.optional:
            yield from _values(volume.config_map.name, view)


def _given(container: Container, view: RuleView) -> Iterator[tuple[ObjectRef, str, str]]:
    values: dict[str, tuple[ObjectRef, str]] = {}
    for source in container.env_from or ():
        if source.config_map_ref is not None:
            values.update((key, (ref, text)) for ref, key, text in _values(source.config_map_ref.name, view))
    for variable in container.env or ():
        found = _value(variable, view)
        if found is not None:
            values[variable.name] = found
    yield from _named(values)
    for text in (*(container.command or ()), *(container.args or ())):
        yield view.subject, f"the arguments of container {container.name}", text


def _named(values: dict[str, tuple[ObjectRef, str]]) -> Iterator[tuple[ObjectRef, str, str]]:
    """Variables that can hold an address; a host and a port in two of them are one."""
    for name, (source, text) in values.items():
        if _NO_ADDRESS.search(name) or "$(" in text:
            continue
        pair = _HOST_KEY.match(name)
        if pair and _WHOLE_HOST.fullmatch(text.lower()):
            port = next((values[key][1] for key in (f"{pair[1]}_PORT", f"{name}_PORT") if key in values), "")
            if port.isdigit():
                yield source, name, f"{text.rstrip('.').lower()}:{port}"
                continue
        yield source, name, text


def _value(variable: EnvVar, view: RuleView) -> tuple[ObjectRef, str] | None:
    if variable.value is not None:
        return view.subject, variable.value
    key = variable.value_from.config_map_key_ref if variable.value_from else None
    if key is None:
        return None
    return next(((ref, text) for ref, name, text in _values(key.name, view) if name == key.key), None)


def _values(name: str, view: RuleView) -> Sequence[tuple[ObjectRef, str, str]]:
    ref = ObjectRef.of(ConfigMap.GROUP_KIND, view.subject.namespace, name)
    entry = view.get(ref) if view.sees(ref.group_kind) else None
    data = entry.obj.data if entry is not None and isinstance(entry.obj, ConfigMap) else None
    return [(ref, key, text) for key, text in (data or {}).items()]


def _meant(said: Said, source: ObjectRef, path: str, view: RuleView) -> Address | None:
    labels = said.host.removesuffix(".cluster.local").split(".")
    shown = f"{said.host}:{said.port}" if said.port else said.host
    is_sure = labels[-1] == "svc" and len(labels) > 1
    names = labels[:-1] if is_sure else labels
    if names[-1].isdigit() or said.host in _HERE:
        return None
    place = _place(names, view, is_sure=is_sure)
    if place is None:
        return None
    return Address(ObjectRef.of(Service.GROUP_KIND, *place), said.port, shown, source, path, is_sure)


def _place(names: list[str], view: RuleView, *, is_sure: bool) -> tuple[str, str] | None:
    """Namespace and name of the Service that a host means; None for a host outside, or a pod's own name."""
    own = view.subject.namespace
    if len(names) == 1:
        return own, names[0]
    if is_sure:
        return names[-1], names[-2]
    if len(names) != _OF_POD - 1 or not view.sees(Namespace.GROUP_KIND):
        return None
    return (names[1], names[0]) if view.get(ObjectRef.of(Namespace.GROUP_KIND, "", names[1])) is not None else None


def naming(addresses: Iterable[Address], service: ObjectRef) -> Address | None:
    """The first address that means a Service."""
    return next((address for address in addresses if address.service == service), None)
