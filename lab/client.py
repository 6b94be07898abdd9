"""A small synchronous Kubernetes client, so that tests see what the server says and nothing else.

Built on urllib alone: no cache, no retries, no types. Names of kinds are found through discovery, so
custom resources work as soon as their definition is there.
"""

import base64
import json
import ssl
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

import yaml

from lab.errors import LabError

Json = dict[str, Any]
DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
PATCHES = {"merge": "application/merge-patch+json", "strategic": "application/strategic-merge-patch+json"}
APPLY = "application/apply-patch+yaml"


class ApiError(LabError):
    """The server refused: `status` is the HTTP status, `reason` its word (Forbidden, NotFound...)."""

    def __init__(self, status: int, body: str) -> None:
        """Read the Status object if the body is one."""
        try:
            said: Json = json.loads(body)
        except ValueError:
            said = {}
        self.status = status
        self.reason = str(said.get("reason", ""))
        super().__init__(f"{status} {self.reason}: {said.get('message', body)}")


class Client:
    """Talks to one API server as one user."""

    def __init__(self, server: str, *, token: str = "", ca: str | None = None, timeout_s: float = 10.0) -> None:
        """`server` is the address, `ca` the certificate authority as PEM text."""
        self.server = server
        self.timeout_s = timeout_s
        self._token = token
        context = ssl.create_default_context(cadata=ca) if ca else None
        self._open = build_opener(ProxyHandler({}), HTTPSHandler(context=context)).open
        self._paths: dict[str, tuple[str, str, bool]] = {}

    @classmethod
    def from_kubeconfig(cls, path: Path) -> Self:
        """As the current context of a kubeconfig says (token, tokenFile and CA only)."""
        config = yaml.safe_load(path.read_text())
        named = {kind: {e["name"]: e for e in config[kind]} for kind in ("clusters", "users", "contexts")}
        context = named["contexts"][config["current-context"]]["context"]
        cluster, user = named["clusters"][context["cluster"]]["cluster"], named["users"][context["user"]]["user"]
        token = user.get("token") or Path(user["tokenFile"]).read_text().strip()
        ca = cluster.get("certificate-authority-data")
        text = base64.b64decode(ca).decode() if ca else Path(cluster["certificate-authority"]).read_text()
        return cls(cluster["server"], token=token, ca=text)

    # -- any request

    def text(self, path: str, *, timeout_s: float | None = None) -> str:
        """The body of a GET, as text: logs, /readyz, /metrics."""
        return self._send("GET", path, None, {}, timeout_s)

    def request(self, method: str, path: str, body: Json | None = None, *, content_type: str = "application/json") -> Json:
        """The JSON answer to any request; ApiError for a refusal, OSError (refused, TimeoutError...) if nobody answers."""
        answer: Json = json.loads(self._send(method, path, body, {"Content-Type": content_type}, None))
        return answer

    # -- objects by kind; a kind is `Pod`, `pods` or, where that is not enough, `events.k8s.io/v1/Event`

    def get(self, kind: str, name: str, namespace: str | None = None) -> Json:
        """One object as it is now."""
        return self.request("GET", self.path(kind, name, namespace))

    def find(self, kind: str, name: str, namespace: str | None = None) -> Json | None:
        """One object, or None if there is none of that name."""
        try:
            return self.get(kind, name, namespace)
        except ApiError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise

    def objects(self, kind: str, namespace: str | None = None, **query: str) -> list[Json]:
        """All objects of a kind; keywords become the query (labelSelector, fieldSelector...)."""
        return list(self.listing(kind, namespace, **query).get("items") or [])

    def listing(self, kind: str, namespace: str | None = None, **query: str) -> Json:
        """The List itself, with the resourceVersion it was taken at."""
        path = self.path(kind, None, namespace)
        return self.request("GET", f"{path}?{urlencode(query)}" if query else path)

    def create(self, body: Json) -> Json:
        """Create one object; its namespace is `default` if it names none."""
        kind, _, namespace = _identity(body)
        return self.request("POST", self.path(kind, None, namespace or "default"), body)

    def apply(self, *bodies: Json, manager: str = "lab") -> list[Json]:
        """Server-side apply, forced, in the given order."""
        return [self._apply(body, manager) for body in bodies]

    def apply_file(self, path: Path) -> list[Json]:
        """Server-side apply of every document in a YAML file."""
        return self.apply(*[body for body in yaml.safe_load_all(path.read_text()) if body])

    def patch(
        self,
        kind: str,
        name: str,
        patch: Json,
        namespace: str | None = None,
        *,
        subresource: str = "",
        how: str = "merge",
    ) -> Json:
        """Merge (or `strategic`) patch of an object or of its subresource."""
        path = self.path(kind, name, namespace) + (f"/{subresource}" if subresource else "")
        return self.request("PATCH", path, patch, content_type=PATCHES[how])

    def scale(self, kind: str, name: str, replicas: int, namespace: str | None = None) -> Json:
        """Set the wanted number of replicas."""
        return self.patch(kind, name, {"spec": {"replicas": replicas}}, namespace, subresource="scale")

    def delete(self, kind: str, name: str, namespace: str | None = None, *, grace_s: int | None = None, policy: str = "Background") -> None:
        """Delete one object; nothing happens if it is gone already."""
        options: Json = {"kind": "DeleteOptions", "apiVersion": "v1", "propagationPolicy": policy}
        if grace_s is not None:
            options["gracePeriodSeconds"] = grace_s
        try:
            self.request("DELETE", self.path(kind, name, namespace), options)
        except ApiError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                raise

    def create_with_status(self, body: Json) -> Json:
        """Create an object and give it the status it carries, as a controller or kubelet would."""
        made = self.create(body)
        if not body.get("status"):
            return made
        kind, name, namespace = _identity(made)
        # A patch, since controllers and kubelets may have written in between.
        return self.patch(kind, name, {"status": body["status"]}, namespace, subresource="status")

    def logs(self, pod: str, namespace: str = "default", **query: str) -> str:
        """A container's log; keywords become the query (container, previous, tailLines...)."""
        return self.text(f"{self.path('pods', pod, namespace)}/log?{urlencode(query)}")

    def path(self, kind: str, name: str | None = None, namespace: str | None = None) -> str:
        """The path of an object or, without a name, of the whole kind."""
        if kind.lower() not in self._paths:
            self._paths = self._discover()
        if kind.lower() not in self._paths:
            raise LabError(f"the server knows no kind {kind}")
        prefix, plural, namespaced = self._paths[kind.lower()]
        if namespaced and (namespace or name):
            prefix = f"{prefix}/namespaces/{namespace or 'default'}"
        return f"{prefix}/{plural}" + (f"/{name}" if name else "")

    # -- inside

    def _apply(self, body: Json, manager: str) -> Json:
        kind, name, namespace = _identity(body)
        query = urlencode({"fieldManager": manager, "force": "true"})
        path = self.path(kind, name, namespace)
        return self.request("PATCH", f"{path}?{query}", body, content_type=APPLY)

    def _discover(self) -> dict[str, tuple[str, str, bool]]:
        found: dict[str, tuple[str, str, bool]] = {}
        for root in ("/api", "/apis"):
            groups = json.loads(self._send("GET", root, None, {"Accept": DISCOVERY}, None))["items"]
            for group in groups:
                for version in group["versions"]:
                    full = "/".join(filter(None, (group["metadata"].get("name"), version["version"])))
                    for resource in version.get("resources", []):  # none while an aggregated server is away
                        where = (f"{root}/{full}", resource["resource"], resource["scope"] == "Namespaced")
                        kind = resource["responseKind"]["kind"].lower()
                        found[f"{full}/{kind}".lower()] = where
                        found.setdefault(kind, where)
                        found.setdefault(resource["resource"], where)
        return found

    def _send(self, method: str, path: str, body: Json | None, headers: dict[str, str], timeout_s: float | None) -> str:
        if urlsplit(self.server).scheme != "https":
            raise LabError(f"{self.server} is no https address")
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Accept": "application/json, */*", "Authorization": f"Bearer {self._token}", **headers}
        request = Request(self.server + path, data=data, headers=headers, method=method)
        try:
            with self._open(request, timeout=timeout_s or self.timeout_s) as answer:
                content: bytes = answer.read()
        except HTTPError as error:
            with error:
                raise ApiError(error.code, error.read().decode(errors="replace")) from None
        except URLError as error:
            raise (error.reason if isinstance(error.reason, OSError) else error) from None
        return content.decode(errors="replace")


def _identity(body: Json) -> tuple[str, str, str | None]:
    metadata = body["metadata"]
    return f"{body['apiVersion']}/{body['kind']}", metadata.get("name", ""), metadata.get("namespace")
