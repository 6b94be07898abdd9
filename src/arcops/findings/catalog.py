"""Every rule there is: the folders of ``rules``, each file one fault."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from arcops.base.errors import NotFound
from arcops.base.registry import discover
from arcops.findings.base import Rule


class UnknownCode(NotFound):
    """There is no finding called "{code}"."""

    code = "unknown-code"
    hint = "`arcops explain` lists all. {near}"


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, sorted by code."""
    from arcops.findings import rules

    areas = sorted(found.name for found in iter_modules(rules.__path__) if found.ispkg)
    modules = (module for area in areas for module in discover(import_module(f"{rules.__name__}.{area}")))
    return tuple(sorted((module.check for module in modules), key=_code))


def rule_of(code: str) -> Rule:
    """The rule of a code, whatever its case. Raises ``UnknownCode``."""
    found = {rule.code.lower(): rule for rule in all_rules()}
    rule = found.get(code.lower())
    if rule is None:
        near = get_close_matches(code.lower(), list(found), n=3, cutoff=0.6)
        raise UnknownCode(code=code, near=f"Did you mean {' or '.join(found[name].code for name in near)}?" if near else "")
    return rule


@cache
def areas() -> dict[str, str]:
    """The area of each code."""
    return {rule.code: rule.area for rule in all_rules()}


def _code(rule: Rule) -> str:
    return rule.code
