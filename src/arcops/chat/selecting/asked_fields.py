"""What a list is asked to tell of each object: a column of kubectl's, or a field by its name (``exit codes of the pods``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from arcops.chat.asked import Asked
from arcops.chat.selecting.fields import HUMP, leaves_of
from arcops.inventory.base import Entry
from arcops.kube.columns import columns_for
from arcops.kube.refs import GroupKind

_SPOKEN = {
    "CAPACITY": r"sizes?|how (?:big|large)|capacit\w+|gi?bs?",
    "MINPODS": r"min(?:imum)?", "MAXPODS": r"max(?:imum)?",
    "REFERENCE": r"targets?|scales?|references?", "TARGETS": r"utili[sz]ation|metrics?|thresholds?",
    "HOSTS": r"hosts?|host ?names?|domains?|urls?",
    "SCHEDULE": r"schedules?|how often|run when|when", "PORT(S)": r"ports?",
    "ADDRESS": r"address(?:es)?|ips?",
    "EXTERNAL-IP": r"external(?: ips?| address\w*)?|public ips?", "CLUSTER-IP": r"(?:cluster |internal )ips?",
    "ALLOWED DISRUPTIONS": r"(?:how many )?disruptions?|may go|allowed", "LAST SCHEDULE": r"last (?:run|ran|schedul\w+)",
    "REQUEST": r"(?:how much|used?|usage|left|hard)", "LIMIT": r"(?:how much|used?|usage|left|hard)",
    "KERNEL-VERSION": r"kernels?", "OS-IMAGE": r"os|operating systems?", "CONTAINER-RUNTIME": r"(?:container )?runtimes?",
    "STORAGECLASS": r"storage ?class(?:es)?",
    "INTERNAL-IP": r"ips?|internal ips?|address(?:es)?", "DURATION": r"how long|durations?|took", "IP": r"ips?|address(?:es)?",
    "ROLES": r"roles?", "ROLE": r"roles?", "NODE": r"where|nodes?", "SELECTOR": r"selectors?", "NODE SELECTOR": r"node selectors?",
    "DESIRED": r"desired|wanted", "VALUE": r"priorit\w+|values?",
}  # fmt: skip
"""What people say for a column whose own name is another or a short one."""
_NEVER = frozenset(("NAME", "STATUS", "AGE", "READY", "RESTARTS", "IMAGES", "CONTAINERS", "LABELS", "NOMINATED NODE", "READINESS GATES"))
"""Columns that the table or the sentence shows anyway, or whose name is in every question."""
_MOST = 3


def asked_values(asked: Asked, kind: GroupKind, entries: Sequence[Entry]) -> list[str]:
    """For each object what is asked of it, as ``size 50Gi, storage class fast``; empty where nothing of that sort is asked."""
    text = " ".join(asked.reading.question.lower().replace("?", "").split())
    taken = {condition.field for condition in asked.reading.conditions}
    columns = [one for one in columns_for(kind, wide=True) if one.header not in _NEVER and one.header.lower() not in taken]
    wanted = [one for one in columns if _is_said(one.header, text)][:_MOST]
    if wanted:
        return [", ".join(f"{_spoken(one.header)} {_plain(one.text(entry.obj, asked.at_ms))}" for one in wanted) for entry in entries]
    name = next(_fields_said(text, entries), "")
    if not name:
        return []
    spoken = " ".join(word.lower() for word in HUMP.findall(name))
    return [
        f"{spoken} {', '.join(dict.fromkeys(value for key, value in leaves_of(entry.obj) if key == name)) or 'none'}" for entry in entries
    ]


def _words_of(header: str) -> str:
    own = re.escape(header.lower()).replace("\\-", "[ -]").replace("\\ ", " ?")
    known = _SPOKEN.get(header)
    return known if known and len(header) <= len("IP") else f"{own}s?|{known}" if known else f"{own}(?:e?s)?"


def _plain(cell: str) -> str:
    return cell[1:-1] if cell in ("<none>", "<unset>", "<unknown>") else cell


def _fields_said(text: str, entries: Sequence[Entry]) -> Iterator[str]:
    """Fields of two words and more whose name a question says in full."""
    for name in sorted({name for entry in entries for name, _ in leaves_of(entry.obj)}, key=lambda one: (-len(one), one)):
        words = [word.lower() for word in HUMP.findall(name)]
        bare = words[:-1] if words[-1] == "name" else words
        if len(words) > 1 and re.search(rf"\b{' ?'.join(map(re.escape, bare))}(?:s|es)?\b", text):
            yield name


def _spoken(header: str) -> str:
    return header.lower().replace("(s)", "s")


def words_of_asked(asked: Asked, kind: GroupKind, entries: Sequence[Entry]) -> set[str]:
    """The words by which such a field is asked for: they name nothing else."""
    text = " ".join(asked.reading.question.lower().replace("?", "").split())
    said = " ".join(one.header.lower() for one in columns_for(kind, wide=True) if one.header not in _NEVER and _is_said(one.header, text))
    name = "" if said else next(_fields_said(text, entries[:_MOST]), "")
    found = {word.lower() for word in HUMP.findall(f"{said} {name}")}
    return found | {f"{word}s" for word in found}


def _is_said(header: str, text: str) -> bool:
    return re.search(rf"\b(?:{_words_of(header)})\b", text) is not None
