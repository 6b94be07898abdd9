"""How much may be asked of the kubelets per minute: in all, and of each node."""

from __future__ import annotations

from arcops.base.clock import Clock

MINUTE_S = 60.0
_MOST_NODES = 4096


class Budget:
    """So many questions a minute, so many of them to one node; what is not used is not saved up."""

    def __init__(self, clock: Clock, per_minute: int, per_node: int) -> None:
        """Both start full."""
        self._clock = clock
        self._per_minute = per_minute
        self._per_node = per_node
        self._asked: list[float] = []
        self._asked_of: dict[str, list[float]] = {}

    def allows(self, node: str) -> bool:
        """Whether one more question may go to a node now."""
        now_s = self._clock.monotonic_s()
        return self._left(self._asked, self._per_minute, now_s) and self._left(self._asked_of.get(node, []), self._per_node, now_s)

    def take(self, node: str) -> None:
        """Count a question."""
        now_s = self._clock.monotonic_s()
        self._asked.append(now_s)
        if node not in self._asked_of and len(self._asked_of) >= _MOST_NODES:
            self._asked_of.pop(next(iter(self._asked_of)))
        self._asked_of.setdefault(node, []).append(now_s)

    @staticmethod
    def _left(asked: list[float], most: int, now_s: float) -> bool:
        while asked and asked[0] <= now_s - MINUTE_S:
            asked.pop(0)
        return len(asked) < most
