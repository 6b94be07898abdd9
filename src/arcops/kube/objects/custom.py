"""Objects of kinds arcops has no type for: metadata, and what such kinds usually say of their health.

Nothing binds a custom resource to these shapes. ``read_loosely`` takes what fits and leaves the rest.
"""

from __future__ import annotations

from typing import Any

import msgspec

from arcops.kube.objects.autoscaling import CrossVersionObjectReference
from arcops.kube.objects.condition import GenerationCondition
from arcops.kube.objects.event import ObjectReference
from arcops.kube.objects.meta import ObjectMeta
from arcops.kube.refs import ObjectRef

RawBody = Any
"""A JSON value of unknown shape."""


class NamedStatus(msgspec.Struct, gc=False, rename="camel"):
    """A nested verdict, as Argo CD's ``status.health`` and ``status.sync``."""

    status: str | None = None
    message: str | None = None


class ConnectionState(msgspec.Struct, gc=False, rename="camel"):
    """How an OLM CatalogSource reaches its catalog: ``READY``, ``CONNECTING``, ``TRANSIENT_FAILURE``."""

    last_observed_state: str | None = None
    address: str | None = None
    last_connect: str | None = None


class ToldError(msgspec.Struct, gc=False, rename="camel"):
    """An error with the time it was met, as a volume snapshot has it."""

    message: str | None = None
    time: str | None = None


class Complaint(msgspec.Struct, gc=False):
    """One thing that a store complains of, and how gravely."""

    severity: str | None = None
    message: str | None = None


class StoreHealth(msgspec.Struct, gc=False, rename="camel"):
    """What a Ceph cluster says of itself, whatever its operator says: ``HEALTH_OK``, ``HEALTH_WARN`` or ``HEALTH_ERR``, and why."""

    health: str | None = None
    details: dict[str, Complaint] | None = None
    last_changed: str | None = None


class OperationState(msgspec.Struct, gc=False, rename="camel"):
    """Argo CD's last sync: ``phase`` is Running, Succeeded, Failed or Error."""

    phase: str | None = None
    message: str | None = None
    finished_at: str | None = None


class ManagedResource(msgspec.Struct, gc=False, rename="camel"):
    """An object that a GitOps tool applies, and what it thinks of it."""

    group: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""
    status: str | None = None
    health: NamedStatus | None = None

    @property
    def ref(self) -> ObjectRef:
        """Its name."""
        return ObjectRef(self.group, self.kind, self.namespace, self.name)


class RuntimeStatus(msgspec.Struct, gc=False, rename="camel"):
    """How a part of Azure IoT Operations runs: ``Running``, ``Starting``, ``Failed``."""

    status: str | None = None
    status_description: str | None = None
    message: str | None = None


class CustomStatus(msgspec.Struct, gc=False, rename="camel"):
    """The fields of a status by which custom kinds report health, where they have them."""

    conditions: tuple[GenerationCondition, ...] | None = None
    observed_generation: int | None = None
    phase: str | None = None
    phase_reason: str | None = None
    state: str | None = None
    reason: str | None = None
    message: str | None = None
    ready: bool | int | str | None = None
    health: NamedStatus | str | None = None
    sync: NamedStatus | str | None = None
    not_before: str | None = None
    not_after: str | None = None
    renewal_time: str | None = None
    status: str | None = None
    error: ToldError | str | None = None
    ready_to_use: bool | None = None
    """Of a volume snapshot."""
    error_message: str | None = None
    robustness: str | None = None
    health_status: str | None = None
    operational_status: str | None = None
    sync_status: str | None = None
    postgres_status: str | None = msgspec.field(name="PostgresClusterStatus", default=None)
    ceph: StoreHealth | None = None
    """Of Rook's CephCluster, whose conditions tell of its operator alone."""
    provisioning_state: str | None = None
    runtime_status: RuntimeStatus | None = None
    health_state: RuntimeStatus | None = None
    config_status_level: str | None = None
    config_status_description: str | None = None
    """Of Azure IoT Operations: whether the settings could be taken over."""
    connectivity_status: str | None = None
    last_connectivity_time: str | None = None
    expiration_time: str | None = None
    completion_time: str | None = None
    engine_status: str | None = None
    connection_state: ConnectionState | None = None
    operation_state: OperationState | None = None
    resources: tuple[ManagedResource, ...] | None = None
    internal_endpoint: str | None = None
    """Where a ModelDeployment of Foundry Local answers inside the cluster."""
    resolved_model: RawBody = None
    """The model it serves: its id, or an object with it."""

    @property
    def error_text(self) -> str:
        """The error it keeps, "" where there is none."""
        return (self.error.message if isinstance(self.error, ToldError) else self.error) or ""


class Trigger(msgspec.Struct, gc=False, rename="camel"):
    """What a KEDA ScaledObject scales by; ``metric_type`` is Utilization, AverageValue or Value."""

    type: str = ""
    metric_type: str | None = None


class CatalogWish(msgspec.Struct, gc=False, rename="camel"):
    """The package an OLM ClusterExtension wants."""

    package_name: str | None = None
    upgrade_constraint_policy: str | None = None


class SourceWish(msgspec.Struct, gc=False, rename="camel"):
    """Where an OLM ClusterExtension (``source_type``) or ClusterCatalog (``type``) comes from."""

    source_type: str | None = None
    type: str | None = None
    catalog: CatalogWish | None = None


class Aim(msgspec.Struct, gc=False, rename="camel"):
    """What a custom resource selects: pods by ``match_labels`` (Istio), or by labels in namespaces (Chaos Mesh)."""

    match_labels: dict[str, str] | None = None
    label_selectors: dict[str, str] | None = None
    namespaces: tuple[str, ...] | None = None


class AppInfo(msgspec.Struct, gc=False):
    """The workload that a Litmus ChaosEngine is aimed at."""

    appns: str | None = None
    applabel: str | None = None
    appkind: str | None = None


class MeshRule(msgspec.Struct, gc=False):
    """One rule of an Istio AuthorizationPolicy: who calls (``from``), and on what condition (``when``)."""

    sources: tuple[RawBody, ...] | None = msgspec.field(default=None, name="from")
    when: tuple[RawBody, ...] | None = None


class RouteTarget(msgspec.Struct, gc=False, rename="camel"):
    """What a route of a Traefik IngressRoute names: a Service or a Middleware. A namespace that is not given is the route's own."""

    name: str | None = None
    namespace: str | None = None
    kind: str | None = None
    port: int | str | None = None


class TrafficRoute(msgspec.Struct, gc=False, rename="camel"):
    """One route of a Traefik IngressRoute."""

    match: str | None = None
    services: tuple[RouteTarget, ...] | None = None
    middlewares: tuple[RouteTarget, ...] | None = None


class RouteTls(msgspec.Struct, gc=False, rename="camel"):
    """Where a Traefik IngressRoute has its certificate from."""

    secret_name: str | None = None


class NamesSecret(msgspec.Struct, gc=False):
    """A part that takes its users or keys from a Secret of its namespace."""

    secret: str | None = None


class MiddlewareChain(msgspec.Struct, gc=False):
    """The middlewares that one of Traefik stands for."""

    middlewares: tuple[RouteTarget, ...] | None = None


class Forward(msgspec.Struct, gc=False):
    """Whom a middleware asks whether a request may pass."""

    address: str | None = None


class ErrorPages(msgspec.Struct, gc=False):
    """Who answers in place of an error."""

    service: RouteTarget | None = None


class CustomSpec(msgspec.Struct, gc=False, rename="camel"):
    """The few settings that change how a status is read, or name another object."""

    suspend: bool | None = None
    paused: bool | None = None
    secret_name: str | None = None
    scale_target_ref: CrossVersionObjectReference | None = None
    target_ref: CrossVersionObjectReference | None = None
    min_replica_count: int | None = None
    max_replica_count: int | None = None
    source_ref: ObjectReference | None = None
    issuer_ref: ObjectReference | None = None
    signer_name: str | None = None
    username: str | None = None
    """Who is to sign a certificate signing request, and who made it."""
    target: ObjectReference | None = None
    source: SourceWish | None = None
    triggers: tuple[Trigger, ...] | None = None
    approved: bool | None = None
    action: str | None = None
    selector: Aim | None = None
    appinfo: AppInfo | None = None
    rules: tuple[MeshRule, ...] | None = None
    routes: tuple[TrafficRoute, ...] | None = None
    tls: RouteTls | None = None
    basic_auth: NamesSecret | None = None
    digest_auth: NamesSecret | None = None
    chain: MiddlewareChain | None = None
    forward_auth: Forward | None = None
    errors: ErrorPages | None = None
    dns_names: tuple[str, ...] | None = None
    """Of a certificate: the hosts it stands for."""
    hosts: tuple[str, ...] | None = None
    host: str | None = None


class PolicyResult(msgspec.Struct, gc=False, rename="camel"):
    """One verdict of a policy report (wgpolicyk8s.io): ``result`` is pass, fail, warn, error or skip."""

    policy: str = ""
    rule: str | None = None
    result: str | None = None
    severity: str | None = None
    message: str | None = None
    resources: tuple[ObjectReference, ...] | None = None


class CustomObject(msgspec.Struct, gc=False, rename="camel"):
    """An object of any other kind."""

    metadata: ObjectMeta = msgspec.field(default_factory=ObjectMeta)
    api_version: str = ""
    kind: str = ""
    spec: CustomSpec | None = None
    status: CustomStatus | None = None
    results: tuple[PolicyResult, ...] | None = None


def read_loosely(body: RawBody) -> CustomObject:
    """A custom object from parsed JSON: only ``metadata`` must have its right shape (``msgspec.ValidationError`` if not)."""
    if not isinstance(body, dict):
        return msgspec.convert(body, CustomObject)
    found = msgspec.convert({"metadata": body.get("metadata", {})}, CustomObject)
    found.api_version = str(body.get("apiVersion") or "")
    found.kind = str(body.get("kind") or "")
    found.spec = msgspec.convert(_fitting(CustomSpec, body.get("spec")), CustomSpec)
    status = _fitting(CustomStatus, body.get("status"))
    listed = (body.get("status") or {}).get("conditions") if isinstance(body.get("status"), dict) else None
    if "conditions" not in status and isinstance(listed, list):
        status["conditions"] = [c for c in listed if _fits(c, GenerationCondition)]
    found.status = msgspec.convert(status, CustomStatus)
    results = body.get("results")
    if isinstance(results, list):
        found.results = msgspec.convert([one for one in results if _fits(one, PolicyResult)], tuple[PolicyResult, ...])
    return found


def _fitting(kind: type[msgspec.Struct], value: RawBody) -> dict[str, RawBody]:
    """Those fields of ``value`` that ``kind`` knows and whose types it accepts."""
    if not isinstance(value, dict):
        return {}
    known = {field.encode_name: field.type for field in msgspec.structs.fields(kind)}
    return {name: value[name] for name, type_ in known.items() if name in value and _fits(value[name], type_)}


def _fits(value: RawBody, type_: RawBody) -> bool:
    try:
        msgspec.convert(value, type_)
    except msgspec.ValidationError:
        return False
    return True
