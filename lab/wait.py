"""Waiting for a cluster to reach a state: bounded, and saying what did not come."""

import time
from collections.abc import Callable
from typing import TypeVar

from lab.errors import LabError

T = TypeVar("T")


def wait_until(
    question: Callable[[], T | None],
    what: str,
    *,
    timeout_s: float = 30.0,
    interval_s: float = 0.05,
) -> T:
    """The first truthy answer of `question`, asked again every `interval_s`.

    A LabError or OSError of the question counts as "not yet", because servers that start refuse
    connections; after `timeout_s` it is shown in the LabError that says `what` did not happen.
    """
    deadline = time.monotonic() + timeout_s
    last: Exception | None = None
    while True:
        try:
            answer = question()
            last = None
            if answer:
                return answer
        except (LabError, OSError) as error:
            last = error
        if time.monotonic() >= deadline:
            seen = f"; last error: {last}" if last else ""
            raise LabError(f"waited {timeout_s:g} s, but not: {what}{seen}")
        time.sleep(interval_s)
