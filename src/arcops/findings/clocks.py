"""Clocks of nodes, told by their Leases: how far one is off, and whether a program on the node fails for it."""

from __future__ import annotations

import re

from arcops.findings.leases import NODES, others_renewed, renewed_ms
from arcops.findings.nodes import node_of, not_ready
from arcops.findings.view import RuleView
from arcops.kube.objects.cluster import Lease
from arcops.kube.refs import ObjectRef

AHEAD_MS = 30_000
BEHIND_MS = 120_000
_OF_TIME = re.compile(
    r"not yet valid|current time \S+ is (?:before|after)|used before issued|issued in the future|(?:iat|nbf)\b[^\n]{0,40}(?:future|before)|"
    r"clock skew|too ?skewed|time is too far|clocks? (?:is|are) (?:not|out of) sync|notBefore",
    re.IGNORECASE,
)


def skew_ms(lease: Lease, view: RuleView) -> int | None:
    """How far a node's clock is ahead of the others' (behind, if below 0); None where it is right, or nothing tells.

    A single other Lease tells as well, if our own clock agrees with it.
    """
    at_ms = renewed_ms(lease)
    node = node_of(view, lease.metadata.name)
    if at_ms is None or node is None or not_ready(node) is not None or -AHEAD_MS < view.now_ms - at_ms < BEHIND_MS:
        return None
    others = others_renewed(view, at_ms)
    if not others or view.now_ms - others[-1] > BEHIND_MS:
        return None
    found = at_ms - (others[len(others) // 2] if len(others) > 1 else view.now_ms)
    return None if -BEHIND_MS <= found <= AHEAD_MS else found


def is_of_clock(said: str, node: str | None, view: RuleView) -> int | None:
    """How far the clock of the node is off where a program says that a certificate or token is of another time; None otherwise."""
    if not node or not _OF_TIME.search(said) or not view.sees(Lease.GROUP_KIND):
        return None
    entry = view.get(ObjectRef.of(Lease.GROUP_KIND, NODES, node))
    return skew_ms(entry.obj, view) if entry is not None and isinstance(entry.obj, Lease) else None
