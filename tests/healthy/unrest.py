"""Scenes of what looks like trouble and is none: slow starts, old restarts, things that began a moment ago."""

from __future__ import annotations

from tests.healthy.traffic import endpoints, service
from tests.healthy.workloads import LONG_S, container, deployment, done, place, pods, replica_set, settled, template, under_way
from tests.healthy.world import DAY_S, HOUR_S, MINUTE_S, Body, World, ago, condition


def starts_slowly(world: World) -> None:
    """A rollout of programs that take minutes to be ready: a large image, a Java server, a model that is read into memory."""
    space, wanted = place(world, "slow"), world.rng.randint(1, 4)
    probe = {"httpGet": {"path": "/ready", "port": 8080}, "initialDelaySeconds": world.rng.choice((0, 30, 120)), "periodSeconds": 10}
    app = container(world, readinessProbe=probe, startupProbe=world.rng.choice((None, probe | {"failureThreshold": 60})))
    made = template(world, "web", containers=[app])
    made["spec"].pop("initContainers", None)
    owner = deployment(world, space, "web", wanted, updated=1, available=wanted, total=wanted + 1, progress=under_way(240), template=made)
    old = replica_set(world, owner, made, wanted, wanted, age_s=LONG_S, digit="6c9f7d5b8")
    new = replica_set(world, owner, made, 1, 0, age_s=9 * MINUTE_S, digit="84d5f6c9b")
    pods(world, old, wanted, age_s=LONG_S)
    pulled_s, ran_s = world.rng.choice((5, 100, 260)), world.rng.choice((10, 60, 110, 200, 240))
    age_s = pulled_s + ran_s + 5
    (pod,) = pods(world, new, 1, age_s=age_s, state="starting")
    status = pod["status"]
    status["containerStatuses"][0]["state"] = {"running": {"startedAt": ago(ran_s)}}
    status["containerStatuses"][0]["started"] = app["startupProbe"] is None
    for one in status["conditions"]:
        if one["status"] == "False":
            one["lastTransitionTime"] = ago(age_s - 1)
    world.event(pod, "Normal", "Pulling", f'Pulling image "{app["image"]}"', first_s=ran_s + pulled_s)
    world.event(pod, "Normal", "Started", "Started container app", first_s=ran_s)
    if ran_s > 30 and world.rng.random() < 0.7:
        kind = "Startup" if app["startupProbe"] else "Readiness"
        told = f'{kind} probe failed: Get "http://10.42.0.9:8080/ready": dial tcp 10.42.0.9:8080: connect: connection refused'
        world.event(pod, "Warning", "Unhealthy", told, first_s=ran_s - 10, last_s=3, fieldPath="spec.containers{app}")


def pulls_for_long(world: World) -> None:
    """A pod whose large image is being pulled, after a mount, a sandbox or an attachment that took a second try."""
    space = place(world, "pulling")
    made = template(world, "model")
    made["spec"].pop("initContainers", None)
    owner = deployment(world, space, "model", 1, updated=1, available=0, total=1, progress=under_way(300), template=made)
    owner["status"]["conditions"][0] = condition("Available", "False", ago(300), "MinimumReplicasUnavailable")
    current = replica_set(world, owner, made, 1, 0, age_s=5 * MINUTE_S, digit="84d5f6c9b")
    (pod,) = pods(world, current, 1, age_s=300, state="creating")
    pod["status"]["conditions"] = [one | {"lastTransitionTime": ago(300)} for one in pod["status"]["conditions"]]
    world.event(pod, "Normal", "Scheduled", "Successfully assigned", first_s=300)
    first, then = (
        world.rng.choice(
            (
                (
                    "FailedMount",
                    'MountVolume.SetUp failed for volume "kube-api-access-x" : failed to sync configmap cache: timed out waiting',
                ),
                ("FailedMount", 'MountVolume.SetUp failed for volume "data" : rpc error: code = Aborted desc = an operation is pending'),
                ("FailedCreatePodSandBox", 'Failed to create pod sandbox: plugin type="flannel" failed (add): loadFlannelSubnetEnv failed'),
                ("FailedAttachVolume", 'Multi-Attach error for volume "pvc-1" Volume is already used by pod(s) model-0'),
                ("FailedScheduling", "0/3 nodes are available: 3 node(s) had untolerated taint {node.kubernetes.io/not-ready: }."),
                ("", ""),
            )
        ),
        f'Pulling image "{made["spec"]["containers"][0]["image"]}"',
    )
    if first[0]:
        world.event(pod, "Warning", first[0], first[1], first_s=295, last_s=270)
    if first[0] == "FailedAttachVolume":
        world.event(pod, "Normal", "SuccessfulAttachVolume", 'AttachVolume.Attach succeeded for volume "pvc-1"', first_s=250)
    world.event(pod, "Normal", "Pulling", then, first_s=240)


def is_replaced_at_once(world: World) -> None:
    """A Deployment that is recreated, or was installed a minute ago: for a moment nothing answers behind its Service and Ingress."""
    space, is_new = place(world, "recreate"), world.rng.random() < 0.5
    made = template(world, "web")
    owner = deployment(
        world, space, "web", 1, updated=1, available=0, total=1, progress=under_way(30), template=made, strategy={"type": "Recreate"}
    )
    owner["status"]["conditions"][0] = condition("Available", "False", ago(45), "MinimumReplicasUnavailable")
    current = replica_set(world, owner, made, 1, 0, age_s=50, digit="84d5f6c9b")
    (pod,) = pods(world, current, 1, age_s=45, state=world.rng.choice(("creating", "starting")))
    found = service(world, space, "web", {"app": "web"})
    endpoints(world, found, 0)
    budget = {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}}
    short: Body = {"currentHealthy": 0, "desiredHealthy": 1, "expectedPods": 1, "disruptionsAllowed": 0, "observedGeneration": 1}
    short["conditions"] = [condition("DisruptionAllowed", "False", ago(45), "InsufficientPods")]
    world.add("policy/v1", "PodDisruptionBudget", space, "web", spec=budget, status=short, generation=1)
    world.event(pod, "Normal", "Scheduled", "Successfully assigned", first_s=45)
    if is_new:
        for body in world.bodies:
            if body["metadata"].get("namespace") == space or body["metadata"]["name"] == space:
                body["metadata"]["creationTimestamp"] = ago(50)


def was_restarted(world: World) -> None:
    """Containers that ended once or twice and have got over it: at the start, for memory, by a probe, after a reboot."""
    space = place(world, "restarted")
    made = settled(world, space, "web")
    owner = replica_set(world, made, template(world, "web"), 4, 4, age_s=LONG_S, digit="9f8b7c6d5")
    ends = (
        (1, {"exitCode": 1, "reason": "Error", "message": "dial tcp 10.43.0.7:5432: connect: connection refused"}, 5 * MINUTE_S, 3),
        (2, {"exitCode": 1, "reason": "Error"}, 20 * MINUTE_S, 4),
        (1, {"exitCode": 137, "reason": "OOMKilled"}, 3 * HOUR_S, HOUR_S),
        (1, {"exitCode": 143, "reason": "Error"}, 30 * MINUTE_S, HOUR_S),
        (7, {"exitCode": 255, "reason": "Unknown"}, 2 * DAY_S, DAY_S),
    )
    for restarts, end, up_s, ran_s in world.rng.sample(ends, k=3):
        (pod,) = pods(world, owner, 1, age_s=LONG_S)
        last: Body = {"terminated": end | {"startedAt": ago(up_s + ran_s), "finishedAt": ago(up_s + 2)}}
        running = {"running": {"startedAt": ago(up_s)}}
        pod["status"]["containerStatuses"][0] |= {"restartCount": restarts, "lastState": last, "state": running}
        for one in pod["status"]["conditions"][2:]:
            one["lastTransitionTime"] = ago(up_s - 10)
        if end["exitCode"] == 143:
            told = "Liveness probe failed: HTTP probe failed with statuscode: 500"
            world.event(pod, "Warning", "Unhealthy", told, first_s=up_s + 60, last_s=up_s + 30, fieldPath="spec.containers{app}")
            killed = "Container app failed liveness probe, will be restarted"
            world.event(pod, "Normal", "Killing", killed, first_s=up_s + 30, fieldPath="spec.containers{app}")


def has_just_begun(world: World) -> None:
    """A node that joined seconds ago, a claim being provisioned, an autoscaler at its most since two minutes, a namespace being emptied."""
    space = place(world, "begun")
    node = world.node(f"node-new-{space}", age_s=25)
    starting = "container runtime network not ready: cni plugin not initialized"
    node["status"]["conditions"][-1] |= {"status": "False", "reason": "KubeletNotReady", "message": starting}
    node["spec"] = {"taints": [{"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"}]}
    wanted = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "1Gi"}}, "storageClassName": f"disk-{space}"}
    world.add("storage.k8s.io/v1", "StorageClass", "", f"disk-{space}", provisioner="disk.csi.example.com", volumeBindingMode="Immediate")
    claim = world.add("v1", "PersistentVolumeClaim", space, "young", spec=wanted, status={"phase": "Pending"}, age_s=40)
    world.event(
        claim,
        "Normal",
        "ExternalProvisioning",
        "Waiting for a volume to be created either by the external provisioner",
        first_s=38,
        last_s=5,
    )
    made = deployment(world, space, "busy", 4, updated=4, available=4, total=4, progress=done())
    current = replica_set(world, made, made["spec"]["template"], 4, 4, age_s=LONG_S, digit="6c9f7d5b8")
    pods(world, current, 4, age_s=150)
    for each in made["spec"]["template"]["spec"]["containers"]:
        each["resources"] = {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "256Mi"}}
    conditions = [
        condition("AbleToScale", "True", ago(LONG_S), "ReadyForNewScale"),
        condition("ScalingActive", "True", ago(LONG_S), "ValidMetricFound"),
        condition("ScalingLimited", "True", ago(120), "TooManyReplicas", "the desired count is more than the most"),
    ]
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "busy"}
    metrics = [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 80}}}]
    spec = {"scaleTargetRef": target, "minReplicas": 2, "maxReplicas": 4, "metrics": metrics}
    status = {"currentReplicas": 4, "desiredReplicas": 4, "conditions": conditions}
    world.add("autoscaling/v2", "HorizontalPodAutoscaler", space, "busy", spec=spec, status=status)
    emptied = {
        "phase": "Terminating",
        "conditions": [
            condition(
                "NamespaceContentRemaining",
                "True",
                ago(60),
                "SomeResourcesRemain",
                "Some resources are remaining: pods. has 2 resource instances",
            )
        ],
    }
    world.namespace(f"emptied-{space}", deletionTimestamp=ago(90), status=emptied, spec={"finalizers": ["kubernetes"]})
    world.pod(f"emptied-{space}", "last", {"containers": [container(world)]}, age_s=LONG_S, state="terminating")


SCENES = (starts_slowly, pulls_for_long, is_replaced_at_once, was_restarted, has_just_begun)
