"""``arcops explain``: what a finding's code means."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from arcops.cli.command import command
from arcops.cli.options import output_option
from arcops.cli.params import Output

if TYPE_CHECKING:
    from arcops.findings.base import Rule


@command(
    "explain",
    examples=[
        ("explain", "every code with its meaning"),
        ("explain OomKilled", "one code: when it is found, when it stays quiet, what to do"),
    ],
)
@click.argument("code", default="")
@output_option("json", "yaml")
def explain(output: Output, *, code: str) -> None:
    """Explain what a finding means, how it is found, and what to do.

    Without a code all are listed, by area. Codes never change their meaning.
    """
    from arcops.cli.output import print_answer, print_lines, print_table
    from arcops.findings.catalog import all_rules, rule_of

    rules = [rule_of(code)] if code else sorted(all_rules(), key=lambda rule: (rule.area, rule.code))
    if not output.is_table:
        print_answer("RuleList", [_body(rule) for rule in rules], output)
    elif code:
        print_lines(_page(rules[0]))
    else:
        print_table(["CODE", "AREA", "SEVERITY", "MEANING"], [[rule.code, rule.area, rule.severity.value, rule.summary] for rule in rules])


def _body(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code, "area": rule.area, "severity": rule.severity.value, "for_minutes": rule.for_minutes,
        "kinds": [str(kind) for kind in rule.kinds or ()], "mixin": rule.mixin, "summary": rule.summary,
        "found": rule.section("Found"), "quiet": rule.section("Quiet"), "do": rule.section("Do"),
    }  # fmt: skip


def _page(rule: Rule) -> list[str]:
    kinds = ", ".join(str(kind) for kind in rule.kinds) if rule.kinds is not None else "custom resources"
    wait = f", after {rule.for_minutes:g} minutes" if rule.for_minutes else ""
    known = [f"Known as: {rule.mixin} (kubernetes-mixin)"] if rule.mixin else []
    sections = [f"{name}: {text}" for name in ("Found", "Quiet", "Do") if (text := rule.section(name))]
    return [f"{rule.code} ({rule.area}, {rule.severity.value}{wait}; looks at {kinds})", "", rule.summary, "", *sections, *known]
