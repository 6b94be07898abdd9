"""Which rules look at which kind, with those that share a gate together."""

from __future__ import annotations

from collections.abc import Sequence

from arcops.findings.base import Gate, Rule
from arcops.kube.objects.decode import TYPES
from arcops.kube.refs import GroupKind

Group = tuple[Gate | None, tuple[int, ...]]


class Plan:
    """For each kind the rules about it, by their places in the list."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Sort the rules by kind and gate."""
        self._rules = rules
        self._groups: dict[GroupKind, tuple[Group, ...]] = {}

    def of(self, kind: GroupKind) -> tuple[Group, ...]:
        """Gates with their rules, in the order of the list; a gate of None is always open."""
        found = self._groups.get(kind)
        if found is None:
            found = self._groups[kind] = self._made(kind)
        return found

    def _made(self, kind: GroupKind) -> tuple[Group, ...]:
        groups: dict[Gate | None, list[int]] = {}
        for number, rule in enumerate(self._rules):
            if kind in rule.kinds if rule.kinds is not None else kind not in TYPES:
                groups.setdefault(rule.gate, []).append(number)
        return tuple((gate, tuple(numbers)) for gate, numbers in groups.items())
