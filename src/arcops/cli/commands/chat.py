"""``arcops chat``: a conversation in plain words."""

from __future__ import annotations

import sys

import click

from arcops.cli.command import command
from arcops.cli.options import Scope, Speech, Target, scope_options, speech_options, target_options

_EXAMPLES = [
    ("chat", "with the service of this machine"),
    ("chat -n shop", "about one namespace first of all"),
    ("chat -f monday.yaml", "about files"),
    ("chat --session 9a1f --server http://edge-7:8000", "go on with a conversation of a service"),
]


@command("chat", examples=_EXAMPLES)
@click.option("-f", "each", multiple=True, metavar="FILE", type=click.Path(allow_dash=False), help="Talk about a case or manifests.")
@click.option("--at", default="", metavar="TIME", help="Take a past moment for the present.")
@click.option("--no-model", is_flag=True, help="By rule alone; no model is asked.")
@click.option("--session", default="", metavar="ID", help="Go on with a conversation of the service.")
@scope_options()
@target_options(short_file=False)
@speech_options()
def chat(target: Target, scope: Scope, speech: Speech, *, each: tuple[str, ...], at: str, no_model: bool, session: str) -> None:
    """Talk about the cluster: questions in plain words, with follow-ups.

    Arrow keys bring earlier questions back. /help lists the commands. Ctrl+C stops an answer (and the model), Ctrl+D ends the
    conversation; the service keeps it.
    """
    from arcops.cli.conversation import Conversation
    from arcops.cli.talking import Asking, talker
    from arcops.cli.when import typed, zone_name

    first = Asking(
        text="", session=session, at=typed(at), namespace="" if scope.all_namespaces else scope.namespace, zone=zone_name(),
        use_model=not no_model,
    )  # fmt: skip
    with talker(target, speech, each, use_model=not no_model) as who:
        conversation = Conversation(who, first, speech)
        if sys.stdin.isatty():
            from arcops.cli.prompting import typed_lines

            speech.note(f"Talking with {who.where}. /help lists the commands, Ctrl+D ends it.")
            conversation.run(typed_lines(conversation.label))
        else:
            conversation.run(line.rstrip("\n") for line in sys.stdin)
