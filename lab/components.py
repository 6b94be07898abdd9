"""The command line of each program: every flag with the reason it is needed."""

from dataclasses import dataclass
from pathlib import Path

from lab.build import Programs

Command = list[str | Path]

# Without controllers a test puts exact objects and statuses in place; these plugins would refuse or change them.
PICTURE_PLUGINS_OFF = (
    "ServiceAccount",
    "NamespaceLifecycle",
    "ResourceQuota",
    "LimitRanger",
    "TaintNodesByCondition",
    "StorageObjectInUseProtection",
    "DefaultStorageClass",
    "DefaultIngressClass",
    "DefaultTolerationSeconds",
    "Priority",
    "RuntimeClass",
    "PersistentVolumeClaimResize",
    "MutatingAdmissionWebhook",
    "ValidatingAdmissionWebhook",
    "PodSecurity",
)


@dataclass(frozen=True, slots=True)
class Ports:
    """Loopback ports, chosen once, so that a restarted part answers where it did before."""

    etcd: int
    etcd_peer: int
    apiserver: int
    kubelet: int
    metrics: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Where one cluster keeps its files."""

    folder: Path

    @property
    def certificates(self) -> Path:
        """The API server makes its certificate and key here at its first start."""
        return self.folder / "certificates"

    @property
    def certificate(self) -> Path:
        """The API server's certificate with the authority that signed it."""
        return self.certificates / "apiserver.crt"

    @property
    def key(self) -> Path:
        """The API server's private key; ServiceAccount tokens are signed with it too."""
        return self.certificates / "apiserver.key"

    @property
    def front_proxy(self) -> Path:
        """What the API server shows to servers it stands in front of (certificate; the key ends in .key)."""
        return self.folder / "front-proxy.crt"

    @property
    def tokens(self) -> Path:
        """The users and their tokens (users.py)."""
        return self.folder / "tokens.csv"

    @property
    def etcd(self) -> Path:
        """Everything the cluster remembers."""
        return self.folder / "etcd"

    @property
    def kwok(self) -> Path:
        """Stages and logs for kwok (nodes.py)."""
        return self.folder / "kwok.yaml"

    def kubeconfig(self, user: str) -> Path:
        """The kubeconfig of one user; the administrator's is plain `kubeconfig`."""
        return self.folder / ("kubeconfig" if user == "admin" else f"kubeconfig-{user}")

    @property
    def logs(self) -> Path:
        """What containers print, as kwok serves it."""
        return self.folder / "logs"

    def log(self, component: str) -> Path:
        """What one program printed."""
        return self.folder / f"{component}.log"


def etcd(programs: Programs, ports: Ports, layout: Layout) -> Command:
    """One member; fsync is off since nobody needs its data after a power cut."""
    client, peer = f"http://127.0.0.1:{ports.etcd}", f"http://127.0.0.1:{ports.etcd_peer}"
    return [
        programs["etcd"],
        f"--data-dir={layout.etcd}",
        "--unsafe-no-fsync",
        "--log-level=warn",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
    ]


def apiserver(programs: Programs, ports: Ports, layout: Layout, *, pictures: bool, metrics: bool) -> Command:
    """The API server; `pictures` turns off the admission plugins that would repair a static picture."""
    command: Command = [
        programs["kube-apiserver"],
        f"--etcd-servers=http://127.0.0.1:{ports.etcd}",
        "--bind-address=127.0.0.1",
        f"--secure-port={ports.apiserver}",
        f"--cert-dir={layout.certificates}",
        # Loopback is no valid endpoint: the reconciler would log an error for ever.
        "--endpoint-reconciler-type=none",
        "--authorization-mode=RBAC",
        f"--token-auth-file={layout.tokens}",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        f"--service-account-key-file={layout.key}",
        f"--service-account-signing-key-file={layout.key}",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--allow-privileged=true",
        # kubelets are one kwok process on loopback.
        "--kubelet-preferred-address-types=InternalIP",
    ]
    if metrics:
        command += [
            f"--proxy-client-cert-file={layout.front_proxy}",
            f"--proxy-client-key-file={layout.front_proxy.with_suffix('.key')}",
            f"--requestheader-client-ca-file={layout.front_proxy}",
            # Nobody signs in with a certificate; metrics-server only insists that there is an authority for it.
            f"--client-ca-file={layout.certificate}",
            "--requestheader-username-headers=X-Remote-User",
            "--requestheader-group-headers=X-Remote-Group",
            "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        ]
    if pictures:
        command.append(f"--disable-admission-plugins={','.join(PICTURE_PLUGINS_OFF)}")
    return command


def controller_manager(programs: Programs, layout: Layout) -> Command:
    """All controllers, fast enough to fill a cluster of thousands of pods."""
    return [
        programs["kube-controller-manager"],
        f"--kubeconfig={layout.kubeconfig('admin')}",
        "--secure-port=0",
        "--leader-elect=false",
        "--kube-api-qps=200",
        "--kube-api-burst=400",
        f"--root-ca-file={layout.certificate}",
        f"--service-account-private-key-file={layout.key}",
    ]


def scheduler(programs: Programs, layout: Layout) -> Command:
    """The scheduler, whose refusals are real."""
    return [
        programs["kube-scheduler"],
        f"--kubeconfig={layout.kubeconfig('admin')}",
        "--secure-port=0",
        "--leader-elect=false",
        "--kube-api-qps=200",
        "--kube-api-burst=400",
    ]


def kwok(programs: Programs, ports: Ports, layout: Layout) -> Command:
    """The kubelets of all nodes, with the logs they serve."""
    return [
        programs["kwok"],
        f"--kubeconfig={layout.kubeconfig('admin')}",
        f"--config={layout.kwok}",
        "--manage-all-nodes=true",
        # Without leases the controller manager gives all nodes up after a minute.
        "--node-lease-duration-seconds=40",
        "--node-ip=127.0.0.1",
        f"--server-address=127.0.0.1:{ports.kubelet}",
        f"--node-port={ports.kubelet}",
        f"--tls-cert-file={layout.certificate}",
        f"--tls-private-key-file={layout.key}",
    ]


def metrics_server(programs: Programs, ports: Ports, layout: Layout) -> Command:
    """Figures for `kubectl top` and autoscalers, read from kwok every ten seconds."""
    kubeconfig = layout.kubeconfig("admin")
    return [
        programs["metrics-server"],
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        "--bind-address=127.0.0.1",
        f"--secure-port={ports.metrics}",
        f"--cert-dir={layout.folder / 'metrics-server'}",
        "--kubelet-use-node-status-port",
        "--kubelet-preferred-address-types=InternalIP",
        "--kubelet-insecure-tls",
        "--metric-resolution=10s",
        "--kubelet-request-timeout=5s",
    ]


def commands(programs: Programs, ports: Ports, layout: Layout, *, controllers: bool, pictures: bool, metrics: bool) -> dict[str, Command]:
    """Every program of one cluster by name, in the order to start them."""
    found = {
        "etcd": etcd(programs, ports, layout),
        "kube-apiserver": apiserver(programs, ports, layout, pictures=pictures, metrics=metrics),
    }
    if controllers:
        found["kube-controller-manager"] = controller_manager(programs, layout)
        found["kube-scheduler"] = scheduler(programs, layout)
        found["kwok"] = kwok(programs, ports, layout)
    if metrics:
        found["metrics-server"] = metrics_server(programs, ports, layout)
    return found
