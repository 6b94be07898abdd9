"""One Kubernetes cluster on loopback ports: start it, hurt it, stop it.

>>> with Lab() as lab:
...     lab.client.apply(deployment)
...     subprocess.run(["kubectl", "--kubeconfig", lab.kubeconfig("reader"), "get", "pods"])
"""

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from lab import components, etcd, front_proxy, nodes, users
from lab.build import Programs, programs
from lab.client import Client
from lab.errors import LabError
from lab.processes import Component, free_ports
from lab.reaper import Reaper
from lab.wait import wait_until

APISERVER = "kube-apiserver"
START_TIMEOUT_S = 60.0


class Lab:
    """A cluster with its processes, users and files.

    With `controllers` (the default) it lives: controller manager, scheduler, and kwok playing the kubelets
    of `nodes` nodes. Without, it is an API server on etcd that keeps what it is given; `pictures=True`
    turns off the admission plugins that would change or refuse an exact picture of a cluster. `metrics` adds
    metrics-server, whose first figures come half a minute after the start.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        controllers: bool = True,
        nodes: int = 3,
        pictures: bool = False,
        metrics: bool = False,
        say: Callable[[str], None] | None = None,
    ) -> None:
        """Choose what to run; `folder` keeps its files (a temporary one if not given), `say` hears progress."""
        self.controllers = controllers
        self.url = ""
        self.folder = folder or Path()
        self._temporary = folder is None
        self._node_count = nodes if controllers else 0
        self._pictures = pictures
        self._metrics = metrics and controllers
        self._say = say or (lambda _: None)
        self._tokens = users.new_tokens()
        self._components: dict[str, Component] = {}
        self._clients: dict[str, Client] = {}
        self._reaper: Reaper | None = None

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(self, *_: object) -> None:
        """Stop."""
        self.stop()

    # -- life

    def start(self) -> Self:
        """Run everything; returns when the API server is ready and every node is Ready."""
        found = programs(controllers=self.controllers, metrics=self._metrics)
        if self._temporary:
            self.folder = Path(tempfile.mkdtemp(prefix="arcops-lab-"))
        self.folder.mkdir(parents=True, exist_ok=True)
        self._layout = components.Layout(self.folder.resolve())
        self._ports = components.Ports(*free_ports(5))
        self.url = f"https://127.0.0.1:{self._ports.apiserver}"
        users.write_secret_file(self._layout.tokens, users.token_file(self._tokens))
        self._reaper = Reaper(*([self.folder] if self._temporary else []))
        self._components = self._describe(found, self._reaper)
        if self._metrics:
            front_proxy.write_certificate(self._layout.front_proxy)
        try:
            self._start_servers()
            self.client.apply_file(users.RULES)
            if self.controllers:
                self._start_controllers()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """End every process at once; a temporary folder is removed."""
        for component in reversed(self._components.values()):
            component.stop()
        if self._reaper:
            self._reaper.close()
            self._reaper = None
        self._components = {}
        self._clients = {}

    # -- asking

    @property
    def client(self) -> Client:
        """A client that may do everything."""
        return self.client_of(users.ADMIN)

    def client_of(self, user: str) -> Client:
        """A client of one user: admin, reader, narrow or nobody."""
        token = self._tokens[user]
        if token not in self._clients:
            self._clients[token] = Client(self.url, token=token, ca=self._layout.certificate.read_text())
        return self._clients[token]

    def kubeconfig(self, user: str = users.ADMIN) -> Path:
        """The kubeconfig file of one user."""
        return self._layout.kubeconfig(user)

    def service_account(self, name: str, namespace: str = "default", role: str = "arcops-reader") -> users.RotatingToken:
        """A ServiceAccount with a kubeconfig that names a token file, and ways to exchange the token."""
        return users.service_account(self.client, self._layout.folder, self._layout.certificate, users.Account(name, namespace), role)

    def states(self) -> dict[str, str]:
        """What each process does: `running`, `stopped` or `exited N`."""
        return {name: component.state for name, component in self._components.items()}

    def component(self, name: str) -> Component:
        """One process: etcd, kube-apiserver, kube-controller-manager, kube-scheduler or kwok."""
        if name not in self._components:
            raise LabError(f"this cluster runs no {name}", f"It runs: {', '.join(self._components)}.")
        return self._components[name]

    # -- hurting

    def kill(self, name: str = APISERVER) -> None:
        """End one process as by kill -9."""
        self.component(name).stop()

    def revive(self, name: str = APISERVER) -> None:
        """Start a killed one again on its old port, and wait until the API server is ready."""
        self.component(name).start()
        self._wait_ready()

    def restart(self, name: str = APISERVER, *, grace_s: float = 0.0) -> None:
        """Kill (or with `grace_s` ask to end) and revive."""
        self.component(name).stop(grace_s=grace_s)
        self.revive(name)

    def pause(self, name: str = APISERVER) -> None:
        """Freeze one process: its connections stay open and silent, until `resume`."""
        self.component(name).pause()

    def resume(self, name: str = APISERVER) -> None:
        """Let a frozen process go on."""
        self.component(name).resume()

    def snapshot(self) -> Path:
        """A copy of everything the cluster remembers, for `restore`; etcd stands still while it is taken."""
        copy = self.folder / f"etcd-snapshot-{time.monotonic_ns()}"
        member = self.component("etcd")
        member.pause()
        try:
            shutil.copytree(self._layout.etcd, copy)
        finally:
            member.resume()
        return copy

    def restore(self, snapshot: Path) -> None:
        """Go back to a snapshot, as an operator restores etcd from a backup: resourceVersion goes back too."""
        for component in reversed(self._components.values()):
            component.stop()
        shutil.rmtree(self._layout.etcd)
        shutil.copytree(snapshot, self._layout.etcd)
        for component in self._components.values():
            component.start()
        self._wait_ready()

    def rotate_token(self, user: str) -> str:
        """Give a user a new token, which restarts the API server; the old one is refused from then on.

        The user's kubeconfig file is replaced. For a change without restart see `service_account`.
        """
        self._tokens[user] = users.new_tokens()[user]
        users.write_secret_file(self._layout.tokens, users.token_file(self._tokens))
        self.restart()
        self._write_kubeconfigs()
        return self._tokens[user]

    @property
    def etcd(self) -> etcd.Etcd:
        """The etcd itself: true ages, and history that is compacted away."""
        return etcd.Etcd(self._ports.etcd)

    def forget_history(self) -> None:
        """Compact etcd and restart the API server: watches and lists from an older version get 410 Gone."""
        self.etcd.compact()
        self.restart()

    def write_log(self, container: str, text: str, *, previous: bool = False) -> None:
        """What containers of this name print from now on; unknown names all share the log `default`."""
        nodes.write_log(self._layout.logs, container, text, previous=previous)

    # -- inside

    def _describe(self, found: Programs, reaper: Reaper) -> dict[str, Component]:
        commands = components.commands(
            found,
            self._ports,
            self._layout,
            controllers=self.controllers,
            pictures=self._pictures,
            metrics=self._metrics,
        )
        return {name: Component(name, command, self._layout.log(name), reaper) for name, command in commands.items()}

    def _start_servers(self) -> None:
        self._say("starting etcd and the API server")
        self.component("etcd").start()
        self.component(APISERVER).start()
        self._wait_ready()
        self._write_kubeconfigs()

    def _start_controllers(self) -> None:
        self._say(f"starting controllers, scheduler and {self._node_count} nodes")
        nodes.write_kwok_config(self._layout.kwok, self._layout.logs)
        if self._metrics:
            front_proxy.register_metrics(self.client, self._ports.metrics)
        for component in self._components.values():
            component.start()
        nodes.create_nodes(self.client, nodes.node_names(self._node_count))
        self._wait(lambda: nodes.ready_nodes(self.client) == self._node_count, "all nodes are Ready")
        # The controller manager works: pods are refused until it has made this account.
        self._wait(lambda: self.client.find("ServiceAccount", "default", "default"), "the default ServiceAccount")

    def _wait_ready(self) -> None:
        self._wait(lambda: self.client.text("/readyz", timeout_s=2) == "ok", "the API server is ready")

    def _wait(self, question: Callable[[], object], what: str) -> None:
        def ask() -> object:
            for component in self._components.values():
                component.require_alive()
            return question()

        wait_until(ask, what, timeout_s=START_TIMEOUT_S)

    def _write_kubeconfigs(self) -> None:
        users.write_kubeconfigs(self._tokens, self.url, self._layout.certificate, self._layout.kubeconfig)
