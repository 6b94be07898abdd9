"""What a pod's containers ask for: image, command, environment, ports, resources, probes."""

from __future__ import annotations

import msgspec

from arcops.kube.objects.scalars import IntOrString, Resources


class KeySelector(msgspec.Struct, gc=False, rename="camel"):
    """One key of a ConfigMap or Secret."""

    name: str = ""
    key: str = ""
    optional: bool | None = None


class FieldSelector(msgspec.Struct, gc=False, rename="camel"):
    """A field of the pod itself."""

    field_path: str = ""


class EnvVarSource(msgspec.Struct, gc=False, rename="camel"):
    """Where a variable's value comes from; exactly one is set."""

    config_map_key_ref: KeySelector | None = None
    secret_key_ref: KeySelector | None = None
    field_ref: FieldSelector | None = None


class EnvVar(msgspec.Struct, gc=False, rename="camel"):
    """One environment variable, by value or by reference."""

    name: str = ""
    value: str | None = None
    value_from: EnvVarSource | None = None


class NamedSource(msgspec.Struct, gc=False, rename="camel"):
    """A ConfigMap or Secret taken whole."""

    name: str = ""
    optional: bool | None = None


class EnvFromSource(msgspec.Struct, gc=False, rename="camel"):
    """All keys of a ConfigMap or Secret as variables."""

    prefix: str | None = None
    config_map_ref: NamedSource | None = None
    secret_ref: NamedSource | None = None


class ContainerPort(msgspec.Struct, gc=False, rename="camel"):
    """A declared port."""

    name: str | None = None
    container_port: int = 0
    host_port: int | None = None
    protocol: str = "TCP"


class ResourceRequirements(msgspec.Struct, gc=False, rename="camel"):
    """What a container may use (limits) and is promised (requests)."""

    limits: Resources | None = None
    requests: Resources | None = None


class HttpGetAction(msgspec.Struct, gc=False, rename="camel"):
    """An HTTP probe."""

    path: str | None = None
    port: IntOrString = 0
    host: str | None = None
    scheme: str | None = None


class TcpSocketAction(msgspec.Struct, gc=False, rename="camel"):
    """A probe that only connects."""

    port: IntOrString = 0
    host: str | None = None


class ExecAction(msgspec.Struct, gc=False, rename="camel"):
    """A probe that runs a command in the container."""

    command: tuple[str, ...] | None = None


class GrpcAction(msgspec.Struct, gc=False, rename="camel"):
    """A gRPC health probe."""

    port: int = 0
    service: str | None = None


class Probe(msgspec.Struct, gc=False, rename="camel"):
    """A liveness, readiness or startup probe; times in seconds."""

    http_get: HttpGetAction | None = None
    tcp_socket: TcpSocketAction | None = None
    exec: ExecAction | None = None
    grpc: GrpcAction | None = None
    initial_delay_seconds: int | None = None
    timeout_seconds: int | None = None
    period_seconds: int | None = None
    success_threshold: int | None = None
    failure_threshold: int | None = None


class SecurityContext(msgspec.Struct, gc=False, rename="camel"):
    """What a container or pod may do on its node."""

    privileged: bool | None = None
    run_as_user: int | None = None
    run_as_non_root: bool | None = None
    read_only_root_filesystem: bool | None = None
    allow_privilege_escalation: bool | None = None


class VolumeMount(msgspec.Struct, gc=False, rename="camel"):
    """Where a volume of the pod appears in a container."""

    name: str = ""
    mount_path: str = ""
    read_only: bool | None = None
    sub_path: str | None = None


class Container(msgspec.Struct, gc=False, rename="camel"):
    """One container of a pod or template. An init container with ``restart_policy`` Always is a native sidecar."""

    name: str = ""
    image: str | None = None
    command: tuple[str, ...] | None = None
    args: tuple[str, ...] | None = None
    env: tuple[EnvVar, ...] | None = None
    env_from: tuple[EnvFromSource, ...] | None = None
    ports: tuple[ContainerPort, ...] | None = None
    volume_mounts: tuple[VolumeMount, ...] | None = None
    resources: ResourceRequirements | None = None
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    startup_probe: Probe | None = None
    restart_policy: str | None = None
    image_pull_policy: str | None = None
    security_context: SecurityContext | None = None
