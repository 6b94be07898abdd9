"""How arcops commands read their arguments and present themselves: kubectl's habits on top of click."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterable, Sequence
from difflib import get_close_matches
from typing import Any

import click

from arcops.cli.menu import MENU

_SHORT_WITH_EQUALS = re.compile(r"-[A-Za-z]=.")
"""``-o=json``: the Go flag parser of kubectl drops the sign, click would keep it."""

_SHARED_WITH_VALUE = {
    "-f", "--filename", "-n", "--namespace", "--context", "--kubeconfig", "--request-timeout", "-s", "--server", "--token",
    "--certificate-authority", "--color", "-o", "--output",
}  # fmt: skip
_SHARED_SWITCHES = {"-A", "--all-namespaces", "--insecure-skip-tls-verify", "-q", "--quiet", "-v", "--verbose"}

Handler = Callable[..., None]
CONTEXT: dict[str, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 110}
"""How every command reads ``-h`` and how wide its help may get."""


class SectionOption(click.Option):
    """An option that help shows under a heading of its own, behind those of the command."""

    def __init__(self, *args: Any, section: str, **kwargs: Any) -> None:
        """``section`` is the heading."""
        super().__init__(*args, **kwargs)
        self.section = section


class Command(click.Command):
    """A command with examples in its help, which takes ``-o=json`` and ``-ojson`` alike."""

    def __init__(self, *args: Any, examples: Sequence[tuple[str, str]] = (), **kwargs: Any) -> None:
        """``examples`` are pairs of a command line (without ``arcops``) and what it gives."""
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments as kubectl would."""
        return super().parse_args(ctx, without_short_equals(args))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the command's own options, then the shared ones under their headings."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                section = parameter.section if isinstance(parameter, SectionOption) else "Options"
                sections.setdefault(section, []).append(record)
        for section, records in sections.items():
            with formatter.section(section):
                formatter.write_dl(records)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the examples, each under the sentence that says what it is for."""
        if not self.examples:
            return
        program = program_name(ctx)
        with formatter.section("Examples"):
            for line, meaning in self.examples:
                formatter.write(f"{'':>{formatter.current_indent}}# {meaning}\n{'':>{formatter.current_indent}}{program} {line}\n")


class Menu(click.Group):
    """The root: knows every command's name and sentence, loads a command's file only to run it or to print its help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the menu."""
        del ctx
        return [entry.name for entry in MENU]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command's own object, its file loaded on the way; None for a name that is not on the menu."""
        del ctx
        if cmd_name not in {entry.name for entry in MENU}:
            return None
        found: click.Command = getattr(importlib.import_module(f"arcops.cli.commands.{cmd_name}"), cmd_name)
        return found

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name the one that was meant."""
        word = args[0]
        if not ctx.resilient_parsing and not word.startswith("-") and word not in self.list_commands(ctx):
            near = get_close_matches(word, self.list_commands(ctx), n=1, cutoff=0.5)
            guess = f'There is no command "{word}". Did you mean "{near[0]}"?' if near else f'There is no command "{word}".'
            raise click.UsageError(guess, ctx)
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Move flags that stand before the command behind it: ``arcops -n shop get pods`` is typed as often as the other."""
        return super().parse_args(ctx, flags_behind_verb(args))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Print the menu in its sections."""
        del ctx
        for section in dict.fromkeys(entry.section for entry in MENU):
            with formatter.section(section):
                formatter.write_dl([(entry.name, entry.short_help) for entry in MENU if entry.section == section])


def command(name: str, examples: Sequence[tuple[str, str]]) -> Callable[[Handler], Command]:
    """Make a function the command ``name``; its docstring is the description."""
    short = next(entry.short_help for entry in MENU if entry.name == name)
    return click.command(name, cls=Command, examples=examples, short_help=short, context_settings=CONTEXT)


def program_name(ctx: click.Context) -> str:
    """What the user typed to reach us: ``arcops`` or ``kubectl arcops``."""
    return (ctx.find_root().info_name or "arcops").strip()


def without_short_equals(args: Iterable[str]) -> list[str]:
    """``-o=json`` as ``-ojson``; what follows ``--`` is left alone."""
    out: list[str] = []
    ended = False
    for arg in args:
        ended = ended or arg == "--"
        out.append(arg[:2] + arg[3:] if not ended and _SHORT_WITH_EQUALS.match(arg) else arg)
    return out


def flags_behind_verb(args: Sequence[str]) -> list[str]:
    """``-n shop get pods`` as ``get -n shop pods``; anything else as it was."""
    at = 0
    while at < len(args) and args[at].startswith("-"):
        flag, equals, _ = args[at].partition("=")
        if flag in _SHARED_WITH_VALUE and not equals:
            at += 2
        elif flag in _SHARED_SWITCHES or flag in _SHARED_WITH_VALUE or (flag[:2] in _SHARED_WITH_VALUE and not flag.startswith("--")):
            at += 1
        else:
            return list(args)
    if at >= len(args):
        return list(args)
    # Behind `logs` -f means follow; before it, it can only mean a file.
    flags = ["--filename" if arg == "-f" and args[at] == "logs" else arg for arg in args[:at]]
    return [args[at], *flags, *args[at + 1 :]]
