"""Scenes of workloads: running, rolling out, scaling, draining, and done."""

from __future__ import annotations

from tests.healthy.world import DAY_S, HOUR_S, MINUTE_S, Body, World, ago, condition

LONG_S = 3 * DAY_S


def container(world: World, name: str = "app", **rest: object) -> Body:
    """A container as people write them: with probes and resources, some with less."""
    made: Body = {"name": name, "image": f"registry.example/shop/{name}:1.{world.rng.randint(0, 9)}"}
    made["ports"] = [{"name": "http", "containerPort": 8080}]
    if world.rng.random() < 0.8:
        probe = {
            "httpGet": {"path": "/ready", "port": world.rng.choice((8080, "http"))},
            "initialDelaySeconds": world.rng.choice((0, 10, 60)),
        }
        made |= {"readinessProbe": probe, "livenessProbe": probe | {"periodSeconds": 20}}
    if world.rng.random() < 0.8:
        made["resources"] = {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}}
    if world.rng.random() < 0.5:
        made["env"] = [{"name": "LOG_LEVEL", "value": "info"}, {"name": "UPSTREAM_URL", "value": "https://api.example.com:443/v1"}]
    return made | rest


def template(world: World, name: str, **spec: object) -> Body:
    """A pod template with the labels of its app, and now and then init containers, sidecars, constraints."""
    made: Body = {"containers": [container(world)], **spec}
    if world.rng.random() < 0.3:
        inits = [{"name": "migrate", "image": "registry.example/migrate:1", "command": ["/migrate"]}]
        if world.rng.random() < 0.5:
            inits.append({"name": "proxy", "image": "registry.example/proxy:1", "restartPolicy": "Always"})
        made["initContainers"] = inits
    if world.rng.random() < 0.2:
        made["containers"].append(container(world, "sidecar", ports=[{"name": "metrics", "containerPort": 9100}], readinessProbe=None))
    if world.rng.random() < 0.2:
        terms = [
            {"weight": 10, "podAffinityTerm": {"labelSelector": {"matchLabels": {"app": name}}, "topologyKey": "kubernetes.io/hostname"}}
        ]
        made["affinity"] = {"podAntiAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": terms}}
    return {"metadata": {"labels": {"app": name}}, "spec": made}


def place(world: World, name: str) -> str:
    """A namespace of its own for a scene."""
    return world.namespace(f"{name}-{world.rng.getrandbits(20):05x}")


def replica_set(world: World, deployment: Body, made: Body, replicas: int, ready: int, *, age_s: float, digit: str) -> Body:
    """A ReplicaSet of a Deployment with these counts."""
    meta = deployment["metadata"]
    labels = {**made["metadata"]["labels"], "pod-template-hash": digit}
    spec = {"replicas": replicas, "selector": {"matchLabels": labels}, "template": {**made, "metadata": {"labels": labels}}}
    status = {"replicas": replicas, "readyReplicas": ready, "availableReplicas": ready, "observedGeneration": 1}
    return world.add(
        "apps/v1",
        "ReplicaSet",
        meta["namespace"],
        f"{meta['name']}-{digit}",
        owner=deployment,
        labels=labels,
        spec=spec,
        status=status,
        age_s=age_s,
        generation=1,
        annotations={"deployment.kubernetes.io/revision": "2"},
    )


def pods(world: World, owner: Body, count: int, *, age_s: float, state: str = "ready", **rest: object) -> list[Body]:
    """Pods of a ReplicaSet or the like."""
    made, meta = owner["spec"]["template"], owner["metadata"]
    return [
        world.pod(
            meta["namespace"],
            f"{meta['name']}-{world.rng.getrandbits(25):05x}",
            made["spec"],
            owner=owner,
            age_s=age_s,
            state=state,
            labels=made["metadata"]["labels"],
            **rest,
        )
        for _ in range(count)
    ]


def deployment(
    world: World, space: str, name: str, wanted: int, *, updated: int, available: int, total: int, progress: Body, **more: object
) -> Body:
    """A Deployment with these counts; its pods and ReplicaSets are up to the caller."""
    made = more.pop("template", None) or template(world, name)
    generation = world.rng.randint(1, 9)
    age_s = world.age_s if world.rng.random() < 0.5 else LONG_S
    up = condition("Available", "True", ago(age_s), "MinimumReplicasAvailable")
    status = {
        "observedGeneration": more.pop("seen", generation),
        "replicas": total,
        "updatedReplicas": updated,
        "readyReplicas": available,
        "availableReplicas": available,
        "conditions": [up, progress],
        **({"unavailableReplicas": total - available} if total > available else {}),
    }
    spec = {"replicas": wanted, "selector": {"matchLabels": {"app": name}}, "template": made, **more}
    return world.add(
        "apps/v1", "Deployment", space, name, spec=spec, status=status, generation=generation, age_s=age_s, labels={"app": name}
    )


def done(since_s: float = LONG_S) -> Body:
    """The Progressing condition of a rollout that has come to its end."""
    return condition("Progressing", "True", ago(since_s), "NewReplicaSetAvailable") | {"lastUpdateTime": ago(since_s)}


def under_way(since_s: float) -> Body:
    """That of one that goes on."""
    return condition("Progressing", "True", ago(since_s + 60), "ReplicaSetUpdated") | {"lastUpdateTime": ago(since_s)}


def settled(world: World, space: str = "", name: str = "web", **more: object) -> Body:
    """A Deployment that simply runs, with old ReplicaSets at zero; pods restarted long ago in some."""
    space = space or place(world, name)
    wanted = world.rng.randint(1, 5)
    made = deployment(world, space, name, wanted, updated=wanted, available=wanted, total=wanted, progress=done(), **more)
    current = replica_set(world, made, made["spec"]["template"], wanted, wanted, age_s=LONG_S, digit="6c9f7d5b8")
    for digit in ("5d4c8b7f9", "7b6d9c8f4")[: world.rng.randint(0, 2)]:
        replica_set(world, made, made["spec"]["template"], 0, 0, age_s=world.age_s, digit=digit)
    pods(world, current, wanted, age_s=LONG_S, restarts=world.rng.choice((0, 0, 0, 1, 4)))
    return made


def rolls_out(world: World) -> None:
    """Half of the pods are new; the newest starts, an old one is on its way out."""
    space, wanted = place(world, "rollout"), world.rng.randint(2, 6)
    fresh = world.rng.randint(1, wanted)
    made = deployment(world, space, "web", wanted, updated=fresh, available=wanted - 1, total=wanted + 1, progress=under_way(20))
    new = replica_set(world, made, made["spec"]["template"], fresh, fresh - 1, age_s=5 * MINUTE_S, digit="84d5f6c9b")
    old = replica_set(world, made, made["spec"]["template"], wanted - fresh, wanted - fresh, age_s=LONG_S, digit="6c9f7d5b8")
    pods(world, new, fresh - 1, age_s=3 * MINUTE_S)
    (starting,) = pods(world, new, 1, age_s=40, state=world.rng.choice(("creating", "starting", "initializing")))
    pods(world, old, wanted - fresh, age_s=LONG_S)
    pods(world, old, 1, age_s=LONG_S, state="terminating")
    if world.rng.random() < 0.5:
        told = 'Readiness probe failed: Get "http://10.42.0.9:8080/ready": dial tcp 10.42.0.9:8080: connect: connection refused'
        world.event(starting, "Warning", "Unhealthy", told, first_s=10, fieldPath="spec.containers{app}")
    world.event(starting, "Normal", "Pulling", 'Pulling image "registry.example/shop/app:1.4"', first_s=35)


def is_not_seen_yet(world: World) -> None:
    """Somebody changed a Deployment seconds ago; its controller has not looked yet."""
    space = place(world, "fresh")
    made = deployment(world, space, "web", 4, updated=2, available=2, total=2, progress=done(), seen=1)
    made["metadata"]["generation"] = 2
    current = replica_set(world, made, made["spec"]["template"], 2, 2, age_s=LONG_S, digit="6c9f7d5b8")
    pods(world, current, 2, age_s=LONG_S)


def scales_up(world: World) -> None:
    """More replicas were asked for: some start, one waits for the node that an autoscaler is bringing."""
    space = place(world, "up")
    made = deployment(world, space, "web", 6, updated=6, available=3, total=6, progress=done())
    current = replica_set(world, made, made["spec"]["template"], 6, 3, age_s=LONG_S, digit="6c9f7d5b8")
    pods(world, current, 3, age_s=LONG_S)
    pods(world, current, 2, age_s=25, state=world.rng.choice(("creating", "starting")))
    (waiting,) = pods(world, current, 1, age_s=70, state="pending")
    world.event(waiting, "Warning", "FailedScheduling", "0/3 nodes are available: 3 Insufficient cpu.", first_s=70)
    world.event(waiting, "Normal", "TriggeredScaleUp", "pod triggered scale-up: [{pool 3->4 (max: 9)}]", first_s=50)


def scales_down(world: World) -> None:
    """Fewer were asked for: the rest are on their way out, some with a long grace period."""
    space = place(world, "down")
    made = deployment(world, space, "web", 1, updated=1, available=1, total=1, progress=done())
    made["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] = world.rng.choice((30, 600))
    current = replica_set(world, made, made["spec"]["template"], 1, 1, age_s=LONG_S, digit="6c9f7d5b8")
    pods(world, current, 1, age_s=LONG_S)
    pods(world, current, world.rng.randint(1, 4), age_s=LONG_S, state="terminating")


def rests(world: World) -> None:
    """A Deployment at zero replicas that nobody calls, and one whose rollout is paused on purpose."""
    space = place(world, "rest")
    made = deployment(world, space, "old", 0, updated=0, available=0, total=0, progress=done())
    replica_set(world, made, made["spec"]["template"], 0, 0, age_s=LONG_S, digit="6c9f7d5b8")
    paused = settled(world, space, "paused", paused=True)
    paused["status"]["conditions"][1] = condition("Progressing", "True", ago(HOUR_S), "DeploymentPaused") | {"status": "Unknown"}


def keeps_state(world: World) -> None:
    """A StatefulSet with bound claims and a headless Service; one in three is being updated, from the last ordinal down."""
    space, wanted = place(world, "state"), world.rng.randint(1, 4)
    is_updating, first = world.rng.random() < 0.3, world.rng.choice((0, 0, 5))
    made = template(world, "db")
    spec: Body = {"replicas": wanted, "serviceName": "db", "selector": {"matchLabels": {"app": "db"}}, "template": made}
    if first:
        spec["ordinals"] = {"start": first}
    ready = wanted - int(is_updating)
    status = {
        "observedGeneration": 3,
        "replicas": wanted,
        "readyReplicas": ready,
        "availableReplicas": ready,
        "currentRevision": "db-1",
        "updateRevision": "db-2" if is_updating else "db-1",
        "updatedReplicas": 1 if is_updating else wanted,
        "currentReplicas": ready,
    }
    owner = world.add("apps/v1", "StatefulSet", space, "db", spec=spec, status=status, generation=3)
    ports = [{"name": "sql", "port": 5432, "targetPort": "http"}]
    world.add(
        "v1",
        "Service",
        space,
        "db",
        spec={"clusterIP": "None", "selector": {"app": "db"}, "ports": ports, "publishNotReadyAddresses": True},
    )
    world.add(
        "storage.k8s.io/v1",
        "StorageClass",
        "",
        f"fast-{space}",
        provisioner="disk.csi.example.com",
        volumeBindingMode="WaitForFirstConsumer",
    )
    for ordinal in range(first, first + wanted):
        is_last = is_updating and ordinal == first + wanted - 1
        claim = _claim(world, space, f"data-db-{ordinal}", f"fast-{space}")
        volumes = [{"name": "data", "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}}]
        labels = {"app": "db", "controller-revision-hash": "db-2" if is_last else "db-1", "apps.kubernetes.io/pod-index": str(ordinal)}
        state, age_s = ("starting", 25) if is_last else ("ready", LONG_S)
        world.pod(space, f"db-{ordinal}", {**made["spec"], "volumes": volumes}, owner=owner, age_s=age_s, state=state, labels=labels)


def _claim(world: World, space: str, name: str, storage_class: str) -> Body:
    """A claim and the volume it is bound to."""
    volume = f"pvc-{world.rng.getrandbits(32):08x}"
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "5Gi"}}, "storageClassName": storage_class}
    size = {"storage": "5Gi"}
    claim = world.add(
        "v1", "PersistentVolumeClaim", space, name, spec=spec | {"volumeName": volume}, status={"phase": "Bound", "capacity": size}
    )
    held = {"kind": "PersistentVolumeClaim", "namespace": space, "name": name, "uid": claim["metadata"]["uid"]}
    about = {"capacity": size, "accessModes": ["ReadWriteOnce"], "claimRef": held, "storageClassName": storage_class}
    csi = {"driver": "disk.csi.example.com", "volumeHandle": volume}
    world.add("v1", "PersistentVolume", "", volume, spec=about | {"csi": csi}, status={"phase": "Bound"})
    return claim


def runs_everywhere(world: World) -> None:
    """A DaemonSet on the nodes it tolerates; one in three is being updated, node by node."""
    space = place(world, "agents")
    nodes = world.nodes if world.rng.random() < 0.5 else world.workers()
    is_updating = world.rng.random() < 0.3 and len(nodes) > 1
    made = template(world, "agent", hostNetwork=world.rng.random() < 0.3)
    if nodes is world.nodes:
        made["spec"]["tolerations"] = [{"operator": "Exists"}]
    wanted, ready = len(nodes), len(nodes) - int(is_updating)
    status = {
        "desiredNumberScheduled": wanted,
        "currentNumberScheduled": wanted,
        "numberReady": ready,
        "numberAvailable": ready,
        "numberMisscheduled": 0,
        "updatedNumberScheduled": 1 if is_updating else wanted,
        "observedGeneration": 2,
        **({"numberUnavailable": 1} if is_updating else {}),
    }
    spec = {"selector": {"matchLabels": {"app": "agent"}}, "template": made, "updateStrategy": {"type": "RollingUpdate"}}
    owner = world.add("apps/v1", "DaemonSet", space, "agent", spec=spec, status=status, generation=2)
    for number, node in enumerate(nodes):
        is_new = is_updating and not number
        pods(world, owner, 1, age_s=20 if is_new else LONG_S, state="creating" if is_new else "ready", node=node)


def drains(world: World) -> None:
    """A node is cordoned and being drained: its pods go, those in their place start, the agents stay."""
    if len(world.nodes) < 3:
        return
    world.node("node-drained", unschedulable=True, taints=[{"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}])
    space = place(world, "drain")
    made = deployment(world, space, "web", 3, updated=3, available=2, total=3, progress=done())
    current = replica_set(world, made, made["spec"]["template"], 3, 2, age_s=LONG_S, digit="6c9f7d5b8")
    pods(world, current, 2, age_s=LONG_S)
    pods(world, current, 1, age_s=LONG_S, state="terminating", node="node-drained")
    pods(world, current, 1, age_s=15, state="creating")


def works_off(world: World) -> None:
    """Jobs: done, at work, at work after a failed try, suspended by a queue; and their pods."""
    space = place(world, "jobs")
    made: Body = {
        "metadata": {"labels": {"app": "job"}},
        "spec": {"restartPolicy": "Never", "containers": [{"name": "work", "image": "x:1"}]},
    }
    finished = {
        "succeeded": 1,
        "startTime": ago(2 * HOUR_S),
        "completionTime": ago(HOUR_S),
        "conditions": [condition("Complete", "True", ago(HOUR_S))],
    }
    over = world.add("batch/v1", "Job", space, "over", spec={"template": made, "backoffLimit": 6}, status=finished, age_s=2 * HOUR_S)
    pods(world, over, 1, age_s=2 * HOUR_S, state="succeeded")
    retried = world.rng.randint(0, 2)
    at_work = {"active": 1, "ready": 1, "failed": retried, "startTime": ago(10 * MINUTE_S)}
    busy = world.add("batch/v1", "Job", space, "busy", spec={"template": made, "backoffLimit": 6}, status=at_work, age_s=10 * MINUTE_S)
    pods(world, busy, 1, age_s=3 * MINUTE_S)
    for _ in range(retried):
        (failed,) = pods(world, busy, 1, age_s=10 * MINUTE_S, state="succeeded")
        failed["status"]["phase"] = "Failed"
        failed["status"]["containerStatuses"][0]["state"]["terminated"] |= {"exitCode": 1, "reason": "Error"}
    queued = {"conditions": [condition("Suspended", "True", ago(20 * MINUTE_S), "JobSuspended")]}
    labels = {"kueue.x-k8s.io/queue-name": "team"}
    world.add(
        "batch/v1", "Job", space, "queued", spec={"template": made, "suspend": True}, status=queued, age_s=20 * MINUTE_S, labels=labels
    )
    gated = {"schedulingGates": [{"name": "kueue.x-k8s.io/admission"}], "containers": [{"name": "work", "image": "x:1"}]}
    waiting = world.pod(space, "gated", gated, age_s=10 * MINUTE_S, state="pending", labels=labels)
    waiting["status"]["conditions"] = [
        condition("PodScheduled", "False", ago(600), "SchedulingGated", "Scheduling is blocked due to non-empty gates")
    ]


def runs_by_the_clock(world: World) -> None:
    """CronJobs: of every five minutes with its last runs, of every night, and one too young to have run."""
    space = place(world, "cron")
    made: Body = {
        "metadata": {"labels": {"app": "cron"}},
        "spec": {"restartPolicy": "OnFailure", "containers": [{"name": "work", "image": "x:1"}]},
    }
    spec: Body = {"jobTemplate": {"spec": {"template": made}}, "concurrencyPolicy": "Forbid"}
    often = {"lastScheduleTime": ago(0), "lastSuccessfulTime": ago(280)}
    owner = world.add("batch/v1", "CronJob", space, "often", spec=spec | {"schedule": "*/5 * * * *"}, status=often)
    for begun_s in (300, 600, 900):
        finished = {"succeeded": 1, "startTime": ago(begun_s), "completionTime": ago(begun_s - 20)}
        finished["conditions"] = [condition("Complete", "True", ago(begun_s - 20))]
        job = world.add(
            "batch/v1",
            "Job",
            space,
            f"often-{begun_s}",
            spec={"template": made, "backoffLimit": 6},
            status=finished,
            age_s=begun_s,
            owner=owner,
        )
        pods(world, job, 1, age_s=begun_s, state="succeeded")
    nightly = {"lastScheduleTime": ago(6 * HOUR_S), "lastSuccessfulTime": ago(6 * HOUR_S - 300)}
    world.add("batch/v1", "CronJob", space, "nightly", spec=spec | {"schedule": "0 2 * * *", "timeZone": "Etc/UTC"}, status=nightly)
    world.add("batch/v1", "CronJob", space, "young", spec=spec | {"schedule": "0 5 * * 0"}, status={}, age_s=HOUR_S)


SCENES = (
    settled,
    rolls_out,
    is_not_seen_yet,
    scales_up,
    scales_down,
    rests,
    keeps_state,
    runs_everywhere,
    drains,
    works_off,
    runs_by_the_clock,
)
