"""Lists and counts of what is no object of its own: images, containers, restarts, replicas, incidents, custom kinds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from arcops.chat.answers._said import listed, many, named, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType, Table
from arcops.chat.selecting.amounts import containers_of
from arcops.chat.selecting.check import for_number
from arcops.chat.selecting.chosen import chosen
from arcops.chat.selecting.conditions import restarts_of
from arcops.chat.selecting.images import images_of
from arcops.chat.selecting.rows import MOST_ROWS, table_of
from arcops.chat.selecting.scope import POD, pods_of
from arcops.chat.selecting.sizes import size_of
from arcops.findings.amounts import shown
from arcops.findings.explain import sentence
from arcops.findings.replicas import replicas_of
from arcops.inventory.base import Entry
from arcops.kube.refs import GroupKind

_IMAGES = re.compile(
    r"\b(?:which|what|list|show|all|every|how many|many|number of|distinct|different|unique)\b[\w ]{0,30}?\bimages?\b|^\W*images?\b|"
    r"\b(?:which|what) versions? (?:was|were|is|are|did|ran|of|does)\b|\bversions? of\b|"
    r"\b(?:which|what|wich) (?:the )?[\w.-]+ versions?\b|"
    r"\b(?:old|older|previous)(?: \w+)? or (?:the |a )?(?:new|newer|current)(?: one| version| release)?\b|"
    r"\b(?:new|newer|latest)(?: \w+)? or (?:still )?(?:the |an? )?(?:old|older|previous)(?: one| version| release)?\b"
)
_CONTAINERS = re.compile(r"\bhow many[\w ]{0,20}? containers?\b|\bnumber of containers\b|\bcount[\w ]{0,12} containers\b")
_RESTARTS = re.compile(r"\bhow (?:many|often)\b[\w ]{0,30}\b(?:restarts?|restarted|restarting|crashes|crashed)\b|\bnumber of "
    r"restarts\b|\b(?:total|count)[\w ]{0,12} restarts\b|"
                       r"\bhow (?:many times|often)\b")  # fmt: skip
_REPLICAS = re.compile(r"\b(?:how many|number of) (?:\w+ )?(?:replicas?|instances?|copies)\b")
_INCIDENTS = re.compile(r"\b(?:how many|number of|count)[\w ]{0,20}? (?:incidents?|problems?|issues?|findings?|alerts?|faults?|alarms?)\b")
_CUSTOM = re.compile(r"\b(?:custom resources?|crs?\b|custom kinds?|custom objects?)")
_KINDS = re.compile(
    r"\b(?:which|what|list|all|how many) (?:resource |object |api )?(?:kinds|resource types|types of (?:resources|objects))\b"
)
_PER = re.compile(r"\bpods?\b[\w ]*\bimage\b|\b(?:per|by|each) image\b")
_SUM = re.compile(
    r"\b(?:total|sum|altogether|together|overall|how much)\b.*\b(?:storage|claims?|pvcs?|volumes?|disk)\b|"
    r"\b(?:storage|claims?|pvcs?|volumes?)\b.*\b(?:in total|altogether|together)\b"
)
_STORED = (GroupKind("", "PersistentVolumeClaim"), GroupKind("", "PersistentVolume"))
Measure = Callable[[Asked], Awaitable[Draft | None]]


async def measured_list(asked: Asked) -> Draft | None:
    """The measure a list wants instead of objects, or None."""
    for words, measure in ((_SUM, _storage), (_KINDS, _kinds), (_CUSTOM, _custom), (_IMAGES, images), (_REPLICAS, _replicas)):
        made = await _if(asked, words, measure)
        if made is not None:
            return made
    return None


async def measured_count(asked: Asked) -> Draft | None:
    """The measure a count wants instead of objects, or None."""
    for words, measure in (
        (_SUM, _storage), (_INCIDENTS, _incidents), (_KINDS, _kinds), (_CUSTOM, _custom), (_CONTAINERS, _containers),
        (_RESTARTS, _restarts),
        (_REPLICAS, _replicas), (_IMAGES, images),
    ):  # fmt: skip
        made = await _if(asked, words, measure)
        if made is not None:
            return made
    return None


async def _if(asked: Asked, words: re.Pattern[str], measure: Measure) -> Draft | None:
    return await measure(asked) if words.search(" ".join(asked.reading.question.lower().split())) else None


async def images(asked: Asked) -> Draft | None:
    """The images in use, the most used first, and who runs each. None where the question is about objects by image."""
    if any(one.field == "image" for one in asked.reading.conditions) or _PER.search(asked.reading.question.lower()):
        return None
    if asked.reading.kind is not None and asked.reading.kind != POD and asked.reading.kind.kind != "Image" and not asked.reading.objects:
        return None
    every = {image for entry in asked.inventory.list(POD) for image in images_of(entry)}
    registries = [word for word in asked.reading.unknown if any(word in image for image in every)]
    found = await chosen(_without_phase(asked, registries), POD)
    users: dict[str, list[Entry]] = {}
    for entry in found.found:
        for image in dict.fromkeys(images_of(entry)):
            if registries and not any(word in image for word in registries):
                continue
            users.setdefault(image, []).append(entry)
    if not users:
        return Draft((told(asked, FactType.COUNT, f"No image runs{found.where or ' anywhere'}: there are no pods."),))
    pods = len({entry.ref for entries in users.values() for entry in entries}) if registries else len(found.found)
    ranked = sorted(users.items(), key=lambda one: (-len(one[1]), one[0]))
    said = f"{many(len(ranked), 'image')} run{'s' if len(ranked) == 1 else ''} in {many(pods, 'pod')}{found.where}: "
    head = told(asked, FactType.COUNT, f"{said}{listed([f'{image} ({len(entries)})' for image, entries in ranked], 6)}.")
    rows, facts = [], []
    for image, entries in ranked[:MOST_ROWS]:
        where = listed(sorted({entry.ref.namespace for entry in entries}), 3)
        rows.append((image, str(len(entries)), where))
        facts.append(asked.book.add(FactType.FIELD, f"image {image}: {many(len(entries), 'pod')} in {where}", ref=entries[0].ref, rank=1))
    return Draft((head, Table(("IMAGE", "PODS", "NAMESPACES"), tuple(rows), len(ranked), tuple(facts))))


def _without_phase(asked: Asked, registries: Sequence[str]) -> Asked:
    """The same question without "running", which images do as soon as a pod has them, and without the registries it names."""
    kept = tuple(one for one in asked.reading.conditions if (one.field, one.value) != ("phase", "Running"))
    reading = asked.reading
    space = "" if reading.namespace in registries else reading.namespace
    rest = tuple(word for word in reading.unknown if word not in registries)
    return replace(asked, reading=replace(reading, conditions=kept, unknown=rest, namespace=space))


async def _containers(asked: Asked) -> Draft | None:
    found = await chosen(asked, POD)
    counts = {entry.ref: len(containers_of(entry)) for entry in found.found}
    total, several = sum(counts.values()), sum(count > 1 for count in counts.values())
    text = (
        f"{many(total, 'container')} in {many(len(counts), 'pod')}{found.where}; {many(several, 'pod')} "
        f"{for_number('{have}', several)} more than one."
    )
    return Draft((told(asked, FactType.COUNT, text),))


async def _restarts(asked: Asked) -> Draft | None:
    if asked.reading.kind not in (None, POD) and not asked.reading.objects:
        return None
    found = await chosen(asked, POD)
    if not found.found and asked.reading.words:
        return None
    counts = [(restarts_of(entry, asked.inventory), entry) for entry in found.found]
    total = sum(count for count, _ in counts)
    some = sorted((one for one in counts if one[0]), key=lambda one: (-one[0], one[1].ref))
    if len(found.found) == 1:
        entry = found.found[0]
        return Draft((told(asked, FactType.COUNT, f"{named(entry.ref)} has restarted {_times(total)}.", ref=entry.ref),))
    text = f"{many(total, 'restart')} in {many(len(counts), 'pod')}{found.where}, counted over the lives of the pods that are there now"
    text += f"; {many(len(some), 'pod')} {for_number('{have}', len(some))} restarted" if total else ""
    blocks: list[Block] = [told(asked, FactType.COUNT, f"{text}.")]
    rows = tuple((entry.ref.namespace, entry.ref.name, f"{count:,}") for count, entry in some[:MOST_ROWS])
    facts = [
        asked.book.add(FactType.FIELD, f"{entry.ref}: {many(count, 'restart')}", ref=entry.ref, rank=1) for count, entry in some[:MOST_ROWS]
    ]
    if rows:
        blocks.append(Table(("NAMESPACE", "NAME", "RESTARTS"), rows, len(some), tuple(facts)))
    return Draft(tuple(blocks))


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count:,} times"


async def _replicas(asked: Asked) -> Draft | None:
    entries = [entry for ref in asked.reading.objects if (entry := asked.inventory.get(ref)) is not None]
    blocks: list[Block] = []
    for entry in entries:
        counts = replicas_of(entry.obj)
        if counts is not None:
            text = (
                f"{counts.ready:,} of {counts.wanted:,} replicas of {entry.ref} are ready ({counts.available:,} available, "
                f"{counts.updated:,} up to date)."
            )
            blocks.append(told(asked, FactType.FIELD, text, ref=entry.ref, path="status"))
            blocks += _unready(asked, entry)
    return Draft(tuple(blocks)) if blocks else None


def _unready(asked: Asked, entry: Entry) -> list[Block]:
    from arcops.chat.selecting.conditions import ready_check

    missing = [pod for pod in pods_of(entry.ref, asked.inventory) if ready_check(wanted=False).holds(pod)]
    if not missing:
        return []
    return [told(asked, FactType.FIELD, f"Not ready: {listed([named(pod.ref) for pod in missing], 5)}.", ref=missing[0].ref, rank=1)]


async def _incidents(asked: Asked) -> Draft | None:
    if asked.current is None:
        return None
    report = asked.current.report
    space = asked.reading.namespace
    chosen_ = [
        one
        for one in report.incidents
        if not space or one.root.namespace == space or any(m.speaker.namespace == space for m in one.members)
    ]
    by = Counter(one.severity.value for one in chosen_)
    where = f" in {space}" if space else ""
    parts = f": {', '.join(f'{count} {word}' for word, count in sorted(by.items()))}" if by else ""
    blocks: list[Block] = [
        told(asked, FactType.COUNT, f"{many(len(chosen_), 'incident')} {for_number('{are}', len(chosen_))} open{where}{parts}.")
    ]
    for one in chosen_[:10]:
        main = report.by_id[one.main]
        blocks.append(told(asked, FactType.INCIDENT, f"{one.root}: {sentence(main.title)}", ref=one.root, rank=1, is_item=True))
    return Draft(tuple(blocks))


async def _custom(asked: Asked) -> Draft | None:
    if asked.reading.kind is not None and asked.reading.kind.kind != "CustomResourceDefinition":
        return None
    kinds = [kind for kind in asked.inventory.kinds() if is_custom(kind)]
    return _kind_table(asked, kinds, "custom kind", "The custom kinds")


async def _storage(asked: Asked) -> Draft | None:
    """How much storage the claims (or the volumes) of the scope have together."""
    wanted = asked.reading.kind if asked.reading.kind in _STORED else _STORED[0]
    found = await chosen(asked, wanted)
    size = size_of(wanted)
    if size is None or not found.found:
        return None
    total = sum(map(size.of, found.found))
    text = f"{shown('memory', total)} of storage in {many(len(found.found), wanted.kind)}{found.where}, by what they have or ask for."
    return Draft((told(asked, FactType.COUNT, text), table_of(asked, wanted, found.found, (), len(found.found))))


async def _kinds(asked: Asked) -> Draft | None:
    return _kind_table(asked, asked.inventory.kinds(), "kind", "All kinds")


def is_custom(kind: GroupKind) -> bool:
    """Whether a kind is none of Kubernetes' own."""
    return "." in kind.group and not kind.group.endswith(".k8s.io")


def _kind_table(asked: Asked, kinds: Sequence[GroupKind], noun: str, _head: str) -> Draft:
    space = asked.reading.namespace or None
    counts = sorted(((asked.inventory.count(kind, space), kind) for kind in kinds), key=lambda one: (-one[0], one[1]))
    filled = [(count, kind) for count, kind in counts if count]
    where = f" in {space}" if space else ""
    text = f"{many(len(filled), noun)} {for_number('{have}', len(filled))} objects{where}"
    text += f": {listed([f'{count:,} {kind.kind}' for count, kind in filled], 6)}." if filled else "."
    facts = [
        asked.book.add(FactType.COUNT, f"kind {kind.kind} of group {kind.group or 'core'}: {many(count, 'object')}{where}", rank=1)
        for count, kind in filled[:MOST_ROWS]
    ]
    if not filled:
        return Draft((told(asked, FactType.COUNT, text),))
    rows = tuple((kind.kind, kind.group or "core", f"{count:,}") for count, kind in filled[:MOST_ROWS])
    return Draft((told(asked, FactType.COUNT, text), Table(("KIND", "GROUP", "OBJECTS"), rows, len(filled), tuple(facts))))
