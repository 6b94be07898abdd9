"""``arcops ask``: a question in plain words."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

from arcops.cli.command import command
from arcops.cli.errors import Exit
from arcops.cli.options import Scope, Speech, Target, output_option, scope_options, speech_options, target_options
from arcops.cli.params import Output

if TYPE_CHECKING:
    from arcops.chat.backends.base import Message
    from arcops.cli.talking import Asking, Talker

_EXAMPLES = [
    ('ask "what is wrong?"', "every root and its cause, with the evidence"),
    ('ask "why is checkout restarting?" -n shop', "about one thing; the words need no order"),
    ('ask "what changed before 14:05?"', "times as people say them"),
    ('ask "which pods are not ready?" --at "yesterday 14:00"', "as of a past moment"),
    ('ask "is anything broken?" -f monday.yaml', "about files"),
    ('ask "why is web slow?" --show-prompt', "what a model would be sent, word for word"),
]


@command("ask", examples=_EXAMPLES)
@click.argument("words", nargs=-1, required=True, metavar="QUESTION")
@click.option("-f", "each", multiple=True, metavar="FILE", type=click.Path(allow_dash=True), help="Ask about a case or manifests.")
@click.option("--at", default="", metavar="TIME", help="Take a past moment for the present.")
@click.option("--no-model", is_flag=True, help="By rule alone; no model is asked.")
@click.option("--session", default="", metavar="ID", help="Go on with a conversation of the service.")
@click.option("--show-prompt", is_flag=True, help="Print what a model would be sent, and send nothing.")
@output_option("json", "yaml")
@scope_options()
@target_options(short_file=False)
@speech_options()
@click.pass_context
def ask(
    ctx: click.Context, target: Target, scope: Scope, speech: Speech, output: Output, *,
    words: tuple[str, ...], each: tuple[str, ...], at: str, no_model: bool, session: str, show_prompt: bool,
) -> None:  # fmt: skip
    """Answer a question in plain words: by rule at once, then in a model's words where there is one.

    Each sentence names the facts it rests on. A model's sentence is shown only if its facts hold it; without a model nothing is
    missing. Ends with 1 if the answer is that it cannot be told.
    """
    from arcops.cli.talking import Asking, talker
    from arcops.cli.when import typed, zone_name

    asking = Asking(
        text=" ".join(words), session=session, at=typed(at), namespace="" if scope.all_namespaces else scope.namespace,
        zone=zone_name(), use_model=not no_model,
    )  # fmt: skip
    with talker(target, speech, each, use_model=asking.use_model or show_prompt) as who:
        speech.detail(f"Answers come from {who.where}.")
        if show_prompt:
            _print_prompt(who, asking, output)
            ctx.exit(Exit.FINE)
        can_tell = _print_answer(who, asking, output, speech)
    ctx.exit(Exit.FINE if can_tell else Exit.PROBLEMS)


def _print_prompt(who: Talker, asking: Asking, output: Output) -> None:
    from arcops.cli.output import print_answer, print_lines

    messages = who.prompt(asking)
    if not output.is_table:
        print_answer("Prompt", messages, output)
    elif messages:
        print_lines(_headed(messages))
    else:
        print_lines(["No model would be asked: there is no fact to word."])


def _headed(messages: Iterable[Message]) -> Iterator[str]:
    for message in messages:
        yield f"[{message.role}]"
        yield message.content
        yield ""


def _print_answer(who: Talker, asking: Asking, output: Output, speech: Speech) -> bool:
    from arcops.cli.answers import print_whole, told
    from arcops.cli.output import print_answer

    if output.is_table and sys.stdout.isatty():
        return told(who.ask(asking), speech).can_tell
    answer = None
    for event in who.ask(asking):
        answer = getattr(event, "answer", answer)
    if answer is None:
        return False
    if output.is_table:
        print_whole(answer, speech)
    else:
        print_answer("Answer", answer, output)
    return bool(answer.can_tell)
