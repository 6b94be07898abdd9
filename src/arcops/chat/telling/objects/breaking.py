"""What breaks if an object is deleted: rules of Kubernetes about each kind of reference, said of the objects that hold one."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.chat.answers._remarks import budgets_of
from arcops.chat.answers._said import listed, many
from arcops.chat.asked import Asked
from arcops.chat.base import FactType
from arcops.chat.selecting.scope import pods_of
from arcops.chat.telling.objects.reach import Reach, User
from arcops.chat.telling.page import Page
from arcops.findings.speaker import WORKLOADS
from arcops.kube.objects.storage import PersistentVolume, PersistentVolumeClaim
from arcops.kube.owners import controller_of, owner_ref
from arcops.kube.refs import ObjectRef

_OF_RELATION = {
    "mounts": "new pods cannot start without it (they wait in ContainerCreating); pods that run go on until they are made anew",
    "env": "new pods cannot start without it (CreateContainerConfigError); pods that run go on until they are made anew",
    "pull secret": "images that are not yet on the node can no longer be pulled (ImagePullBackOff)",
    "service account": "new pods are refused, and tokens of pods that run stop being valid",
    "ingress backend": "requests routed to it get 503",
    "route backend": "requests routed to it get 500 or 503",
    "ingress TLS": "HTTPS falls back to the controller's own certificate",
    "gateway TLS": "the listener stops serving HTTPS",
    "service selects pods": "it loses these endpoints",
    "scales": "the autoscaler has nothing left to scale",
    "storage class": "new claims of it stay Pending; volumes that exist stay",
    "claim and volume": "its data can no longer be reached through it",
    "governing service": "the pods lose their stable DNS names",
    "runs on": "pods on it end, and are made anew elsewhere if a controller owns them and there is room",
    "priority class": "new pods that name it are refused",
    "served by": "what the API server asks of it fails",
    "binding names account": "the rights it gives have no one to use them",
    "binding grants role": "the rights it grants are gone",
}

_NO_HOOK = "The API server no longer calls the webhooks of {ref}: what they check or change at admission is not done any more."
_OF_KIND = {
    "Service": "The DNS name {name}.{space} no longer resolves, so whoever calls it by name fails.",
    "CustomResourceDefinition": "Every object of the kind that {ref} defines is deleted with it.",
    "ValidatingWebhookConfiguration": _NO_HOOK,
    "MutatingWebhookConfiguration": _NO_HOOK,
}
_MOST_NAMES = 5


def tell_breaking(asked: Asked, page: Page, reach: Reach) -> None:
    """The consequences of deleting an object, those of its kind first."""
    page.head("If it is deleted")
    told = list(_of_kind(asked, reach))
    for text in told:
        page.tell(FactType.MEANING, text, ref=reach.ref, rank=1, item=True)
    must = [user for user in reach.users if not user.optional and user.relation in _OF_RELATION]
    for relation in dict.fromkeys(user.relation for user in must):
        users = [user for user in must if user.relation == relation]
        names = listed([f"{user.ref}{_keys(user)}" for user in users], _MOST_NAMES)
        page.tell(FactType.MEANING, f"{names}: {_OF_RELATION[relation]}.", ref=users[0].ref, rank=1, item=True)
    free = [user for user in reach.users if user.optional]
    if free:
        page.tell(FactType.MEANING, f"These name it as optional and get along without it: {listed([str(u.ref) for u in free])}.", item=True)
    if not told and not must:
        text = f"No object that I see needs {reach.ref}, so nothing else should break; what reads it over the API is not seen."
        page.tell(FactType.MEANING, text, ref=reach.ref, rank=1, item=True)


def _keys(user: User) -> str:
    return f" (keys {listed(list(user.keys))})" if user.keys else ""


def _of_kind(asked: Asked, reach: Reach) -> Iterator[str]:
    """What follows from the kind alone."""
    ref, inventory = reach.ref, asked.inventory
    entry = inventory.get(ref)
    if ref.kind == "Namespace":
        count = sum(inventory.count(kind, ref.name) for kind in inventory.kinds())
        yield f"Everything in {ref} goes with it: {many(count, 'object')}."
    elif ref.group_kind in WORKLOADS:
        pods = pods_of(ref, inventory)
        theirs = "Its 1 pod is" if len(pods) == 1 else f"Its {len(pods):,} pods are"
        yield f"{theirs} deleted with {ref}, unless it is deleted with --cascade=orphan."
    elif ref.kind == "Pod":
        owner = controller_of(entry.obj) if entry else None
        if owner is None:
            yield f"{ref} belongs to no controller: it does not come back."
        else:
            yield f"{owner_ref(owner, ref.namespace)} makes a new pod in place of {ref}."
    elif ref.kind == "Node":
        held = sorted({str(one.ref) for pod in inventory.on_node(ref.name) for one in budgets_of(asked, pod)})
        if held:
            yield f"{listed(held, _MOST_NAMES)} {'allows' if len(held) == 1 else 'allow'} no eviction now, so a drain of {ref} would wait."
        bare = [str(pod.ref) for pod in inventory.on_node(ref.name) if controller_of(pod.obj) is None]
        if bare:
            yield f"These pods belong to no controller and do not come back: {listed(bare, _MOST_NAMES)}."
    elif ref.kind == "PersistentVolumeClaim":
        yield from _of_claim(asked, reach)
    elif ref.kind in _OF_KIND:
        yield _OF_KIND[ref.kind].format(ref=ref, name=ref.name, space=ref.namespace)


def _of_claim(asked: Asked, reach: Reach) -> Iterator[str]:
    """What becomes of a claim that a pod mounts, and of its volume."""
    ref, inventory = reach.ref, asked.inventory
    entry = inventory.get(ref)
    name = entry.obj.spec.volume_name if entry and isinstance(entry.obj, PersistentVolumeClaim) and entry.obj.spec else None
    held = inventory.get(ObjectRef.of(PersistentVolume.GROUP_KIND, "", name)) if name else None
    policy = held.obj.spec.persistent_volume_reclaim_policy if held and isinstance(held.obj, PersistentVolume) and held.obj.spec else None
    fate = {"Retain": "stays with its data, Released", "Delete": "is deleted with its data"}.get(policy or "", "is treated by its policy")
    volume = f"{held.ref} {fate} (reclaim policy {policy})" if held and policy else "its volume is treated by its reclaim policy"
    if any(user.relation == "mounts" for user in reach.users):
        yield f"{ref} stays Terminating as long as a pod mounts it; then {volume}."
    else:
        yield f"{volume[:1].upper()}{volume[1:]}."


def asks_deletion(question: str) -> bool:
    """Whether a question is about taking something away."""
    text = question.lower()
    return any(word in text for word in ("delet", "remov", "drop", "kill", "take down", "taken down", "goes away", "go away", "uninstall",
                                         "drain", "without", "break", "safe to", "lose", "fails", "goes down", "dies"))  # fmt: skip


def mandatory(reach: Reach) -> list[ObjectRef]:
    """The objects that cannot do without it."""
    return [user.ref for user in reach.users if not user.optional]
