"""The tasks of ``tasks.yaml``: which one a question means."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import msgspec

from arcops.chat.read.tables import word_list


class Task(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One task. ``words`` are patterns, ``say`` tells what the line does, ``then`` are further lines with what they are for.

    ``is_general`` marks what any look is; ``changes`` what changes the cluster; ``needs`` is ``rollout`` or ``scale`` where only
    some kinds can.
    """

    words: tuple[str, ...]
    say: str
    line: str
    changes: bool = False
    is_general: bool = False
    needs: str = ""
    then: tuple[tuple[str, str], ...] = ()


@cache
def tasks() -> tuple[tuple[re.Pattern[str], Task], ...]:
    """Every task with its pattern, the particular before the general. Reads a file: not for an event loop."""
    text = (files(__package__) / "tasks.yaml").read_bytes()
    found = msgspec.yaml.decode(text, type=tuple[Task, ...])
    return tuple((re.compile("|".join(f"(?:{words})" for words in task.words)), task) for task in found)


_ASKED_FOR = re.compile(r"\b(?:commands?|kubectl|line|cmd)(?: (?:that|which|for|of|line))* ([a-z]+)\b|\b(?:for|is|would) ([a-z]+ing)\b")


def with_verbs(text: str) -> str:
    """A text whose asked-for deed is in its plain form: ``command that restarts web`` as ``command that restart web``."""
    return _ASKED_FOR.sub(lambda found: found[0].replace(word := found[1] or found[2], _plain().get(word, word)), text)


@cache
def _plain() -> dict[str, str]:
    made: dict[str, str] = {}
    for verb in word_list("deeds"):
        stem = verb.removesuffix("e")
        third = f"{verb[:-1]}ies" if verb.endswith("y") else f"{verb}s"
        made |= dict.fromkeys((third, f"{verb}ing", f"{stem}ing", f"{verb}{verb[-1]}ing"), verb)
    return made


def task_of(*texts: str) -> Task | None:
    """The task that a text means; of several texts the first that means one."""
    for text in texts:
        plain = " ".join(with_verbs(text.lower().replace("'", "")).split())
        found = next((task for pattern, task in tasks() if pattern.search(plain)), None)
        if found is not None:
            return found
    return None
