"""Which kinds can be seen: what could not be looked at is never taken for absent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from arcops.base.errors import NotFound
from arcops.kube.refs import GroupKind, ObjectRef


class CannotLook(NotFound):
    """{kind} cannot be looked at."""

    code = "cannot-look"

    def __init__(self, kind: GroupKind) -> None:
        """``kind`` is what a rule asked for."""
        super().__init__(kind=kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is seen. ``kinds`` are fully known; ``forbidden`` may not be listed; ``loading`` have not come yet.

    ``unreadable`` are single objects that exist and could not be decoded; ``lost_groups`` API groups that could not be
    discovered. With ``is_whole`` a kind that is in no list is not served, so that it has no objects; without (a few
    manifests in a file) nothing is known of it.
    """

    kinds: frozenset[GroupKind] = frozenset()
    forbidden: frozenset[GroupKind] = frozenset()
    loading: frozenset[GroupKind] = frozenset()
    unreadable: frozenset[ObjectRef] = frozenset()
    lost_groups: frozenset[str] = frozenset()
    is_whole: bool = True
    blind: frozenset[GroupKind] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        """Gather the kinds that cannot be looked at."""
        object.__setattr__(self, "blind", self.forbidden | self.loading)

    def sees(self, kind: GroupKind) -> bool:
        """Whether absence of an object of this kind can be told."""
        if kind in self.blind or kind.group in self.lost_groups:
            return False
        return self.is_whole or kind in self.kinds

    def is_gap(self, kind: GroupKind) -> bool:
        """Whether the cluster has, or may have, objects of the kind that are kept from us."""
        return kind in self.blind or kind.group in self.lost_groups

    def gap(self, kind: GroupKind) -> str:
        """Why objects of the kind are kept from us, as a phrase; "" where they are not."""
        if kind in self.forbidden:
            return f"{kind} may not be listed"
        if kind in self.loading:
            return f"{kind} is not loaded"
        return f"API group {kind.group} could not be discovered" if kind.group in self.lost_groups else ""

    def require(self, kind: GroupKind) -> None:
        """Raise ``CannotLook`` unless the kind is seen."""
        if not self.sees(kind):
            raise CannotLook(kind)


def shown(kinds: Iterable[GroupKind]) -> list[str]:
    """Kinds as sentences name them, sorted."""
    return sorted(str(kind) for kind in kinds)
