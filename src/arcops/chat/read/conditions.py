"""The restrictions of a list: not ready, restarted more than five times, with an image, a label, on a node, older than a day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from arcops.chat.base import Condition
from arcops.chat.read.denial import is_denied
from arcops.chat.read.kinds import EVENT, JOB
from arcops.chat.read.lexicon import GRAMMAR, is_everyday
from arcops.chat.read.numbers import bytes_of, number_of, plain, seconds_of
from arcops.chat.read.tables import table
from arcops.chat.read.words import Word, joined, use
from arcops.kube.refs import GroupKind

_PHASES = {
    "pending": "Pending",
    "running": "Running",
    "succeeded": "Succeeded",
    "completed": "Succeeded",
    "finished": "Succeeded",
    "unknown": "Unknown",
    "terminating": "Terminating",
}
_REASONS = (
    ("crash", "CrashLoopBackOff"),
    ("oom", "OOMKilled"),
    ("out of mem", "OOMKilled"),
    ("errimagepull", "ErrImagePull"),
    ("invalidimage", "InvalidImageName"),
    ("evict", "Evicted"),
    ("containercreating", "ContainerCreating"),
    ("stuck creating", "ContainerCreating"),
    ("createcontainerconfig", "CreateContainerConfigError"),
    ("initializing", "PodInitializing"),
    ("pull", "ImagePullBackOff"),
)
"""What is in a word for a reason, and the reason it means; the first that is found."""
_TYPES = {"loadbalancer": "LoadBalancer", "nodeport": "NodePort", "clusterip": "ClusterIP", "externalname": "ExternalName"}
SERVICE_TYPES = frozenset(_TYPES.values())
_LESS = re.compile(r"less|few|under|below|at most|<|up to|young|new|in the (?:last|past)")
_ALTERNATIVE = re.compile(r"or (?:(?:with |label )*([a-z0-9][\w./-]*?) ?={1,2} ?)?([\w.-]+)")
"""A further label of ``app=web or tier=db``, or a further value of ``app=web or api``."""
_COMPARED = re.compile(r"\b(?:vs\.?|versus|against|compared (?:to|with)|desired and|wanted and) $")
"""What stands before an amount that others are compared with, and no state is meant."""
_NO_KEYS = frozenset(("same", "right", "wrong", "matching", "such", "pod", "node", "pods", "nodes", "kubernetes", "different", "labels"))
"""Words before ``label`` that are no key of one."""
_CONTRARY = {"=": "!=", "!=": "=", ">": "<=", "<=": ">", "<": ">=", ">=": "<", "~": "!~", "!~": "~"}
_EDGE, _END = r"(?<![\w./:=-])", r"(?![\w./:=-])"
_Reader = Callable[[re.Match[str]], Iterator[Condition]]


def read_conditions(words: Sequence[Word], kind: GroupKind | None) -> tuple[Condition, ...]:
    """The conditions said; their words are marked as used. ``kind`` decides what "failed" and "warning" mean."""
    found: list[Condition] = []
    for pattern, reader in (*_special(kind), *_patterns()):
        text, starts = joined(words)
        match = pattern.search(text)
        if match is None or is_everyday(match.groupdict().get("image") or ""):
            continue
        fresh = [one for one in reader(match) if all(one.field != held.field for held in found)]
        if _COMPARED.search(text[: match.start()]):
            continue
        if is_denied(text[: match.start()]):
            fresh = [Condition(one.field, _CONTRARY.get(one.op, one.op), one.value) for one in fresh]
        if fresh and not (_says_state(fresh[0]) and any(map(_says_state, found))):
            found += fresh
            use(words, starts, match, "condition")
    return tuple(found)


def _says_state(condition: Condition) -> bool:
    return condition.field in {"ready", "phase", "reason"}


def _one(field: str, op: str, value: str) -> _Reader:
    return lambda _: iter((Condition(field, op, value),))


def _restarts(match: re.Match[str]) -> Iterator[Condition]:
    number, how = number_of(match["number"]), match["how"] or ""
    if number is None:
        return
    if _LESS.search(how):
        yield Condition("restarts", "<=" if how in {"at most", "<=", "up to"} else "<", plain(number))
    else:
        yield Condition("restarts", ">=" if how in {"at least", ">=", ""} else ">", plain(number))


def _age(match: re.Match[str]) -> Iterator[Condition]:
    seconds = seconds_of(match["number"] or "1", match["unit"])
    if seconds is not None:
        yield Condition("age", "<" if _LESS.search(match["how"]) else ">", plain(seconds))


def _memory(match: re.Match[str]) -> Iterator[Condition]:
    size = bytes_of(match["size"].replace(" ", ""))
    if size is not None:
        yield Condition("memory", "<" if _LESS.search(match["how"]) else ">", str(size))


def _cpu(match: re.Match[str]) -> Iterator[Condition]:
    number = number_of(match["number"])
    if number is not None:
        yield Condition("cpu", "<" if _LESS.search(match["how"]) else ">", plain(number / 1000 if match["milli"] else number))


def _image(match: re.Match[str]) -> Iterator[Condition]:
    yield Condition("image", "~", match["image"])


def _label(match: re.Match[str]) -> Iterator[Condition]:
    op = "!=" if (match["op"] == "!=") is not bool(match["no"]) else "="
    more = _ALTERNATIVE.findall(match["more"] or "")
    values = [f"{match['key']}={match['value']}", *(f"{key or match['key']}={value}" for key, value in more)]
    yield Condition("label", op, " or ".join(values))


def _annotation(match: re.Match[str]) -> Iterator[Condition]:
    if match["annotation"] not in GRAMMAR and match["annotation"] not in _NO_KEYS:
        yield Condition("annotation", "!~" if match["no"] else "~", match["annotation"])


def _labelled(match: re.Match[str]) -> Iterator[Condition]:
    if match["label"] not in GRAMMAR and match["label"] not in _NO_KEYS:
        yield Condition("label", "!~" if match["no"] else "~", match["label"])


def _name(match: re.Match[str]) -> Iterator[Condition]:
    if not is_everyday(match["name"]):
        yield Condition("name", "~", match["name"])


def _type(match: re.Match[str]) -> Iterator[Condition]:
    yield Condition("type", "=", _TYPES[match["type"].replace(" ", "").rstrip("s")])


def _phase(match: re.Match[str]) -> Iterator[Condition]:
    yield Condition("phase", "=", _PHASES[match["phase"]])


def _reason(match: re.Match[str]) -> Iterator[Condition]:
    yield Condition("reason", "=", next(reason for part, reason in _REASONS if part in match["reason"]))


_READERS: dict[str, _Reader] = {
    "label": _label,
    "annotation": _annotation,
    "labelled": _labelled,
    "name": _name,
    "image": _image,
    "restarts": _restarts,
    "restarted": _one("restarts", ">", "0"),
    "age": _age,
    "memory": _memory,
    "cpu": _cpu,
    "latest": _one("image", "~", ":latest"),
    "type": _type,
    "unready": _one("ready", "=", "false"),
    "reason": _reason,
    "unbound": _one("phase", "!=", "Bound"),
    "phase": _phase,
    "waiting": _one("phase", "=", "Pending"),
    "ready": _one("ready", "=", "true"),
}


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], _Reader], ...]:
    sections = table("conditions").sections
    return tuple((_whole(text), _READERS[section]) for section, lines in sections.items() for text in lines)


@cache
def _whole(text: str) -> re.Pattern[str]:
    return re.compile(f"{_EDGE}(?:{text}){_END}")


def _special(kind: GroupKind | None) -> Iterator[tuple[re.Pattern[str], _Reader]]:
    """What a word means of some kinds only."""
    if kind == EVENT:
        yield _whole(r"(?:type )?warnings?"), _one("type", "=", "Warning")
        yield _whole(r"(?:type )?normal"), _one("type", "=", "Normal")
    elif kind == JOB:
        yield _whole(r"failed|failing"), _one("phase", "=", "Failed")
    elif kind is not None and kind.kind in {"PersistentVolume", "PersistentVolumeClaim"}:
        for word in ("Bound", "Lost", "Released", "Available"):
            yield _whole(rf"(?<!not ){word.lower()}"), _one("phase", "=", word)
    yield _whole(r"in (?:the )?failed (?:phase|state)|phase (?:is |= ?)?failed"), _one("phase", "=", "Failed")
