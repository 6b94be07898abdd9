"""Lines of containers: what they say in a sentence, which run and span they are of, and the lines, fenced.

Of a workload the pod in trouble is read, of a pod the container in trouble; of what is gone the lines the record kept.
"""

from __future__ import annotations

from arcops.base.clock import rfc3339
from arcops.chat.answers._said import lines_of, listed, many, named, quoted, step, told
from arcops.chat.answers._unknown import unknown_names
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType, Said
from arcops.chat.logs.pick import Picked, box_of, of_container, picks
from arcops.chat.logs.read import Got, kept_lines, read_lines, time_of
from arcops.chat.logs.tell import digest_sentence, search_sentence, state_sentence
from arcops.chat.logs.wanted import LinesWanted, plain, searched, wanted_of
from arcops.chat.telling.events import events_of, tell_events
from arcops.chat.telling.page import Page
from arcops.chat.telling.words import dated, moment
from arcops.kube.refs import ObjectRef

_MOST_GONE = 2
_MOST_FACTS = 10
_MOST_UNNAMED = 2


async def answer(asked: Asked) -> Draft:
    """The lines asked for."""
    asked = of_container(asked)
    unknown = await unknown_names(asked)
    if unknown is not None:
        return unknown
    wanted = wanted_of(asked.reading, asked.now_ms)
    found = picks(asked)
    if not found:
        return await _of_gone(asked, wanted)
    read = [
        (picked, await read_lines(asked, picked.ref, container, wanted, previous=asked.reading.previous_run))
        for picked in found
        for container in picked.containers
    ]
    if not asked.reading.objects:
        read = _that_tell(read, wanted)
    blocks: list[Block] = []
    for picked in {picked.ref: picked for picked, _ in read}.values():
        own = [got for one, got in read if one.ref == picked.ref]
        for got in own:
            blocks += _told(asked, got, wanted, picked)
        if not any(got.lines for got in own):
            blocks += await _warnings(asked, picked.ref)
        blocks += _rest(asked, picked)
    return Draft(tuple(blocks), can_tell=any(not got.why for _, got in read))


async def _warnings(asked: Asked, ref: ObjectRef) -> list[Block]:
    """What was reported of a pod that has no lines to show."""
    page = Page(asked.book)
    tell_events(asked, page, [one for one in await events_of(asked, ref) if one.type == "Warning"])
    return list(page.draft().blocks)


def _that_tell(read: list[tuple[Picked, Got]], wanted: LinesWanted) -> list[tuple[Picked, Got]]:
    """Of pods that nobody named those with lines of the words looked for, else the first that were read."""
    holding = [one for one in read if one[1].lines and searched(wanted, one[1].lines).is_search]
    return (holding or read)[:_MOST_UNNAMED]


def _told(asked: Asked, got: Got, wanted: LinesWanted, picked: Picked | None) -> list[Block]:
    """One run: how the container is where it is not well, what its lines say, which lines follow, the lines."""
    who = f"container {got.container} of {named(got.pod)}"
    box = box_of(picked.pod, got.container) if picked else None
    wanted = searched(wanted, got.lines) if wanted.hints else wanted
    state = state_sentence(box, who, got.lines)
    how = [told(asked, FactType.FIELD, state, ref=got.pod, path=box.path if box else "")] if state else []
    if not got.lines:
        return [*_nothing(asked, got, wanted, picked), *how]
    head = told(asked, FactType.LOG, digest_sentence(got.lines, box, asked.now_ms, who), ref=got.pod, path=got.container)
    kept = [line for line in got.lines if wanted.keep is None or wanted.keep(line)]
    if wanted.keep is not None and not kept:
        if head.text.startswith("No errors") and wanted.said == "error lines":
            return [head, *how]
        text = f"None of the {many(len(got.lines), 'line')} read of {who} are {wanted.said}."
        return [head, *how, told(asked, FactType.LOG, text, ref=got.pod, path=got.container)]
    if wanted.is_last:
        said = f"The last of {many(len(kept), wanted.said.removesuffix('s'), wanted.said)} of {who} is {quoted(plain(kept[-1]))}."
        head = told(asked, FactType.LOG, said, ref=got.pod, path=got.container)
    elif wanted.is_search:
        head = told(asked, FactType.LOG, search_sentence(kept, len(got.lines), wanted, who, asked), ref=got.pod, path=got.container)
    shown = _shown(kept, wanted, asked.now_ms)
    which = told(asked, FactType.LOG, _span_text(asked, got, wanted, len(shown), len(kept)), ref=got.pod, path=got.container, rank=3)
    for line in shown[-_MOST_FACTS:]:
        asked.book.add(FactType.LOG, f"{got.pod} {got.container}: {line}", ref=got.pod, path=got.container, rank=3)
    return [head, *how, which, lines_of(shown, which.facts)]


def _shown(kept: list[str], wanted: LinesWanted, now_ms: int) -> list[str]:
    """The last lines; of a span that is over those about its middle, of ``the first lines`` the first."""
    if wanted.since_ms is None or wanted.until_ms is None or wanted.until_ms >= now_ms or len(kept) <= wanted.most:
        return kept[-wanted.most :]
    year, middle_ms = rfc3339(now_ms)[:4], (wanted.since_ms + wanted.until_ms) // 2
    before = sum((time_of(line, year) or 0) < middle_ms for line in kept)
    start = min(max(0, before - wanted.most // 2), len(kept) - wanted.most)
    return kept[start : start + wanted.most]


def _span_text(asked: Asked, got: Got, wanted: LinesWanted, shown: int, kept: int) -> str:
    """Which lines follow: ``The last 20 of 57 error lines of container app of shop/api-1, the current run``."""
    zone = asked.reading.zone
    what = (
        f"{'The last ' if wanted.until_ms is None or wanted.until_ms >= asked.now_ms else ''}{shown:,} of {kept:,} {wanted.said}"
        if kept > shown
        else f"The {shown:,} {wanted.said.replace('lines', 'line', 1) if shown == 1 else wanted.said}"
    )
    span = ""
    if wanted.since_ms is not None or wanted.until_ms is not None:
        since = f" from {moment(wanted.since_ms, zone)}" if wanted.since_ms is not None else ""
        until = f" until {moment(wanted.until_ms, zone)}" if wanted.until_ms is not None else ""
        span = since + until
    saved = f", kept {dated(got.kept_ms, asked.now_ms, zone)}" if got.kept_ms is not None else ""
    return f"{what} of container {got.container} of {named(got.pod)}, {got.run}{saved}{span}:"


def _nothing(asked: Asked, got: Got, wanted: LinesWanted, picked: Picked | None) -> list[Block]:
    who = f"container {got.container} of {named(got.pod)}"
    box = box_of(picked.pod, got.container) if picked else None
    if picked is not None and box is not None and box.running_since_ms is None and box.last_end is None:
        has_node = picked.pod.spec is not None and bool(picked.pod.spec.node_name)
        waits = box.waiting or ("not started" if has_node else "has no node")
        text = f"{who[:1].upper()}{who[1:]} has never started ({waits}), so there are no lines; its events say why."
        return [
            told(asked, FactType.FIELD, text, ref=got.pod, path=got.container),
            *step(asked, "They are listed by", f"kubectl -n {got.pod.namespace} events --for pod/{got.pod.name}", ref=got.pod),
        ]
    if got.why:
        blocks: list[Block] = [
            told(asked, FactType.COVERAGE, f"The lines of {who} cannot be shown: {got.why}.", ref=got.pod, path=got.container)
        ]
        end = box.last_end if box is not None else None
        if end is not None and end.message:
            text = f"The kubelet kept what it said when it ended: {quoted(end.message)}."
            return [told(asked, FactType.FIELD, text, ref=got.pod, path=got.container), *blocks]
        if got.settle:
            blocks += step(asked, "This would settle it", got.settle, ref=got.pod)
        return blocks
    span = ""
    if wanted.has_span:
        zone = asked.reading.zone
        span = f" between {moment(wanted.since_ms or 0, zone)} and {moment(wanted.until_ms or asked.now_ms, zone)}"
    text = f"{who[:1].upper()}{who[1:]} wrote nothing{span or ' yet'} ({got.run})."
    return [told(asked, FactType.LOG, text, ref=got.pod, path=got.container)]


def _rest(asked: Asked, picked: Picked) -> list[Block]:
    """What was not read: further pods of the object, and its other containers."""
    blocks: list[Block] = []
    if picked.others:
        others = (
            f"{many(picked.others, 'further pod')} of {picked.owner} {'was' if picked.others == 1 else 'were'} not read; "
            f"{named(picked.ref)} was chosen as the "
        )
        blocks.append(
            told(
                asked,
                FactType.COVERAGE,
                f"{others}one that tells most (unwell first, then most restarts, then newest).",
                ref=picked.ref,
                rank=5,
            )
        )
    spec = picked.pod.spec
    unread = [one.name for one in ((spec.containers or ()) if spec else ()) if one.name not in picked.containers]
    if unread and not asked.reading.container:
        blocks.append(told(asked, FactType.COVERAGE, f"Other containers of {named(picked.ref)}: {listed(unread)}.", ref=picked.ref, rank=5))
    return blocks


async def _of_gone(asked: Asked, wanted: LinesWanted) -> Draft:
    """What the record kept of objects that have no pod now; else that there is nothing to read."""
    refs = tuple(dict.fromkeys((*asked.reading.gone, *asked.reading.objects)))
    blocks: list[Block] = []
    for ref in refs[:_MOST_GONE]:
        kept = await _remembered(asked, ref, wanted)
        gone = ref in asked.reading.gone
        lines = "so these are lines the record kept" if kept else "and no lines of it were kept"
        text = f"{ref} {'no longer exists' if gone else 'has no pod now'}, {lines}."
        blocks.append(told(asked, FactType.COVERAGE, text, ref=ref))
        for got in kept[:_MOST_GONE]:
            blocks += _told(asked, got, wanted, None)
    if any(not isinstance(block, Said) for block in blocks):
        return Draft(tuple(blocks))
    if not refs:
        where = f" in {asked.reading.namespace}" if asked.reading.namespace else ""
        text = f"No pod or workload was named, and every pod{where} is well, so no lines were read."
        blocks.append(told(asked, FactType.COVERAGE, text))
        blocks.append(Said("Name one, as in: show the logs of NAME."))
    else:
        blocks.append(Said("Events and changes of its last hours are in its history: ask what happened to it."))
    return Draft(tuple(blocks), can_tell=False)


async def _remembered(asked: Asked, ref: ObjectRef, wanted: LinesWanted) -> list[Got]:
    kept = await kept_lines(asked, ref, asked.reading.container, wanted)
    if kept or ref.kind != "Pod":
        return kept
    container = asked.reading.container
    got = await read_lines(asked, ref, container, wanted, previous=asked.reading.previous_run)
    return [got] if got.lines else []
