"""The command that all others hang on."""

from __future__ import annotations

import click

from arcops import __version__
from arcops.cli.command import CONTEXT, Menu

COMPLETE_VAR = "_ARCOPS_COMPLETE"


@click.group(cls=Menu, invoke_without_command=True, context_settings=CONTEXT)
@click.version_option(__version__, "-V", "--version", message="arcops %(version)s", help="Print the version and end.")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Watch a Kubernetes cluster, remember every change, and say what is wrong, why and since when.

    Answers come from the arcops service on this machine if one runs, else straight from the cluster of the current
    kubeconfig. --server names another service, --context another cluster, -f a file to read as if it were one.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
