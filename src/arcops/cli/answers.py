"""Prints answers in words: the answer by rule at once, then the model's sentences as they pass their check."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from arcops.cli.markdown import terminal_lines
from arcops.cli.options import Speech
from arcops.cli.output import print_lines, stdout_color
from arcops.cli.terminal import line_width

if TYPE_CHECKING:
    from arcops.chat.base import Answer
    from arcops.chat.events import ChatEvent, Worded

_MOST_EVIDENCE = 20
_ERASE = "\r\x1b[2K"


def told(events: Iterable[ChatEvent], speech: Speech) -> Answer:
    """Print an answer on a terminal while it comes about, and return it. Raises what the events raise."""
    progress = Progress(speech)
    try:
        return _told(events, progress, speech)
    finally:
        progress.say("")


def _told(events: Iterable[ChatEvent], progress: Progress, speech: Speech) -> Answer:
    from arcops.chat.events import Direct, Done, Token, Worded

    answer: Answer | None = None
    is_worded = False
    for event in events:
        match event:
            case Direct():
                answer = event.answer
                print_text(answer.answer)
            case Token():
                progress.say(f"The model is at work: {event.count} tokens in {event.seconds:.0f} s. Ctrl+C stops it.")
            case Worded():
                progress.say("")
                print_text(_sentence(event, is_first=not is_worded))
                is_worded = True
            case Done():
                answer = event.answer
    progress.say("")
    if answer is None:
        from arcops.cli.service import StrangeAnswer

        raise StrangeAnswer(server="the server", path="a question", why="it ended without an answer")
    _print_rest(answer, speech, is_worded=is_worded)
    return answer


def _sentence(event: Worded, *, is_first: bool) -> str:
    from arcops.chat.render import citation

    return ("\n**In the model's words**\n\n" if is_first else "") + event.text + citation(event.facts)


def print_whole(answer: Answer, speech: Speech) -> None:
    """Print a finished answer: the text, the facts it cites, and on stderr what went wrong on the way to the model."""
    print_text(answer.answer)
    _print_rest(answer, speech, is_worded=False)


def print_text(text: str) -> None:
    """Print Markdown."""
    print_lines(terminal_lines(text, width=line_width(), color=stdout_color()))


def _print_rest(answer: Answer, speech: Speech, *, is_worded: bool) -> None:
    from arcops.chat.base import DIRECT_MODE

    if answer.model != DIRECT_MODE:
        print_lines(_evidence(answer))
        if not is_worded:
            speech.note(f"Worded by {answer.model}; {answer.dropped} of its sentences did not pass the check.")
    for note in answer.notes:
        speech.note(note)


def _evidence(answer: Answer) -> Iterator[str]:
    """The facts a model's sentences rest on; the answer by rule quotes its own."""
    from arcops.chat.render import cited_facts, fact_line

    cited = cited_facts(answer.answer, answer.facts)
    if cited:
        yield from ("", _heading("Evidence"))
        for fact in cited[:_MOST_EVIDENCE]:
            yield from terminal_lines(fact_line(fact), width=line_width(), color=stdout_color())
        if len(cited) > _MOST_EVIDENCE:
            yield f"and {len(cited) - _MOST_EVIDENCE} more (-o json has them all)"


def _heading(text: str) -> str:
    return click.style(text, bold=True) if stdout_color() else text


class Progress:
    """One line on stderr that the next one replaces."""

    def __init__(self, speech: Speech) -> None:
        """Nothing is shown on what is no terminal, nor if ``speech`` is quiet."""
        self._is_wanted = not speech.quiet and sys.stderr.isatty()
        self._is_shown = False

    def say(self, text: str) -> None:
        """Show it, or with "" take the last one away."""
        if self._is_wanted and (text or self._is_shown):
            sys.stdout.flush()
            click.echo(f"{_ERASE}{text}", err=True, nl=False)
            self._is_shown = bool(text)
