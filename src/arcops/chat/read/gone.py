"""Objects that a question names and that are no more: the record knows them."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.chat.read.hosts import backends_of
from arcops.chat.read.kinds import LOOSE_WORKLOAD, POD, REPLICA_SET, SERVICE, WORKLOADS
from arcops.chat.read.names import How, Mention, Names
from arcops.chat.read.ranking import Hint, rank_of
from arcops.chat.read.spelling import allowed, nearest
from arcops.inventory.base import Entry
from arcops.inventory.index import Inventory
from arcops.kube.refs import ObjectRef
from arcops.queries.services import Services
from arcops.store.base import Scope, SeenObject, Window

_MOST_NAMES = 3
_MOST_LIVES = 50
_MOST_SEEN = 5_000
_MOST_PODS = 2_000
"""Pods of a cluster in which all that is gone is looked through for a name: it takes 30 ms."""
_SHORTEST = 4
_GO_BY_ANY = frozenset((POD, SERVICE, REPLICA_SET, *WORKLOADS))
"""Kinds of which people say any word for what runs."""
_UNNAMED = frozenset(("Event", "Lease", "EndpointSlice", "Endpoints", "ReplicaSet", "ControllerRevision"))


async def gone_named(services: Services, names: Names, now_ms: int, namespace: str = "") -> dict[str, ObjectRef]:
    """The names that once were, each with the object it most likely means. Names taken for a slip of the pen are looked for too.

    A name that never was is looked for as the beginning of one that is gone, and as a slip for one, in ``namespace`` or in a small cluster.
    """
    slips = [(mention.said, mention.at, mention.hint) for mention in names.mentions if mention.how is How.NEAR]
    maybe = [] if names.mentions else names.maybe
    found: dict[str, ObjectRef] = {}
    for name, at, hint in (*slips, *names.unknown[:_MOST_NAMES], *maybe):
        lives = await services.store.objects_seen(Window(0, now_ms), Scope(name=name), _MOST_LIVES)
        best = _likeliest([life for life in lives if life.ref.kind != "Event"], hint)
        if best is not None and ((name, at, hint) not in maybe or best.group_kind == hint.kind):
            found[name] = best
    for name, _, hint in names.unknown[:_MOST_NAMES]:
        if name not in found and (near := await _nearly(services, name, hint, now_ms, hint.namespace or namespace)) is not None:
            found[name] = near
    return found


async def gone_of_kind(services: Services, names: Names, now_ms: int) -> dict[str, ObjectRef]:
    """Names said with a kind that nothing of theirs is of any more: ``the db service``, where only the Deployment is left."""
    found: dict[str, ObjectRef] = {}
    for mention in names.mentions[:_MOST_NAMES]:
        kind = mention.hint.kind
        if kind in {None, POD} or mention.ref.group_kind == kind:
            continue
        lives = await services.store.objects_seen(
            Window(0, now_ms), Scope(kind, mention.ref.namespace or None, mention.ref.name), _MOST_LIVES
        )
        gone = [life.ref for life in lives if life.gone_ms is not None]
        if gone and services.inventory.get(gone[-1]) is None:
            found[mention.said] = gone[-1]
    return found


async def _nearly(services: Services, name: str, hint: Hint, now_ms: int, namespace: str) -> ObjectRef | None:
    """What is gone and begins so, else what is a slip of the pen away; the last that was there."""
    if len(name) < _SHORTEST or (not namespace and services.inventory.count(POD) > _MOST_PODS):
        return None
    lives = await services.store.objects_seen(Window(0, now_ms), Scope(namespace=namespace or None), _MOST_SEEN)
    gone = [life for life in lives if life.gone_ms is not None and life.ref.kind not in _UNNAMED]
    begun = [life for life in gone if life.ref.name.startswith(f"{name}-")]
    near = begun or [life for life in gone if life.ref.name in nearest(name, {life.ref.name for life in gone}, allowed(name))]
    return _likeliest(near, hint)


def _likeliest(lives: Sequence[SeenObject], hint: Hint) -> ObjectRef | None:
    def fit(life: SeenObject) -> tuple[bool, bool, int, int]:
        ref = life.ref
        elsewhere = bool(hint.namespace and ref.namespace and ref.namespace != hint.namespace)
        return (elsewhere, hint.kind is not None and ref.group_kind != hint.kind, rank_of(ref.group_kind), -(life.gone_ms or 0))

    return min(lives, key=fit).ref if lives else None


def notes_of(mentions: Sequence[Mention], space: str, inventory: Inventory) -> list[str]:
    """What has to be said of how names were taken: another namespace, a near name, others that it may mean."""
    notes: list[str] = []
    for mention in mentions:
        ref = mention.ref
        if space and ref.namespace and ref.namespace != space:
            notes.append(f'There is no "{mention.said}" in namespace {space}; this is {ref}.')
        elif mention.how is How.HOST:
            notes.append(_of_host(mention, inventory))
        elif mention.how in {How.NEAR, How.ALIKE}:
            notes.append(f'There is no "{mention.said}"; I took it for {ref}.')
        elif mention.how is How.ROLE and not mention.found.equals:
            notes.append(f'I took "{mention.said}" for {ref}.')
        elif mention.found.equals:
            notes.append(_also(mention))
        elif _is_of_other_kind(mention, inventory):
            notes.append(f'There is no {mention.hint.word} "{mention.said}"; this is {ref}.')
    return notes


def _is_of_other_kind(mention: Mention, inventory: Inventory) -> bool:
    """Whether a kind was said that the object is not of: ``service api`` where only Endpoints are called so. What runs goes by any word."""
    kind, ref = mention.hint.kind, mention.ref
    if kind is None or kind == ref.group_kind or mention.hint.word in LOOSE_WORKLOAD or ref.group_kind in _GO_BY_ANY:
        return False
    return inventory.get(ObjectRef.of(kind, ref.namespace, mention.said)) is None


def _of_host(mention: Mention, inventory: Inventory) -> str:
    """Which objects have the host, and which Services they send its requests to."""
    refs = mention.found.refs
    parts = [f"{ref}{_led(entry, mention.said)}" for ref in refs[:3] if (entry := inventory.get(ref)) is not None]
    slip = f'There is no host "{mention.hint.word}"; I took it for {mention.said}. ' if mention.hint.word else ""
    sort = "webhook" if refs and refs[0].kind.endswith("WebhookConfiguration") else "host"
    return f"{slip}{mention.said} is a {sort} of {' and '.join(parts)}{f' and {len(refs) - 3} more' if len(refs) > 3 else ''}."  # noqa: PLR2004


def _led(entry: Entry, host: str) -> str:
    backends = [f"{entry.ref.namespace}/{name}" for name in backends_of(entry, host)]
    return f", which leads to Service {' and '.join(backends)}" if backends else ""


def _also(mention: Mention) -> str:
    others = mention.found.equals
    shown = ", ".join(str(ref) for ref in others[:3])
    more = f" and {len(others) - 3} more" if len(others) > 3 else ""  # noqa: PLR2004
    return f'"{mention.said}" may also mean {shown}{more}; this is {mention.ref}.'
