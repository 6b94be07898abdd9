"""The tasks of ``tasks.yaml``: which one a question means."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import msgspec


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One task. ``words`` are patterns, ``say`` tells what the line does, ``then`` are further lines with what they are for.

    ``changes`` marks what changes the cluster; ``needs`` is ``rollout`` or ``scale`` where only some kinds can.
    """

    words: tuple[str, ...]
    say: str
    line: str
    changes: bool = False
    needs: str = ""
    then: tuple[tuple[str, str], ...] = ()


@cache
def tasks() -> tuple[tuple[re.Pattern[str], Task], ...]:
    """Every task with its pattern, the particular before the general. Reads a file: not for an event loop."""
    text = (files(__package__) / "tasks.yaml").read_bytes()
    found = msgspec.yaml.decode(text, type=tuple[Task, ...])
    return tuple((re.compile("|".join(f"(?:{words})" for words in task.words)), task) for task in found)


def task_of(*texts: str) -> Task | None:
    """The task that a text means; of several texts the first that means one."""
    for text in texts:
        plain = " ".join(text.lower().replace("'", "").split())
        found = next((task for pattern, task in tasks() if pattern.search(plain)), None)
        if found is not None:
            return found
    return None
