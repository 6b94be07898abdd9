"""Which platform this is and in which versions: by labels, versions and workloads; what the API cannot tell is said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from arcops.chat.answers._node_parts import on_nodes
from arcops.chat.answers._said import listed, many, step, told
from arcops.chat.answers._yes_or_no import connection, verdict
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType, Heading, Said
from arcops.chat.platform_signs import ARC_CONFIG, ARC_NAMESPACE, is_arc, parts_of, platform_of, storage_classes
from arcops.chat.selecting.wellness import wellness_of
from arcops.chat.telling.objects.presence import asks_presence, signs_of
from arcops.findings.rules.arc.arc_agent_down import AGENTS
from arcops.kube.objects.cluster import APIService
from arcops.kube.objects.config import ConfigMap
from arcops.kube.objects.node import Node
from arcops.kube.objects.workloads import Deployment
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.times import age_text

_VERSION = re.compile(r"v?(\d+)\.(\d+)")
_WHICH = re.compile(r"\b(?:which|what|wich|wat)\b")
_MOST_SKEW = 3
"""A kubelet may be this many minor versions older than the API server (since 1.28), never newer."""
_ABOUT_ARC = re.compile(r"\barc\b|\bazure\b(?! (?:local|stack))|\bagents?\b|\b(?:dis|re)?connected\b|\bo(?:n|ff)line\b")
_ABOUT_VERSIONS = re.compile(
    r"\bversions?\b|\bskew\b|\bkubelets?\b|\bkernel\b|\bos\b|operating system|\bruntime\b|\barchitecture\b|up to date|outdated|"
    r"\bend of life\b|\b(?:too )?old\b|\bsupported\b"
)
_ABOUT_AGE = re.compile(r"\bhow old\b|\bage\b")
_ABOUT_PARTS = re.compile(
    r"\bcni\b|\bingress\b|\bstorage\b|\bcsi\b|\bdrivers?\b|\bload ?balancers?\b|\bdns\b|\bmesh\b|\bgitops\b|\bplug-?ins?\b|"
    r"\bcontrollers?\b|\bcomponents?\b"
)
_SYSTEM = (
    ("container_runtime_version", "Container runtime", "containerRuntimeVersion"),
    ("os_image", "Operating system", "osImage"),
    ("kernel_version", "Kernel", "kernelVersion"),
    ("architecture", "Architecture", "architecture"),
)
_ASKED_PARTS = (
    (
        re.compile(r"\bcni\b|network plug-?in|\bnetwork"),
        "Network (CNI)",
        " k3s runs Flannel within its own process unless it is told otherwise.",
    ),
    (re.compile(r"\bingress"), "Ingress", ""),
    (re.compile(r"load ?balancer"), "Load balancer", " k3s has one of its own (ServiceLB), whose pods are called svclb-."),
    (re.compile(r"\bstorage|\bcsi\b"), "Storage driver", ""),
    (re.compile(r"\bmesh"), "Service mesh", ""),
    (re.compile(r"\bgitops|flux|argo"), "GitOps", ""),
    (re.compile(r"\bmetrics"), "Metrics", " k3s brings metrics-server unless it is switched off."),
)
_TOOLS = re.compile(
    r"\b(?:flux|argo ?cd|istio|linkerd|cilium|calico|flannel|longhorn|keda|cert-manager|traefik|nginx|prometheus|grafana|metallb|rook|"
    r"metrics-server|kyverno|gatekeeper|vault|knative|velero|tekton|strimzi|crossplane)\b"
)
"""Tools that are asked for by name."""
_FIELDS = ("AZURE_RESOURCE_NAME", "AZURE_RESOURCE_GROUP", "AZURE_SUBSCRIPTION_ID", "AZURE_REGION", "AZURE_ENVIRONMENT")


async def answer(asked: Asked) -> Draft:
    """The platform, its versions, its parts, and Arc's agents where there are any."""
    text = asked.reading.question.lower()
    tools = _TOOLS.findall(text) if asks_presence(text) else []
    first_of_all = [_tool(asked, tool) for tool in dict.fromkeys(tools)] or list(_age(asked) if _ABOUT_AGE.search(text) else ())
    if first_of_all:
        return Draft(tuple(first_of_all))
    platform: list[Block] = [_platform(asked)]
    versions, unknowable = list(_versions(asked)), list(_unknowable(asked))
    if _ABOUT_ARC.search(text):
        first = connection(asked, text)
        if first is not None and not is_arc(asked.inventory):
            return Draft((first, *platform, *unknowable))
        lead = [first, *platform] if first is not None else platform
        return Draft((*lead, *_arc_blocks(asked), *versions[:1], *unknowable, *_from_azure(asked)))
    if _ABOUT_VERSIONS.search(text):
        asked_first = [one for one in versions if isinstance(one, Said) and one.is_item and _names(text, one.text)]
        return Draft((*asked_first, *(one for one in versions if one not in asked_first), *platform, *unknowable))
    if _ABOUT_PARTS.search(text):
        return Draft((*_missing_parts(asked, text), *_parts(asked, text), *platform))
    return Draft((*platform, *versions, *_parts(asked), *_arc_blocks(asked), *unknowable, *_from_azure(asked)))


def _age(asked: Asked) -> Iterator[Block]:
    """How old the cluster is, by its oldest node and namespace."""
    for kind, noun in ((GroupKind("", "Namespace"), "namespace"), (Node.GROUP_KIND, "node")):
        made = [(entry.obj.metadata.creation_timestamp or "", entry.ref) for entry in asked.inventory.list(kind)]
        first = min((one for one in made if one[0]), default=None)
        if first is not None:
            text = f"The oldest {noun} is {first[1].name}, made {first[0]} ({age_text(first[0], asked.at_ms)} ago)."
            yield told(asked, FactType.FIELD, text, ref=first[1], path="metadata.creationTimestamp")


def _tool(asked: Asked, tool: str) -> Block:
    """Whether a tool is here, and what shows it."""
    signs = signs_of(asked, tool)
    if signs:
        return told(asked, FactType.COVERAGE, f"Yes, {tool} shows in this cluster: {'; '.join(signs)}.")
    return told(asked, FactType.COVERAGE, f"No: no kind, namespace, workload or image of this cluster has {tool} in its name.")


def _names(text: str, said: str) -> bool:
    """Whether a question names what a line is about: runtime, operating system, kernel, architecture."""
    words = {
        "Container runtime": r"runtime|containerd|docker",
        "Operating system": r"\bos\b|operating",
        "Kernel": "kernel",
        "Architecture": r"arch|arm64|amd64",
    }
    return re.search(words.get(said.partition(":")[0], "$^"), text) is not None


def _missing_parts(asked: Asked, text: str) -> Iterator[Block]:
    """Parts that are asked for and were not recognised."""
    found = parts_of(asked.inventory)
    for words, role, note in _ASKED_PARTS:
        if words.search(text) and role not in found:
            is_k3s = any(sign.name == "k3s" for sign in platform_of(asked.inventory, asked.services.source.state.version))
            own = note if note and is_k3s else ""
            none = f"o workload was recognised as {role}.{own}"
            yield told(asked, FactType.COVERAGE, f"I cannot tell which: n{none}" if _WHICH.search(text) else f"N{none}")


def _platform(asked: Asked) -> Said:
    signs = platform_of(asked.inventory, asked.services.source.state.version)
    if not signs:
        text = "No sign of a particular platform: neither labels nor versions name AKS Arc, k3s or another distribution. It is Kubernetes"
        version = asked.services.source.state.version
        return told(asked, FactType.FIELD, f"{text}{f' {version}' if version else ''}.")
    first, *others = signs
    lead = verdict(asked.reading.question.lower(), signs) or "T"
    also = f" It shows signs of {listed([f'{one.name} ({one.evidence})' for one in others], 3)} too." if others else ""
    arc = "" if is_arc(asked.inventory) or "Arc" in first.name else " It is not connected to Azure Arc: there is no namespace azure-arc."
    return told(asked, FactType.FIELD, f"{lead}his is {first.name}: {first.evidence}.{also}{arc}", ref=first.ref)


def _versions(asked: Asked) -> Iterator[Block]:
    server = asked.services.source.state.version
    nodes = [entry.obj for entry in asked.inventory.list(Node.GROUP_KIND) if isinstance(entry.obj, Node)]
    infos = [node.status.node_info for node in nodes if node.status and node.status.node_info]
    kubelet: dict[str, list[str]] = {}
    for node in nodes:
        if node.status and node.status.node_info and node.status.node_info.kubelet_version:
            kubelet.setdefault(node.status.node_info.kubelet_version, []).append(node.metadata.name)
    api = f"Kubernetes {server} at the API server" if server else "Kubernetes"
    nodes_say = listed(
        [f"{name} on {on_nodes(names, len(kubelet))}" for name, names in sorted(kubelet.items(), key=lambda one: -len(one[1]))], 4
    )
    if server or nodes_say:
        yield told(
            asked,
            FactType.FIELD,
            f"{api}{'; kubelets' if server and nodes_say else ''}{f' {nodes_say}' if nodes_say else ''}.",
            path="/version",
        )
    for field, head, path in _SYSTEM:
        counts = Counter(str(getattr(info, field)) for info in infos)
        counts.pop("", None)
        if counts:
            said = listed([f"{name} on {many(count, 'node')}" for name, count in counts.most_common()], 4)
            yield told(asked, FactType.FIELD, f"{head}: {said}.", path=f"status.nodeInfo.{path}", is_item=True, rank=1)
    skew = _skew(server, list(kubelet))
    if skew:
        yield told(asked, FactType.FIELD, skew, rank=1)


def _skew(server: str, versions: list[str]) -> str:
    """Whether kubelets are too far from the API server or from each other; "" where one version is all there is to say."""
    minors = sorted({(int(found[1]), int(found[2])) for version in versions if (found := _VERSION.match(version))})
    api = _VERSION.match(server)
    if len(minors) > 1:
        low, high = minors[0], minors[-1]
        text = f"Kubelets differ: from {low[0]}.{low[1]} to {high[0]}.{high[1]}"
        return f"{text}; up to {_MOST_SKEW} minor versions behind the API server are supported."
    if api and minors:
        behind = int(api[2]) - minors[0][1]
        if behind < 0:
            return (
                f"The kubelets ({minors[0][0]}.{minors[0][1]}) are newer than the API server ({api[1]}.{api[2]}), which is not supported."
            )
        if behind > _MOST_SKEW:
            return f"The kubelets are {behind} minor versions behind the API server; {_MOST_SKEW} are supported."
    return ""


def _parts(asked: Asked, text: str = "") -> Iterator[Block]:
    """The parts that were recognised, those that a question asks for first."""
    found = parts_of(asked.inventory)
    wanted = [role for words, role, _ in _ASKED_PARTS if role in found and text and words.search(text)]
    for role in dict.fromkeys((*wanted, *found)):
        signs = found[role]
        said = listed([f"{sign.name} ({sign.evidence})" for sign in signs], 3)
        is_asked = role in wanted
        yield told(asked, FactType.FIELD, f"{role}: {said}.", ref=signs[0].ref, is_item=not is_asked, rank=0 if is_asked else 1)
    classes = storage_classes(asked.inventory)
    if classes:
        said = listed([f"{one.name} ({one.evidence})" for one in classes], 5)
        yield told(asked, FactType.FIELD, f"Storage classes: {said}.", ref=classes[0].ref, is_item=True, rank=1)
    metrics = asked.inventory.get(ObjectRef("apiregistration.k8s.io", "APIService", "", "v1beta1.metrics.k8s.io"))
    if metrics is not None and isinstance(metrics.obj, APIService):
        yield told(
            asked,
            FactType.FIELD,
            f"Metrics API (v1beta1.metrics.k8s.io): {wellness_of(metrics).word}.",
            ref=metrics.ref,
            is_item=True,
            rank=2,
        )


def _arc_blocks(asked: Asked) -> Iterator[Block]:
    if not is_arc(asked.inventory):
        if _ABOUT_ARC.search(asked.reading.question.lower()):
            yield told(asked, FactType.COVERAGE, "There is no namespace azure-arc, so no agents of Azure Arc run here.")
        return
    yield Heading("Azure Arc")
    config = asked.inventory.get(ARC_CONFIG)
    if config is not None and isinstance(config.obj, ConfigMap):
        values = [f"{name} {config.obj.data[name]}" for name in _FIELDS if config.obj.data and config.obj.data.get(name)]
        if values:
            yield told(asked, FactType.FIELD, f"Connected as: {', '.join(values)}.", ref=ARC_CONFIG, path="data")
    agents = [entry for entry in asked.inventory.list(Deployment.GROUP_KIND, ARC_NAMESPACE) if entry.ref.name in AGENTS]
    unwell = [entry for entry in agents if not wellness_of(entry).is_well]
    well = f"{len(agents) - len(unwell):,} of {many(len(agents), 'agent')} {'is' if len(agents) - len(unwell) == 1 else 'are'} ready"
    yield told(asked, FactType.COUNT, f"{well} in namespace azure-arc.", ref=ObjectRef("", "Namespace", "", ARC_NAMESPACE))
    for entry in unwell:
        duty = AGENTS[entry.ref.name]
        yield told(asked, FactType.FIELD, f"{entry.ref.name}, which {duty}: {wellness_of(entry).word}.", ref=entry.ref, is_item=True)
    missing = sorted(set(AGENTS) - {entry.ref.name for entry in agents})
    if agents and missing:
        yield told(asked, FactType.COVERAGE, f"Not installed: {listed(missing, 11)}.", rank=5)
    yield from _arc_findings(asked)


def _arc_findings(asked: Asked) -> Iterator[Block]:
    for one in asked.current.report.findings if asked.current else ():
        if one.is_problem and one.code.startswith("Arc"):
            yield told(asked, FactType.FINDING, f"{one.code}: {one.title}.", ref=one.subject, is_item=True)


def _unknowable(asked: Asked) -> Iterator[Block]:
    """What could not be seen here."""
    blind = [
        word
        for word, kind in (("nodes", Node.GROUP_KIND), ("Deployments", GroupKind("apps", "Deployment")))
        if not asked.inventory.count(kind)
    ]
    if blind:
        yield told(asked, FactType.COVERAGE, f"No {listed(blind)} could be seen, so parts of this may be missing.", rank=5)
    if not asked.services.source.state.version:
        yield told(asked, FactType.COVERAGE, "The API server's own version is not known here (kubectl version shows it).", rank=5)


def _from_azure(asked: Asked) -> Iterator[Block]:
    """What only Azure or the hosts know, and where to look."""
    if is_arc(asked.inventory):
        text = (
            "What Azure knows (connectivity, billing, extensions as Azure sees them) and the hosts below the nodes cannot be "
            "told from the cluster."
        )
        yield told(asked, FactType.COVERAGE, text, rank=5)
        name, group = _azure_name(asked)
        line = f"az connectedk8s show --name {name} --resource-group {group} --query connectivityStatus"
        yield from step(asked, "What Azure says of the connection", line)


def _azure_name(asked: Asked) -> tuple[str, str]:
    config = asked.inventory.get(ARC_CONFIG)
    data = (config.obj.data or {}) if config is not None and isinstance(config.obj, ConfigMap) else {}
    return data.get("AZURE_RESOURCE_NAME", "CLUSTER"), data.get("AZURE_RESOURCE_GROUP", "GROUP")
