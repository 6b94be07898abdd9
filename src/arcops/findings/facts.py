"""Facts that rules share: what they are called. ``factbook.py`` keeps them."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from arcops.kube.refs import ObjectRef

CLUSTER = ObjectRef("", "", "", "")
"""What a fact is about that is no single object's."""


class Fact(NamedTuple):
    """A fact by its function, a module's own, and its object."""

    of: Callable[..., object]
    about: ObjectRef
