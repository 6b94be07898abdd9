"""``arcops events``: what happened, as ``kubectl events`` prints it, and beyond the hour the cluster remembers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from arcops.cli.command import command
from arcops.cli.complete import complete_kind_slash_name
from arcops.cli.options import Scope, Speech, Target, output_option, scope_options, speech_options, target_options
from arcops.cli.params import DURATION, Output

if TYPE_CHECKING:
    from arcops.cli.questions import Questions
    from arcops.queries.events import Event

_POLL_S = 1.0
_HOUR_S = 3600.0


@command(
    "events",
    examples=[
        ("events", "the last hour in this namespace"),
        ("events -A --types Warning --since 6h", "all warnings of six hours, if the record reaches so far"),
        ("events --for pod/web-0 -o json", "everything about one pod, for a script"),
        ("events -A -w --text denied", "those that speak of this, as they come"),
    ],
)
@click.option(
    "--for", "about", metavar="KIND/NAME", shell_complete=complete_kind_slash_name, default="", help="Only events of this object."
)
@click.option("--types", metavar="TYPES", default="", help="Only these types, as Warning or Normal,Warning.")
@click.option("--since", "since_s", type=DURATION, default="1h", show_default=True, metavar="AGE", help="How far to look back.")
@click.option("--text", default="", help="Only events with this in message or reason, whatever its case.")
@click.option("-w", "--watch", is_flag=True, help="Go on with what happens from now on.")
@click.option("--no-headers", is_flag=True, help="Leave the heads of the columns out.")
@output_option("json", "yaml", "wide", "name", "jsonpath")
@scope_options()
@target_options()
@speech_options()
def events(
    target: Target, scope: Scope, speech: Speech, output: Output, *,
    about: str, types: str, since_s: float, text: str, watch: bool, no_headers: bool,
) -> None:  # fmt: skip
    """List what happened, oldest first, as kubectl events does.

    With a service the answer also holds what the cluster has forgotten: it keeps events for an hour, the record for
    days. Repeats of an event are one line, with how often and since when.
    """
    from arcops.cli.connect import questions
    from arcops.kube.times import time_ms

    with questions(target, speech, ("events",)) as asked:
        namespace = "" if scope.all_namespaces else scope.namespace or asked.namespace
        match = _Match.of(asked, namespace, about, types, text)
        oldest_ms = asked.now_ms - round(since_s * 1000)
        found = [event for event in match.among(asked.events(hours_of(since_s))) if (time_ms(event.last_seen) or 0) >= oldest_ms]
        shown = _Shown(output, with_namespace=not namespace, headers=not no_headers)
        shown.print_all(found, asked.now_ms, streams=watch)
        if not found and output.is_table and not watch:
            speech.note(f"No events found{f' in namespace {namespace}' if namespace else ''} in this time.")
        if watch:
            _follow(asked, match, found, shown)


def hours_of(seconds: float) -> int:
    """The whole hours that hold so many seconds, at least one."""
    return max(1, math.ceil(seconds / _HOUR_S))


@dataclass(frozen=True, slots=True)
class _Match:
    """Which events are meant; empty fields do not narrow. ``kind`` as events name it, the rest in lower case but names."""

    namespace: str
    kind: str
    name: str
    types: frozenset[str]
    text: str

    @classmethod
    def of(cls, asked: Questions, namespace: str, about: str, types: str, text: str) -> _Match:
        from arcops.cli.kinds import catalog_of

        word, slash, name = about.partition("/")
        kind = catalog_of(asked.kinds()).find(word).kind if slash else ""
        wanted = frozenset(part.strip().lower() for part in types.split(",") if part.strip())
        return cls(namespace, kind, name if slash else word, wanted, text.lower())

    def among(self, events: Sequence[Event]) -> list[Event]:
        """Those that fit, oldest first."""
        return [event for event in reversed(events) if self._fits(event)]

    def _fits(self, event: Event) -> bool:
        involved = event.involved
        return (
            self.namespace in {"", event.namespace}
            and self.kind in {"", involved.kind}
            and self.name in {"", involved.name}
            and (not self.types or event.type.lower() in self.types)
            and (not self.text or self.text in f"{event.reason} {event.message}".lower())
        )


@dataclass(frozen=True, slots=True)
class _Shown:
    """How events are printed."""

    output: Output
    with_namespace: bool
    headers: bool

    def print_all(self, events: Sequence[Event], now_ms: int, *, streams: bool) -> None:
        """Print events in the form that was asked for; as one line each where more will come."""
        from arcops.cli.output import print_answer, print_json_line, print_lines, print_table

        if self.output.is_table:
            if events or streams:
                print_table(self._heads(), [self._row(event, now_ms) for event in events], headers=self.headers)
        elif self.output.form == "name":
            print_lines(f"event/{event.name}" for event in events)
        elif streams:
            for event in events:
                print_json_line(event)
        else:
            print_answer("EventList", list(events), self.output)

    def _heads(self) -> list[str]:
        heads = [
            "LAST SEEN",
            "TYPE",
            "REASON",
            "OBJECT",
            *(["SOURCE", "COUNT", "FIRST SEEN"] if self.output.form == "wide" else []),
            "MESSAGE",
        ]
        return ["NAMESPACE", *heads] if self.with_namespace else heads

    def _row(self, event: Event, now_ms: int) -> list[str]:
        from arcops.kube.times import age_text

        last, first = age_text(event.last_seen, now_ms), age_text(event.first_seen, now_ms)
        wide = self.output.form == "wide"
        seen = f"{last} (x{event.count} over {first})" if event.count > 1 and not wide else last
        extra = [event.source or "-", str(event.count), first] if wide else []
        about = f"{event.involved.kind.lower()}/{event.involved.name}"
        row = [seen, event.type, event.reason, about, *extra, event.message]
        return [event.namespace, *row] if self.with_namespace else row


def _follow(asked: Questions, match: _Match, known: Sequence[Event], shown: _Shown) -> None:
    """Ask again each second and print what is new or was seen again, until Ctrl+C."""
    seen = {_identity(event) for event in known}
    later = _Shown(shown.output, shown.with_namespace, headers=False)
    while True:
        asked.wait(_POLL_S)
        fresh = [event for event in match.among(asked.events(1)) if _identity(event) not in seen]
        seen.update(_identity(event) for event in fresh)
        if fresh:
            later.print_all(fresh, asked.now_ms, streams=True)


def _identity(event: Event) -> tuple[str, str, int, str]:
    return event.namespace, event.name, event.count, event.last_seen
