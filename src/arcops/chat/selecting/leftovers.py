"""Words of a question that no condition took: whether some label, name or image of the objects is what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from arcops.chat.selecting.check import Check
from arcops.chat.selecting.images import images_of, is_named
from arcops.inventory.base import Entry

_ALIKE = {
    "production": ("prod", "production"), "prod": ("prod", "production"), "development": ("dev", "development"),
    "dev": ("dev", "development"), "staging": ("staging", "stage", "stg"), "test": ("test", "testing"), "testing": ("test", "testing"),
}  # fmt: skip
_SHORTEST = 3
_TOKEN = re.compile(r"[a-z0-9]+")
_SPEAKING = frozenset(
    "and are all any about app apps application applications been being but can cluster clusters count containing could currently did "
    "does each every exist exists existing find for from full gimme give got had has have here how including inside into just kind kinds "
    "kubernetes list listed many me more most much my name named names namespace namespaces need not now number object objects of off "
    "on only or our out over overview per please present resource resources running see show shown some state status such table tell "
    "than that the their them there these they this those tot total under up use used using was were what when where which who why will "
    "with within you your right moment today present amount quantity stuff things thing them right across altogether anything "
    "different distinct unique separate healthy unhealthy broken bad well fine problem problems issue issues trouble wrong "
    "latest oldest newest youngest biggest largest smallest highest lowest least fewest top first last sort sorted order ordered "
    "limit limits request requests memory cpu probe probes usage resources label labels labelled labeled tag tags node nodes pod pods "
    "image images container containers restart restarts restarted restarting event events warning warnings ready unready yet still "
    "less greater fewer older younger minutes minute hours hour days day weeks week times time ago since deployed installed "
    "created exactly deployments deployment services service workloads workload replicas replica hold holds held belongs belong "
    "without missing lacking lack lacks have having haven hasn don doesn aren isn".split()
)


def leftover_checks(words: Iterable[str], entries: Sequence[Entry]) -> tuple[list[Check], list[str]]:
    """A check for each word that a label value, an image or a name holds, and the words that nothing holds."""
    checks: list[Check] = []
    strange: list[str] = []
    for word in dict.fromkeys(word.lower().strip(".,?!'\"") for word in words):
        if len(word) < _SHORTEST or word in _SPEAKING or word.isdigit():
            continue
        check = _by_label(word, entries) or _by_image(word, entries) or _by_name(word, entries)
        if check is None:
            strange.append(word)
        else:
            checks.append(check)
    return checks, strange


def _by_label(word: str, entries: Sequence[Entry]) -> Check | None:
    wanted = _ALIKE.get(word, (word,))
    pairs: set[tuple[str, str]] = set()
    for entry in entries:
        for key, value in (entry.obj.metadata.labels or {}).items():
            if value in wanted or value.lower() in wanted:
                pairs.add((key, value))
    if not pairs:
        return None
    said = " or ".join(f"{key}={value}" for key, value in sorted(pairs)[:3])
    return Check(f"{{have}} label {said}", lambda entry: not pairs.isdisjoint((entry.obj.metadata.labels or {}).items()))


def _by_image(word: str, entries: Sequence[Entry]) -> Check | None:
    if not any(is_named(image, word) for entry in entries for image in images_of(entry)):
        return None
    return Check(f"run{{s}} image {word}", lambda entry: any(is_named(image, word) for image in images_of(entry)))


def _by_name(word: str, entries: Sequence[Entry]) -> Check | None:
    def holds(entry: Entry) -> bool:
        name = entry.ref.name.lower()
        return word in name and (word in _TOKEN.findall(name) or "-" in word or len(word) > _SHORTEST)

    if not any(map(holds, entries)):
        return None
    return Check(f"{{have}} {word} in the name", holds)
