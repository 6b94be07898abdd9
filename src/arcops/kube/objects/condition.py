"""Status conditions: the one shape that almost every kind reports its health in."""

from __future__ import annotations

import msgspec


class Condition(msgspec.Struct, gc=False, rename="camel"):
    """One condition. ``status`` is ``True``, ``False`` or ``Unknown``; the time is RFC 3339 text."""

    type: str = ""
    status: str = ""
    reason: str | None = None
    message: str | None = None
    last_transition_time: str | None = None


class GenerationCondition(Condition, gc=False, rename="camel"):
    """A condition that says which generation of the object it speaks of (Gateway API and custom resources)."""

    observed_generation: int | None = None


class ProgressCondition(Condition, gc=False, rename="camel"):
    """A Deployment's condition: ``last_update_time`` moves with every step of a rollout, the transition time does not."""

    last_update_time: str | None = None


class NodeCondition(Condition, gc=False, rename="camel"):
    """A node's condition with the kubelet's last report."""

    last_heartbeat_time: str | None = None
