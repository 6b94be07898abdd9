"""What a question is about in words, what was looked at for it, and what could not be seen."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from arcops.chat.answers._said import listed, many
from arcops.chat.asked import Asked
from arcops.chat.base import Draft, FactType
from arcops.chat.telling.page import Page
from arcops.chat.telling.words import capital, dated, moment
from arcops.findings.coverage import shown
from arcops.findings.report import POSTURE
from arcops.kube.refs import GroupKind
from arcops.queries.near import near_names

NAMESPACE = GroupKind("", "Namespace")


def where(asked: Asked, namespace: str | None = None) -> str:
    """``namespace shop`` or ``the cluster``."""
    named = asked.reading.namespace if namespace is None else namespace
    return f"namespace {named}" if named else "the cluster"


def at_moment(asked: Asked) -> str:
    """`` at 2026-11-24T14:00:00Z`` where a past moment was asked about, else nothing."""
    return f" at {moment(asked.at_ms, asked.reading.zone)}" if asked.reading.at_ms is not None else ""


def is_past(asked: Asked) -> bool:
    """Whether the question is about a moment before now."""
    return asked.reading.at_ms is not None


def knows_namespace(asked: Asked) -> bool:
    """Whether the namespace asked about exists or has objects; also true where none was named."""
    namespace = asked.reading.namespace
    return not namespace or namespace in asked.inventory.namespaces()


def scoped(asked: Asked) -> Asked:
    """Of a question about namespaces as objects the same about what is in the first of them."""
    refs = asked.reading.objects
    if not refs or any(ref.group_kind != NAMESPACE for ref in refs):
        return asked
    return replace(asked, reading=replace(asked.reading, objects=(), namespace=refs[0].name))


def tell_no_namespace(asked: Asked, page: Page) -> None:
    """That there is no such namespace, with those of like names."""
    namespace = asked.reading.namespace
    known = asked.inventory.namespaces()
    page.tell(FactType.COVERAGE, f"There is no namespace {namespace}{at_moment(asked)}; the cluster has {len(known):,}.", rank=0)
    near = near_names(namespace, known)
    if near:
        page.tell(FactType.COVERAGE, f"Namespaces with names like {namespace}: {listed(near)}.", rank=1)


def untold(asked: Asked, page: Page) -> Draft | None:
    """The whole answer where nothing can be told of a scope: there is no such namespace, or nothing has been judged yet; else None."""
    if not knows_namespace(asked):
        tell_no_namespace(asked, page)
        return page.draft()
    if asked.current is None:
        tell_late(asked, page)
        return page.draft(can_tell=False)
    return None


def looked_text(asked: Asked, namespace: str = "") -> str:
    """``1,234 objects of 40 kinds judged by 180 rules``, as far as it is known."""
    inventory = asked.inventory
    counts = [count for kind in inventory.kinds() if (count := inventory.count(kind, namespace or None))]
    rules = [rule for rule in asked.current.engine.rules if rule.area != POSTURE] if asked.current else []
    judged = f" judged by {many(len(rules), 'rule')}" if rules else " known"
    return f"{many(sum(counts), 'object')} of {many(len(counts), 'kind')}{judged}"


def tell_gaps(asked: Asked, page: Page, kinds: Collection[GroupKind] | None = None) -> None:
    """Say what could not be seen, of some kinds or of all; that the cluster does not answer is always said."""
    for text in (*_lost(asked), *(_blind(asked, kinds) if asked.current is not None else ())):
        page.tell(FactType.COVERAGE, text, rank=5)


def kinds_missed(asked: Asked) -> frozenset[GroupKind]:
    """The kinds that rules wished to look at and could not."""
    return frozenset(asked.current.report.silence.codes) if asked.current is not None else frozenset()


def kinds_of(asked: Asked) -> frozenset[GroupKind]:
    """The kinds a question names."""
    named = {ref.group_kind for ref in (*asked.reading.objects, *asked.reading.gone)}
    return frozenset(named | ({asked.reading.kind} if asked.reading.kind else set()))


def _lost(asked: Asked) -> Iterator[str]:
    state = asked.services.source.state
    if not is_past(asked) and not state.connected and state.kinds:
        since = f" since {dated(state.since_ms, asked.now_ms, asked.reading.zone)}" if state.since_ms else ""
        yield f"The cluster has not answered{since}, so this may be out of date: {state.last_error or 'no reason is known'}."


def _blind(asked: Asked, kinds: Collection[GroupKind] | None) -> Iterator[str]:
    if asked.current is None:
        return
    coverage = asked.current.report.coverage
    forbidden, loading = (
        shown(kind for kind in found if kinds is None or kind in kinds) for found in (coverage.forbidden, coverage.loading)
    )
    if forbidden:
        yield f"I may not list {listed(forbidden, 6)}, so I know nothing about them; the right to list and watch them would settle that."
    if loading and not is_past(asked):
        yield f"Still loading, so not judged yet: {listed(loading, 6)}."
    if coverage.lost_groups and kinds is None:
        yield f"These API groups do not answer, so their objects are unknown: {listed(sorted(coverage.lost_groups))}."
    if coverage.unreadable and kinds is None:
        yield f"{capital(many(len(coverage.unreadable), 'object'))} could not be read: {listed(sorted(map(str, coverage.unreadable)))}."


def late_text(asked: Asked) -> str:
    """Why there is no diagnosis yet."""
    return asked.late or "The objects of the cluster are still loading; nothing has been judged yet."


def tell_late(asked: Asked, page: Page) -> None:
    """That nothing can be told yet, why, and what would settle it."""
    page.tell(FactType.COVERAGE, f"I cannot tell yet: {late_text(asked)[:1].lower()}{late_text(asked)[1:]}", rank=0)
    page.tell(FactType.COVERAGE, "Asking again in a few seconds would settle it; `arcops status` shows how far the loading is.", rank=5)
