"""``arcops logs``: the lines of a pod's containers, as ``kubectl logs`` prints them."""

from __future__ import annotations

import sys
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from arcops.base.errors import BadInput, LogsNotFound, NotFound
from arcops.cli.command import command
from arcops.cli.complete import complete_pod
from arcops.cli.options import Scope, Speech, Target, output_option, scope_options, speech_options, target_options
from arcops.cli.params import Output

if TYPE_CHECKING:
    from arcops.cli.questions import Questions
    from arcops.queries.logs import LogRequest, PodLogs

_USUAL_LINES, _FEWEST_LINES, _MOST_LINES = 100, 10, 1000
"""What the service gives; it never gives fewer than ten, so that the rest is cut here."""
_POLL_S = 1.0


@command(
    "logs",
    examples=[
        ("logs web-0 -n shop", "the container in trouble, or the only one, or all"),
        ("logs web-0 -c app --previous --tail 50", "the last words of the run before"),
        ("logs pod/web-0 --since 15m --timestamps", "a quarter of an hour, with the time of each line"),
        ("logs web-0 -c app -f", "go on as they come"),
    ],
)
@click.argument("pod", shell_complete=complete_pod)
@click.argument("container_word", metavar="[CONTAINER]", required=False, default="")
@click.option("-c", "--container", default="", help="This container only.")
@click.option("-p", "--previous", is_flag=True, help="The run before the present one.")
@click.option(
    "--tail", type=click.IntRange(1, _MOST_LINES), default=_USUAL_LINES, show_default=True, help="The last so many lines of each container."
)
@click.option("--since", default="", metavar="AGE|TIME", help="Only lines newer than this, as 15m or an RFC 3339 time.")
@click.option("--timestamps", is_flag=True, help="Put the time before each line.")
@click.option("--all-containers", is_flag=True, help="All containers, init containers too, each line with its container's name.")
@click.option("--prefix", is_flag=True, help="Put [pod/NAME/CONTAINER] before each line.")
@click.option("-f", "--follow", is_flag=True, help="Go on with the lines to come.")
@output_option("json")
@scope_options()
@target_options(short_file=False)
@speech_options()
def logs(
    target: Target, scope: Scope, speech: Speech, output: Output, *, pod: str, container_word: str, container: str,
    previous: bool, tail: int, since: str, timestamps: bool, all_containers: bool, prefix: bool, follow: bool,
) -> None:  # fmt: skip
    """Print the log lines of a pod's containers.

    Without a container's name: the only one there is; of several the one that is not well; else all, each line with
    the container's name. Escape sequences and bytes that are no text are taken out.
    """
    from arcops.cli.connect import questions
    from arcops.cli.output import print_answer
    from arcops.queries.logs import LogRequest

    with questions(target, speech, ("pods",)) as asked:
        request = LogRequest(
            namespace=scope.namespace or asked.namespace or "default", pod=_pod_name(pod), container=container or container_word or None,
            previous=previous, tail_lines=max(tail, _FEWEST_LINES), since=since or None, timestamps=timestamps,
        )  # fmt: skip
        shown = _Shown(speech, tail, prefix=prefix)
        if follow:
            _follow(asked, request, shown)
            return
        parts = _every_container(asked, request) if all_containers else [asked.logs(request)]
        if output.is_table:
            for part in parts:
                shown.show(part, named=all_containers)
        else:
            print_answer("PodLogs", parts if all_containers else parts[0], output)


def _pod_name(word: str) -> str:
    """``web-0`` of ``web-0`` and of ``pod/web-0``. Raises ``BadInput`` for another kind."""
    kind, slash, name = word.partition("/")
    if slash and kind.lower() not in {"po", "pod", "pods"}:
        raise BadInput(
            what=f'"{word}"', why="logs are a pod's", hint=f"`arcops get pods` lists them; then `arcops logs POD` for one of {name}."
        )
    return name if slash else word


def _every_container(asked: Questions, request: LogRequest) -> list[PodLogs]:
    """The lines of each container apart; of those that have none nothing. Raises ``LogsNotFound`` if none has any."""
    parts: list[PodLogs] = []
    missing: LogsNotFound | None = None
    for name in _containers(asked, request):
        try:
            parts.append(asked.logs(replace(request, container=name)))
        except LogsNotFound as error:
            missing = error
    if missing and not parts:
        raise missing
    return parts


def _containers(asked: Questions, request: LogRequest) -> list[str]:
    """Names of a pod's containers: init containers first, as they run."""
    import msgspec

    spec = msgspec.json.decode(asked.object("pods", request.namespace, request.pod)).get("spec") or {}
    return [container["name"] for field in ("initContainers", "containers") for container in spec.get(field) or ()]


@dataclass(frozen=True, slots=True)
class _Shown:
    """How lines are printed."""

    speech: Speech
    tail: int
    prefix: bool

    def show(self, part: PodLogs, *, named: bool) -> None:
        """Print the last ``tail`` lines of each container; notes go to stderr."""
        for note in part.notes:
            self.speech.note(note)
        self.lines(part, self.last(part), named=named)

    def lines(self, part: PodLogs, lines: Iterable[str], *, named: bool) -> None:
        """Print these lines, with the container's name where several speak."""
        from arcops.cli.output import print_lines

        several = len(part.containers) > 1
        print_lines(self._named(part, line, several=several, named=named) for line in lines)
        sys.stdout.flush()

    def _named(self, part: PodLogs, line: str, *, several: bool, named: bool) -> str:
        if self.prefix:
            name, _, rest = line[1:].partition("] ") if several else (part.containers[0], "", line)
            return f"[pod/{part.pod}/{name}] {rest}"
        return f"[{part.containers[0]}] {line}" if named and not several else line

    def last(self, part: PodLogs) -> list[str]:
        lines = part.logs.splitlines()
        if len(part.containers) == 1:
            return lines[-self.tail :]
        kept: list[str] = []
        for name in part.containers:
            kept += [line for line in lines if line.startswith(f"[{name}] ")][-self.tail :]
        return kept


def _follow(asked: Questions, request: LogRequest, shown: _Shown) -> None:
    """Print the lines so far, then each second what is new, until Ctrl+C or until the pod is gone."""
    part = asked.logs(replace(request, timestamps=True))
    fresh = shown.last(part)
    while True:
        known = set(part.logs.splitlines())
        shown.lines(part, (line if request.timestamps else _without_time(line, len(part.containers) > 1) for line in fresh), named=False)
        asked.wait(_POLL_S)
        try:
            part = asked.logs(replace(request, timestamps=True, tail_lines=_MOST_LINES))
        except NotFound as gone:
            shown.speech.note(gone.message)
            return
        fresh = _after_known(part, known)


def _after_known(part: PodLogs, known: Container[str]) -> list[str]:
    """The lines of each container behind the last one that was there before; all of them where none was."""
    several = len(part.containers) > 1
    fresh: list[str] = []
    for name in part.containers:
        lines = [line for line in part.logs.splitlines() if not several or line.startswith(f"[{name}] ")]
        last = max((place for place, line in enumerate(lines) if line in known), default=-1)
        fresh += lines[last + 1 :]
    return fresh


def _without_time(line: str, named: bool) -> str:
    """A line without the time the node put before it; with several containers it stands behind the name."""
    from arcops.kube.times import time_ms

    name, space, rest = line.partition(" ") if named else ("", "", line)
    stamp, _, text = rest.partition(" ")
    return name + space + (text if time_ms(stamp) is not None else rest)
