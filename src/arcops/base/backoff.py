"""How long to wait before the next try: doubling, capped, with full jitter, so that many clients do not retry in step."""

from __future__ import annotations

import random


class Backoff:
    """Waits that double from ``first_s`` up to ``most_s``; back to the start after ``reset``.

    The defaults are client-go's reflector: 0.8 s doubling to 30 s, calm after 2 minutes.
    """

    def __init__(self, first_s: float = 0.8, most_s: float = 30.0, calm_s: float = 120.0, rng: random.Random | None = None) -> None:
        """``calm_s`` is how long work must have gone well before the caller should ``reset``."""
        self.first_s = first_s
        self.most_s = most_s
        self.calm_s = calm_s
        self.tries = 0
        self._rng = rng or random.Random()  # noqa: S311 - jitter, not a secret

    def next_s(self, floor_s: float = 0.0) -> float:
        """The next wait in seconds, never below ``floor_s`` (a Retry-After), jittered between half and whole."""
        ceiling = min(self.first_s * 2.0**self.tries, self.most_s)
        self.tries = min(self.tries + 1, 30)
        return floor_s + ceiling * (0.5 + self._rng.random() / 2)

    def reset(self) -> None:
        """Begin again with the shortest wait."""
        self.tries = 0
