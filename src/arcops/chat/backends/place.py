"""Where a model server is, and whether what is sent there stays on the site."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

from arcops.inventory.index import Inventory
from arcops.kube.refs import ObjectRef

_ENDINGS = ("/chat/completions", "/completions", "/models")


@dataclass(frozen=True, slots=True)
class Place:
    """A server's base URL with any path prefix, as ``https://edge.example/phi/v1``; model and window as far as its finder knows them."""

    base_url: str
    model: str = ""
    window: int = 0

    @classmethod
    def of(cls, url: str, model: str = "", window: int = 0) -> Place:
        """The place of a URL as people write it: with or without the end ``/chat/completions``; a bare host gets ``/v1``."""
        parts = urlsplit(url.strip() if "://" in url else f"http://{url.strip()}")
        path = parts.path.rstrip("/")
        for ending in _ENDINGS:
            path = path.removesuffix(ending)
        return cls(urlunsplit((parts.scheme, parts.netloc, path or "/v1", "", "")), model, window)

    @property
    def root(self) -> str:
        """The part of the URL before ``/v1``: where servers keep what is not OpenAI's."""
        return self.base_url.removesuffix("/v1")

    @property
    def host(self) -> str:
        """The host's name or address."""
        return urlsplit(self.base_url).hostname or ""

    @property
    def shown(self) -> str:
        """The URL without a login in it."""
        parts = urlsplit(self.base_url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))

    def is_local(self, inventory: Inventory) -> bool:
        """Whether nothing leaves the site: loopback, or a Service of the cluster that does not point out of it."""
        host = self.host.lower().rstrip(".")
        if host == "localhost" or host.endswith(".localhost"):
            return True
        try:
            return ipaddress.ip_address(host).is_loopback or _is_cluster_ip(host, inventory)
        except ValueError:
            return _is_service(host, inventory)


class Locator(Protocol):
    """Knows where the server is. Places change: a child process gets another port with each start."""

    async def place(self) -> Place:
        """Where it is now. Raises ``ModelFailure`` if there is none."""

    def lost(self) -> None:
        """Nobody answered there, or somebody else: look again."""

    async def aclose(self) -> None:
        """Stop what was started for it."""


class Fixed:
    """The place of the settings."""

    def __init__(self, place: Place) -> None:
        """Always ``place``."""
        self._place = place

    async def place(self) -> Place:
        """That place."""
        return self._place

    def lost(self) -> None:
        """There is no other."""

    async def aclose(self) -> None:
        """Nothing was started."""


def _is_service(host: str, inventory: Inventory) -> bool:
    name, *rest = host.removesuffix(".cluster.local").split(".")
    if rest[1:] not in ([], ["svc"]) or not rest:
        return False
    entry = inventory.get(ObjectRef("", "Service", rest[0], name))
    if entry is None:
        return rest[1:] == ["svc"]
    return getattr(getattr(entry.obj, "spec", None), "type", "") != "ExternalName"


def _is_cluster_ip(address: str, inventory: Inventory) -> bool:
    from arcops.kube.objects.service import Service

    services = (entry.obj for entry in inventory.list(Service.GROUP_KIND))
    return any(isinstance(service, Service) and service.spec and address == service.spec.cluster_ip for service in services)
