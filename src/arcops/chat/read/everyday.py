"""What people mean by an everyday word: the database, the broker, by the name, the kind or the image of what is one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from arcops.chat.read.index import NameIndex
from arcops.chat.read.kinds import WORKLOADS
from arcops.chat.read.lexicon import alike
from arcops.inventory.index import Inventory
from arcops.inventory.podspecs import spec_of
from arcops.kube.refs import GroupKind, ObjectRef

_WHOLE = "cluster"
"""How operators call the kind that is the thing itself: ``Cluster``, ``RabbitmqCluster``."""


def meant_by(word: str, index: NameIndex, inventory: Inventory, is_askable: Callable[[ObjectRef], bool]) -> list[ObjectRef]:
    """What is called by another word for the same thing, is of a kind of that name, or runs an image of that name."""
    words = alike(word) or (word,)
    found = [ref for one in words for ref in (*index.exact(one), *index.beginning(f"{one}-"), *index.holding(one))]
    given = [ref for ref in found if ref.group_kind in WORKLOADS]
    if own := _of_kind((word, *words), index):
        return own
    return given or _by_image((word, *words), inventory) or [ref for ref in found if is_askable(ref)]


def _of_kind(words: Sequence[str], index: NameIndex) -> list[ObjectRef]:
    """Custom resources that are the thing: a ``Kafka``, a ``Cluster`` of ``postgresql.cnpg.io``."""
    return [ref for kind in index.kinds() if _is_thing(kind, words) for ref in index.of_kind(kind)]


def is_of_tool(kind: GroupKind) -> bool:
    """Whether a kind is one that a tool has brought: no kind of Kubernetes itself."""
    return "." in kind.group and not kind.group.endswith(".k8s.io")


def _is_thing(kind: GroupKind, words: Sequence[str]) -> bool:
    low = kind.kind.lower()
    if not is_of_tool(kind):
        return False
    tools = [*kind.group.split("."), low.removesuffix(_WHOLE)]
    return low in words or (low.endswith(_WHOLE) and any(tool.startswith(word) for tool in tools for word in words if tool))


def _by_image(words: Sequence[str], inventory: Inventory) -> list[ObjectRef]:
    """Workloads whose container runs an image of that name: ``postgres:16``."""
    return [
        entry.ref
        for kind in WORKLOADS
        for entry in inventory.list(kind)
        if (at := spec_of(entry.obj)) is not None
        for one in at.spec.containers or ()
        if _image_name(one.image or "") in words
    ]


def _image_name(image: str) -> str:
    return image.rpartition("/")[2].partition("@")[0].partition(":")[0].lower()
