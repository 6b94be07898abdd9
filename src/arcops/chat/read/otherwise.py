"""Questions that were read as one thing and are asked of another: pools and parts in a list, warnings in what was unclear."""

from __future__ import annotations

import re
from dataclasses import replace

from arcops.base.errors import UnknownKind
from arcops.chat.base import Intent, Reading
from arcops.chat.read.kinds import EVENT, NODE, OBJECT, SERVICE
from arcops.kube.kinds import KindCatalog
from arcops.kube.refs import GroupKind

_HOW = re.compile(
    r"^(?:please |hey |so |and )*(?:how (?:do|can|could|would|should|must) (?:i|we|you|one)\b|how to\b|(?:what is |"
    r"which )?(?:the )?command\b)"
)
_READ_AS = (Intent.LIST, Intent.UNCLEAR, Intent.PLATFORM)
_POOLS = re.compile(r"\bpools?\b")
_PARTS = re.compile(
    r"\bingress controllers?\b|\bstorage drivers?\b|\bcsi drivers?\b|\bcni\b|\bnetwork plug-?ins?\b|\bcontainer runtimes?\b"
    r"|\bservice mesh\b|\bconnected to (?:azure )?arc\b|\barc agents?\b"
)
_CLUSTER_AGE = re.compile(r"\bhow old is (?:the|this|our|my) (?:\w+ )?cluster\b|\bage of (?:the|this|our) cluster\b|\bcluster(?:'s)? age\b")
_STORAGE = re.compile(
    r"\b(?:total|sum|altogether)\b.*\b(?:storage|claims?|pvcs?)\b|"
    r"\b(?:storage|claims?|pvcs?)\b.*\b(?:in total|altogether)\b"
)
_EVERYTHING = re.compile(
    r"\b(?:everything|anything|(?:all |which |what |how many )?(?:objects|resources|things)|what all)\b.*\b(?:label\w*|annotat\w*|"
    r"finali[sz]ers?|older than|younger than|newer than|created in|made in|being deleted|terminating|in the name)\b"
)
_ORDERED = re.compile(
    r"\b(?:most|least|biggest|largest|smallest|highest|lowest|top)\b.*\b(?:memory|ram|cpus?|restarts?|cores?)\b|"
    r"\b(?:total|sum|altogether)\b.*\b(?:storage|claims?|pvcs?|volumes?|disk)\b"
)
_MEANING = re.compile(r"\bmean\w*\b|\bexplain\b|\bstands? for\b|^what(?: is|'?s) (?:an? |the )?[\w -]+\??$|\bdefin\w+\b|\bdifferen\w+\b")
_FIELDS = (
    (re.compile(r"\b(?:external|public|load ?balancer) (?:ips?|address(?:es)?)\b"), SERVICE),
    (re.compile(r"\b(?:host ?names?|domains?|urls?)\b"), GroupKind("networking.k8s.io", "Ingress")),
    (re.compile(r"\b(?:cron )?schedules?\b"), GroupKind("batch", "CronJob")),
)
_VERSIONS = re.compile(
    r"\b(?:outdated|old version|behind|up to date|"
    r"(?:same|different|other|older|newer) (?:kubelet |kubernetes |k8s )?versions?)\b"
)
_ABOUT = re.compile(r"\b(?:you|your|arcops|talking to)\b")
_SHORTEST = 3
_EVENTS = re.compile(r"\bwarnings?\b|\bevents?\b")


_LISTED = (Intent.LIST, Intent.COUNT, Intent.UNCLEAR)
_INSTEAD = (
    ((Intent.NODES,), _STORAGE, Intent.LIST),
    ((*_LISTED, Intent.STATE, Intent.NODES, Intent.HISTORY, Intent.PLATFORM), _CLUSTER_AGE, Intent.PLATFORM),
    ((*_LISTED, Intent.TERM), _PARTS, Intent.PLATFORM),
    (_LISTED, _POOLS, Intent.NODES),
)
"""What questions read as one of some intents and in such words ask for."""


def otherwise(reading: Reading, catalog: KindCatalog) -> Reading:
    """The reading with the intent and the kind that its words ask for rather; mostly the same one."""
    text = " ".join(reading.question.lower().split())
    intent = reading.intent
    if intent in _READ_AS and _HOW.search(text):
        return replace(reading, intent=Intent.COMMAND)
    asked = _asked_of_cluster(intent, text, is_node=reading.kind == NODE)
    if asked is not intent:
        return replace(reading, intent=asked)
    if intent is not Intent.UNCLEAR:
        is_of_all = intent in (Intent.LIST, Intent.COUNT) and reading.kind is None and _EVERYTHING.search(text)
        return replace(reading, kind=OBJECT) if is_of_all else reading
    if _ABOUT.search(text):
        return replace(reading, intent=Intent.ABOUT)
    kind = EVENT if _EVENTS.search(text) else OBJECT if _EVERYTHING.search(text) else _kind_of_field(text) or _kind_in(catalog, text)
    is_list = kind is not None or _ORDERED.search(text) is not None
    return replace(reading, intent=Intent.LIST, kind=kind) if is_list else reading


def _asked_of_cluster(intent: Intent, text: str, *, is_node: bool) -> Intent:
    """The intent of what is asked of the platform or of nodes in the words of a list or a term."""
    if intent is Intent.TERM and _MEANING.search(text):
        return intent
    for intents, words, rather in _INSTEAD:
        if intent in intents and words.search(text):
            return rather
    is_versions = is_node and intent in (*_LISTED, Intent.PLATFORM) and _VERSIONS.search(text) is not None
    return Intent.NODES if is_versions else intent


def _kind_of_field(text: str) -> GroupKind | None:
    """The kind of which a question names nothing but a field that only this kind has."""
    return next((kind for words, kind in _FIELDS if words.search(text)), None)


def _kind_in(catalog: KindCatalog, text: str) -> GroupKind | None:
    """The first kind that a word of a question names in the plural."""
    for word in re.findall(r"[a-z.]+", text):
        if word.endswith("s") and len(word) > _SHORTEST:
            try:
                return catalog.find(word).group_kind
            except UnknownKind:
                continue
    return None
