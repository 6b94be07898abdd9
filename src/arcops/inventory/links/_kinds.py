"""The kinds that relations name."""

from __future__ import annotations

from arcops.kube.objects import access, autoscaling, batch, cluster, config, gateway, network, node, policy, service, storage, workloads
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import GroupKind

POD = Pod.GROUP_KIND
NODE = node.Node.GROUP_KIND
NAMESPACE = cluster.Namespace.GROUP_KIND
CONFIG_MAP = config.ConfigMap.GROUP_KIND
SECRET = config.Secret.GROUP_KIND
CLAIM = storage.PersistentVolumeClaim.GROUP_KIND
VOLUME = storage.PersistentVolume.GROUP_KIND
STORAGE_CLASS = storage.StorageClass.GROUP_KIND
ATTACHMENT = storage.VolumeAttachment.GROUP_KIND
CSI_DRIVER = storage.CSIDriver.GROUP_KIND
SERVICE = service.Service.GROUP_KIND
SLICE = service.EndpointSlice.GROUP_KIND
INGRESS = network.Ingress.GROUP_KIND
INGRESS_CLASS = network.IngressClass.GROUP_KIND
NETWORK_POLICY = network.NetworkPolicy.GROUP_KIND
GATEWAY = gateway.Gateway.GROUP_KIND
GATEWAY_CLASS = gateway.GatewayClass.GROUP_KIND
HTTP_ROUTE = gateway.HTTPRoute.GROUP_KIND
BUDGET = policy.PodDisruptionBudget.GROUP_KIND
QUOTA = policy.ResourceQuota.GROUP_KIND
LIMIT_RANGE = policy.LimitRange.GROUP_KIND
PRIORITY_CLASS = policy.PriorityClass.GROUP_KIND
AUTOSCALER = autoscaling.HorizontalPodAutoscaler.GROUP_KIND
SERVICE_ACCOUNT = access.ServiceAccount.GROUP_KIND
ROLE = access.Role.GROUP_KIND
CLUSTER_ROLE = access.ClusterRole.GROUP_KIND
ROLE_BINDING = access.RoleBinding.GROUP_KIND
CLUSTER_ROLE_BINDING = access.ClusterRoleBinding.GROUP_KIND
API_SERVICE = cluster.APIService.GROUP_KIND
CRD = cluster.CustomResourceDefinition.GROUP_KIND
VALIDATING_WEBHOOKS = cluster.ValidatingWebhookConfiguration.GROUP_KIND
MUTATING_WEBHOOKS = cluster.MutatingWebhookConfiguration.GROUP_KIND
DEPLOYMENT = workloads.Deployment.GROUP_KIND
REPLICA_SET = workloads.ReplicaSet.GROUP_KIND
STATEFUL_SET = workloads.StatefulSet.GROUP_KIND
DAEMON_SET = workloads.DaemonSet.GROUP_KIND
REPLICATION_CONTROLLER = workloads.ReplicationController.GROUP_KIND
JOB = batch.Job.GROUP_KIND
CRON_JOB = batch.CronJob.GROUP_KIND

WORKLOADS: tuple[GroupKind, ...] = (DEPLOYMENT, REPLICA_SET, STATEFUL_SET, DAEMON_SET, REPLICATION_CONTROLLER, JOB, CRON_JOB)
"""Kinds that make pods from a template."""

POD_MAKERS: tuple[GroupKind, ...] = (POD, *WORKLOADS)
"""Kinds with a pod spec, their own or a template's."""
