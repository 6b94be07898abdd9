"""The demo's API server: raw objects with uids, resource versions and managedFields, and what a watcher sees of them."""

from __future__ import annotations

import uuid
from typing import Any

import msgspec

from arcops.base.clock import rfc3339
from arcops.kube.objects.decode import decode
from arcops.kube.refs import GroupKind, group_of
from arcops.kube.watch import Observation, Op

Body = dict[str, Any]

_NAMES = uuid.UUID("5f9f4a0e-8f3c-4b43-9a52-0d2c3f1d8a11")


class World:
    """Holds the objects of a pretended cluster at ``now_ms`` and remembers what changed since it was last asked."""

    def __init__(self, now_ms: int) -> None:
        self.now_ms = now_ms
        self.objects: dict[tuple[str, str, str], Body] = {}
        self.lost_nodes: set[str] = set()
        self._version = 1000
        self._births = 0
        self._seen: list[Observation] = []

    @property
    def now(self) -> str:
        """The present as RFC 3339 in whole seconds, as Kubernetes writes times."""
        return rfc3339(self.now_ms // 1000 * 1000)

    def ago(self, seconds: float) -> str:
        """A moment before now."""
        return rfc3339((self.now_ms - round(seconds * 1000)) // 1000 * 1000)

    def get(self, kind: str, namespace: str, name: str) -> Body | None:
        """An object, or None."""
        return self.objects.get((kind, namespace, name))

    def put(self, body: Body, manager: str = "kube-controller-manager", subresource: str = "") -> Body:
        """Create or replace an object, as ``manager`` would."""
        meta = body["metadata"]
        key = (body["kind"], meta.get("namespace", ""), meta["name"])
        old = self.objects.get(key)
        self._version += 1
        meta["resourceVersion"] = str(self._version)
        if old is None:
            self._births += 1
            meta.setdefault("uid", str(uuid.uuid5(_NAMES, f"{self._births}/{'/'.join(key)}")))
            meta.setdefault("creationTimestamp", self.now)
        else:
            meta["uid"] = old["metadata"]["uid"]
            meta["creationTimestamp"] = old["metadata"]["creationTimestamp"]
        meta["managedFields"] = _managers(meta.get("managedFields", []), body["apiVersion"], manager, subresource, self.now)
        self.objects[key] = body
        self._see(Op.ADDED if old is None else Op.MODIFIED, body)
        return body

    def backdate(self, body: Body, born_ms: int) -> None:
        """Say that an object was created at another time; seen by watchers with its next change."""
        body["metadata"]["creationTimestamp"] = rfc3339(born_ms // 1000 * 1000)

    def delete(self, kind: str, namespace: str, name: str) -> None:
        """Remove an object; unknown ones are fine."""
        body = self.objects.pop((kind, namespace, name), None)
        if body is not None:
            self._version += 1
            body["metadata"]["resourceVersion"] = str(self._version)
            self._see(Op.DELETED, body)

    def event(self, about: Body, kind: str, reason: str, message: str, component: str = "kubelet") -> None:
        """An Event about an object: new, or one more of the same."""
        meta = about["metadata"]
        namespace = meta.get("namespace", "default")
        name = f"{meta['name']}.{uuid.uuid5(_NAMES, meta['uid'] + reason + message).hex[:16]}"
        known = self.get("Event", namespace, name)
        self.put(
            {
                "apiVersion": "v1", "kind": "Event", "metadata": {"name": name, "namespace": namespace},
                "involvedObject": {
                    "apiVersion": about["apiVersion"], "kind": about["kind"], "namespace": meta.get("namespace", ""),
                    "name": meta["name"], "uid": meta["uid"],
                },
                "type": kind, "reason": reason, "message": message, "count": known["count"] + 1 if known else 1,
                "firstTimestamp": known["firstTimestamp"] if known else self.now, "lastTimestamp": self.now,
                "source": {"component": component}, "reportingComponent": component, "reportingInstance": "",
            },
            manager=component,
        )  # fmt: skip

    def forget_events(self, older_than_s: float = 3600) -> None:
        """Let old events go, as the API server does after an hour."""
        limit = self.ago(older_than_s)
        for kind, namespace, name in [key for key in self.objects if key[0] == "Event"]:
            if self.objects[kind, namespace, name]["lastTimestamp"] < limit:
                self.delete(kind, namespace, name)

    def take(self) -> list[Observation]:
        """What a watcher saw since the last call, in order."""
        seen, self._seen = self._seen, []
        return seen

    def _see(self, op: Op, body: Body) -> None:
        raw = msgspec.json.encode(body)
        kind = GroupKind(group_of(body["apiVersion"]), body["kind"])
        self._seen.append(Observation(op=op, group_kind=kind, obj=decode(kind, raw), raw=raw, seen_ms=self.now_ms))


def _managers(old: list[Body], api_version: str, manager: str, subresource: str, now: str) -> list[Body]:
    entry: Body = {"manager": manager, "operation": "Update", "apiVersion": api_version, "time": now, "fieldsType": "FieldsV1"}
    if subresource:
        entry["subresource"] = subresource
    others = [e for e in old if (e["manager"], e.get("subresource", "")) != (manager, subresource)]
    return [*others, {**entry, "fieldsV1": {}}]
