"""Who may ask the cluster: four users with tokens, and ServiceAccounts whose tokens can be exchanged.

kube-apiserver reads its token file only when it starts, so a user's token changes with a restart
(`Lab.rotate_token`). A ServiceAccount's token changes at any time (`RotatingToken.rotate`): each token is
bound to a Secret, and deleting the Secret makes the token invalid.
"""

import base64
import json
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from lab.client import Client, Json

RULES = Path(__file__).parent / "manifests" / "users.yaml"

ADMIN = "admin"  # may do everything
READER = "reader"  # may do what the product asks for: read everything, change nothing
NARROW = "narrow"  # may read workloads, but neither events nor secrets nor configmaps
NOBODY = "nobody"  # is known, and may do nothing
GROUPS = {ADMIN: "system:masters", READER: "lab:readers", NARROW: "lab:narrow", NOBODY: "lab:nobody"}
NEVER_EXPIRES_S = 100 * 24 * 3600


def new_tokens() -> dict[str, str]:
    """A fresh token for each user."""
    return {user: secrets.token_hex(16) for user in GROUPS}


def token_file(tokens: dict[str, str]) -> str:
    """The file kube-apiserver reads: token, name, uid, groups."""
    return "".join(f'{token},{user},{user},"{GROUPS[user]}"\n' for user, token in tokens.items())


def kubeconfig(server: str, certificate: Path, user: Json, name: str) -> str:
    """A kubeconfig with one context; JSON, which every reader of YAML reads."""
    authority = base64.b64encode(certificate.read_bytes()).decode()
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "lab", "cluster": {"server": server, "certificate-authority-data": authority}}],
            "users": [{"name": name, "user": user}],
            "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": name}}],
            "current-context": "lab",
        },
        indent=1,
    )


def write_kubeconfigs(tokens: dict[str, str], server: str, certificate: Path, place: Callable[[str], Path]) -> None:
    """One kubeconfig for each user, where `place` says."""
    for user, token in tokens.items():
        write_secret_file(place(user), kubeconfig(server, certificate, {"token": token}, user))


def write_secret_file(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner only."""
    beside = path.with_name(path.name + ".new")
    beside.touch(mode=0o600)
    beside.write_text(text)
    beside.replace(path)


class Account(NamedTuple):
    """Which ServiceAccount."""

    name: str
    namespace: str


@dataclass(frozen=True, slots=True)
class RotatingToken:
    """A ServiceAccount with a kubeconfig that names a token *file*, as a pod's or an agent's does."""

    admin: Client
    account: Account
    token_file: Path
    kubeconfig: Path

    def rotate(self, *, expires_s: int = NEVER_EXPIRES_S, revoke: bool = True) -> None:
        """Put a new token into the file; the server refuses the old one within 10 s (its cache).

        `revoke=False` leaves the old ones valid, as an orderly exchange does.
        """
        old = self._secrets() if revoke else []
        binding = self._new_secret()
        path = self.admin.path("serviceaccounts", self.account.name, self.account.namespace) + "/token"
        reference = {
            "apiVersion": "v1",
            "kind": "Secret",
            "name": binding["metadata"]["name"],
            "uid": binding["metadata"]["uid"],
        }
        spec: Json = {"boundObjectRef": reference, "expirationSeconds": expires_s, "audiences": []}
        request: Json = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": spec}
        write_secret_file(self.token_file, self.admin.request("POST", path, request)["status"]["token"])
        self._delete(old)

    def revoke(self) -> None:
        """Make every token of this account invalid; the file keeps the dead one."""
        self._delete(self._secrets())

    def _new_secret(self) -> Json:
        metadata = {
            "generateName": f"{self.account.name}-token-",
            "namespace": self.account.namespace,
            "labels": {"lab/token-of": self.account.name},
        }
        return self.admin.create({"apiVersion": "v1", "kind": "Secret", "metadata": metadata})

    def _secrets(self) -> list[str]:
        found = self.admin.objects("secrets", self.account.namespace, labelSelector=f"lab/token-of={self.account.name}")
        return [secret["metadata"]["name"] for secret in found]

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            self.admin.delete("secrets", name, self.account.namespace)


def service_account(admin: Client, folder: Path, certificate: Path, account: Account, role: str) -> RotatingToken:
    """Create a ServiceAccount with a ClusterRole and a first token."""
    label = f"{account.namespace}-{account.name}"
    admin.apply(
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account._asdict()},
        {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": label},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
            "subjects": [{"kind": "ServiceAccount", **account._asdict()}],
        },
    )
    file, config = folder / f"{label}.token", folder / f"kubeconfig-{label}"
    token = RotatingToken(admin, account, file, config)
    token.rotate()
    write_secret_file(config, kubeconfig(admin.server, certificate, {"tokenFile": str(file)}, account.name))
    return token
