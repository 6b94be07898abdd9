"""``arcops model``: the language model of a service."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from arcops.cli.command import command
from arcops.cli.errors import Exit
from arcops.cli.options import Speech, Target, output_option, speech_options, target_options
from arcops.cli.params import Output

if TYPE_CHECKING:
    from arcops.chat.status import ModelStatus
    from arcops.cli.service import Service

ACTIONS = ("status", "list", "load", "unload", "download", "cancel")
_WANT_NAME = {"load", "unload", "download"}
_JOBS = {"load", "download"}
_POLL_S = 0.5
_EXAMPLES = [
    ("model", "whether a model answers, which one, how fast"),
    ("model list", "what there is to load; --downloadable asks what could be fetched"),
    ("model load phi-4-mini-generic-cpu:1", "make one ready, with its progress; Ctrl+C stops it"),
]


@command("model", examples=_EXAMPLES)
@click.argument("action", type=click.Choice(ACTIONS), default="status", metavar=f"[{'|'.join(ACTIONS)}]")
@click.argument("name", default="", metavar="[MODEL]")
@click.option("--downloadable", is_flag=True, help="List what could be fetched too: the service asks outside for it.")
@output_option("json", "yaml")
@target_options(short_file=False)
@speech_options()
@click.pass_context
def model(ctx: click.Context, target: Target, speech: Speech, output: Output, *, action: str, name: str, downloadable: bool) -> None:
    """Look after the language model that words answers: status, list, load, unload, download, cancel.

    The model belongs to a service (ARCOPS_MODEL__… are its settings). Without one every question is answered by rule. Nothing is
    ever downloaded unasked. Ends with 1 if a model is wanted and does not answer, or a load or download failed.
    """
    from arcops.base.errors import UsageError
    from arcops.chat.status import ModelStatus
    from arcops.cli.output import print_answer

    service = _service(target)
    if action in _WANT_NAME and not name:
        raise UsageError(what=f"model {action} wants the id of a model", hint="`arcops model list` shows them.")
    if action in {"status", "list"}:
        query = "?downloadable=true" if downloadable else ""
        found = service.ask(f"/api/model{query}", ModelStatus)
    else:
        found = service.tell(f"/api/model/{action}", ModelStatus, {"model": name} if action in _WANT_NAME else {})
    if action in _JOBS:
        found = _watched(service, found, speech)
    if output.is_table:
        _print(found, action)
    else:
        print_answer("ModelStatus", found, output)
    ctx.exit(Exit.PROBLEMS if _is_problem(found, action) else Exit.FINE)


def _service(target: Target) -> Service:
    from arcops.base.errors import ServerUnreachable
    from arcops.cli.connect import find_service
    from arcops.cli.nearby import LOCAL_URL

    service = find_service(target)
    if service is None:
        raise ServerUnreachable(server=LOCAL_URL, why="no arcops service answers there, and the model belongs to one")
    return service


def _watched(service: Service, found: ModelStatus, speech: Speech) -> ModelStatus:
    """The status once the job is over; Ctrl+C stops the job."""
    from arcops.chat.status import ModelStatus
    from arcops.cli.answers import Progress

    progress = Progress(speech)
    try:
        while found.job is not None and found.job.state == "running":
            percent = "" if found.job.percent is None else f" {found.job.percent:.0f} %"
            progress.say(f"{found.job.what} {found.job.model}: {found.job.text}{percent}  (Ctrl+C stops it)")
            time.sleep(_POLL_S)
            found = service.ask("/api/model", ModelStatus)
    except KeyboardInterrupt:
        found = service.tell("/api/model/cancel", ModelStatus, {})
    finally:
        progress.say("")
    return found


def _is_problem(found: ModelStatus, action: str) -> bool:
    if action in _JOBS:
        return found.job is None or found.job.state != "done"
    return found.state == "unreachable" or bool(action == "list" and found.list_error)


def _print(found: ModelStatus, action: str) -> None:
    from arcops.cli.output import print_lines, print_table

    if action in _JOBS and found.job is not None:
        print_lines([f"{found.job.what} {found.job.model}: {found.job.state}. {found.job.text}".strip()])
    if action == "list":
        if found.list_error:
            print_lines([found.list_error])
        elif not found.models:
            print_lines([found.detail or "There are no models."])
        else:
            rows = [[one.id, one.state, _many(one.window, "tokens"), _size(one.size_bytes)] for one in found.models]
            print_table(["MODEL", "STATE", "WINDOW", "SIZE"], rows)
        return
    print_lines(_told(found))


def _told(found: ModelStatus) -> list[str]:
    """The state, in pairs of a word and what it is."""
    rates = f"{found.tokens_per_s:g} tokens/s, first token after {found.first_token_ms / 1000:.1f} s" if found.answered else ""
    place = "on this site: nothing leaves it" if found.is_local else "elsewhere: facts about the cluster leave this site"
    pairs = [
        ("Model", found.model or "none"),
        ("State", f"{found.state}{f' since {found.since}' if found.since else ''}"),
        ("", found.detail),
        ("Server", f"{found.url} ({found.backend}, {place})" if found.url else ""),
        ("Window", _many(found.window, "tokens") if found.window else ""),
        ("Speed", rates),
        ("Answers", f"{found.answered} whole, {found.failed} failed, {found.waiting} waiting" if found.answered or found.failed else ""),
        ("Last failure", found.last_failure),
    ]
    return [f"{f'{word}:' if word else '':<14}{text}" for word, text in pairs if text]


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count else "?"


def _size(size: int) -> str:
    return f"{size / 1e9:.1f} GB" if size >= 1e8 else f"{size / 1e6:.1f} MB" if size else "?"  # noqa: PLR2004 - as sizes are read
