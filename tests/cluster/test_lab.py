"""The lab itself: what other tests rely on when they say that a real cluster did something."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lab.client import ApiError, Client, Json
from lab.cluster import Lab
from lab.nodes import is_true
from lab.wait import wait_until

pytestmark = pytest.mark.cluster
ROOT = Path(__file__).parents[2]


def deployment(name: str, namespace: str, replicas: int = 1, fault: str = "", **annotations: str) -> Json:
    labels = {"app": name, **({"lab/fault": fault} if fault else {})}
    container = {"name": "app", "image": f"registry.example/{name}:1.0", "resources": {"requests": {"cpu": "50m"}}}
    metadata = {"labels": labels, "annotations": {f"lab/{key}": value for key, value in annotations.items()}}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": metadata, "spec": {"containers": [container]}},
        },
    }


def config_map(name: str, **data: str) -> Json:
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, "namespace": "default"}, "data": data}


def running(lab: Lab, namespace: str) -> list[Json]:
    return [pod for pod in lab.client.objects("pods", namespace) if pod["status"].get("phase") == "Running"]


def waiting_reason(lab: Lab, namespace: str) -> str | None:
    for pod in lab.client.objects("pods", namespace):
        for container in pod["status"].get("containerStatuses", []):
            if "waiting" in container["state"]:
                return str(container["state"]["waiting"]["reason"])
    return None


def test_all_parts_run_and_the_nodes_are_ready(lab: Lab) -> None:
    assert set(lab.states()) == {"etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok"}
    assert set(lab.states().values()) == {"running"}
    assert lab.client.request("GET", "/version")["gitVersion"] == "v1.36.3"
    assert [node["metadata"]["name"] for node in lab.client.objects("nodes")] == ["lab-agent-0", "lab-agent-1", "lab-server-0"]


def test_a_deployment_of_three_becomes_running_and_shrinks_when_scaled(lab: Lab, namespace: str) -> None:
    lab.client.apply(deployment("web", namespace, replicas=3))

    pods = wait_until(lambda: found if len(found := running(lab, namespace)) == 3 else None, "three pods run")
    assert all(pod["spec"]["nodeName"].startswith("lab-") and pod["status"]["podIP"] for pod in pods)

    lab.client.scale("deployments", "web", 1, namespace)
    wait_until(lambda: len(lab.client.objects("pods", namespace)) == 1, "one pod is left")


def test_logs_and_previous_logs_answer(lab: Lab, namespace: str) -> None:
    lab.client.apply(deployment("web", namespace))
    pod = wait_until(lambda: running(lab, namespace), "a pod runs")[0]["metadata"]["name"]
    lab.write_log("app", "{time} INFO ready\n{time} ERROR lost the database\n")
    lab.write_log("app", "{time} FATAL out of memory\n", previous=True)

    assert lab.client.logs(pod, namespace, tailLines="1").strip().endswith("ERROR lost the database")
    assert "FATAL out of memory" in lab.client.logs(pod, namespace, previous="true")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [("crash", "CrashLoopBackOff"), ("pull", "ImagePullBackOff"), ("config", "CreateContainerConfigError")],
)
def test_a_fault_label_makes_pods_go_wrong_until_it_is_taken_away(lab: Lab, namespace: str, fault: str, reason: str) -> None:
    lab.client.apply(deployment("web", namespace, fault=fault, runs="100ms", backoff="2s"))

    wait_until(lambda: waiting_reason(lab, namespace) == reason, f"a container waits with {reason}")
    wait_until(lambda: lab.client.objects("events", namespace, fieldSelector="type=Warning"), "a Warning was sent")

    pod = lab.client.objects("pods", namespace)[0]["metadata"]["name"]
    lab.client.patch("pods", pod, {"metadata": {"labels": {"lab/fault": None}}}, namespace)
    wait_until(lambda: is_true(lab.client.get("pods", pod, namespace), "Ready"), "the pod is ready")


def test_an_out_of_memory_kill_is_counted_each_time(lab: Lab, namespace: str) -> None:
    lab.client.apply(deployment("web", namespace, fault="oom", runs="200ms", backoff="200ms"))

    def container() -> Json:
        found: Json = lab.client.objects("pods", namespace)[0]["status"]["containerStatuses"][0]
        return found

    wait_until(lambda: running(lab, namespace), "the pod runs")
    seen = wait_until(lambda: (now := container())["restartCount"] >= 2 and now, "two restarts")
    assert seen["lastState"]["terminated"]["reason"] == "OOMKilled"


def test_the_reader_may_read_everything_and_change_nothing(bare_lab: Lab) -> None:
    reader = bare_lab.client_of("reader")
    for kind in ("pods", "events", "secrets", "configmaps", "nodes", "deployments"):
        reader.objects(kind)
    assert reader.text("/readyz") == "ok"

    with pytest.raises(ApiError) as refused:
        reader.create(config_map("mine"))
    assert (refused.value.status, refused.value.reason) == (403, "Forbidden")


@pytest.mark.parametrize("query", ["", "?watch=true"])
@pytest.mark.parametrize("path", [
    "nodes/lab-agent-0/proxy/stats/summary", "namespaces/default/pods/web/exec", "namespaces/default/pods/web/attach",
    "namespaces/default/pods/web/portforward", "namespaces/default/pods/web/proxy", "namespaces/default/services/web/proxy",
])  # fmt: skip
def test_the_reader_may_run_nothing_by_a_get(path: str, query: str, bare_lab: Lab) -> None:
    with pytest.raises(ApiError) as refused:
        bare_lab.client_of("reader").request("GET", f"/api/v1/{path}{query}")
    assert refused.value.status == 403


def test_the_narrow_user_is_refused_events_secrets_and_configmaps(bare_lab: Lab) -> None:
    narrow = bare_lab.client_of("narrow")
    narrow.objects("pods")
    for path in ("events", "secrets", "configmaps"):
        with pytest.raises(ApiError) as refused:
            narrow.request("GET", f"/api/v1/{path}")
        assert refused.value.status == 403


def test_a_kubeconfig_of_each_user_works(bare_lab: Lab) -> None:
    for user in ("admin", "reader", "narrow"):
        Client.from_kubeconfig(bare_lab.kubeconfig(user)).objects("pods")


@pytest.mark.slow
def test_a_rotated_service_account_token_replaces_the_old_one(lab: Lab, namespace: str) -> None:
    account = lab.service_account("arcops", namespace)
    before = Client.from_kubeconfig(account.kubeconfig)
    before.objects("pods", namespace)

    account.rotate()

    Client.from_kubeconfig(account.kubeconfig).objects("pods", namespace)

    def refused() -> bool:
        try:
            before.request("GET", "/version")
        except ApiError as error:
            return error.status == 401
        return False

    wait_until(refused, "the old token is refused", timeout_s=20, interval_s=0.5)


def test_a_killed_api_server_comes_back_on_the_same_port_with_its_objects(fresh_lab: Lab) -> None:
    client = fresh_lab.client
    client.apply(config_map("kept", answer="42"))

    fresh_lab.kill()
    with pytest.raises(OSError, match="refused"):
        client.text("/readyz")
    fresh_lab.revive()

    assert client.get("configmaps", "kept")["data"] == {"answer": "42"}


def test_etcd_restored_from_an_older_copy_goes_back_in_resource_version(fresh_lab: Lab) -> None:
    client = fresh_lab.client
    client.apply(config_map("old"))
    snapshot = fresh_lab.snapshot()
    at_snapshot = int(client.listing("configmaps")["metadata"]["resourceVersion"])
    client.apply(*[config_map(f"new-{i}") for i in range(20)])
    assert int(client.listing("configmaps")["metadata"]["resourceVersion"]) > at_snapshot + 19

    fresh_lab.restore(snapshot)

    names = [body["metadata"]["name"] for body in client.objects("configmaps", "default")]
    assert "old" in names
    assert not any(name.startswith("new-") for name in names)
    assert int(client.listing("configmaps")["metadata"]["resourceVersion"]) < at_snapshot + 20


def test_forgotten_history_is_answered_with_gone(fresh_lab: Lab) -> None:
    client = fresh_lab.client
    client.apply(*[config_map(f"map-{i}") for i in range(3)])
    first = client.listing("configmaps", limit="1")["metadata"]
    client.apply(config_map("map-0", changed="yes"))

    fresh_lab.forget_history()

    with pytest.raises(ApiError) as expired:
        client.listing("configmaps", limit="1", **{"continue": first["continue"]})
    assert expired.value.status == 410


def test_a_frozen_api_server_is_silent_until_it_goes_on(fresh_lab: Lab) -> None:
    fresh_lab.pause()
    with pytest.raises(TimeoutError):
        fresh_lab.client.text("/readyz", timeout_s=0.5)

    fresh_lab.resume()

    assert fresh_lab.client.text("/readyz") == "ok"


def test_a_picture_keeps_its_status_and_its_true_age(bare_lab: Lab) -> None:
    spec = {"containers": [{"name": "app", "image": "app"}], "nodeName": "far-away"}
    metadata = {"name": "old", "namespace": "shop"}
    status = {"phase": "Failed", "reason": "Evicted"}
    made = bare_lab.client.create_with_status({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status})

    made["metadata"]["creationTimestamp"] = "2020-01-01T00:00:00Z"
    bare_lab.etcd.put("pods", made)

    seen = wait_until(lambda: (p := bare_lab.client.get("pods", "old", "shop"))["metadata"]["creationTimestamp"][:4] == "2020" and p, "age")
    assert seen["status"]["reason"] == "Evicted"


def test_a_node_fault_shows_and_heals(lab: Lab) -> None:
    def ready() -> str:
        conditions = lab.client.get("nodes", "lab-agent-1")["status"]["conditions"]
        return str(next(c["status"] for c in conditions if c["type"] == "Ready"))

    lab.client.patch("nodes", "lab-agent-1", {"metadata": {"labels": {"lab/fault": "notready"}}})
    wait_until(lambda: ready() == "False", "the node is not ready")
    lab.client.patch("nodes", "lab-agent-1", {"metadata": {"labels": {"lab/fault": None}}})
    wait_until(lambda: ready() == "True", "the node is ready again")


@pytest.mark.slow
def test_metrics_server_reports_what_a_pod_says_it_uses(metrics_lab: Lab) -> None:
    client = metrics_lab.client
    body = deployment("web", "default")
    body["spec"]["template"]["metadata"]["annotations"] = {"kwok.x-k8s.io/usage-memory": "64Mi"}
    client.apply(body)

    def usage() -> str | None:
        found = client.request("GET", "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods")["items"]
        return found[0]["containers"][0]["usage"]["memory"] if found else None

    assert wait_until(usage, "figures of the pod", timeout_s=90, interval_s=1) == "64Mi"


def test_nothing_outlives_an_owner_that_was_killed(require_cluster: None) -> None:
    code = """
from lab.cluster import Lab
lab = Lab(controllers=False).start()
print(lab.component("etcd").pid, lab.component("kube-apiserver").pid, lab.folder, flush=True)
input()
"""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        etcd, apiserver, folder = owner.stdout.readline().split()
        owner.send_signal(signal.SIGKILL)
    wait_until(lambda: not any(is_alive(int(pid)) for pid in (etcd, apiserver)), "both ended", timeout_s=5)
    wait_until(lambda: not Path(os.fsdecode(folder)).exists(), "its files are gone", timeout_s=5)


def is_alive(pid: int) -> bool:
    """A process that runs; one that ended and was not collected yet does not."""
    try:
        os.kill(pid, 0)
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
