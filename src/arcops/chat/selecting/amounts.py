"""CPU and memory: what objects request and may use, and how amounts are compared and written."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Mapping

from arcops.chat.base import Condition
from arcops.chat.selecting.check import COMPARE, SAID_AS, Check, number_of
from arcops.findings.amounts import Amounts, read_amounts, requested, shown
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import spec_of
from arcops.kube.objects.container import Container
from arcops.kube.objects.pod import Pod, PodSpec


class Side(enum.StrEnum):
    """Which amounts a question is about."""

    REQUEST = "request"
    LIMIT = "limit"
    USAGE = "usage"


_LIMIT = re.compile(r"\blimit(?:s|ed|ing)?\b")
_REQUEST = re.compile(r"\brequest(?:s|ed|ing)?\b|\bask(?:s|ing)? for\b|\breserv")
_USAGE = re.compile(r"\b(?:usage|utili[sz]ation|consum\w*|using|hungr\w+|top|eat(?:s|ing)?|tak(?:e|es|ing)|uses?|used|burn\w*|load)\b")


def side_of(question: str) -> Side:
    """Limits or usage where the question says so, else requests."""
    text = question.lower()
    if _LIMIT.search(text):
        return Side.LIMIT
    return Side.USAGE if _USAGE.search(text) and not _REQUEST.search(text) else Side.REQUEST


def amount_check(condition: Condition, side: Side) -> Check | None:
    """A comparison in cores or bytes; usage is judged by requests, for usage is not recorded. An empty value or 0 means none set."""
    resource, text = condition.field, condition.value.strip().lower()
    key = Side.LIMIT if side is Side.LIMIT else Side.REQUEST
    noun = f"{'CPU' if resource == 'cpu' else resource} {key.value}"
    if text in ("", "none", "unset", "0") and condition.op in ("=", "!="):
        wanted = condition.op == "!="
        return Check(f"{{have}} {'a' if wanted else 'no'} {noun}", lambda entry: bool(amounts_of(entry, key).get(resource)) is wanted)
    compare, number = COMPARE.get(condition.op), number_of(text)
    if compare is None or number is None:
        return None
    limit = round(number * 1000)
    said = f"{{have}} a {noun} of {SAID_AS[condition.op]}{shown(resource, limit)}"
    return Check(said, lambda entry: resource in amounts_of(entry, key) and compare(amounts_of(entry, key)[resource], limit))


def amounts_of(entry: Entry, side: Side) -> Mapping[str, int]:
    """Thousandths by resource of a pod, or of one pod of a workload."""
    at = spec_of(entry.obj)
    if at is None:
        return {}
    return limits_of(at.spec) if side is Side.LIMIT else requested(at.spec)


def limits_of(spec: PodSpec) -> Amounts:
    """What the containers of a pod may use together, as far as each has a limit; a resource any lacks is left out."""
    containers = spec.containers or ()
    listed = [read_amounts((one.resources.limits if one.resources else None) or {}) for one in containers]
    shared = set.intersection(*(set(one) for one in listed)) if listed else set()
    return {resource: sum(one[resource] for one in listed) for resource in shared}


def lacks(entry: Entry, side: Side, resources: Iterable[str] = ("cpu", "memory")) -> bool:
    """Whether some container sets none of these amounts."""
    return any(not any(resource in _set(one, side) for resource in resources) for one in containers_of(entry))


def _set(container: Container, side: Side) -> Mapping[str, object]:
    asked = container.resources
    if asked is None:
        return {}
    limits = asked.limits or {}
    return limits if side is Side.LIMIT else {**limits, **(asked.requests or {})}


def containers_of(entry: Entry) -> tuple[Container, ...]:
    """The containers of an object that serve; init containers are not among them."""
    at = spec_of(entry.obj)
    return (at.spec.containers or ()) if at else ()


def cells(entry: Entry, resource: str) -> list[str]:
    """What an object requests and may use of a resource, as a table shows it."""
    return [_cell(amounts_of(entry, side), resource) for side in (Side.REQUEST, Side.LIMIT)]


def _cell(amounts: Mapping[str, int], resource: str) -> str:
    return shown(resource, amounts[resource]) if amounts.get(resource) else "<none>"


def node_name(entry: Entry) -> str:
    """The node of a pod, "" without one."""
    return (entry.obj.spec.node_name or "") if isinstance(entry.obj, Pod) and entry.obj.spec else ""
