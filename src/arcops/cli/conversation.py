"""A conversation on a terminal: questions, and commands that begin with a slash."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from arcops.base.errors import ArcopsError
from arcops.cli.errors import complain
from arcops.cli.options import Speech
from arcops.cli.output import print_lines
from arcops.cli.talking import Asking, Talker

if TYPE_CHECKING:
    from arcops.chat.base import Answer

COMMANDS: dict[str, tuple[str, str]] = {
    "/help": ("", "list the commands"),
    "/facts": ("", "the facts of the last answer"),
    "/at": ("[TIME]", "take a past moment for the present; without one, now again"),
    "/ns": ("[NAME]", "the namespace meant where none is named; without one, all"),
    "/model": ("on|off", "let a model word the answers, or not"),
    "/prompt": ("QUESTION", "what a model would be sent"),
    "/good": ("[WORDS]", "the last answer was right"),
    "/bad": ("[WORDS]", "the last answer was wrong, and why"),
    "/new": ("", "begin anew: what was said before is not meant any more"),
    "/quit": ("", "end the conversation"),
}


class Conversation:
    """Takes lines, prints answers. ``label`` is what stands before the next question."""

    def __init__(self, who: Talker, first: Asking, speech: Speech) -> None:
        """``first`` holds how questions are asked, until a command changes it."""
        self._who = who
        self._how = first
        self._speech = speech
        self._last: Answer | None = None
        self._is_over = False
        self._deeds: dict[str, Callable[[str], None]] = {
            "/help": self._help, "/facts": self._facts, "/at": self._at, "/ns": self._namespace, "/model": self._model,
            "/prompt": self._prompt, "/good": self._good, "/bad": self._bad, "/new": self._new, "/quit": self._quit,
        }  # fmt: skip

    def label(self) -> str:
        """``arcops shop, 14:05> ``: what is meant where nothing is named."""
        meant = ", ".join(part for part in (self._how.namespace, self._how.at) if part)
        return f"arcops {meant}> " if meant else "arcops> "

    def run(self, lines: Iterable[str]) -> None:
        """Answer each line until there is none or /quit."""
        for line in lines:
            text = line.strip()
            if text:
                self.take(text)
            if self._is_over:
                return

    def take(self, text: str) -> None:
        """One line. Ctrl+C stops its answer and not the conversation; what cannot be asked so is said."""
        try:
            if text.startswith("/"):
                self._command(text)
            else:
                self._ask(text)
        except KeyboardInterrupt:
            self._speech.note("Stopped.")
        except ArcopsError as error:
            complain(error.message, error.advice)

    def _ask(self, text: str) -> None:
        from arcops.cli.answers import told

        self._last = told(self._who.ask(replace(self._how, text=text)), self._speech)
        self._how = replace(self._how, session=self._last.session)
        click.echo()

    def _command(self, text: str) -> None:
        word, _, rest = text.partition(" ")
        deed = self._deeds.get({"/exit": "/quit", "/q": "/quit", "/?": "/help"}.get(word, word))
        if deed is None:
            complain(f"There is no command {word}.", "/help lists them. A question begins without a slash.")
            return
        deed(rest.strip())

    def _help(self, _: str) -> None:
        width = max(len(f"{name} {words}") for name, (words, _) in COMMANDS.items())
        print_lines([f"  {f'{name} {words}':<{width}}  {meaning}" for name, (words, meaning) in COMMANDS.items()])

    def _facts(self, _: str) -> None:
        from arcops.chat.render import fact_line

        facts = self._last.facts if self._last else ()
        print_lines([fact_line(fact) for fact in facts] or ["There was no answer yet."])

    def _at(self, text: str) -> None:
        from arcops.cli.when import typed

        self._how = replace(self._how, at=typed(text))

    def _namespace(self, text: str) -> None:
        self._how = replace(self._how, namespace=text)

    def _model(self, text: str) -> None:
        if text not in {"on", "off"}:
            complain("/model needs on or off.")
            return
        self._how = replace(self._how, use_model=text == "on")

    def _prompt(self, text: str) -> None:
        if not text:
            complain("/prompt needs a question.")
            return
        messages = self._who.prompt(replace(self._how, text=text))
        lines = [line for one in messages for line in (f"[{one.role}]", one.content, "")]
        print_lines(lines or ["No model would be asked: there is no fact to word."])

    def _good(self, comment: str) -> None:
        self._rate("up", comment)

    def _bad(self, comment: str) -> None:
        self._rate("down", comment)

    def _rate(self, verdict: str, comment: str) -> None:
        if self._last is None:
            complain("There is no answer to rate yet.")
            return
        self._who.rate(self._last.id, verdict, comment)
        self._speech.note("Kept.")

    def _new(self, _: str) -> None:
        self._how, self._last = replace(self._how, session=""), None

    def _quit(self, _: str) -> None:
        self._is_over = True
