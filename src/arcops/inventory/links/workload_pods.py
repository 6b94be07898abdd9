"""The pods a workload's selector matches, whether it made them or not."""

from __future__ import annotations

from arcops.inventory.links._kinds import DAEMON_SET, DEPLOYMENT, JOB, REPLICA_SET, REPLICATION_CONTROLLER, STATEFUL_SET
from arcops.inventory.links._selecting import selecting
from arcops.inventory.links.base import Dependence
from arcops.kube.objects.batch import Job
from arcops.kube.objects.meta import KubeObject
from arcops.kube.objects.workloads import DaemonSet, Deployment, ReplicaSet, ReplicationController, StatefulSet
from arcops.kube.selectors import NOTHING, Selector, selector_of, selector_of_labels


def selector(obj: KubeObject) -> Selector:
    """A workload's selector."""
    if isinstance(obj, Deployment | ReplicaSet | StatefulSet | DaemonSet | Job) and obj.spec:
        return selector_of(obj.spec.selector)
    if isinstance(obj, ReplicationController) and obj.spec:
        return selector_of_labels(obj.spec.selector)
    return NOTHING


SOURCES = (DEPLOYMENT, REPLICA_SET, STATEFUL_SET, DAEMON_SET, REPLICATION_CONTROLLER, JOB)

RELATION = selecting("workload selects pods", "spec.selector", SOURCES, selector, Dependence.MUTUAL, climbs=False)
