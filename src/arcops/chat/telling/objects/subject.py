"""The object a question is about, with its kin and all that is wrong in the cluster: what the parts of an explanation share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arcops.chat.answers._said import listed, many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.telling.complaint import Complaint, complaint_of
from arcops.chat.telling.incidents.cases import Case, cases_of, family
from arcops.chat.telling.incidents.incident import tell_in_short
from arcops.chat.telling.page import Page
from arcops.kube.refs import ObjectRef

MOST_OTHERS = 4


@dataclass(frozen=True, slots=True)
class Subject:
    """``refs`` were asked about, likeliest first; ``kin`` are they, their workloads and their namesakes."""

    asked: Asked
    page: Page
    refs: Sequence[ObjectRef]
    kin: Sequence[ObjectRef]
    cases: Sequence[Case]
    complaint: Complaint

    @classmethod
    def of(cls, asked: Asked, page: Page, refs: Sequence[ObjectRef]) -> Subject:
        """Everything gathered."""
        return cls(asked, page, refs, family(refs, asked.inventory), cases_of(asked), complaint_of(asked))

    @property
    def first(self) -> ObjectRef:
        """The likeliest object."""
        return self.refs[0]


def tell_others(subject: Subject, others: Sequence[Case]) -> None:
    """Further incidents about it, in short."""
    page = subject.page
    if not others:
        return
    page.head("Also about it")
    for case in others[:MOST_OTHERS]:
        tell_in_short(subject.asked, page, case, rank=1)
    if len(others) > MOST_OTHERS:
        more = listed([str(case.root) for case in others[MOST_OTHERS:]])
        page.tell(FactType.COUNT, f"{many(len(others) - MOST_OTHERS, 'more incident')}: {more}.", item=True)
