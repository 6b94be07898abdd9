"""One page for each code, from the rule's docstring and its cases, and a list of all."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

from arcops.findings.base import Rule
from arcops.findings.catalog import all_rules
from arcops.queries.findings import FindingItem
from arcops.testing.cases import play
from arcops.testing.expectation import read_expectation
from scripts.reference.markdown import WRITTEN_BY, code, table

FOLDER = "docs/findings"
CASES = Path(__file__).parents[2] / "tests" / "cases" / "findings"
INTRODUCTION = """\
# What arcops can find

A finding is a rule's verdict about one object: its code, how bad it is, whom it blames, since when, and the evidence. The code is what
you search for, silence and write runbooks about: it never changes its meaning. `arcops explain CODE` prints the same in the terminal,
`GET /api/rules` gives it to programs.

`critical` cannot serve now, `warning` is degraded or will break, `info` is worth knowing and never an alert or an incident. *After* is how
long it must hold before it opens; until then it is `pending`.
"""
_HOUR_M = 60
_HOW_BAD = {
    "critical": "critical: it cannot serve now",
    "warning": "warning: it is degraded, or will break",
    "info": "info: worth knowing, never an alert",
}


def writers() -> Mapping[str, Callable[[], str]]:
    """The pages by their paths."""
    pages: dict[str, Callable[[], str]] = {f"{FOLDER}/README.md": index}
    pages |= {f"{FOLDER}/{rule.code}.md": partial(page, rule) for rule in all_rules()}
    return pages


def index() -> str:
    """The list of all, by area."""
    parts = [f"{WRITTEN_BY}\n\n{INTRODUCTION}".rstrip()]
    for area in sorted({rule.area for rule in all_rules()}):
        rules = [rule for rule in all_rules() if rule.area == area]
        rows = [(f"[{rule.code}]({rule.code}.md)", rule.severity.value, waiting(rule), rule.summary) for rule in rules]
        parts += [f"## {area}", table(("code", "severity", "after", "what it means"), rows)]
    return "\n\n".join(parts) + "\n"


def page(rule: Rule) -> str:
    """The page of one code."""
    firing, quiet = cases_of(rule.code)
    parts = [f"{WRITTEN_BY}\n\n# {rule.code}", rule.summary, table(("", ""), facts(rule))]
    for name, head in (("Found", "When it is found"), ("Quiet", "When it stays quiet"), ("Do", "What to do")):
        if text := rule.section(name):
            parts += [f"## {head}", f"{text[:1].upper()}{text[1:]}"]
    if example := example_of(rule.code, firing):
        parts += ["## How it reads", *reading(example)]
    parts += ["## Living with it", living(rule.code)]
    parts += ["## Cases", told_cases(rule.code, firing, quiet)]
    return "\n\n".join(parts) + "\n"


def facts(rule: Rule) -> list[tuple[str, str]]:
    """What a table at the top says."""
    kinds = ", ".join(code(kind) for kind in rule.kinds) if rule.kinds is not None else "custom resources of any kind"
    rows = [("area", rule.area), ("severity", _HOW_BAD[rule.severity.value]), ("after", waiting(rule)), ("looks at", kinds)]
    if rule.mixin:
        rows.append(("known as", f"{code(rule.mixin)} in kubernetes-mixin"))
    if rule.is_symptom:
        rows.append(("place", "a consequence: where another finding explains it, it joins that one's incident"))
    return rows


def waiting(rule: Rule) -> str:
    """How long it must hold."""
    minutes = rule.for_minutes
    return "at once" if not minutes else f"{minutes / _HOUR_M:g} h" if minutes >= _HOUR_M else f"{minutes:g} min"


def reading(example: FindingItem) -> list[str]:
    """A finding of one of its cases, as a person reads it."""
    quoted = "\n".join(f"> {line}" for line in example.explanation.splitlines())
    steps = "\n".join(f"    {step}" for step in example.next)
    return [quoted, *(["Next, as it says itself:", steps] if steps else [])]


def living(name: str) -> str:
    """How it is silenced, with who and why."""
    return (
        "To decide that it is no problem here, annotate the object, its workload or its namespace:\n\n"
        f'    arcops.io/ignore: "{name}; why=…; who=…; until=2026-12-31"\n\n'
        "or `POST /api/suppressions`. It is then still found and listed, with who and why, and makes no incident."
    )


def told_cases(name: str, firing: Sequence[Path], quiet: Sequence[Path]) -> str:
    """Its cases, and how to run them."""
    return (
        f"{len(firing)} in which it speaks and {len(quiet)} in which it is quiet, in `tests/cases/findings/{name}`:\n\n"
        f"    arcops test tests/cases/findings/{name}"
    )


@cache
def cases_of(name: str) -> tuple[tuple[Path, ...], tuple[Path, ...]]:
    """The case files of a code: those in which it must speak, those in which nothing may."""
    files = sorted((CASES / name).glob("*.yaml"))
    firing = tuple(path for path in files if read_expectation(path).verdict == "fault")
    return firing, tuple(path for path in files if path not in firing)


def example_of(name: str, firing: Sequence[Path]) -> FindingItem | None:
    """The finding of this code in the first of its cases that has one."""
    for path in firing:
        found = [finding for finding in play([path]).document.findings if finding.code == name]
        if found:
            return found[0]
    return None
