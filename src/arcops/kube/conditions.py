"""Asking an object's status conditions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from arcops.kube.objects.condition import Condition

C = TypeVar("C", bound=Condition)


def condition_of(conditions: Iterable[C] | None, type_: str) -> C | None:
    """The condition of that type, or None where the object has none."""
    for condition in conditions or ():
        if condition.type == type_:
            return condition
    return None


def is_true(conditions: Iterable[Condition] | None, type_: str) -> bool:
    """Whether the condition is there and ``True``."""
    found = condition_of(conditions, type_)
    return found is not None and found.status == "True"


def is_false(conditions: Iterable[Condition] | None, type_: str) -> bool:
    """Whether the condition is there and ``False``: neither absent nor ``Unknown``."""
    found = condition_of(conditions, type_)
    return found is not None and found.status == "False"
