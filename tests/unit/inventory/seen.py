"""Short ways to say what was observed, for the tests of this floor."""

from __future__ import annotations

from typing import Any

from arcops.inventory.index import Inventory
from arcops.kube.objects.decode import convert
from arcops.kube.refs import GroupKind, ObjectRef, group_of
from arcops.kube.watch import Observation, Op

Body = dict[str, Any]

POD = GroupKind("", "Pod")


def thing(kind: str, name: str, *, api: str = "v1", namespace: str | None = "shop", version: int = 1, uid: str = "", **fields: Any) -> Body:
    """A manifest; fields named ``labels``, ``annotations`` and ``owners`` go into its metadata."""
    metadata: Body = {"name": name, "namespace": namespace or "", "uid": uid or f"uid-{kind}-{name}", "resourceVersion": str(version)}
    metadata |= {key: fields.pop(key) for key in ("labels", "annotations", "deletionTimestamp") if key in fields}
    metadata |= {"ownerReferences": fields.pop("owners")} if "owners" in fields else {}
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **fields}


def pod(
    name: str, version: int = 1, *, uid: str = "", node: str = "", namespace: str = "shop", spec: Body | None = None, **fields: Any
) -> Body:
    """A pod of one container, bound to ``node``."""
    wanted = {"containers": [{"name": "web", "image": "web:1"}], **({"nodeName": node} if node else {}), **(spec or {})}
    return thing("Pod", name, namespace=namespace, version=version, uid=uid or f"uid-{name}", spec=wanted, **fields)


def owned(by: Body) -> list[Body]:
    """Owner references to a controller."""
    meta = by["metadata"]
    return [{"apiVersion": by["apiVersion"], "kind": by["kind"], "name": meta["name"], "uid": meta["uid"], "controller": True}]


def seen(body: Body, op: Op = Op.ADDED) -> Observation:
    """One observation."""
    kind = GroupKind(group_of(body["apiVersion"]), body["kind"])
    return Observation(op, kind, convert(kind, body), b"", 0)


def gone(body: Body) -> Observation:
    """Its deletion."""
    return seen(body, Op.DELETED)


def filled(*bodies: Body) -> Inventory:
    """An inventory that has seen these."""
    inventory = Inventory()
    inventory.apply([seen(body) for body in bodies])
    return inventory


def ref(kind: str, name: str, namespace: str = "shop", group: str = "") -> ObjectRef:
    """A name."""
    return ObjectRef(group, kind, namespace, name)


def names(entries: Any) -> list[str]:
    """The names of entries, in their order."""
    return [entry.ref.name for entry in entries]
