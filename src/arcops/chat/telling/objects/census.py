"""A namespace or the whole cluster at a glance: what there is of each kind, and what of it is not well."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.chat.answers._said import listed, many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.selecting.wellness import wellness_of
from arcops.chat.telling.incidents.cases import cases_in, cases_of
from arcops.chat.telling.incidents.incident import tell_in_short
from arcops.chat.telling.page import Page
from arcops.chat.telling.scope import at_moment, where
from arcops.inventory.base import Entry
from arcops.kube.refs import GroupKind

_JUDGED = (
    GroupKind("", "Node"), GroupKind("apps", "Deployment"), GroupKind("apps", "StatefulSet"), GroupKind("apps", "DaemonSet"),
    GroupKind("", "Pod"), GroupKind("batch", "Job"), GroupKind("batch", "CronJob"), GroupKind("", "PersistentVolumeClaim"),
    GroupKind("", "PersistentVolume"), GroupKind("", "Namespace"),
)  # fmt: skip
_ABOVE = frozenset(kind for kind in _JUDGED if kind.kind in ("Node", "Namespace", "PersistentVolume"))
"""Kinds that lie in no namespace."""
_UNCOUNTED = ("Event", "Lease", "EndpointSlice", "Endpoints", "ControllerRevision", "ReplicaSet")
_SLICE = 500
_FEW = 6
"""Objects of a kind that are listed by name."""
_MOST_UNWELL = 5
_MOST_CASES = 5


async def tell_census(asked: Asked, page: Page) -> None:
    """How many of what, how many of them well, the unwell by name, and the incidents in short."""
    namespace = asked.reading.namespace
    cases = cases_in(cases_of(asked), namespace)
    rows, facts, unwell, listed_few = [], [], [], []
    for kind in _JUDGED:
        entries = () if namespace and kind in _ABOVE else asked.inventory.list(kind, namespace or None)
        if not entries:
            continue
        bad = await _unwell(asked, entries)
        unwell += bad
        if namespace and len(entries) <= _FEW:
            shown = listed([entry.ref.name for entry in entries], _FEW)
            listed_few.append((f"{many(len(entries), kind.kind)}: {shown}.", entries[0].ref))
        names = listed([_named(one) for one in bad], 3) if bad else ""
        text = f"{many(len(entries), kind.kind)} in {where(asked)}: {len(entries) - len(bad):,} well, {len(bad):,} not"
        facts.append(page.book.add(FactType.COUNT, f"{text}{f': {names}' if names else ''}", rank=1))
        rows.append((kind.kind, f"{len(entries):,}", f"{len(bad):,}", names))
    state = f"{many(len(cases), 'incident')} open" if asked.current is not None else "not judged yet"
    page.tell(FactType.COUNT, f"{_lead(asked)}: {_summary(rows)}; {state}.", rank=0)
    page.table(("kind", "count", "not well", "which"), rows, len(rows), facts)
    for text, ref in listed_few:
        page.tell(FactType.FIELD, text, ref=ref, rank=1, item=True)
    _tell_rest(asked, page)
    for entry in unwell[:_MOST_UNWELL]:
        word = wellness_of(entry).word
        page.tell(FactType.FIELD, f"{entry.ref} is not well: {word}.", ref=entry.ref, rank=1, item=True)
    if len(unwell) > _MOST_UNWELL:
        page.tell(FactType.COUNT, f"Showing {_MOST_UNWELL} of {len(unwell):,} that are not well.", item=True)
    if cases:
        page.head("What is wrong")
    for case in cases[:_MOST_CASES]:
        tell_in_short(asked, page, case, rank=1, is_brief=True)
    if len(cases) > _MOST_CASES:
        page.tell(FactType.COUNT, f"Showing {_MOST_CASES} of {len(cases):,} incidents.", item=True)


def _lead(asked: Asked) -> str:
    return f"{where(asked)[:1].upper()}{where(asked)[1:]}{at_moment(asked)}"


def _summary(rows: Sequence[tuple[str, str, str, str]]) -> str:
    parts = [f"{count} {kind if count == '1' else f'{kind}s'}{f' ({bad} not well)' if bad != '0' else ''}" for kind, count, bad, _ in rows]
    return ", ".join(parts) or "nothing that runs"


def _named(entry: Entry) -> str:
    return f"{entry.ref.namespace}/{entry.ref.name}" if entry.ref.namespace else entry.ref.name


async def _unwell(asked: Asked, entries: Sequence[Entry]) -> list[Entry]:
    found = []
    for place, entry in enumerate(entries, 1):
        if place % _SLICE == 0:
            await asked.services.clock.sleep(0)
        if not wellness_of(entry).is_well:
            found.append(entry)
    return found


def _tell_rest(asked: Asked, page: Page) -> None:
    """How many there are of the other kinds."""
    namespace = asked.reading.namespace or None
    judged = set(_JUDGED)
    counts = [
        (count, kind.kind)
        for kind in asked.inventory.kinds()
        if kind not in judged and kind.kind not in _UNCOUNTED and (count := asked.inventory.count(kind, namespace))
    ]
    if counts:
        counts.sort(key=lambda one: (-one[0], one[1]))
        page.tell(FactType.COUNT, f"Also {listed([many(count, kind) for count, kind in counts], 10)}.", rank=4)
