"""``the tidb operator``: the workload that looks after something, by the name of what it looks after."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.chat.read.index import NameIndex
from arcops.chat.read.kinds import WORKLOADS
from arcops.chat.read.words import Word
from arcops.kube.refs import ObjectRef

_DOERS = ("operator", "controller")


def doers_at(words: Sequence[Word], at: int, index: NameIndex) -> list[ObjectRef]:
    """The workloads that begin with the word at a place and are operators or controllers, where one of these follows it."""
    following = words[at + 1].low if at + 1 < len(words) else ""
    begun = index.beginning(f"{words[at].low}-") if following in _DOERS else []
    return [ref for ref in begun if ref.group_kind in WORKLOADS and any(one in ref.name for one in _DOERS)]
