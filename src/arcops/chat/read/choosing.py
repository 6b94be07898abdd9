"""Which of the names that were found an intent means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from arcops.chat.base import Intent
from arcops.chat.read.kinds import SERVICE
from arcops.chat.read.names import How, Mention
from arcops.chat.read.ranking import Ranked

_OF_WORKLOADS = frozenset({Intent.WHY, Intent.WRONG, Intent.LOGS, Intent.HISTORY, Intent.CHANGED})
_TOOLS = frozenset(("helm", "flux", "argo", "argocd", "kubectl", "terraform"))
"""What things are delivered with: ``helm`` beside the name of a release is no ``helm-controller``."""


def chosen(mentions: Sequence[Mention], intent: Intent) -> list[Mention]:
    """The mentions that an intent means: no guess beside a sure name, a Service where its routes are asked for."""
    sure = [mention for mention in mentions if mention.how is not How.ALIKE or intent is Intent.DEPENDS]
    if any(mention.how is How.EXACT for mention in sure):
        sure = [mention for mention in sure if mention.how is How.EXACT or mention.said not in _TOOLS]
    return [mention if intent in _OF_WORKLOADS else _as_service(mention) for mention in sure or mentions]


def several(mention: Mention) -> bool:
    """Whether a word is the beginning or a part of several names, so that in a list it is a condition and no object."""
    return mention.how in {How.BEGINNING, How.PART} and bool(mention.found.equals)


def _as_service(mention: Mention) -> Mention:
    service = next((ref for ref in mention.found.refs if ref.group_kind == SERVICE and ref[2:] == mention.ref[2:]), None)
    if mention.hint.kind != SERVICE or service is None:
        return mention
    return replace(mention, found=Ranked((service, *mention.found.refs), mention.found.equals))
