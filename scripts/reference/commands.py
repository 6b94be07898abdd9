"""The page of commands, from the commands themselves."""

from inspect import cleandoc

import click

from arcops.cli.command import Command
from arcops.cli.group import cli
from scripts.reference.markdown import WRITTEN_BY, code, table

INTRODUCTION = """\
# Commands

`arcops COMMAND --help` says the same in the terminal. Called as `kubectl arcops`, the same commands are a kubectl plugin.
"""


def page() -> str:
    """The whole page."""
    context = click.Context(cli, info_name="arcops")
    parts = [f"{WRITTEN_BY}\n\n{INTRODUCTION}".rstrip()]
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        if command is not None:
            parts.append(about(command, command.make_context(name, [], parent=context, resilient_parsing=True)))
    return "\n\n".join(parts) + "\n"


def about(command: click.Command, context: click.Context) -> str:
    """One command: its line, what it does, examples, options."""
    usage = " ".join(command.collect_usage_pieces(context))
    described = cleandoc(command.help or "").replace("\b\n", "")
    parts = [f"## arcops {command.name}", f"    arcops {command.name} {usage}", described]
    if isinstance(command, Command) and command.examples:
        parts.append("\n".join(f"    # {meaning}\n    arcops {line}" for line, meaning in command.examples))
    rows = [record for parameter in command.get_params(context) if (record := parameter.get_help_record(context))]
    parts.append(table(("option", "meaning"), [(code(option), meaning) for option, meaning in rows]))
    return "\n\n".join(part for part in parts if part)
