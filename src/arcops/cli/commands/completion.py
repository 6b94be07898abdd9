"""``arcops completion``: the script that makes a shell complete arcops commands."""

from __future__ import annotations

import click

from arcops.cli.command import command
from arcops.cli.shells import SHELLS, script


@command(
    "completion",
    examples=[
        ("completion bash > ~/.local/share/bash-completion/completions/arcops", "bash, for this user"),
        ("completion zsh > ~/.zfunc/_arcops", "zsh, in a folder of fpath"),
        ("completion fish > ~/.config/fish/completions/arcops.fish", "fish"),
        ("completion powershell | Out-String | Invoke-Expression", "PowerShell, in this session; put it in $PROFILE to keep it"),
    ],
)
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the script that makes a shell complete arcops commands.

    Kinds, namespaces and names are completed too while an arcops service answers; without one the completion stays
    silent about them. `kubectl arcops` completes by itself where kubectl_complete-arcops is on PATH.
    """
    click.echo(script(shell), nl=False)
