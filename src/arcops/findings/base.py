"""The words of diagnosis: a rule, its hits, the evidence they rest on, and the findings they become.

``rules/__init__.py`` tells how a rule is written.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import msgspec

from arcops.kube.objects.meta import KubeObject
from arcops.kube.refs import GroupKind, ObjectRef


class Severity(enum.StrEnum):
    """How bad. ``critical`` cannot serve now, ``warning`` is degraded or will break, ``info`` is worth knowing, never an alert."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst: for sorting."""
        return _RANKS[self]

    @property
    def is_alarm(self) -> bool:
        """Whether it belongs in the list of incidents."""
        return self is not Severity.INFO


_RANKS = {Severity.CRITICAL: 0, Severity.WARNING: 1, Severity.INFO: 2}


class State(enum.StrEnum):
    """``pending`` is true, but not yet for the rule's duration; ``resolved`` is over."""

    PENDING = "pending"
    OPEN = "open"
    RESOLVED = "resolved"


class Precision(enum.StrEnum):
    """How a time is known: we saw it turn, a field or event says so, or it was so when the record began."""

    OBSERVED = "observed"
    REPORTED = "reported"
    BEFORE_RECORD = "before-record"


class Since(msgspec.Struct, frozen=True, gc=False):
    """When something began, in Unix milliseconds; None exactly when it is ``before-record``."""

    at_ms: int | None
    precision: Precision


UNKNOWN_SINCE = Since(None, Precision.BEFORE_RECORD)


class EvidenceType(enum.StrEnum):
    """What a piece of evidence is, and so how it can be opened."""

    FIELD = "field"
    EVENT = "event"
    LOG = "log"
    CHANGE = "change"
    ABSENCE = "absence"
    METRIC = "metric"


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """One fact. Make it with the functions of ``evidence.py``.

    ``path`` is the field, the event's reason, or the log's container; ``value`` what stands there (the new value of a
    change); ``text`` the fact as a sentence.
    """

    type: EvidenceType
    ref: ObjectRef
    text: str
    path: str = ""
    value: str = ""
    time_ms: int | None = None


class Hit(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A rule's verdict about one subject, as the rule gives it.

    ``title`` is one sentence that names the subject's fault with its numbers and names; ``why`` further sentences.
    ``cause`` is the object to blame if it is not the subject (it need not exist). ``since_ms`` is given only where a field or
    event of the object says when: never guess. ``for_minutes`` and ``severity`` replace the rule's own.
    ``link`` says how the cause reaches the subject, for the chain ("pulls with", "mounts", "selects").
    """

    title: str
    cause: ObjectRef | None = None
    link: str = ""
    why: str = ""
    evidence: tuple[Evidence, ...] = ()
    next: tuple[str, ...] = ()
    severity: Severity | None = None
    since_ms: int | None = None
    for_minutes: float | None = None


class Finding(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One rule's verdict about one object, with its time and state.

    ``id`` is made of code, the subject's uid and the cause's name, so that it survives restarts and new texts.
    ``speaker`` is the workload that speaks for the subject (a pod's Deployment), or the subject itself. ``is_symptom``: what
    causes it is looked for among other findings. ``began_with`` tells of the change it began after. ``ignored`` says who
    suppressed it and why, "" where nobody did. Texts are free of credentials.
    """

    id: str
    code: str
    severity: Severity
    state: State
    subject: ObjectRef
    uid: str
    speaker: ObjectRef
    cause: ObjectRef | None
    link: str
    title: str
    why: str
    since: Since
    evidence: tuple[Evidence, ...]
    next: tuple[str, ...]
    is_symptom: bool = False
    resolved_ms: int | None = None
    began_with: str = ""
    ignored: str = ""

    @property
    def is_problem(self) -> bool:
        """Whether it is open, of warning or above, and nobody decided to live with it."""
        return self.state is State.OPEN and self.severity.is_alarm and not self.ignored


Check = Callable[..., Iterator[Hit]]
"""``check(obj, view)``: the typed object and the view of the moment."""
Gate = Callable[[KubeObject], bool]
"""A quick look at the object alone; rules that share one are all left out together when it says no."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault's rule. ``kinds`` None means every kind that has no type of its own (custom resources)."""

    code: str
    area: str
    kinds: tuple[GroupKind, ...] | None
    check: Check
    severity: Severity
    for_minutes: float
    mixin: str
    gate: Gate | None
    is_symptom: bool
    blames_changes: bool
    doc: str

    @property
    def summary(self) -> str:
        """What the finding means, in one sentence."""
        return self.doc.partition("\n")[0].strip()

    def section(self, name: str) -> str:
        """A paragraph of the docstring: ``Found``, ``Quiet`` or ``Do``; "" if it has none."""
        for paragraph in self.doc.split("\n\n"):
            head, colon, rest = paragraph.strip().partition(":")
            if colon and head == name:
                return " ".join(rest.split())
        return ""


def code_of(module: str) -> str:
    """The code of a rule's module: ``arcops.findings.rules.pod.oom_killed`` gives ``OomKilled``."""
    return "".join(word.capitalize() for word in module.rpartition(".")[2].split("_"))


def rule(
    *types: type[KubeObject],
    severity: Severity,
    for_minutes: float = 0,
    mixin: str = "",
    gate: Gate | None = None,
    is_symptom: bool = False,
    blames_changes: bool = False,
) -> Callable[[Check], Rule]:
    """Make ``check(obj, view)`` a rule about objects of these types; none means custom resources of any kind.

    ``for_minutes``: how long it must hold before it opens. ``mixin``: the kubernetes-mixin alert of the same fault.
    ``gate``: a predicate of the object alone that most healthy objects fail. ``is_symptom``: it follows from something else
    whenever another finding about the same workload, or about what it depends on, can explain it. ``blames_changes``: if a
    ConfigMap or Secret it uses, or its template, changed shortly before, that is its cause.
    """

    def decorate(check: Check) -> Rule:
        from sys import modules

        module = check.__module__
        kinds = tuple(kind.GROUP_KIND for kind in types) if types else None  # type: ignore[attr-defined]
        return Rule(
            code=code_of(module), area=module.split(".")[-2], kinds=kinds, check=check, severity=severity, for_minutes=for_minutes,
            mixin=mixin, gate=gate, is_symptom=is_symptom, blames_changes=blames_changes, doc=(modules[module].__doc__ or "").strip(),
        )  # fmt: skip

    return decorate
