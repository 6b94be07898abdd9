"""What is wrong with the things that a list, a count or a command is about: rarely asked for, always wanted."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from arcops.chat.asked import Asked
from arcops.chat.base import Block
from arcops.chat.telling.incidents.cases import Case, cases_about, cases_of, family
from arcops.chat.telling.incidents.incident import tell_in_short
from arcops.chat.telling.page import Page
from arcops.kube.refs import ObjectRef

_MOST = 3
_MOST_REFS = 20
"""Objects of a list that are looked at; a longer list is about more than one trouble."""


def trouble_of(asked: Asked, refs: Sequence[ObjectRef], *, most: int = _MOST) -> list[Block]:
    """A heading and the incidents that the objects take part in, the nearest first; nothing where all is well."""
    cases = _cases(asked, refs[:_MOST_REFS])[:most]
    if not cases:
        return []
    page = Page(asked.book)
    page.head("What is wrong with it" if len(refs) == 1 else "What is wrong there")
    for case in cases:
        tell_in_short(asked, page, case, rank=1, is_brief=True)
    return list(page.draft().blocks)


def _cases(asked: Asked, refs: Collection[ObjectRef]) -> list[Case]:
    cases = cases_of(asked) if refs else []
    return cases_about(cases, set(family(refs, asked.inventory))) if cases else []
