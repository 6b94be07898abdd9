"""``arcops serve``: the service itself."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from arcops.cli.command import command
from arcops.cli.complete import complete_context

if TYPE_CHECKING:
    from arcops.base.clock import Clock
    from arcops.runtime.sources import Chosen


@command(
    "serve",
    examples=[
        ("serve", "the cluster of the current kubeconfig context, at http://127.0.0.1:8000"),
        ("serve --context k3d-dev --port 8080 --data-dir ./data", "another context, port and folder"),
        ("serve --demo", "a believable cluster, without any"),
        ("serve --replay incident.jsonl.gz --speed 60", "an exported record, an hour in a minute"),
        ("serve --host 0.0.0.0 --token-file /run/secrets/token", "open to other machines, with a token"),
    ],
)
@click.option(
    "--kubeconfig",
    default=None,
    type=click.Path(),
    metavar="FILE",
    help="A kubeconfig file; else KUBECONFIG, ~/.kube/config, or the pod's own account.",
)
@click.option("--context", default=None, shell_complete=complete_context, help="The context in it; else its current one.")
@click.option("--host", default=None, help="The address to listen on; any but loopback needs a token.  [default: 127.0.0.1]")
@click.option("--port", default=None, type=click.IntRange(0, 65535), help="The port; 0 takes a free one.  [default: 8000]")
@click.option("--data-dir", default=None, type=click.Path(file_okay=False), metavar="DIR", help="The folder of the record.")
@click.option(
    "--token-file", default=None, type=click.Path(dir_okay=False), metavar="FILE", help="A file with the bearer token callers must send."
)
@click.option("--demo", is_flag=True, help="Play the built-in cluster in place of a real one.")
@click.option(
    "--replay", default="", type=click.Path(dir_okay=False), metavar="FILE", help="Play a file of `record export` in place of a cluster."
)
@click.option("--speed", default=1.0, type=click.FloatRange(0), show_default=True, help="How fast it plays; 0 for without any pause.")
@click.pass_context
def serve(
    ctx: click.Context, /, *, demo: bool, replay: str, speed: float, kubeconfig: str | None, context: str | None, **given: Any
) -> None:
    """Watch a cluster, remember it and answer over HTTP.

    Starts while the cluster is down and connects when it comes. SIGTERM and Ctrl+C end it within five seconds, with
    the record flushed; a second one ends it at once. Every setting can also stand in the environment or in .env as
    ARCOPS_SECTION__FIELD; a flag wins.
    """
    if (demo or replay) and (kubeconfig or context or (demo and replay)):
        word = "--demo" if demo else "--replay"
        raise click.UsageError(f"{word} plays a cluster of its own; leave --kubeconfig and --context out.", ctx)
    _forget_client_settings()
    from arcops.base.settings import load
    from arcops.runtime.lifecycle import serve as serve_until_stopped
    from arcops.runtime.settings import Settings

    settings = load(
        Settings,
        {
            "cluster": {"kubeconfig": kubeconfig, "context": context},
            "server": {"host": given["host"], "port": given["port"], "token_file": given["token_file"]},
            "record": {"directory": given["data_dir"]},
        },
    )
    ctx.exit(serve_until_stopped(settings, _played(replay, speed) if replay else _open_demo if demo else None))


def _played(file: str, speed: float) -> Callable[[Clock], Chosen]:
    """A bundle or recorded watch; what it tells goes into a record in memory, at the times at which it was seen."""

    def open_replay(clock: Clock) -> Chosen:
        from arcops.runtime.sources import Chosen
        from arcops.source.drivers.replay import ReplaySource

        return Chosen(ReplaySource(Path(file), clock, speed), "replay", is_made_up=True)

    return open_replay


def _open_demo(clock: Clock) -> Chosen:
    """The built-in cluster."""
    from arcops.demo.player import DemoSource
    from arcops.runtime.sources import Chosen

    return Chosen(DemoSource(clock), "demo", is_made_up=True)


def _forget_client_settings() -> None:
    """ARCOPS_SERVER names the service a command line asks; the settings would take it for the section of that name."""
    os.environ.pop("ARCOPS_SERVER", None)
