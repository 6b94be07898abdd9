"""What runs on the nodes: kubelets, runtimes, systems, kernels; whether all have the same, and who has another."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arcops.chat.answers._node_parts import on_nodes
from arcops.chat.answers._said import told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, FactType
from arcops.chat.selecting.nodes import NodeRoom

_SYSTEM = (
    ("kubelet_version", "Kubelet", r"\bkubelets?\b|\bversions?\b|\boutdated\b|\bbehind\b|\bup to date\b"),
    ("container_runtime_version", "Container runtime", r"\bruntimes?\b|\bcontainerd\b|\bdocker\b"),
    ("os_image", "OS", r"\bos\b|\boperating\b|\blinux\b|\bubuntu\b|\bwindows\b"),
    ("kernel_version", "Kernel", r"\bkernels?\b"),
    ("architecture", "Architecture", r"\barch(?:itectures?)?\b|\barm64\b|\bamd64\b"),
)


def _verdict(text: str, sorts: int) -> str:
    """Yes or no where it is asked whether all nodes have the same."""
    if not re.search(r"^(?:are|is|do|does|have|has)\b.*\b(?:same|different|up to date|outdated|behind)\b", text):
        return ""
    is_so = (sorts > 1) is bool(re.search(r"\b(?:different|outdated|behind)\b", text))
    return "Yes: " if is_so else "No: "


def versions(asked: Asked, all_rooms: Sequence[NodeRoom]) -> list[Block]:
    """What the nodes run, what is asked for first; which node, where they differ and are few."""
    text = asked.reading.question.lower()
    blocks: list[Block] = []
    for field, head, words in _SYSTEM:
        by_version: dict[str, list[str]] = {}
        for room in all_rooms:
            if room.node.status and room.node.status.node_info:
                by_version.setdefault(getattr(room.node.status.node_info, field) or "unknown", []).append(room.entry.ref.name)
        if by_version:
            said = ", ".join(f"{name} on {on_nodes(nodes, len(by_version))}" for name, nodes in list(by_version.items())[:4])
            is_asked = re.search(words, text) is not None
            lead = _verdict(text, len(by_version)) if is_asked else ""
            block = told(asked, FactType.FIELD, f"{lead}{head}: {said}.", path=f"status.nodeInfo.{field}", is_item=not is_asked)
            blocks.insert(0, block) if is_asked else blocks.append(block)
    return blocks or [told(asked, FactType.COVERAGE, "The nodes do not tell their versions.")]
