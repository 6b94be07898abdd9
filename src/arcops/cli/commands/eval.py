"""``arcops eval``: how well the rules do on a folder of cases, or of questions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from arcops.cli.command import command
from arcops.cli.errors import Exit
from arcops.cli.options import Speech, exit_zero_option, output_option, speech_options
from arcops.cli.params import Output

if TYPE_CHECKING:
    from arcops.testing.question_scores import AnswerEvaluation
    from arcops.testing.scoring import Evaluation


@command(
    "eval",
    examples=[
        ("eval ../cases", "recall, false alarms, onset and leaks by family, then what was missed"),
        ("eval ../cases/bench -o json", "for a script"),
        ("eval --questions tests/cases/chat", "how many questions in plain words are answered rightly, without a model"),
    ],
)
@click.argument("folders", nargs=-1, required=True, type=click.Path())
@click.option("--questions", is_flag=True, help="The files hold questions about clusters, and what right answers contain.")
@exit_zero_option()
@output_option("json", "yaml")
@speech_options()
@click.pass_context
def eval(  # noqa: A001
    ctx: click.Context, speech: Speech, output: Output, *, folders: tuple[str, ...], questions: bool, exit_zero: bool
) -> None:
    """Measure the rules on case files whose right answers are known.

    Counted are faults whose root is named with the right words, alarms on healthy clusters, onsets within a minute,
    and planted secrets that come out; with --questions, answers that hold what they should. Ends with 1 if any is missed.
    """
    from arcops.cli.output import print_answer
    from arcops.cli.quiet import keep_quiet
    from arcops.testing.question_scores import score_questions
    from arcops.testing.scoring import case_files, score_file, summed

    keep_quiet(speech)
    if questions:
        answered = score_questions(case_files(folders))
        if output.is_table:
            _print_answers(answered)
        else:
            print_answer("AnswerEvaluation", answered, output)
        ctx.exit(Exit.PROBLEMS if answered.misses and not exit_zero else Exit.FINE)
    made = summed([score_file(path) for path in case_files(folders)])
    if output.is_table:
        _print(made)
    else:
        print_answer("Evaluation", made, output)
    ctx.exit(Exit.PROBLEMS if made.misses and not exit_zero else Exit.FINE)


def _print(made: Evaluation) -> None:
    from arcops.cli.output import print_lines, print_table

    heads = ["FAMILY", "FOUND", "FALSE ALARMS", "ONSET", "LEAKS"]
    rows = [
        [one.family, f"{one.found}/{one.faults}", f"{one.false_alarms}/{one.healthy}", f"{one.onsets_right}/{one.onsets}", str(one.leaks)]
        for one in made.families
    ]
    total = [
        "all", f"{made.found}/{made.faults} ({made.recall:.1%})", f"{made.false_alarms}/{made.healthy}",
        f"{made.onsets_right}/{made.onsets}", str(made.leaks),
    ]  # fmt: skip
    print_table(heads, [*rows, total])
    print_lines([f"Counted apart: {made.apart_passed}/{made.apart}."] if made.apart else [])
    print_lines(f"missed {miss.file}{f' ({miss.apart})' if miss.apart else ''}: {miss.why}" for miss in made.misses)
    print_lines(f"onset  {file}" for file in made.wrong_onsets)


def _print_answers(made: AnswerEvaluation) -> None:
    from arcops.cli.output import print_lines, print_table

    rows = [[one.file, f"{one.right}/{one.asked}"] for one in made.files]
    print_table(["QUESTIONS", "RIGHT"], [*rows, ["all", f"{made.right}/{made.asked} ({made.rate:.1%})"]])
    print_lines(f"missed {miss.file}: {miss.question!r}: {'; '.join(miss.why)}" for miss in made.misses)
