"""The container a question means: ``-c app``, ``container app``, ``the app container``."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.chat.read.words import Word
from arcops.chat.selecting.scope import pods_of
from arcops.inventory.index import Inventory
from arcops.inventory.podspecs import spec_of
from arcops.kube.objects.pod import ContainerStatus, Pod
from arcops.kube.refs import ObjectRef

_MOST_PODS = 5
_INITS = frozenset(("init", "initcontainer", "initcontainers", "init-container", "init-containers"))


def container_of(words: Sequence[Word], refs: Sequence[ObjectRef], inventory: Inventory) -> str:
    """The container's name, or "". A word beside "container" is one only where the objects have a container of that name."""
    for at, word in enumerate(words):
        if word.low in {"-c", "--container"} and at + 1 < len(words):
            return words[at + 1].text
        if word.low in _INITS and (name := _init_of({one.low for one in words}, refs, inventory)):
            return name
        if word.low not in {"container", "sidecar"}:
            continue
        known = container_names(refs, inventory)
        beside = [words[place].low for place in (at + 1, at - 1) if 0 <= place < len(words)]
        named = next((low for low in beside if low in known), "")
        if named or word.low in known:
            return named or word.low
    return ""


def container_names(refs: Sequence[ObjectRef], inventory: Inventory) -> set[str]:
    """The names of the containers of objects: of their templates and of a few of their pods."""
    found: set[str] = set()
    for ref in refs:
        entry = inventory.get(ref)
        for one in [*([entry] if entry else []), *pods_of(ref, inventory)[:_MOST_PODS]]:
            at = spec_of(one.obj)
            if at is not None:
                found.update(each.name for each in (*(at.spec.init_containers or ()), *(at.spec.containers or ())))
    return found


def container_said(words: Sequence[Word], refs: Sequence[ObjectRef], inventory: Inventory) -> str:
    """A container of several that a free word names: ``c2 in pod1``; "" where none is."""
    known = container_names(refs, inventory)
    return next((word.low for word in words if word.is_free and word.low in known), "") if len(known) > 1 else ""


def _init_of(said: set[str], refs: Sequence[ObjectRef], inventory: Inventory) -> str:
    """The init container that is named, else the one that is not done, else the first; "" where there is none."""
    first = ""
    for ref in refs:
        entry = inventory.get(ref)
        for one in [*pods_of(ref, inventory)[:_MOST_PODS], *([entry] if entry else [])]:
            at = spec_of(one.obj)
            names = [each.name for each in (at.spec.init_containers if at else None) or ()]
            if named := said.intersection(names):
                return min(named)
            first = first or (names[0] if names else "")
            status = one.obj.status if isinstance(one.obj, Pod) else None
            undone = next((each.name for each in (status.init_container_statuses if status else None) or () if not _is_done(each)), "")
            if undone:
                return undone
    return first


def _is_done(status: ContainerStatus) -> bool:
    return bool(status.state and status.state.terminated and not status.state.terminated.exit_code)
