"""What a word means in one or two sentences, what to do, and where the cluster shows it now; exit codes by rule, findings by their own."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence

from arcops.chat.answers._said import listed, many, step, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType
from arcops.chat.meanings.seen import Seen, seen_now, written_now
from arcops.chat.meanings.terms import Term, near_terms, plain, slip_of, term_of, terms_in
from arcops.findings.base import Rule
from arcops.findings.catalog import all_rules
from arcops.findings.pods import boxes, is_unwell
from arcops.findings.text.exits import meaning_of
from arcops.kube.kinds import ApiResource
from arcops.kube.objects.pod import Pod
from arcops.kube.refs import ObjectRef

_EXIT = re.compile(
    r"\b(?:exit(?:s|ed)?|exit ?codes?|return ?codes?|status ?codes?|error ?codes?|codes?|exitcode|rc)\s*(?:status|with|of|is|=|"
    r":)?\s*(?:code|status)?\s*(\d{1,3})\b"
)
_SIGNAL = re.compile(r"\bsignal\s*(\d{1,2})\b")
_BARE = re.compile(r"^\s*(\d{1,3})\s*$")
_LAST_CODE, _FIRST_SIGNAL = 255, 128
_MOST = 3
_DO = {
    137: "Mostly memory: see whether the reason is OOMKilled, and the limit; else the kubelet killed it after the grace period.",
    143: "It was asked to end (SIGTERM): a rollout, a drain or a failing liveness probe; by itself no fault.",
    139: "Look for a native crash, or an image for another CPU architecture.",
    1: "The lines of that run tell why.", 2: "The lines of that run tell why; check command and args.",
    126: "Check the file's rights and first line in the image.", 127: "Check command and args against the image.",
    0: "A server must not end: check its command.",
}  # fmt: skip


async def answer(asked: Asked) -> Draft:
    """The meaning; of several words asked about each."""
    question, subject = asked.reading.question, asked.reading.subject
    code = _code(question.lower(), subject)
    if code is not None:
        return Draft(tuple(_exit(asked, code)))
    found, rules = await asyncio.to_thread(_look_up, question, subject)
    if _is_kind(asked, subject) and all(plain(alias) != plain(subject) for alias, _ in found):
        return await _unknown(asked, subject)
    blocks: list[Block] = []
    for alias, term in found[:_MOST]:
        blocks += await _term(asked, alias, term)
    for rule in rules:
        blocks += await _rule(asked, rule)
    if blocks:
        return Draft(tuple(blocks))
    return await _unknown(asked, subject or question)


def _code(question: str, subject: str) -> int | None:
    signal = _SIGNAL.search(question)
    if signal:
        return _FIRST_SIGNAL + int(signal[1])
    found = _EXIT.search(question) or _BARE.match(subject)
    code = int(found[1]) if found else None
    is_http = "http" in question
    return code if code is not None and code <= _LAST_CODE and not is_http else None


def _exit(asked: Asked, code: int) -> list[Block]:
    meaning = meaning_of(code)
    known = f"Exit code {code}: {meaning}." if meaning else f"Exit code {code} has no meaning of its own: the program chose it."
    text = (
        known
        if not _FIRST_SIGNAL < code < _LAST_CODE or not meaning
        else f"{known} Codes above 128 are 128 plus the signal, here {code - _FIRST_SIGNAL}."
    )
    do = _DO.get(code, "The lines of that run tell why." if not meaning else "")
    blocks: list[Block] = [told(asked, FactType.MEANING, f"{text}{f' {do}' if do else ''}")]
    hits = list(_ended_so(asked, code))
    if hits:
        shown = listed([f"{name} of {ref.namespace}/{ref.name}" for ref, name in hits], 4)
        blocks.append(
            told(asked, FactType.FIELD, f"In this cluster {many(len(hits), 'container')} ended so last: {shown}.", ref=hits[0][0])
        )
    return blocks


def _ended_so(asked: Asked, code: int) -> Iterator[tuple[ObjectRef, str]]:
    """Pods and containers whose last end had this code."""
    for entry in asked.inventory.list(Pod.GROUP_KIND):
        for box in boxes(entry.obj) if isinstance(entry.obj, Pod) and is_unwell(entry.obj) else ():
            if box.last_end is not None and box.last_end.exit_code == code and (code or not box.is_init):
                yield entry.ref, box.name


def _look_up(question: str, subject: str) -> tuple[list[tuple[str, Term]], list[Rule]]:
    """The terms (with the words that name them) and the rules that are asked about; a rule only where no term says it."""
    subject, question = (re.sub(r"\b\d+/\d+ nodes", "0/1 nodes", text) for text in (subject, question))
    whole = term_of(subject) if subject else None
    found = [(subject, whole)] if whole else list(terms_in(subject)) or list(terms_in(question))
    words = {word.lower() for word in re.findall(r"[A-Za-z]+", f"{subject} {question}")}
    by_code = [rule for rule in all_rules() if rule.code.lower() in words]
    names = {name.lower() for _, term in found for name in term.names}
    return found, [rule for rule in by_code if rule.code.lower() not in names][:_MOST]


async def _term(asked: Asked, alias: str, term: Term) -> list[Block]:
    text = f"{term.called(alias)}: {term.say}{f' {term.do}' if term.do else ''}"
    blocks: list[Block] = [told(asked, FactType.MEANING, text)]
    seen = await seen_now(asked, term.names)
    if asked.reading.is_follow_up and not seen:
        return [*blocks, told(asked, FactType.COVERAGE, f"Nothing in the cluster shows {term.names[0]} now.", rank=1)]
    return [*blocks, *(told(asked, FactType.FIELD, one.text, ref=one.ref, rank=1) for one in seen[:2])]


async def _rule(asked: Asked, rule: Rule) -> list[Block]:
    """A finding by the rule's own documentation."""
    head = f"{rule.code} is a finding of arcops ({rule.severity.value}): {rule.summary}"
    blocks: list[Block] = [told(asked, FactType.MEANING, head)]
    for section in ("Found", "Do"):
        text = rule.section(section)
        if text:
            blocks.append(told(asked, FactType.MEANING, f"{section}: {text}", rank=1))
    seen = await seen_now(asked, (rule.code,))
    return [*blocks, *(told(asked, FactType.FINDING, one.text, ref=one.ref, rank=1) for one in seen[:2])]


async def _unknown(asked: Asked, text: str) -> Draft:
    resource = _resource(asked, text)
    if resource is not None:
        count = asked.inventory.count(resource.group_kind)
        said = (
            f"{resource.kind} is a kind of the group {resource.group or 'core'} that this cluster serves; there "
            f"{'is' if count == 1 else 'are'} {many(count, 'object')} of it."
        )
        return Draft(
            (told(asked, FactType.MEANING, said), *step(asked, "Its fields are told by", f"kubectl explain {resource.resource_name}"))
        )
    slip = await asyncio.to_thread(slip_of, text)
    meant = term_of(slip) if slip else None
    if meant is not None:
        note = told(asked, FactType.MEANING, f'I take "{text}" for {slip}.', rank=1)
        return Draft((note, *await _term(asked, slip, meant)))
    seen = await seen_now(asked, (text,)) or await written_now(asked, text)
    if seen:
        return _by_use(asked, text, seen)
    near = near_terms(text)
    blocks: list[Block] = [told(asked, FactType.MEANING, f'I do not know what "{text}" means.')]
    if near:
        blocks.append(told(asked, FactType.MEANING, f"Near it are: {listed(list(near), last='or')}."))
    blocks += step(asked, "Fields of a kind are told by", "kubectl explain KIND")
    return Draft(tuple(blocks), can_tell=False)


def _by_use(asked: Asked, text: str, seen: Sequence[Seen]) -> Draft:
    """A word without a meaning of its own, by what the cluster says with it."""
    said = re.search(re.escape(text), asked.reading.question, re.IGNORECASE)
    note = f"I have no explanation of {said[0] if said else text} itself; this is what the cluster says with it."
    return Draft((told(asked, FactType.MEANING, note, rank=1), *(told(asked, FactType.FIELD, one.text, ref=one.ref) for one in seen[:2])))


def _is_kind(asked: Asked, text: str) -> bool:
    """Whether a whole text is the name of a kind that is served here: ``sealed secret``."""
    return any(plain(text).removesuffix("s") == resource.kind.lower() for resource in asked.services.source.catalog)


def _resource(asked: Asked, text: str) -> ApiResource | None:
    words = {*(word.lower() for word in re.findall(r"[A-Za-z.]+", text)), plain(text), plain(text).removesuffix("s")}
    for resource in asked.services.source.catalog:
        if not words.isdisjoint({resource.kind.lower(), resource.plural, resource.singular, *resource.short_names}):
            return resource
    return None
