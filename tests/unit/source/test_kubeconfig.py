"""What a kubeconfig means, and how it says no."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from arcops.base.errors import ArcopsError, CredentialFailed, KubeconfigError
from arcops.source.connection import ClusterConnection
from arcops.source.kubeconfig import in_cluster, list_contexts, load_connection
from arcops.testing.clock import FakeClock

CLUSTER = {"server": "https://api.example:6443/"}


def write(
    path: Path, *, user: dict[str, Any] | None = None, cluster: dict[str, Any] | None = None, current: str = "edge", **more: Any
) -> Path:
    body = {
        "clusters": [{"name": "c", "cluster": CLUSTER if cluster is None else cluster}],
        "users": [{"name": "u", "user": {"token": "t"} if user is None else user}],
        "contexts": [{"name": "edge", "context": {"cluster": "c", "user": "u"}}],
        "current-context": current,
        **more,
    }
    path.write_text(json.dumps(body))
    return path


def load(path: Path | str | None, context: str | None = None, **environ: str) -> ClusterConnection:
    return load_connection(path, context, FakeClock(), environ=environ)


def test_a_context_becomes_a_connection(tmp_path: Path) -> None:
    contexts = [{"name": "edge", "context": {"cluster": "c", "user": "u", "namespace": "shop"}}]
    connection = load(write(tmp_path / "config", cluster={**CLUSTER, "proxy-url": "http://u:p@proxy:3128"}, contexts=contexts))
    assert (connection.server, connection.context, connection.cluster) == ("https://api.example:6443", "edge", "c")
    assert (connection.namespace, connection.proxy_url) == ("shop", "http://u:p@proxy:3128")


def test_files_of_the_variable_are_merged_and_the_first_to_say_something_wins(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    first = write(tmp_path / "a" / "one", cluster={"server": "https://first"}, current="")
    second = write(
        tmp_path / "two", cluster={"server": "https://second"}, contexts=[{"name": "far", "context": {"cluster": "c", "user": "u"}}]
    )
    listed = os.pathsep.join([str(tmp_path / "absent"), str(first), str(second), ""])
    assert load(None, "far", KUBECONFIG=listed).server == "https://first"
    assert [(c.name, c.server, c.is_current) for c in list_contexts(environ={"KUBECONFIG": listed})] == [
        ("edge", "https://first", True),
        ("far", "https://first", False),
    ]


def test_the_path_given_wins_over_the_variable_and_that_over_the_home(tmp_path: Path) -> None:
    (tmp_path / ".kube").mkdir()
    write(tmp_path / ".kube" / "config", cluster={"server": "https://home"})
    variable = write(tmp_path / "variable", cluster={"server": "https://variable"})
    given = write(tmp_path / "given", cluster={"server": "https://given"})
    home = {"HOME": str(tmp_path)}
    assert load(given, KUBECONFIG=str(variable), **home).server == "https://given"
    assert load(None, KUBECONFIG=str(variable), **home).server == "https://variable"
    assert load(None, **home).server == "https://home"


def test_paths_in_a_file_are_meant_from_its_folder(tmp_path: Path) -> None:
    (tmp_path / "ca.crt").write_bytes(b"PEM")
    assert load(write(tmp_path / "config", cluster={**CLUSTER, "certificate-authority": "ca.crt"})).ca_pem == b"PEM"


def test_the_only_context_needs_not_be_current(tmp_path: Path) -> None:
    assert load(write(tmp_path / "config", current="")).context == "edge"


def test_a_missing_context_is_told_with_the_ones_there_are(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match='no context "elsewhere"') as raised:
        load(write(tmp_path / "config"), "elsewhere")
    assert "edge" in raised.value.advice


BAD_FILES = {
    "half: [": "did not find expected",
    "just text": "not a kubeconfig",
    "kind: Pod": "it is a Pod",
    "contexts: 5": "not a kubeconfig",
    "a: 1\n---\nb: 2": "more than one document",
    "x: &x [*x]": "points into itself",
    "": "no current context",
}


@pytest.mark.parametrize("content", BAD_FILES)
def test_a_file_that_is_no_kubeconfig_is_told_with_path_and_reason(content: str, tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_text(content)
    with pytest.raises(KubeconfigError, match=BAD_FILES[content]) as raised:
        load(path)
    assert str(path) in raised.value.message


@pytest.mark.parametrize("name", ["absent", "folder", "bad\0name"])
def test_a_path_that_cannot_be_opened_is_told(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(KubeconfigError):
        load(str(tmp_path / name))


def test_a_variable_that_names_nothing_that_is_there_is_an_error_and_not_the_service_account(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match="does not exist"):
        load(None, KUBECONFIG=str(tmp_path / "absent"), KUBERNETES_SERVICE_HOST="10.0.0.1", KUBERNETES_SERVICE_PORT="443")


def test_without_anything_the_operator_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError) as raised:
        load(None, HOME=str(tmp_path))
    assert "--demo" in raised.value.advice
    assert list_contexts(environ={"HOME": str(tmp_path)}) == ()


BAD_CLUSTERS: list[tuple[dict[str, Any], str]] = [
    ({}, "no server"),
    ({"server": "ftp://x"}, "not a URL"),
    ({"server": "https://"}, "not a URL"),
    ({"server": "https://a:b:c"}, "not a URL"),
    ({"server": "https://[::1"}, "not a URL"),
    ({"server": "https://u:hunter2@x"}, "may not hold a login"),  # pragma: allowlist secret
    ({"server": "https://x", "proxy-url": "socks5://p:1"}, "proxy-url is not a URL"),
    ({"server": "https://x", "certificate-authority": "absent.crt"}, "absent.crt"),
    ({"server": "https://x", "certificate-authority-data": "%%%"}, "not base64"),
    ({"server": "https://x", "certificate-authority-data": "YQ==", "insecure-skip-tls-verify": True}, "contradict"),
]


@pytest.mark.parametrize(("cluster", "words"), BAD_CLUSTERS)
def test_a_cluster_that_cannot_be_reached_like_that_is_told(cluster: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match=words) as raised:
        load(write(tmp_path / "config", cluster=cluster))
    assert "hunter2" not in raised.value.message


EXEC = {"apiVersion": "client.authentication.k8s.io/v1", "command": "login"}
BAD_USERS: list[tuple[dict[str, Any], str]] = [
    ({}, "no token, certificate, password or plugin"),
    ({"token": ""}, "is empty"),
    ({"token": "two words"}, "no header can carry"),
    ({"auth-provider": {"name": "gcp"}}, 'auth-provider "gcp"'),
    ({"client-certificate-data": "YQ=="}, "no client key"),
    ({"client-key": "k"}, "no client certificate"),
    ({"client-certificate-data": "%", "client-key": "k"}, "not base64"),
    ({"exec": {**EXEC, "interactiveMode": "Always"}}, "wants a terminal"),
    ({"exec": {**EXEC, "apiVersion": "client.authentication.k8s.io/v1alpha1"}}, "v1alpha1"),
    ({"exec": {**EXEC, "command": ""}}, "no command"),
    ({"token": "t", "as-groups": ["g"]}, "without as"),
    ({"token": "t", "as": "a\nb"}, "cannot stand in a header"),
    ({"token": 5}, "Expected `str | null`"),
]


@pytest.mark.parametrize(("user", "words"), BAD_USERS)
def test_a_user_who_cannot_sign_in_is_an_error_and_never_anonymous(user: dict[str, Any], words: str, tmp_path: Path) -> None:
    with pytest.raises((CredentialFailed, KubeconfigError), match=words):
        load(write(tmp_path / "config", user=user))


def test_a_context_without_a_user_is_an_error_unless_anonymity_was_allowed(tmp_path: Path) -> None:
    path = write(tmp_path / "config", contexts=[{"name": "edge", "context": {"cluster": "c"}}])
    with pytest.raises(CredentialFailed):
        load(path)
    assert load_connection(path, None, FakeClock(), environ={}, allow_anonymous=True).server == "https://api.example:6443"


@pytest.mark.parametrize("missing", ["clusters", "users"])
def test_a_context_that_names_what_is_not_there_is_told(missing: str, tmp_path: Path) -> None:
    with pytest.raises(KubeconfigError, match=f"names the {missing[:-1]}"):
        load(write(tmp_path / "config", clusters=[]) if missing == "clusters" else write(tmp_path / "config", users=[]))


@pytest.mark.parametrize(("host", "server"), [("10.0.0.1", "https://10.0.0.1:443"), ("fd00::1", "https://[fd00::1]:443")])
def test_a_pod_finds_its_cluster(host: str, server: str, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("t")
    (tmp_path / "ca.crt").write_bytes(b"PEM")
    environ = {"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": "443"}
    connection = in_cluster(FakeClock(), environ=environ, folder=tmp_path)
    assert (connection.server, connection.ca_pem, connection.namespace) == (server, b"PEM", "default")


def test_a_pod_without_a_token_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(CredentialFailed, match="no service account token"):
        in_cluster(FakeClock(), environ={"KUBERNETES_SERVICE_HOST": "h", "KUBERNETES_SERVICE_PORT": "1"}, folder=tmp_path)


def test_credentials_do_not_show_in_what_python_prints(tmp_path: Path) -> None:
    connection = load(write(tmp_path / "config", user={"token": "hunter2", "as": "viewer"}))
    assert "hunter2" not in repr(connection)
    assert issubclass(CredentialFailed, ArcopsError)
