"""``arcops version``: what runs here, and what answers over there."""

from __future__ import annotations

import platform

import click
import msgspec

from arcops import __version__
from arcops.cli.command import command
from arcops.cli.options import Speech, Target, output_option, speech_options, target_options
from arcops.cli.output import print_answer
from arcops.cli.params import Output


class ClientVersion(msgspec.Struct, frozen=True):
    """The arcops of this command line."""

    arcops: str
    python: str
    platform: str


class ServerVersion(msgspec.Struct, frozen=True):
    """The service that answers, and the cluster behind it."""

    url: str
    arcops: str
    kubernetes: str


class Versions(msgspec.Struct, frozen=True):
    """Both sides; ``server`` is null when no service was asked or none answers."""

    client: ClientVersion
    server: ServerVersion | None


@command(
    "version",
    examples=[
        ("version", "this program, and the service if one answers"),
        ("version --client -o json", "for a script"),
    ],
)
@click.option("--client", "client_only", is_flag=True, help="Ask no service.")
@output_option("json", "yaml", "jsonpath")
@target_options()
@speech_options()
def version(target: Target, speech: Speech, output: Output, *, client_only: bool) -> None:
    """Print the version of arcops here and of the server.

    A service that was named with --server must answer; the one on this machine may be absent.
    """
    client = ClientVersion(__version__, platform.python_version(), f"{platform.system().lower()}/{platform.machine().lower()}")
    answer = Versions(client, None if client_only else _server(target, speech))
    if not output.is_table:
        print_answer("Version", answer, output)
        return
    click.echo(f"Client: arcops {client.arcops}, Python {client.python}, {client.platform}")
    if answer.server:
        cluster = f", Kubernetes {answer.server.kubernetes}" if answer.server.kubernetes else ""
        click.echo(f"Server: arcops {answer.server.arcops or 'of unknown version'} at {answer.server.url}{cluster}")


def _server(target: Target, speech: Speech) -> ServerVersion | None:
    from arcops.cli.connect import find_service

    service = find_service(target)
    if service is None:
        speech.detail("No arcops service answers on this machine.")
        return None
    from arcops.queries.health import Health

    health = service.ask("/api/health", Health)
    return ServerVersion(service.url, service.version(), health.details.kubernetes.version)
