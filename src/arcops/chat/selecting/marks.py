"""Labels and annotations as conditions: by a selector, by a word in the key or the value, by key and value beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from arcops.base.errors import BadSelector
from arcops.chat.base import Condition
from arcops.chat.read.denial import is_denied
from arcops.chat.selecting.amounts import node_name
from arcops.chat.selecting.check import Check, Holds, denied
from arcops.inventory.base import Entry
from arcops.inventory.index import Inventory
from arcops.kube.objects.node import Node
from arcops.kube.printers.pods import roles_of
from arcops.kube.selectors import parse_selector

_SHORTEST = 2
_CONTROL = re.compile(r"\b(?:on|in) (?:the |an? )?(?:control[- ]?planes?|masters?)(?: nodes?)?\b")
_SAID_FOR = {"arm64": ("arm64", "arm"), "amd64": ("amd64", "x86", "intel")}
"""What people say for the values of labels."""
NODE = Node.GROUP_KIND
_WORD = re.compile(r"[a-z0-9]+")


def label_check(condition: Condition, _grounds: object) -> Check | None:
    """A label by its selector, or a word in its key or value."""
    text = condition.value.strip()
    if condition.op in ("~", "!~") or not text:
        check = _label_like(text) if text else None
        return denied(check) if check is not None and condition.op == "!~" else check
    if " or " in text:
        return _one_of_labels(text.split(" or "), negated=condition.op == "!=")
    if condition.op == "!=" and "=" in text:
        text = text.replace("=", "!=", 1)
    try:
        selector = parse_selector(text if condition.op != "!=" or "=" in text else f"!{text}")
    except BadSelector:
        return None
    return Check(f"{{have}} label {text}", lambda entry: selector.matches(entry.obj.metadata.labels))


def _one_of_labels(texts: Sequence[str], *, negated: bool) -> Check | None:
    """One of several labels: ``app=web or tier=db``."""
    try:
        selectors = [parse_selector(text) for text in texts]
    except BadSelector:
        return None
    said = f"{{have}} {'neither ' if negated else ''}label {(' nor ' if negated else ' or ').join(texts)}"
    return Check(said, lambda entry: any(one.matches(entry.obj.metadata.labels) for one in selectors) is not negated)


def _label_like(text: str) -> Check:
    wanted = text.lower()

    def holds(entry: Entry) -> bool:
        labels = entry.obj.metadata.labels or {}
        return any(wanted in value.lower() or wanted in key.lower() for key, value in labels.items())

    return Check(f"{{have}} a label with {text}", holds)


def annotation_check(condition: Condition, _grounds: object) -> Check | None:
    """An annotation of which key and value hold every word that is said."""
    wanted = _WORD.findall(condition.value.lower())
    if not wanted:
        return None

    def holds(entry: Entry) -> bool:
        annotations = entry.obj.metadata.annotations or {}
        return any(set(wanted) <= set(_WORD.findall(f"{key} {value}".lower())) for key, value in annotations.items())

    check = Check(f"{{have}} an annotation with {condition.value}", holds)
    return denied(check) if condition.op == "!~" else check


def pair_checks(text: str, entries: Sequence[Entry]) -> Iterator[tuple[Check, str]]:
    """For each label whose key and value a question (in lower case) says beside each other (``zone b``, ``team blue``): its check."""
    pairs = {pair for entry in entries for pair in (entry.obj.metadata.labels or {}).items()}
    for key, value in sorted(pair for pair in pairs if _is_said(text, *pair)):
        word = re.escape(key.rpartition("/")[2].lower())
        said = re.escape(value.lower())
        match = re.search(rf"(?<![\w./-]){word} (?:is |of |= ?|: ?)?{said}(?![\w./-])|(?<![\w./-]){said} {word}s?(?![\w./-])", text)
        if match is not None:
            check = Check(f"{{have}} label {key}={value}", _has(key, value))
            yield (denied(check) if is_denied(text[: match.start()]) else check), match[0]


def _is_said(text: str, key: str, value: str) -> bool:
    """Whether key and value stand in a question at all: a pattern for each pair of a large cluster would take a tenth of a second."""
    word = key.rpartition("/")[2].lower()
    return len(word) >= _SHORTEST and bool(value) and value.lower() in text and word in text


def place_checks(text: str, inventory: Inventory) -> Iterator[tuple[Check, str]]:
    """For pods that are asked for by the sort of their node (``on arm``, ``in zone b``, ``on the control plane``): the check."""
    nodes = inventory.list(NODE)
    match = _CONTROL.search(text)
    if match is not None:
        yield (
            _on(
                frozenset(node.ref.name for node in nodes if isinstance(node.obj, Node) and is_control_plane(node.obj)),
                "of the control plane",
            ),
            match[0],
        )
        return
    pairs = {pair for node in nodes for pair in (node.obj.metadata.labels or {}).items() if pair[1]}
    pairs = {pair for pair in pairs if any(word in text for word in (pair[1].lower(), *_SAID_FOR.get(pair[1], ())))}
    for key, value in sorted(pairs):
        word, said = re.escape(key.rpartition("/")[2].lower()), "|".join(map(re.escape, (value.lower(), *_SAID_FOR.get(value, ()))))
        alone = "|".join(_SAID_FOR.get(value, ("$^",)))
        near = rf"{word} (?:{said})|(?:{said})[- ]?(?:nodes?|machines?|{word})|{alone}"
        match = re.search(rf"\b(?:on|in) (?:the |an? )?(?:{near})(?![\w-])", text)
        if match is not None:
            held = frozenset(node.ref.name for node in nodes if (node.obj.metadata.labels or {}).get(key) == value)
            yield _on(held, f"with label {key}={value}"), match[0]
            return


def is_control_plane(node: Node) -> bool:
    """Whether a node bears the role of the control plane."""
    return not {"control-plane", "master"}.isdisjoint(roles_of(node))


def _on(names: frozenset[str], which: str) -> Check:
    return Check(f"run{{s}} on a node {which}", lambda entry: node_name(entry) in names)


def _has(key: str, value: str) -> Holds:
    return lambda entry: (entry.obj.metadata.labels or {}).get(key) == value
