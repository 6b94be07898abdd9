"""A large cluster as a shop runs it: 10,000 pods and 5,000 other objects, whole and at odds nowhere, 4 % of the pods unwell.

The pods are those of ``synthetic``; here they get the workloads, Services, slices, budgets, autoscalers, policies, claims, leases and
events that belong to them, with statuses that fit, so that what rules find is what was broken on purpose: every 24th app crashes.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import msgspec

from arcops.inventory.index import Inventory
from arcops.kube.objects.decode import decode
from arcops.kube.refs import GroupKind, group_of
from arcops.kube.watch import Observation, Op
from benchmarks import synthetic
from benchmarks.synthetic import APPS, NODES, Body, uid

PODS, OTHERS = 10_000, 5_000
NOW_MS = 1_795_507_200_000
"""2026-11-24T08:00:00Z."""
CREATED, ROLLED, BROKE = "2026-11-01T08:00:00Z", "2026-11-20T08:00:00Z", "2026-11-24T07:10:00Z"
POD = GroupKind("", "Pod")
_PAGE = 100
_NAMESPACES = 40


def load(inventory: Inventory, pods: int = PODS, others: int = OTHERS) -> None:
    """Take in everything in pages, as LISTs do; each kind is then complete."""
    page: list[Observation] = []
    kinds: set[GroupKind] = set()
    for body in bodies(pods, others):
        kind = GroupKind(group_of(body["apiVersion"]), body["kind"])
        kinds.add(kind)
        page.append(Observation(Op.ADDED, kind, decode(kind, msgspec.json.encode(body)), b"", NOW_MS))
        if len(page) == _PAGE:
            inventory.apply(page)
            page.clear()
    inventory.apply(page)


def observed(op: Op, body: Body, at_ms: int) -> Observation:
    """A body as the watch brings it."""
    kind = GroupKind(group_of(body["apiVersion"]), body["kind"])
    raw = msgspec.json.encode(body)
    return Observation(op, kind, decode(kind, raw), raw, at_ms)


def bodies(pods: int = PODS, others: int = OTHERS) -> Iterator[Body]:
    """Every object as JSON has it."""
    for number in range(pods):
        yield pod(number, 1000 + number)
    made = 0
    for body in _others(pods):
        if made == others:
            return
        made += 1
        yield body
    for number in range(others - made):
        yield _event(number, pods)


def is_broken(app: int) -> bool:
    """Whether the app's pods crash: 18 of 420."""
    return app % 24 == 5


def pod(i: int, version: int) -> Body:
    """Pod ``i``, in good health or in a crash loop, as its Deployment's template makes it."""
    app = i % APPS
    body = synthetic.pod(i, random.Random(2 if is_broken(app) else 3), version)
    meta, spec, status = body["metadata"], body["spec"], body["status"]
    meta["ownerReferences"][0] |= {"name": _set_name(app, 0), "uid": _set_uid(app, 0)}
    spec["volumes"].append({"name": "settings", "configMap": {"name": _name(app), "defaultMode": 420}})
    status["conditions"] = [_condition(one, is_true=not is_broken(app)) for one in ("Ready", "ContainersReady")] + [
        _condition(one, is_true=True) for one in ("Initialized", "PodScheduled")
    ]
    for number, one in enumerate(status["containerStatuses"]):
        _status(one, is_broken(app) and not number)
    return body


def changed_pod(i: int, version: int) -> bytes:
    """Pod ``i`` with a new resourceVersion and a new transition time, as JSON."""
    body = pod(i, version)
    body["status"]["conditions"][2]["lastTransitionTime"] = f"2026-11-24T07:{version % 60:02d}:{version // 60 % 60:02d}Z"
    return msgspec.json.encode(body)


def _condition(type_: str, *, is_true: bool) -> Body:
    return {
        "type": type_,
        "status": "True" if is_true else "False",
        "lastProbeTime": None,
        "lastTransitionTime": ROLLED if is_true else BROKE,
    }


def _status(status: Body, is_down: bool) -> None:
    """A container that runs since the rollout, or waits for its next attempt."""
    status |= {"ready": not is_down, "started": not is_down, "restartCount": 7 if is_down else 0}
    status["state"], status["lastState"] = {"running": {"startedAt": ROLLED}}, {}
    if is_down:
        status["state"] = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container"}}
        ended = {"exitCode": 1, "reason": "Error", "startedAt": "2026-11-24T07:55:00Z", "finishedAt": "2026-11-24T07:55:04Z"}
        status["lastState"] = {"terminated": ended | {"message": "panic: cannot read /etc/app/settings.yaml: no such file or directory"}}


def _others(pods: int) -> Iterator[Body]:
    for number in range(_NAMESPACES):
        yield _thing("v1", "Namespace", "", f"team-{number:02d}", status={"phase": "Active"})
        yield _thing("v1", "ServiceAccount", f"team-{number:02d}", "default")
    for number in range(NODES):
        yield from _node(number)
    for app in range(APPS):
        yield from _app(app, len(range(app, pods, APPS)))
        yield from _extras(app)


def _node(number: int) -> Iterator[Body]:
    size = {"cpu": "32", "memory": "128Gi", "pods": "110", "ephemeral-storage": "200Gi"}
    pressure = [
        {"type": f"{one}Pressure", "status": "False", "lastTransitionTime": CREATED, "reason": "Enough"}
        for one in ("Memory", "Disk", "PID")
    ]
    status = {
        "capacity": size,
        "allocatable": size,
        "conditions": [*pressure, {"type": "Ready", "status": "True", "lastTransitionTime": CREATED, "reason": "KubeletReady"}],
        "nodeInfo": {"kubeletVersion": "v1.31.2", "architecture": "amd64", "operatingSystem": "linux"},
        "addresses": [{"type": "InternalIP", "address": f"10.0.{number}.1"}],
    }
    name = f"node-{number:03d}"
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}
    yield _thing("v1", "Node", "", name, labels=labels, spec={"podCIDR": f"10.{number}.0.0/24"}, status=status)
    lease = {"holderIdentity": name, "leaseDurationSeconds": 40, "renewTime": "2026-11-24T07:59:55.000000Z"}
    yield _thing("coordination.k8s.io/v1", "Lease", "kube-node-lease", name, spec=lease)


def _app(app: int, replicas: int) -> Iterator[Body]:
    """A Deployment with its ReplicaSets, Service, slice, settings and budget."""
    namespace, name = _namespace(app), _name(app)
    ready = 0 if is_broken(app) else replicas
    selector = {"matchLabels": {"app": name}}
    counts = {"replicas": replicas, "readyReplicas": ready, "availableReplicas": ready, "observedGeneration": 3}
    reached = _conditions(app)
    template = _template(app)
    rollout = {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}
    spec = {"replicas": replicas, "selector": selector, "template": template, "strategy": rollout, "progressDeadlineSeconds": 600}
    status = {**counts, "updatedReplicas": replicas, "conditions": reached}
    yield _thing("apps/v1", "Deployment", namespace, name, spec=spec, status=status, generation=3)
    for old in range(3):
        wanted = {
            **counts,
            "replicas": 0 if old else replicas,
            "readyReplicas": 0 if old else ready,
            "availableReplicas": 0 if old else ready,
        }
        yield _thing(
            "apps/v1", "ReplicaSet", namespace, _set_name(app, old), uid_=_set_uid(app, old), owner=("apps/v1", "Deployment", name),
            spec={"replicas": wanted["replicas"], "selector": selector, "template": template}, status=wanted, generation=3,
        )  # fmt: skip
    ports = [{"name": "http", "port": 80, "targetPort": 8080, "protocol": "TCP"}]
    address = f"10.96.{app // 250}.{app % 250}"
    yield _thing(
        "v1", "Service", namespace, name, spec={"type": "ClusterIP", "clusterIP": address, "selector": {"app": name}, "ports": ports}
    )
    yield _slice(app, replicas)
    yield _thing("v1", "ConfigMap", namespace, name, data={f"key.{k}": uid(f"c{app}{k}") * 3 for k in range(8)})
    healthy = {"currentHealthy": ready, "desiredHealthy": replicas - 1, "expectedPods": replicas, "disruptionsAllowed": 1 if ready else 0}
    budget = {"maxUnavailable": 1, "selector": selector}
    yield _thing(
        "policy/v1", "PodDisruptionBudget", namespace, name, spec=budget, status={**healthy, "observedGeneration": 1}, generation=1
    )


def _conditions(app: int) -> list[Body]:
    is_up = not is_broken(app)
    available = {"type": "Available", "status": "True" if is_up else "False", "lastTransitionTime": ROLLED if is_up else BROKE}
    return [
        {
            "type": "Progressing",
            "status": "True",
            "reason": "NewReplicaSetAvailable",
            "lastTransitionTime": ROLLED,
            "lastUpdateTime": ROLLED,
        },
        available | {"reason": "MinimumReplicasAvailable" if is_up else "MinimumReplicasUnavailable"},
    ]


def _template(app: int) -> Body:
    one = pod(app, 1)
    spec = {key: value for key, value in one["spec"].items() if key not in ("nodeName", "tolerations", "priority", "preemptionPolicy")}
    return {"metadata": {"labels": one["metadata"]["labels"]}, "spec": spec}


def _slice(app: int, replicas: int) -> Body:
    name = _name(app)
    endpoints = [
        {
            "addresses": [f"10.{i // 65536}.{i // 256 % 256}.{i % 256}"],
            "conditions": {"ready": not is_broken(app), "serving": not is_broken(app), "terminating": False},
            "targetRef": {"kind": "Pod", "namespace": _namespace(app), "name": f"{_name(app)}-{i}", "uid": uid(f"p{i}")},
        }
        for i in range(app, app + replicas * APPS, APPS)
    ]
    labels = {"kubernetes.io/service-name": name, "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"}
    return _thing(
        "discovery.k8s.io/v1", "EndpointSlice", _namespace(app), f"{name}-abcde", labels=labels, owner=("v1", "Service", name),
        addressType="IPv4", endpoints=endpoints, ports=[{"name": "http", "port": 8080, "protocol": "TCP"}],
    )  # fmt: skip


def _extras(app: int) -> Iterator[Body]:
    """What some apps have: an autoscaler, an Ingress, a policy, a Secret."""
    namespace, name = _namespace(app), _name(app)
    if app % 3 == 0 and not is_broken(app):
        target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": name}
        able = [{"type": one, "status": "True", "lastTransitionTime": ROLLED} for one in ("AbleToScale", "ScalingActive")]
        metrics = [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 70}}}]
        yield _thing(
            "autoscaling/v2", "HorizontalPodAutoscaler", namespace, name,
            spec={"scaleTargetRef": target, "minReplicas": 3, "maxReplicas": 40, "metrics": metrics},
            status={"currentReplicas": 24, "desiredReplicas": 24, "conditions": able},
        )  # fmt: skip
    if app % 4 == 0:
        backend = {"service": {"name": name, "port": {"number": 80}}}
        rule = {"host": f"{name}.shop.example", "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]}}
        yield _thing("networking.k8s.io/v1", "Ingress", namespace, name, spec={"ingressClassName": "traefik", "rules": [rule]})
    if app % 5 == 0:
        spec = {"podSelector": {"matchLabels": {"app": name}}, "policyTypes": ["Ingress"], "ingress": [{"ports": [{"port": 8080}]}]}
        yield _thing("networking.k8s.io/v1", "NetworkPolicy", namespace, name, spec=spec)
    if app % 2 == 0:
        yield _thing("v1", "Secret", namespace, name, type="Opaque")
    if app == 0:
        yield _thing("networking.k8s.io/v1", "IngressClass", "", "traefik", spec={"controller": "traefik.io/ingress-controller"})


def _event(number: int, pods: int) -> Body:
    """A crash's event for pods that crash, of a start otherwise."""
    i = number * 7 % max(pods, 1)
    app = i % APPS
    body = pod(i, 1)
    about = {"kind": "Pod", "apiVersion": "v1", "namespace": _namespace(app), "name": body["metadata"]["name"], "uid": uid(f"p{i}")}
    what = (
        ("Warning", "BackOff", "Back-off restarting failed container main")
        if is_broken(app)
        else ("Normal", "Started", "Started container main")
    )
    return _thing(
        "v1", "Event", _namespace(app), f"ev-{number}.17", involvedObject=about, type=what[0], reason=what[1], message=what[2], count=3,
        firstTimestamp="2026-11-24T07:10:00Z", lastTimestamp="2026-11-24T07:50:00Z",
        source={"component": "kubelet", "host": f"node-{i % NODES:03d}"},
    )  # fmt: skip


def _namespace(app: int) -> str:
    return f"team-{app % _NAMESPACES:02d}"


def _name(app: int) -> str:
    return f"app-{app:03d}"


def _set_name(app: int, old: int) -> str:
    return f"app-{app:03d}-{uid(f'rs{app}{old}')[:9]}"


def _set_uid(app: int, old: int) -> str:
    return uid(f"set{app}-{old}")


def _thing(
    api_version: str, kind: str, namespace: str, name: str, *, labels: Body | None = None, owner: tuple[str, str, str] | None = None,
    uid_: str = "", generation: int = 0, **rest: object,
) -> Body:  # fmt: skip
    meta: Body = {
        "name": name,
        "uid": uid_ or uid(f"{kind}{namespace}{name}"),
        "resourceVersion": "900",
        "creationTimestamp": CREATED,
        "labels": labels or {"app": name},
    }
    if namespace:
        meta["namespace"] = namespace
    if generation:
        meta["generation"] = generation
    if owner:
        owned = {"apiVersion": owner[0], "kind": owner[1], "name": owner[2], "uid": uid(f"{owner[1]}{namespace}{owner[2]}")}
        meta["ownerReferences"] = [owned | {"controller": True, "blockOwnerDeletion": True}]
    return {"apiVersion": api_version, "kind": kind, "metadata": meta, **rest}
