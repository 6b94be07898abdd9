"""The words of the chat: what a question means, the facts an answer rests on, and the answer by rule as blocks.

question -> read -> Reading -> answers/<intent>.py -> Draft (blocks with facts) -> Markdown, or a prompt for a model
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

import msgspec

from arcops.kube.refs import GroupKind, ObjectRef

DIRECT_MODE = "direct-mode"
"""Who words an answer where no model does; a contract of the first version."""


class Intent(enum.StrEnum):
    """What a question wants. Each has one file of its name in ``answers``."""

    WRONG = "wrong"
    """What is wrong, in the cluster, a namespace or about an object; also "is everything fine"."""
    WHY = "why"
    """Why something is as it is: crashes, waits, does not answer, restarts."""
    CHANGED = "changed"
    """What changed, before a moment, between two, since one; who touched it."""
    LIST = "list"
    """Which objects there are, by conditions."""
    COUNT = "count"
    """How many there are, by conditions."""
    LOGS = "logs"
    """Lines of containers: the last, errors, of a time, of the run before."""
    HISTORY = "history"
    """The life of an object: versions, restarts, when it was made or deleted."""
    STATE = "state"
    """What an object, a namespace or the cluster looks like, now or at a moment."""
    DEPENDS = "depends"
    """Who depends on something, and what it reaches."""
    NODES = "nodes"
    """Nodes and their capacity: room, pressure, what runs where."""
    PLATFORM = "platform"
    """Which platform and version: AKS Arc, k3s, Kubernetes, runtimes."""
    COMMAND = "command"
    """The command for a task."""
    TERM = "term"
    """What a word, a reason, a code or a kind means."""
    ABOUT = "about"
    """arcops itself: what it sees and remembers, its model, what it can be asked."""
    UNCLEAR = "unclear"
    """Not understood: says what can be asked."""


class Condition(msgspec.Struct, frozen=True, gc=False):
    """One restriction of a list.

    ``field`` is one of ``ready``, ``phase``, ``reason``, ``restarts``, ``image``, ``label``, ``annotation``, ``node``, ``age``,
    ``cpu``, ``memory``, ``type``, ``name``; ``op`` is one of ``=``, ``!=``, ``>``, ``>=``, ``<``, ``<=``, ``~`` (contains).

    Amounts are plain numbers in base units: restarts, seconds of age, cores, bytes.
    """

    field: str
    op: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a question means.

    ``objects`` exist (now, or in the record: then ``gone`` holds them too), likeliest first; ``kind`` is the kind of thing that is
    asked for in lists and counts, or None. ``namespace`` is "" for all. ``at_ms`` is the moment asked about (None: now),
    ``since_ms`` and ``until_ms`` a span, ``around_ms`` the moment it lies around;
    ``early_ms`` is a moment asked about before the record began, which is answered as of now.
    ``words`` are the ones that carry meaning and were not used otherwise: to search for.
    ``unknown`` are names that were asked for and are nowhere; ``near`` their nearest. ``notes`` are sentences the answer must
    begin with: another namespace than said, other readings, a time that was guessed. ``subject`` is what a term, a command
    or a search is about. ``back`` counts steps before the last one talked of ("and the one before?").
    """

    question: str
    intent: Intent
    objects: tuple[ObjectRef, ...] = ()
    gone: tuple[ObjectRef, ...] = ()
    kind: GroupKind | None = None
    namespace: str = ""
    at_ms: int | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    around_ms: int | None = None
    early_ms: int | None = None
    conditions: tuple[Condition, ...] = ()
    container: str = ""
    previous_run: bool = False
    words: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    near: tuple[ObjectRef, ...] = ()
    notes: tuple[str, ...] = ()
    subject: str = ""
    back: int = 0
    is_follow_up: bool = False
    zone: tzinfo = field(default=UTC)


class FactType(enum.StrEnum):
    """What a fact is, and so how it can be checked."""

    FINDING = "finding"
    INCIDENT = "incident"
    FIELD = "field"
    EVENT = "event"
    LOG = "log"
    CHANGE = "change"
    COUNT = "count"
    COVERAGE = "coverage"
    MEANING = "meaning"
    COMMAND = "command"


class Fact(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One line that is known: ``F7 pod shop/checkout-7d9f: app killed OOMKilled, limit 128Mi, 12 times, last 14:29:12``.

    ``text`` stands without its id, masked and defused. ``object`` is ``Kind/namespace/name`` or "". ``path`` is where it was read: a
    field, an event's reason, a container. ``rank`` orders facts for a small window: 0 is what was asked about, 1 its chain,
    2 changes before the onset, 3 last lines, 4 counts, 5 gaps of coverage. ``at`` is RFC 3339.
    """

    id: str
    type: FactType
    text: str
    object: str = ""
    path: str = ""
    at: str = ""
    rank: int = 4


class Said(msgspec.Struct, frozen=True, gc=False, tag="said"):
    """Sentences in plain Markdown without links, and the ids of the facts they rest on. ``is_item``: one of a list."""

    text: str
    facts: tuple[str, ...] = ()
    is_item: bool = False


class Heading(msgspec.Struct, frozen=True, gc=False, tag="heading"):
    """A short heading: What, Since, Why, Changed, Evidence, Ruled out, Next, or an object's name."""

    text: str


class Table(msgspec.Struct, frozen=True, gc=False, tag="table"):
    """Rows of plain text, the most important first. ``total`` is how many there are; fewer rows than that are said to be some."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int
    facts: tuple[str, ...] = ()


class Lines(msgspec.Struct, frozen=True, gc=False, tag="lines"):
    """Untrusted text as it was written by others: shown fenced, masked and defused."""

    lines: tuple[str, ...]
    facts: tuple[str, ...] = ()


class Command(msgspec.Struct, frozen=True, gc=False, tag="command"):
    """A command line to run; nothing is run by arcops. ``facts`` name what its words come from."""

    line: str
    facts: tuple[str, ...] = ()


Block = Said | Heading | Table | Lines | Command


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer by rule. ``can_tell`` is false where the answer is "I cannot tell; this would settle it"."""

    blocks: tuple[Block, ...]
    can_tell: bool = True


class Tokens(msgspec.Struct, frozen=True, gc=False):
    """Tokens of the prompt and of the model's answer, as the server counts, else bytes/3; and the window. All 0 without a model."""

    prompt: int = 0
    answer: int = 0
    window: int = 0


class Scope(msgspec.Struct, frozen=True, gc=False):
    """What was looked at: a namespace ("" for all), objects as ``Kind/namespace/name``, a moment or a span, RFC 3339."""

    namespace: str = ""
    objects: tuple[str, ...] = ()
    at: str | None = None
    since: str | None = None
    until: str | None = None


class Answer(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An answer in Markdown whose sentences name their facts as ``[F3]``.

    ``model`` is who worded it, ``direct-mode`` for the rules. ``dropped`` counts sentences of the model that failed the check.
    ``notes`` say in a sentence each what went wrong on the way to the model. ``id`` is what feedback is given to, ``session`` the
    conversation.
    """

    answer: str
    intent: str
    facts: tuple[Fact, ...]
    model: str
    dropped: int = 0
    tokens: Tokens = Tokens()
    scope: Scope = Scope()
    notes: tuple[str, ...] = ()
    can_tell: bool = True
    id: str = ""
    session: str = ""
