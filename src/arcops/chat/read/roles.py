"""What a word for a role means here: ``the database`` is the one thing that looks like one, by its name, kind or image."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from arcops.chat.read.index import parts_of
from arcops.chat.read.kinds import WORKLOADS
from arcops.chat.read.names import How, Mention, Names
from arcops.chat.read.ranking import Health, Ranked
from arcops.chat.read.tables import table
from arcops.chat.selecting.images import images_of
from arcops.inventory.base import Entry
from arcops.kube.refs import ObjectRef

_HELPERS = frozenset(("operator", "exporter", "controller", "manager", "webhook", "proxy", "admin", "adminer", "pgadmin"))
"""Words of names of what only looks after a thing of the role."""
_MOST = 4


def take_roles(names: Names, health: Health, space: str) -> None:
    """Take names that are nowhere, but are words for a role, for the things that have it."""
    for one in list(names.unknown):
        name, at, hint = one
        refs = _having(name, health, space)
        if refs:
            names.unknown.remove(one)
            names.mentions.append(Mention(name, at, hint, Ranked(refs, refs[1:]), How.ROLE))


def _having(word: str, health: Health, space: str) -> tuple[ObjectRef, ...]:
    """The things of a role, those that are unwell before the others and alone if there are any; none where too many have it."""
    signs = _signs(word.lower())
    found = [entry.ref for entry in _candidates(health, space) if signs & _words_of(entry)] if signs else []
    sick = [ref for ref in found if not health.is_well(ref)]
    kept = sick or found
    return tuple(kept) if len(kept) <= _MOST else ()


def _candidates(health: Health, space: str) -> Iterator[Entry]:
    for kind in health.inventory.kinds():
        if kind in WORKLOADS or ("." in kind.group and not kind.group.endswith(".k8s.io")):
            yield from health.inventory.list(kind, space or None)


def _words_of(entry: Entry) -> frozenset[str]:
    """What an object is known by: the words of its name, its kind where that is a custom one, its images without their registry."""
    name = entry.ref.name.lower()
    words = {name, *parts_of(name)}
    if words & _HELPERS:
        return frozenset()
    if entry.ref.group_kind in WORKLOADS:
        for image in images_of(entry):
            base = image.rpartition("/")[2].partition("@")[0].partition(":")[0].lower()
            words |= {base, *parts_of(base)}
    else:
        words.add(entry.ref.kind.lower())
    return frozenset(words)


@cache
def _signs(word: str) -> frozenset[str]:
    for words, *signs in table("roles").sections.values():
        if word in words.split():
            return frozenset(" ".join(signs).split())
    return frozenset()
