"""Foundry Local on Azure Local: the models that its operator runs in the cluster, found in the inventory.

A ``ModelDeployment`` (group ``foundrylocal.azure.com``) that is Running tells its endpoint and its model. The key and the authority's
certificate come from files of the settings: Secrets of other namespaces are not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from arcops.chat.backends.place import Place
from arcops.inventory.base import Entry
from arcops.inventory.index import Inventory
from arcops.kube.objects.custom import CustomObject
from arcops.kube.refs import GroupKind

MODEL_DEPLOYMENT = GroupKind("foundrylocal.azure.com", "ModelDeployment")
RUNNING = "Running"
PORT = 5000
_ID_FIELDS = ("id", "modelId", "variantId", "name")


def find_deployment(inventory: Inventory, wanted: str = "") -> Place | None:
    """Where a model of the cluster is served: the wanted one by its id or its deployment's name, else the first that runs."""
    running = list(_running(inventory))
    for name, place in running:
        if not wanted or wanted in {name, place.model, place.model.partition(":")[0]}:
            return place
    return None


def not_running(inventory: Inventory) -> list[str]:
    """The deployments that do not run, each as a clause: for saying why there is no model."""
    clauses = []
    for entry in inventory.list(MODEL_DEPLOYMENT):
        status = entry.obj.status if isinstance(entry.obj, CustomObject) else None
        if status is None or status.state != RUNNING:
            clauses.append(f"the ModelDeployment {entry.ref.name} is {(status.state if status else None) or 'not yet known'}")
    return clauses


def _running(inventory: Inventory) -> Iterator[tuple[str, Place]]:
    for entry in inventory.list(MODEL_DEPLOYMENT):
        status = entry.obj.status if isinstance(entry.obj, CustomObject) else None
        if status is not None and status.state == RUNNING:
            yield entry.ref.name, Place.of(_url(entry, status.internal_endpoint), _model_id(status.resolved_model))


def _url(entry: Entry, endpoint: str | None) -> str:
    """The endpoint of the status; the address that the documentation gives where there is none, or none with a scheme."""
    if not endpoint:
        return f"https://{entry.ref.name}.{entry.ref.namespace}.svc.cluster.local:{PORT}/v1"
    return endpoint if urlsplit(endpoint).scheme in {"http", "https"} else f"https://{endpoint}"


def _model_id(resolved: Any) -> str:
    if isinstance(resolved, dict):
        resolved = next((resolved[field] for field in _ID_FIELDS if isinstance(resolved.get(field), str)), "")
    return resolved if isinstance(resolved, str) else ""
