"""`python -m lab`: what a person gets who wants a cluster to look at."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.client import Client, Json
from lab.wait import wait_until

pytestmark = pytest.mark.cluster
ROOT = Path(__file__).parents[2]


def lab(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "ARCOPS_LAB_FOLDER": str(folder)}
    command = [sys.executable, "-m", "lab", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


@pytest.fixture(scope="module")
def shop(require_cluster: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a cluster that `up --detach` started."""
    folder = tmp_path_factory.mktemp("lab") / "state"
    started = lab(folder, "up", "--detach", "--no-metrics")
    assert started.returncode == 0, started.stderr
    assert started.stdout == f"KUBECONFIG={folder / 'kubeconfig'}\n"
    yield folder
    assert lab(folder, "down").returncode == 0
    assert not folder.exists()


def test_status_and_kubectl_find_the_running_cluster(shop: Path) -> None:
    assert "3 nodes" in lab(shop, "status").stdout
    assert lab(shop, "kubectl", "get", "deployments", "-n", "shop", "-o", "name").stdout.count("deployment.apps/") == 10
    assert "PAYMENTS_TOKEN" in lab(shop, "kubectl", "-n", "shop", "logs", "deploy/checkout").stdout


def test_a_second_cluster_of_one_checkout_is_refused(shop: Path) -> None:
    refused = lab(shop, "up")
    assert refused.returncode == 1
    assert refused.stderr.splitlines()[0] == "a cluster of this checkout runs already"


def test_without_a_cluster_status_says_so_and_fails(tmp_path: Path) -> None:
    nothing = lab(tmp_path / "none", "status")
    assert nothing.returncode == 1
    assert nothing.stdout.startswith("no cluster runs")


@pytest.mark.parametrize(
    ("workload", "reason"),
    [
        ("checkout", "CrashLoopBackOff"),
        ("search", "ImagePullBackOff"),
        ("mailer", "CreateContainerConfigError"),
        ("forecast", "Unschedulable"),
    ],
)
def test_the_shop_has_pods_that_go_wrong(shop: Path, workload: str, reason: str) -> None:
    client = Client.from_kubeconfig(shop / "kubeconfig-reader")

    def reasons() -> set[str]:
        return {why for pod in client.objects("pods", "shop", labelSelector=f"app={workload}") for why in reasons_of(pod)}

    wait_until(lambda: reason in reasons(), f"{workload} shows {reason}")


def test_the_shop_has_a_quota_denial_and_a_rollout_that_sticks(shop: Path) -> None:
    client = Client.from_kubeconfig(shop / "kubeconfig-reader")
    wait_until(lambda: any("exceeded quota" in event["message"] for event in client.objects("events", "batch")), "a denial")
    (cart,) = client.objects("deployments", "shop", fieldSelector="metadata.name=cart")
    assert (cart["spec"]["replicas"], cart["status"]["updatedReplicas"]) == (3, 1)


def reasons_of(pod: Json) -> list[str]:
    waiting = [c["state"].get("waiting", {}).get("reason", "") for c in pod["status"].get("containerStatuses", [])]
    return waiting + [c.get("reason", "") for c in pod["status"].get("conditions", [])]
