"""``arcops test``: whether cases get the answers they expect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from arcops.cli.command import command
from arcops.cli.errors import Exit
from arcops.cli.options import Speech, output_option, speech_options
from arcops.cli.params import Output

if TYPE_CHECKING:
    from pathlib import Path

    from arcops.testing.scoring import Score


@command(
    "test",
    examples=[
        ("test tests/cases", "every case below a folder"),
        ("test mine.yaml -o json", "one case, for a script"),
        ("test mine.yaml --update", "expect what is found today, and show what that changes"),
    ],
)
@click.argument("cases", nargs=-1, required=True, type=click.Path())
@click.option("--update", is_flag=True, help="Rewrite what stands below expect: to what is found, and show the difference.")
@output_option("json", "yaml")
@speech_options()
@click.pass_context
def test(ctx: click.Context, speech: Speech, output: Output, *, cases: tuple[str, ...], update: bool) -> None:
    """Run case files and say whether each gets the answer it expects.

    A case is a recorded cluster with an expect block. A case for a rule of your own is the best bug report. Ends with 1
    if one fails.
    """
    from arcops.cli.output import print_answer
    from arcops.cli.quiet import keep_quiet
    from arcops.testing.scoring import case_files, score_file

    keep_quiet(speech)
    if update:
        _update(case_files(cases), speech)
        ctx.exit(Exit.FINE)
    scores = [score_file(path) for path in case_files(cases)]
    if output.is_table:
        _print(scores, speech)
    else:
        print_answer("TestResult", [_body(score) for score in scores], output)
    ctx.exit(Exit.PROBLEMS if any(_problem(score) for score in scores) else Exit.FINE)


def _update(paths: Sequence[Path], speech: Speech) -> None:
    from arcops.cli.output import print_lines
    from arcops.testing.updating import difference, updated

    changed = 0
    for path in paths:
        after = updated(path)
        lines = difference(path, after)
        if lines:
            path.write_text(after, encoding="utf-8")
            changed += 1
        print_lines(lines)
    speech.note(f"{changed} of {len(paths)} cases changed.")


def _problem(score: Score) -> str:
    return score.why or ("the onset is wrong" if score.onset is False else "")


def _body(score: Score) -> dict[str, object]:
    return {"file": score.file, "passed": not _problem(score), "why": _problem(score)}


def _print(scores: Sequence[Score], speech: Speech) -> None:
    from arcops.cli.output import print_lines

    failed = [score for score in scores if _problem(score)]
    told = [] if speech.quiet else [f"ok    {score.file}" for score in scores if not _problem(score)]
    print_lines([*told, *(f"FAIL  {score.file}: {_problem(score)}" for score in failed)])
    speech.note(f"{len(scores) - len(failed)} of {len(scores)} cases pass.")
