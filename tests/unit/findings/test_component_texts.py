"""Messages of the kubelet, the runtime and the controllers are read for what they mean."""

import pytest

from arcops.findings.dependencies import host_in
from arcops.findings.text.evictions import eviction
from arcops.findings.text.mounts import MountFailure, mount_problem, worst
from arcops.findings.text.sandboxes import SandboxFailure, sandbox_problem
from arcops.findings.text.starts import start_failure

SANDBOXES = [
    ('plugin type="azure-vnet" failed (add): failed to allocate address: no available IPs', SandboxFailure.NO_ADDRESS, "azure-vnet"),
    ("network is not ready: cni plugin not initialized", SandboxFailure.PLUGIN_MISSING, ""),
    ('plugin type="calico" failed (add): error getting ClusterInformation: connection refused', SandboxFailure.PLUGIN_DOWN, "calico"),
    ('no runtime for "kata" is configured', SandboxFailure.RUNTIME_CLASS, ""),
    ('failed to get sandbox image "pause:3.9": not found', SandboxFailure.IMAGE, ""),
    ("mkdir /run/containerd/x: no space left on device", SandboxFailure.NO_SPACE, ""),
    ("rpc error: code = Unknown desc = boom", SandboxFailure.RUNTIME, ""),
]  # fmt: skip


@pytest.mark.parametrize(("message", "failure", "plugin"), SANDBOXES)
def test_a_failing_sandbox_is_told_apart(message: str, failure: SandboxFailure, plugin: str) -> None:
    assert sandbox_problem(message)[:2] == (failure, plugin)


def test_a_network_that_a_pod_asks_for_and_nobody_has_is_named() -> None:
    message = 'plugin type="multus" failed (add): cannot find a network-attachment-definition (macvlan-n3) in namespace (tel)'
    assert sandbox_problem(message) == (SandboxFailure.NO_NETWORK, "", "macvlan-n3")


MOUNTS = [
    ('MountVolume.SetUp failed for volume "c" : configmap "web" not found', MountFailure.MISSING_CONFIG, "c", "web"),
    ('Multi-Attach error for volume "pv-1" Volume is already used by pod(s) web-0', MountFailure.MULTI_ATTACH, "pv-1", "web-0"),
    ('MountVolume.MountDevice failed for volume "d" : driver name disk.csi not found in the list of registered CSI drivers',
     MountFailure.DRIVER_MISSING, "d", "disk.csi"),
    ('MountVolume.SetUp failed for volume "h" : hostPath type check failed: /dev/x is not a block device', MountFailure.HOST_PATH, "h",
     "/dev/x"),
    ('MountVolume.SetUp failed for volume "n" : mount.nfs: Connection timed out', MountFailure.UNREACHABLE, "n", ""),
    ('MountVolume.MountDevice failed for volume "f" : wrong fs type, bad superblock on /dev/sdc', MountFailure.FILE_SYSTEM, "f", ""),
    ("Unable to attach or mount volumes: unmounted volumes=[d], timed out waiting for the condition", MountFailure.TIMED_OUT, "d", ""),
]  # fmt: skip


@pytest.mark.parametrize(("message", "failure", "volume", "detail"), MOUNTS)
def test_a_failing_mount_is_told_apart(message: str, failure: MountFailure, volume: str, detail: str) -> None:
    found = mount_problem(message)
    assert found is not None
    assert (found.failure, found.volume, found.detail) == (failure, volume, detail)


def test_a_hitch_that_passes_by_itself_is_no_failing_mount() -> None:
    assert mount_problem('MountVolume.SetUp failed for volume "c" : failed to sync configmap cache: timed out') is None


def test_the_message_that_tells_most_wins() -> None:
    found = [mount_problem(message) for message, *_ in (MOUNTS[0], MOUNTS[-1])]
    told = worst([one for one in found if one is not None])
    assert told is not None
    assert told.failure is MountFailure.MISSING_CONFIG


STARTS = [
    ('exec: "/srv/x": stat /srv/x: no such file or directory: unknown', "its command /srv/x does not exist in the image"),
    ('exec: "web": executable file not found in $PATH', "its command web does not exist in the image"),
    ('exec: "/run.sh": permission denied', "its command /run.sh may not be executed (permission denied)"),
    ("sh: 1: srv: not found", "the command srv does not exist in the image"),
    ("something new", ""),
]  # fmt: skip


@pytest.mark.parametrize(("message", "words"), STARTS)
def test_a_failing_start_is_put_in_words(message: str, words: str) -> None:
    assert start_failure(message) == words


def test_an_eviction_names_the_resource_and_what_was_used() -> None:
    found = eviction("The node was low on resource: memory. Threshold: 1. Container app was using 900Mi, request is 0, has larger")
    assert (found.resource, found.container, found.used, found.asked) == ("memory", "app", "900Mi", "0")


def test_an_eviction_for_a_limit_of_its_own_does_not_blame_the_node() -> None:
    found = eviction('Usage of EmptyDir volume "tmp" exceeds the limit "1Gi".')
    assert (found.resource, found.own) == ("", "emptyDir volume tmp exceeded its limit 1Gi")


HOSTS = [
    ("dial tcp: lookup redis on 10.96.0.10:53: no such host", "redis"),
    ("failed to connect to `host=pg user=app`: dial tcp 10.96.3.3:5432: connection refused", "pg"),
    ("connect billing.corp.local:443: connection refused", "billing.corp.local:443"),
    ("until nc -z ledger 5432; do sleep 2; done", "ledger"),
    ("Cannot connect to amqp://user:xx@rabbit:5672/vh", "rabbit:5672"),
    ("HTTPConnectionPool(host='memcom', port=5000)", "memcom"),
    ("connect ECONNREFUSED 127.0.0.1:6379", ""),
    ("panic at main.go:12", ""),
    ("image registry.local/app:12 failed", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "host"), HOSTS)
def test_the_host_a_text_is_about_is_found(text: str, host: str) -> None:
    assert host_in(text) == host
