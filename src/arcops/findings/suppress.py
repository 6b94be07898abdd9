"""Findings somebody has decided to live with: by code, object or label, or by an annotation on the object itself.

A suppressed finding is still found and listed, with who said so, why, and until when; it makes no incident and no alarm.
The annotation ``arcops.io/ignore`` holds codes or ``*``, and after semicolons ``who=``, ``why=`` and ``until=`` (RFC 3339 or a day)::

    arcops.io/ignore: "OomKilled, ProbeFailing; why=load test; who=ana; until=2026-12-01"

It counts on the subject, on the workload that speaks for it, and on their namespace.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

import msgspec

from arcops.base.clock import rfc3339
from arcops.findings.base import Finding
from arcops.inventory.base import Reader
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.selectors import parse_selector
from arcops.kube.times import time_ms

ANNOTATION = "arcops.io/ignore"
EVERY = "*"
_NAMESPACE = GroupKind("", "Namespace")


class Suppression(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One decision. Empty fields do not restrict; ``code`` and ``name`` may hold ``*``. Times in Unix milliseconds.

    ``kind`` is as ``Deployment.apps`` or ``Pod``. ``until_ms`` None means until it is taken back.
    """

    id: str
    who: str
    why: str
    since_ms: int
    until_ms: int | None = None
    code: str = EVERY
    kind: str = ""
    namespace: str = ""
    name: str = EVERY
    selector: str = ""

    def is_over(self, now_ms: int) -> bool:
        """Whether its time has passed."""
        return self.until_ms is not None and self.until_ms <= now_ms

    @property
    def text(self) -> str:
        """The decision in a sentence."""
        until = f" until {rfc3339(self.until_ms)}" if self.until_ms is not None else ""
        return f"ignored{until} by {self.who or 'somebody'}: {self.why or 'no reason given'}"


def suppression_of(finding: Finding, decided: Sequence[Suppression], reader: Reader, now_ms: int) -> Suppression | None:
    """The decision that covers a finding now, or None; annotations first."""
    for ref in dict.fromkeys((finding.subject, finding.speaker)):
        for one in _annotated(ref, reader):
            if not one.is_over(now_ms) and fnmatchcase(finding.code, one.code):
                return one
    return next((one for one in decided if not one.is_over(now_ms) and _covers(one, finding, reader)), None)


def parse_annotation(text: str, ref: ObjectRef) -> list[Suppression]:
    """The decisions of an annotation's value; words that make no sense are left out."""
    codes, *rest = text.split(";")
    said = {key.strip().lower(): value.strip() for key, equals, value in (part.partition("=") for part in rest) if equals}
    until_ms = time_ms(_whole(said.get("until", "")))
    if said.get("until") and until_ms is None:
        return []
    return [
        Suppression(
            id=f"annotation/{ref}", who=said.get("who") or f"the annotation of {ref}", why=said.get("why", ""), since_ms=0,
            until_ms=until_ms, code=EVERY if code.lower() in ("true", "all", EVERY) else code,
        )
        for code in filter(None, (word.strip() for word in codes.split(",")))
    ]  # fmt: skip


def _annotated(ref: ObjectRef, reader: Reader) -> Iterator[Suppression]:
    places = (ref, ObjectRef.of(_NAMESPACE, "", ref.namespace)) if ref.namespace else (ref,)
    for place in places:
        entry = reader.get(place)
        text = (entry.obj.metadata.annotations or {}).get(ANNOTATION) if entry is not None else None
        if text:
            yield from parse_annotation(text, place)


def _covers(one: Suppression, finding: Finding, reader: Reader) -> bool:
    if not fnmatchcase(finding.code, one.code):
        return False
    return any(_is_about(one, ref, reader) for ref in dict.fromkeys((finding.subject, finding.speaker)))


def _is_about(one: Suppression, ref: ObjectRef, reader: Reader) -> bool:
    if one.namespace not in ("", ref.namespace) or one.kind not in ("", str(ref.group_kind)) or not fnmatchcase(ref.name, one.name):
        return False
    if not one.selector:
        return True
    entry = reader.get(ref)
    return entry is not None and parse_selector(one.selector).matches(entry.obj.metadata.labels)


def _whole(text: str) -> str:
    """A day as its midnight."""
    return f"{text}T00:00:00Z" if len(text) == len("2026-12-01") else text
