"""Help tells enough: every command has a description and examples that are commands."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from arcops.cli.command import Command
from arcops.cli.group import cli
from arcops.cli.menu import MENU
from tests.unit.cli.conftest import Terminal

NAMES = [entry.name for entry in MENU]


def command_of(name: str) -> Command:
    found = cli.get_command(click.Context(cli), name)
    assert isinstance(found, Command)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_help_has_a_description_and_an_example(terminal: Terminal, name: str) -> None:
    told = terminal(name, "--help")
    assert told.status == 0
    assert told.err == ""
    assert "Examples:" in told.out
    assert f"  arcops {name}" in told.out
    assert len(command_of(name).help or "") > 100


@pytest.mark.parametrize("name", NAMES)
def test_the_menu_says_what_the_command_says(name: str) -> None:
    entry = next(entry for entry in MENU if entry.name == name)
    assert (command_of(name).help or "").splitlines()[0] == entry.short_help


@pytest.mark.parametrize("name", NAMES)
def test_every_option_is_explained(name: str) -> None:
    for parameter in command_of(name).params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts[0]}"


EXAMPLES = [(name, line) for name in NAMES for line, _ in command_of(name).examples]


@pytest.mark.parametrize(("name", "line"), EXAMPLES)
def test_every_example_can_be_typed(name: str, line: str) -> None:
    words = shlex.split(re.split(r" [>|]", line)[0])
    assert words[0] == name
    command_of(name).make_context(name, words[1:])


def test_without_a_command_the_menu_is_printed(terminal: Terminal) -> None:
    told = terminal()
    assert told.status == 0
    assert all(f"  {name} " in told.out for name in NAMES)


def test_help_keeps_within_the_terminal(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    text = terminal("--help").out
    assert max(len(line) for line in text.splitlines()) <= 60
