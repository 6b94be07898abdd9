"""Words of a question that no condition took: whether some label, name or image of the objects is what they mean."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from arcops.chat.read.lexicon import GRAMMAR
from arcops.chat.selecting.check import Check, denied
from arcops.chat.selecting.fields import value_check
from arcops.chat.selecting.images import images_of, is_named
from arcops.inventory.base import Entry
from arcops.kube.objects.event import Event, normalize

_ALIKE = {
    "production": ("prod", "production"), "prod": ("prod", "production"), "development": ("dev", "development"),
    "dev": ("dev", "development"), "staging": ("staging", "stage", "stg"), "test": ("test", "testing"), "testing": ("test", "testing"),
    "arm": ("arm64", "arm"), "x86": ("amd64",), "intel": ("amd64",), "amd": ("amd64",),
}  # fmt: skip
_SHORTEST = 3
_NAMING = (
    r"\b(?:run|runs|running|use|uses|using|with|image|images|called|named|labelled|labeled|label|for|of|version|tag|contain|containing|app)"
)
_DENYING = (
    r"\b(?:not|non|no|never|without|except|excluding|excl|besides|other than|but|isn'?t|aren'?t|don'?t|doesn'?t|apart from)[- ]"
    r"(?:(?:in|of|for|the|a|an|any|labell?ed|called|named|running|run|use|using|have|has|label|env|belong(?:ing)? to|part of) )*"
)
_ONE = (
    r"(?:pod|deployment|service|svc|statefulset|daemonset|job|cronjob|node|config ?map|secret|ingress|namespace|volume|claim|pvc|role|"
    r"webhook|policy|account|quota|hpa|autoscaler)"
)
_TOKEN = re.compile(r"[a-z0-9]+")
_SPEECH = """
about across agent agents ago all altogether amount and any anything apart app application applications apps arcops are aren aside bad been
being belong belongs besides biggest broken but can capacity cluster clusters command commands container containers containing cordoned
could count counting cpu created currently day days deployed deployment deployments did different distinct does doesn don each error errors
event events every exactly except excluding exist existing exists fewer fewest find finding findings fine first for from full gimme give
got greater had has hasn have haven having healthy held here highest hold holds hour hours how ignoring image images incident incidents
including inside installed into isn issue issues just kind kinds kubectl kubernetes label labeled labelled labels lack lacking lacks
largest last latest least less limit limits lines list listed log logs lowest many me memory minute minutes missing moment more most much
my name named names namespace namespaces need newest node nodes not now number object objects of off older oldest on only or order ordered
our out over overview per platform please pod pods pool pools present probe probes problem problems quantity ready replica replicas request
requests resource resources restart restarted restarting restarts right room running see separate service services show shown since
smallest some sort sorted state status still stuff such table tag tags taint taints tell than that the their them there these they thing
things this those time times today top tot total trouble under unhealthy unique unready up usage use used using version versions warning
warnings was week weeks well were what when where which who why will with within without workload workloads wrong yet you younger youngest
your
"""
SPEAKING = frozenset(_SPEECH.split())
"""Words of questions that name nothing."""


def leftover_checks(words: Iterable[str], entries: Sequence[Entry], question: str) -> tuple[list[Check], list[str]]:
    """A check for each word that a label value, an image or a name holds, and the words that nothing holds.

    A word that stands where a name or an image does (``running nginx``, ``called web``) is a check all the same: none passes.
    """
    checks: list[Check] = []
    strange: list[str] = []
    for word in dict.fromkeys(word.lower().strip(".,?!'\"") for word in words):
        if len(word) < _SHORTEST or word in SPEAKING or word.isdigit():
            continue
        check = _by_label(word, entries) or _by_image(word, entries) or _by_name(word, entries) or value_check(word, entries)
        if check is None and re.search(_named_so(re.escape(word)), question.lower()):
            check = check_of_name(word, entries)
        if check is None:
            strange.append(word)
        else:
            checks.append(denied(check) if re.search(rf"{_DENYING}{re.escape(word)}(?![\w-])", question.lower()) else check)
    return checks, strange


def everyday_values(text: str, entries: Sequence[Entry]) -> list[Check]:
    """The check for an everyday word that is a value of a field: ``strategy recreate``; [] where none is."""
    words = (word for word in re.findall(r"[a-z][a-z-]+", text) if len(word) > _SHORTEST and word not in SPEAKING | GRAMMAR)
    checks = (value_check(word, entries) for word in words if not entries or word.rstrip("s") != entries[0].ref.kind.lower())
    return [check for check in checks if check is not None][:1]


def _named_so(word: str) -> str:
    """Where a word can only be a name: ``running nginx``, ``a service memcom``, ``the memcom service``."""
    return rf"{_NAMING} {word}(?![\w-])|\b{_ONE} {word}(?![\w-])|(?<![\w-]){word} {_ONE}\b"


def check_of_name(name: str, entries: Sequence[Entry]) -> Check:
    """The check for a name that no object has: by label, image or part of a name; where nothing fits, none passes."""
    found = _by_label(name, entries) or _by_image(name, entries) or _by_name(name, entries)
    said = f"{{are}} about {name}" if entries and isinstance(entries[0].obj, Event) else f"{{are}} named, labelled or running {name}"
    return found or Check(said, lambda _: False)


def _by_label(word: str, entries: Sequence[Entry]) -> Check | None:
    wanted = _ALIKE.get(word, (word,))
    pairs: set[tuple[str, str]] = set()
    for entry in entries:
        for key, value in (entry.obj.metadata.labels or {}).items():
            if value in wanted:
                pairs.add((key, value))
    if not pairs:
        return None
    said = " or ".join(f"{key}={value}" for key, value in sorted(pairs)[:3])
    return Check(f"{{have}} label {said}", lambda entry: not pairs.isdisjoint((entry.obj.metadata.labels or {}).items()))


def _by_image(word: str, entries: Sequence[Entry]) -> Check | None:
    found = {image for image in {image for entry in entries for image in images_of(entry)} if is_named(image, word)}
    if not found:
        return None
    return Check(f"run{{s}} image {word}", lambda entry: not found.isdisjoint(images_of(entry)))


def _by_name(word: str, entries: Sequence[Entry]) -> Check | None:
    def holds(entry: Entry) -> bool:
        name = (normalize(entry.obj).involved.name if isinstance(entry.obj, Event) else entry.ref.name).lower()
        return word in name and (word in _TOKEN.findall(name) or "-" in word or len(word) > _SHORTEST)

    if not any(map(holds, entries)):
        return None
    is_about = bool(entries) and isinstance(entries[0].obj, Event)
    return Check(f"{{are}} about {word}" if is_about else f"{{have}} {word} in the name", holds)
