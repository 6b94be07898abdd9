"""What the words behind ``get`` mean: kinds, names, or both joined by a slash, as kubectl reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from arcops.base.errors import BadInput

ALL = ("pods", "replicationcontrollers", "services", "daemonsets.apps", "deployments.apps", "replicasets.apps", "statefulsets.apps",
       "horizontalpodautoscalers.autoscaling", "cronjobs.batch", "jobs.batch")  # fmt: skip
"""kubectl's category ``all``, in its order."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One kind, and the names wanted of it; no names means all of them."""

    kind: str
    names: tuple[str, ...] = ()


def wanted_objects(words: Sequence[str]) -> list[Wanted]:
    """``po,svc`` · ``po web-0 web-1`` · ``po/web-0 deploy/web`` · ``all``. Raises ``BadInput`` for a mixture."""
    if any("/" in word for word in words):
        return _slashed(words)
    kinds = [kind for word in words[0].split(",") if word for kind in (ALL if word.lower() == "all" else (word,))]
    if not kinds:
        raise BadInput(what=f'"{words[0]}"', why="a kind is missing", hint="For example: arcops get pods, or arcops get deploy,svc.")
    return [Wanted(kind, tuple(dict.fromkeys(words[1:]))) for kind in dict.fromkeys(kinds)]


def one_object(words: Sequence[str], what: str) -> tuple[str, str]:
    """``deploy/web`` or ``deploy web`` as a kind and a name; ``what`` is the command's name. Raises ``BadInput``."""
    kind, slash, name = words[0].partition("/")
    if slash and name and kind and len(words) == 1:
        return kind, name
    if not slash and len(words) == 2:  # noqa: PLR2004 - a kind and a name
        return words[0], words[1]
    raise BadInput(what=f'"{" ".join(words)}"', why=f"{what} is of one object", hint="Write deploy/web or deploy web.")


def maybe_object(words: Sequence[str], what: str) -> tuple[str | None, str | None]:
    """The same, or a kind alone, or nothing at all: a whole scope. Raises ``BadInput``."""
    if not words:
        return None, None
    if len(words) == 1 and "/" not in words[0]:
        return words[0], None
    return one_object(words, what)


def _slashed(words: Sequence[str]) -> list[Wanted]:
    found: dict[str, list[str]] = {}
    for word in words:
        kind, slash, name = word.partition("/")
        if not (kind and slash and name) or "/" in name:
            raise BadInput(
                what=f'"{word}"', why="with a slash every word is KIND/NAME", hint="For example: arcops get pod/web-0 deploy/web."
            )
        found.setdefault(kind, []).append(name)
    return [Wanted(kind, tuple(dict.fromkeys(names))) for kind, names in found.items()]
