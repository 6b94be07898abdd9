"""Whether a tool is here that no object is called after: by the API groups it serves, the namespaces it has, the images that run."""

from __future__ import annotations

import re
from collections.abc import Iterable

from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.selecting.images import images_of
from arcops.chat.telling.page import Page
from arcops.kube.objects.workloads import DaemonSet, Deployment, StatefulSet
from arcops.kube.refs import GroupKind

_ASKS = re.compile(
    r"\b(?:do|does) (?:we|i|you|they|it|the cluster|this cluster) (?:\w+ )?(?:have|use|run|need)\b|"
    r"\b(?:here|installed|in use|used|present|deployed|around|in place|set up|active|in (?:the|this|my|our) cluster|"
    r"on (?:the|this|my|our) cluster)\W*$|^(?:is|are) there\b"
)
_GROUPS = {"argocd": "argoproj", "argo": "argoproj", "flux": "fluxcd"}
"""What the groups of a tool are called, where not as itself."""
_SHORTEST = 3
_MOST_KINDS = 4


def asks_presence(question: str) -> bool:
    """Whether it is asked if something is here at all."""
    return _ASKS.search(" ".join(question.lower().split())) is not None


def tell_presence(asked: Asked, page: Page, words: tuple[str, ...]) -> bool:
    """By what a tool of one of the words shows; False where it shows in nothing."""
    found = False
    for word in words:
        signs = signs_of(asked, word)
        if signs:
            page.tell(FactType.COVERAGE, f"Yes, {word} shows in this cluster: {'; '.join(signs)}.", rank=0)
            found = True
    return found


def signs_of(asked: Asked, word: str) -> list[str]:
    """What a tool shows in: kinds of its group, a namespace, a workload that runs; nothing for what is too short to be told apart."""
    key = _GROUPS.get(_plain(word), _plain(word))
    if len(key) < _SHORTEST:
        return []
    kinds = [one for one in asked.services.source.catalog if key in _plain(one.group)]
    counted = [(asked.inventory.count(one.group_kind), one) for one in kinds]
    shown = [f"{count:,} {one.kind}" for count, one in counted if count][:_MOST_KINDS]
    signs: list[str] = []
    if kinds:
        counts = f" ({', '.join(shown)})" if shown else ""
        signs.append(f"kinds of the group {kinds[0].group} are served{counts}")
    own = _plain(word)
    spaces = [name for name in asked.inventory.namespaces() if own in _plain(name)]
    signs += [f"there is the namespace {spaces[0]}"] if spaces else []
    runs = [entry.ref for kind in _KINDS for entry in asked.inventory.list(kind) if _is_of(entry.ref.name, images_of(entry), own)]
    return [*signs, f"{runs[0]} runs"] if runs else signs


_KINDS: tuple[GroupKind, ...] = (Deployment.GROUP_KIND, DaemonSet.GROUP_KIND, StatefulSet.GROUP_KIND)


def _is_of(name: str, images: Iterable[str], key: str) -> bool:
    return any(key in _plain(text.rpartition(":")[0] or text) for text in (name, *images))


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())
