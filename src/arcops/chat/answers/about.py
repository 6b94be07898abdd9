"""arcops itself: what it sees and may not see, what it remembers, its model, what it can be asked; that it only reads."""

from __future__ import annotations

import re
from collections.abc import Iterator

from arcops import __version__
from arcops.chat.answers._examples import examples
from arcops.chat.answers._greeting import greeting
from arcops.chat.answers._said import listed, many, told
from arcops.chat.answers._state import state_sentence
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType, Said
from arcops.chat.telling.words import age, moment
from arcops.queries.health import kubernetes_health
from arcops.source.base import KindPhase

_MIB = 1 << 20
_MEMORY = re.compile(
    r"\b(?:remember\w*|record\w*|histor\w*|past|keep|kept|stor\w+|retention|how (?:far|long)|since when|back|gaps?|disk|size|"
    r"database|memor\w+)\b"
)
_MODEL = re.compile(r"\b(?:models?|llm|ai|foundry|gpt|phi|language model|intelligen\w*|window|tokens?)\b")
_SEES = re.compile(
    r"\b(?:see|sees|watch\w*|cover\w*|kinds?|forbidden|allowed|permission\w*|rights?|rbac|access|connect\w*|blind|visible|miss\w*)\b"
)
_RIGHTS = re.compile(r"\b(?:permissions?|rights?|rbac|access|forbidden|allowed|denied)\b")
_BLIND = re.compile(r"\b(?:not|can't|cant|cannot|don't|dont|never|miss\w*|blind|hidden|forbidden|invisible|without)\b")
_SAFE = re.compile(r"\b(?:change|changes|write|writes|modify|delete|fix|repair|act|do|run|execute|safe|read-?only|data|privacy|"
    r"private|leave|leaves|"
                   r"internet|cloud|send|sends|upload|telemetry|secrets?|air-?gap\w*|offline)\b")  # fmt: skip
_DEEDS = re.compile(r"\b(?:change|write|modify|delete|remove|restart|scale|fix|repair|run|execute|apply|patch|drain|kill|heal)\b")
_ASK = re.compile(r"\b(?:ask|help|can you|can i|what can|capab\w*|questions?|commands?|use|usage|able|feature\w*|do for me)\b")
_VERSION = re.compile(r"\b(?:version|release|build)\b")


async def answer(asked: Asked) -> Draft:
    """The part that is asked for; all of it in short otherwise."""
    kind = greeting(asked)
    if kind is not None:
        return kind
    text = asked.reading.question.lower()
    parts: list[Block] = []
    if _VERSION.search(text):
        parts += _version(asked)
    if _MODEL.search(text):
        parts += _model(asked)
    if _MEMORY.search(text):
        parts += await _memory(asked)
    if _SEES.search(text):
        parts += [*(_unseen() if _BLIND.search(text) and not _RIGHTS.search(text) else ()), *_sees(asked)]
    if (_SAFE.search(text) or _DEEDS.search(text)) and not re.search(r"\bwhat (?:can|could|do) you\b", text):
        parts = [*_safe(asked), *parts] if _DEEDS.search(text) or "secret" in text else [*parts, *_safe(asked)]
    elif _ASK.search(text):
        parts += _asks(asked)
    if not parts:
        parts = [*_version(asked), *_sees(asked), *await _memory(asked), *_model(asked), *_safe(asked), *_asks(asked)]
    return Draft((*parts, state_sentence(asked)))


def _version(asked: Asked) -> Iterator[Block]:
    since = f", serving since {moment(asked.services.started_ms, asked.reading.zone)}" if asked.services.started_ms else ""
    text = f"I am arcops {__version__}{since}: I watch this cluster, remember every change, and say what is wrong, why and since when."
    yield told(asked, FactType.COVERAGE, text)


def _unseen() -> Iterator[Block]:
    yield Said(
        "I cannot see the values of Secrets, what containers really use or how fast they answer, traffic, files inside containers, what is "
        "outside the cluster, and what was before my record; kinds that I may not read are named next."
    )


def _sees(asked: Asked) -> Iterator[Block]:
    services = asked.services
    health = kubernetes_health(services, asked.now_ms)
    state = services.source.state
    where = f" to {state.server}" if state.server else ""
    counts = sum(1 for kind in services.inventory.kinds() if services.inventory.count(kind))
    connected = {"connected": f"Connected{where}", "syncing": f"Connected{where}, still loading", "disconnected": f"Not connected{where}"}[
        health.state
    ]
    since = f" since {health.since}" if health.since else ""
    text = (
        f"{connected}{since}: {many(health.objects, 'object')} of {many(counts, 'kind')} are seen, {many(health.kinds, 'kind')} "
        "are watched."
    )
    yield told(asked, FactType.COVERAGE, text)
    if health.state == "disconnected":
        yield told(asked, FactType.COVERAGE, f"What I say is as of the last contact: {health.last_error or 'no reason is known'}.", rank=5)
    forbidden = [one.resource.resource_name for one in state.kinds.values() if one.phase is KindPhase.FORBIDDEN]
    if forbidden:
        text = (
            f"I may not list {listed(sorted(forbidden), 6)}, so I can say nothing about them; get, list and watch on them would settle it."
        )
        yield told(asked, FactType.COVERAGE, text, rank=5)
    else:
        yield told(asked, FactType.COVERAGE, "No kind is forbidden to me.", rank=5)
    late = [f"{problem.resource} ({problem.phase})" for problem in health.problems if problem.phase != "forbidden"]
    if late:
        yield told(asked, FactType.COVERAGE, f"Not current: {listed(late, 6)}.", rank=5)


async def _memory(asked: Asked) -> list[Block]:
    """What the record holds: since when, how much, where it has holes, how it is doing."""
    stats = await asked.services.store.stats()
    gaps = (await asked.services.store.coverage()).gaps
    zone = asked.reading.zone
    since = f"since {moment(stats.since_ms, zone)} ({age(stats.since_ms, asked.now_ms)})" if stats.since_ms else "nothing yet"
    size = f", {stats.bytes_on_disk / _MIB:,.1f} MiB on disk" if stats.bytes_on_disk else ""
    text = (
        f"I remember {since}: {many(stats.revisions, 'version')} of {many(stats.objects, 'object')}, "
        f"{many(stats.sightings, 'event sighting')} "
        f"and {many(stats.logs, 'log excerpt')}{size}."
    )
    blocks: list[Block] = [told(asked, FactType.COVERAGE, text)]
    if gaps:
        last = gaps[-1]
        span = f"from {moment(last.since_ms, zone)} to {moment(last.until_ms, zone)} ({last.why})"
        blocks.append(told(asked, FactType.COVERAGE, f"Nobody watched in {many(len(gaps), 'span')}; the last {span}.", rank=5))
    else:
        blocks.append(told(asked, FactType.COVERAGE, "There is no gap in the record.", rank=5))
    if stats.state != "ok":
        blocks.append(told(asked, FactType.COVERAGE, f"The record is {stats.state.replace('_', ' ')}: {stats.state_detail}.", rank=5))
    keeping = asked.services.log_keeping
    if keeping.state == "forbidden":
        blocks.append(
            told(
                asked,
                FactType.COVERAGE,
                f"Log lines of ended containers are not kept: {keeping.detail or 'pods/log is forbidden'}.",
                rank=5,
            )
        )
    return blocks


def _model(asked: Asked) -> Iterator[Block]:
    model = asked.services.model
    if model.state == "off":
        yield told(asked, FactType.COVERAGE, f"Answers are made by rule, without a model: {model.detail}")
        return
    where = "on this site" if model.is_local else f"at {model.url}, which is not on this site"
    window = f", window {many(model.window, 'token')}" if model.window else ""
    text = (
        f"The model {model.model or '(none loaded)'} ({model.backend}, {where}) is {model.state}{window}; it only words what rules found."
    )
    yield told(asked, FactType.COVERAGE, text)
    counts = f"It worded {many(model.answered, 'answer')} and failed {many(model.failed, 'time')}"
    failure = f"; the last failure: {model.last_failure}" if model.last_failure else ""
    yield told(asked, FactType.COVERAGE, f"{counts}{failure}.", rank=5)


def _safe(asked: Asked) -> Iterator[Block]:
    yield Said("I only read: I change nothing in the cluster, and commands I show are run by nobody but you.")
    leaves = "" if asked.services.model.is_local else " The model that is configured is elsewhere: what a question needs is sent there."
    yield Said(f"Nothing leaves the site, values of Secrets are never read, and credentials in texts are masked.{leaves}")


def _asks(asked: Asked) -> Iterator[Block]:
    yield Said(
        "You can ask what is wrong and why, what changed and who did it, for lists and counts by condition, logs, the history "
        "or the state of "
        "an object at a time, what depends on what, nodes and room, the platform, a command for a task, and what a term means. "
        "For instance:"
    )
    yield from (told(asked, FactType.MEANING, question, is_item=True) for question in examples(asked, 6))
