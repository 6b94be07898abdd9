"""Completion for each shell: click's own for bash, zsh and fish, ours for PowerShell and for kubectl's plugins.

A shell's script calls ``arcops`` with ``_ARCOPS_COMPLETE`` set; kubectl calls ``kubectl_complete-arcops`` with the words.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click
from click.shell_completion import CompletionItem, ShellComplete, add_completion_class, get_completion_class, split_arg_string

from arcops.cli.group import COMPLETE_VAR, cli

SHELLS = ("bash", "zsh", "fish", "powershell")
_NO_FILES, _FILES = 4, 0
"""Cobra's directives, which kubectl reads: https://github.com/spf13/cobra/blob/main/site/content/completions/_index.md."""

_POWERSHELL = """\
Register-ArgumentCompleter -Native -CommandName arcops -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $env:%(complete_var)s = "powershell_complete"
    $env:COMP_WORDS = $commandAst.ToString()
    $env:COMP_INCOMPLETE = $wordToComplete
    try {
        %(prog_name)s | ForEach-Object {
            $value, $meaning = $_ -split "`t", 2
            if (-not $meaning) { $meaning = $value }
            [System.Management.Automation.CompletionResult]::new($value, $value, "ParameterValue", $meaning)
        }
    } finally {
        Remove-Item Env:%(complete_var)s, Env:COMP_WORDS, Env:COMP_INCOMPLETE -ErrorAction SilentlyContinue
    }
}
"""


class PowerShellComplete(ShellComplete):
    """PowerShell 5.1 and newer."""

    name = "powershell"
    source_template = _POWERSHELL

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one being typed, and that one."""
        incomplete = os.environ.get("COMP_INCOMPLETE", "")
        words = split_arg_string(os.environ.get("COMP_WORDS", ""))[1:]
        return (words[:-1] if incomplete and words else words), incomplete

    def format_completion(self, item: CompletionItem) -> str:
        """``value<TAB>meaning``."""
        return f"{item.value}\t{item.help}" if item.help else str(item.value)


add_completion_class(PowerShellComplete)


def script(shell: str) -> str:
    """The script to be sourced by a shell."""
    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"There is no completion for {shell}.")
    return kind(cli, {}, "arcops", COMPLETE_VAR).source()


def complete_for_kubectl(args: Sequence[str] | None = None) -> int:
    """What ``kubectl_complete-arcops WORD… INCOMPLETE`` prints: candidates, then a directive on a line of its own."""
    *before, incomplete = list(sys.argv[1:] if args is None else args) or [""]
    items = ShellComplete(cli, {}, "kubectl arcops", COMPLETE_VAR).get_completions(before, incomplete)
    files = any(item.type in {"file", "dir"} for item in items)
    for item in items:
        if item.type == "plain":
            click.echo(f"{item.value}\t{item.help}" if item.help else item.value)
    click.echo(f":{_FILES if files else _NO_FILES}")
    return 0
