"""Decisions to live with a finding: made, listed, taken back; each is noted with who, why and until when."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b

import msgspec

from arcops.base.clock import rfc3339
from arcops.base.errors import BadInput, NotFound
from arcops.findings.catalog import rule_of
from arcops.findings.suppress import EVERY, Suppression
from arcops.kube.selectors import parse_selector
from arcops.queries.services import Services
from arcops.queries.standing import Standing
from arcops.queries.times import parse_age_ms, parse_time
from arcops.store.notes import Notes

TOPIC = "suppression"
MADE, TAKEN_BACK = "made", "taken back"


class NoDecisionsHere(NotFound):
    """Decisions are kept by a running service, and this is none."""

    code = "no-decisions-here"
    hint = "Annotate the object with arcops.io/ignore, or run `arcops serve`."


class SuppressionNotFound(NotFound):
    """There is no suppression {id}."""

    code = "suppression-not-found"
    hint = "GET /api/suppressions lists those in force."


class SuppressionItem(msgspec.Struct, frozen=True, gc=False):
    """One decision in force; empty fields do not restrict, ``until`` null means until it is taken back."""

    id: str
    who: str
    why: str
    since: str
    until: str | None
    code: str
    kind: str
    namespace: str
    name: str
    selector: str


@dataclass(frozen=True, slots=True)
class SuppressionQuery:
    """A decision to be made. ``until`` is RFC 3339 or how long from now (``2h``); at least one of the rest must restrict."""

    who: str
    why: str
    until: str = ""
    code: str = ""
    kind: str = ""
    namespace: str = ""
    name: str = ""
    selector: str = ""


def decisions(notes: Notes, now_ms: int) -> list[Suppression]:
    """The decisions in force at a moment."""
    held = [msgspec.json.decode(note.body, type=Suppression) for note in notes.latest(TOPIC, now_ms) if not note.is_over]
    return [one for one in held if not one.is_over(now_ms)]


def list_suppressions(services: Services) -> list[SuppressionItem]:
    """The decisions in force, newest first."""
    standing = services.standing
    return [_item(one) for one in decisions(standing.notes, services.clock.now_ms())] if standing else []


async def suppress(services: Services, query: SuppressionQuery) -> SuppressionItem:
    """Make a decision. Raises ``BadInput``, ``UnknownCode``, ``UnknownKind``, ``BadSelector`` and ``BadTime``."""
    standing = _standing(services)
    now_ms = services.clock.now_ms()
    if not (query.who.strip() and query.why.strip()):
        raise BadInput(what="the suppression", why="it does not say who and why", hint="Both stay in the record.")
    if not (query.code or query.kind or query.namespace or query.name or query.selector):
        raise BadInput(what="the suppression", why="it would hide everything", hint="Name a code, an object or labels.")
    if query.selector:
        parse_selector(query.selector)
    made = Suppression(
        id=_id(query, now_ms), who=query.who.strip(), why=query.why.strip(), since_ms=now_ms, until_ms=_until(query.until, now_ms),
        code=query.code if EVERY in query.code else rule_of(query.code).code if query.code else EVERY,
        kind=str(services.source.catalog.find(query.kind).group_kind) if query.kind else "",
        namespace=query.namespace, name=query.name or EVERY, selector=query.selector,
    )  # fmt: skip
    await standing.notes.add(now_ms, TOPIC, made.id, MADE, msgspec.json.encode(made))
    standing.nudge()
    return _item(made)


async def take_back(services: Services, identity: str) -> SuppressionItem:
    """End a decision. Raises ``SuppressionNotFound``."""
    standing = _standing(services)
    now_ms = services.clock.now_ms()
    found = next((one for one in decisions(standing.notes, now_ms) if one.id == identity), None)
    if found is None:
        raise SuppressionNotFound(id=identity)
    ended = msgspec.structs.replace(found, until_ms=now_ms)
    await standing.notes.add(now_ms, TOPIC, identity, TAKEN_BACK, msgspec.json.encode(ended), is_over=True)
    standing.nudge()
    return _item(ended)


def _standing(services: Services) -> Standing:
    if services.standing is None:
        raise NoDecisionsHere
    return services.standing


def _until(text: str, now_ms: int) -> int | None:
    if not text:
        return None
    until_ms = now_ms + parse_age_ms(text) if text[-1:] in "smhdw" and text[:1].isdigit() and "T" not in text else parse_time(text, now_ms)
    if until_ms <= now_ms:
        raise BadInput(what=f'until "{text}"', why="it has passed already")
    return until_ms


def _id(query: SuppressionQuery, now_ms: int) -> str:
    words = (query.code, query.kind, query.namespace, query.name, query.selector, str(now_ms))
    return blake2b("\0".join(words).encode(), digest_size=6).hexdigest()


def _item(one: Suppression) -> SuppressionItem:
    return SuppressionItem(
        one.id, one.who, one.why, rfc3339(one.since_ms), None if one.until_ms is None else rfc3339(one.until_ms),
        one.code, one.kind, one.namespace, one.name, one.selector,
    )  # fmt: skip
