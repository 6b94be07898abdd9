"""Words that no object is called by and that what is found speaks of: "metrics", "clocks", "budget"."""

from __future__ import annotations

from collections.abc import Iterable

from arcops.chat.answers._said import listed
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.selecting.images import images_of, is_named
from arcops.chat.telling.incidents.cases import Case, above, cases_about, cases_in, cases_of, family, findings_in
from arcops.chat.telling.incidents.overview import tell_cases
from arcops.chat.telling.page import Page
from arcops.chat.telling.standing import standing_of, tell_standing
from arcops.chat.telling.words import stopped
from arcops.findings.base import Finding
from arcops.findings.speaker import WORKLOADS
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import spec_of

_SHORTEST = 4
"""Letters of a word that is looked for in what is wrong; shorter ones occur by chance."""
_MOST = 4


async def tell_hinted(asked: Asked, page: Page) -> bool:
    """The incidents, else the lesser findings, that speak of a name which no object has; false where none or too many do."""
    words = _words(asked)
    if not words or asked.current is None:
        return False
    cases = cases_speaking(asked)
    findings = [] if cases else [one for one in findings_in(asked, asked.reading.namespace) if _speak(_text_of(one), words)]
    if not cases and not findings:
        return await _tell_runners(asked, page)
    if len(cases or findings) > _MOST:
        return False
    names = listed([f'"{name}"' for name in asked.reading.unknown])
    page.tell(FactType.COVERAGE, f"No object is called {names}, but this is {'wrong' if cases else 'found'} and speaks of it.", rank=0)
    if cases:
        await tell_cases(asked, page, cases)
    for one in findings:
        page.tell(FactType.FINDING, stopped(one.title), ref=one.subject, path=one.code, rank=0, item=True)
    return True


def cases_speaking(asked: Asked) -> list[Case]:
    """The incidents of the scope that speak of a name which no object has."""
    words = _words(asked)
    return [case for case in cases_in(cases_of(asked), asked.reading.namespace) if words and _speak(_spoken_of(case), words)]


def _words(asked: Asked) -> list[str]:
    return [_stem(name.lower()) for name in asked.reading.unknown if len(name) >= _SHORTEST]


async def _tell_runners(asked: Asked, page: Page) -> bool:
    """The workloads whose image has a name that no object has, with what is wrong with them; false where none or too many do."""
    runners = [
        entry for kind in WORKLOADS for entry in asked.inventory.list(kind, asked.reading.namespace or None)
        if any(is_named(image, name) for image in images_of(entry) for name in asked.reading.unknown)
    ]  # fmt: skip
    runners = runners or _of_group(asked)
    if not 0 < len(runners) <= _MOST:
        return False
    names = listed([f'"{name}"' for name in asked.reading.unknown])
    said = listed([f"{entry.ref} (image {next(images_of(entry), '')})" if spec_of(entry.obj) else str(entry.ref) for entry in runners])
    text = f"No object is called {names}; by its image or kind this may be meant: {said}."
    page.tell(FactType.FIELD, text, ref=runners[0].ref, path="spec.template", rank=0)
    refs = [entry.ref for entry in runners]
    near = {*family(refs, asked.inventory), *above(refs, asked.inventory)}
    cases = cases_about(cases_of(asked), near)
    for entry in runners:
        tell_standing(page, standing_of(asked, entry), rank=0)
    if cases:
        await tell_cases(asked, page, cases)
    else:
        page.tell(FactType.COVERAGE, f"Nothing is found wrong with {listed([str(ref) for ref in refs])}.", ref=refs[0], rank=0)
    return True


def _of_group(asked: Asked) -> list[Entry]:
    """The objects of kinds whose API group holds a name that no object has: ``postgres`` for those of postgresql.cnpg.io."""
    words = _words(asked)
    kinds = [one.group_kind for one in asked.services.source.catalog if "." in one.group and _speak(one.group, words)]
    few = [kind for kind in kinds if 0 < asked.inventory.count(kind, asked.reading.namespace or None) <= _MOST]
    return [entry for kind in few for entry in asked.inventory.list(kind, asked.reading.namespace or None)]


def _stem(word: str) -> str:
    return word.removesuffix("s") if len(word) > _SHORTEST else word


def _speak(text: str, words: Iterable[str]) -> bool:
    return any(word in text for word in words)


def _spoken_of(case: Case) -> str:
    return f"{case.root.name} {' '.join(map(_text_of, case.findings))}".lower()


def _text_of(finding: Finding) -> str:
    return f"{finding.subject.name} {finding.speaker.name} {finding.title} {finding.code}".lower()
