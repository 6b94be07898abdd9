"""Why a pod's sandbox (its network and namespaces) could not be made."""

from __future__ import annotations

import enum
import re
from typing import NamedTuple


class SandboxFailure(enum.StrEnum):
    """Kinds of failure."""

    NO_NETWORK = "a network that it asks for does not exist"
    NO_ADDRESS = "the node's network has no free IP address"
    PLUGIN_MISSING = "the network plug-in is not installed on the node"
    PLUGIN_DOWN = "the network plug-in does not answer"
    PLUGIN = "the network plug-in fails"
    RUNTIME_CLASS = "the node has no handler for the pod's runtime class"
    IMAGE = "the sandbox image cannot be pulled"
    NO_SPACE = "the node has no space left"
    LIMITS = "the node has no process ids, memory or cgroups left"
    RUNTIME = "the container runtime fails"


class SandboxProblem(NamedTuple):
    """What is wrong; ``plugin`` is the network plug-in's name, ``network`` that of one that is missing, "" where there is none."""

    failure: SandboxFailure
    plugin: str
    network: str = ""


_NETWORK = re.compile(
    r"cannot find (?:a )?network-attachment-definitions? \((?P<one>[^)\s]+)\)"
    r"|network-attachment-definitions\.k8s\.cni\.cncf\.io \"(?P<two>[^\"]+)\" not found",
    re.IGNORECASE,
)
"""How Multus says that a NetworkAttachmentDefinition is missing."""
_SIGNS: tuple[tuple[SandboxFailure, re.Pattern[str]], ...] = tuple(
    (failure, re.compile(words, re.IGNORECASE))
    for failure, words in (
        (
            SandboxFailure.NO_ADDRESS,
            (
                r"no (?:more |available |free )*ips?\b|no ip addresses available|failed to allocate (?:address|for range)|"
                r"ip(?:am)? (?:pool )?exhaust|insufficientfreeaddresses|address space is full|range is full|no addresses available"
            ),
        ),
        (SandboxFailure.RUNTIME_CLASS, r"no runtime for|runtime handler|unknown runtime|runtimeclass"),
        (SandboxFailure.IMAGE, r"failed to (?:get|pull) sandbox image|pause(?::|@)\S*.*(?:not found|pull)"),
        (SandboxFailure.NO_SPACE, r"no space left on device"),
        (SandboxFailure.LIMITS, r"resource temporarily unavailable|cannot allocate memory|pids? limit|too many open files|cgroup"),
        (
            SandboxFailure.PLUGIN_MISSING,
            (
                r"cni plugin not initialized|failed to find plugin|no networks found in|cni config uninitialized|no such file .*cni|"
                r"networkplugin\S* .*not found|/opt/cni/bin"
            ),
        ),
        (
            SandboxFailure.PLUGIN_DOWN,
            (
                r"connection refused|i/o timeout|dial (?:unix|tcp)|deadline exceeded|unauthorized|subnet\.env|agent.*not (?:ready|running)|"
                r"unable to connect to (?:cilium|multus|calico)"
            ),
        ),
        (SandboxFailure.PLUGIN, r"plugin type=|network for sandbox|networkplugin|\bcni\b"),
    )
)
_PLUGIN = re.compile(
    r"plugin type=\"(?P<one>[^\"]+)\"|(?P<two>calico|cilium|flannel|weave|multus|antrea|azure-vnet|aws-cni|canal)", re.IGNORECASE
)


def sandbox_problem(message: str) -> SandboxProblem:
    """What a FailedCreatePodSandBox event means."""
    missing = _NETWORK.search(message)
    if missing is not None:
        return SandboxProblem(SandboxFailure.NO_NETWORK, "", missing["one"] or missing["two"])
    found = _PLUGIN.search(message)
    plugin = (found["one"] or found["two"] or "") if found else ""
    failure = next((failure for failure, signs in _SIGNS if signs.search(message)), SandboxFailure.RUNTIME)
    return SandboxProblem(failure, plugin)
