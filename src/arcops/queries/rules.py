"""What arcops can find: every rule as its documentation tells it."""

from __future__ import annotations

import msgspec

from arcops.findings.base import Rule
from arcops.findings.catalog import all_rules, rule_of


class RuleItem(msgspec.Struct, frozen=True, gc=False):
    """One rule. ``kinds`` is empty for rules about custom resources of any kind; ``mixin`` the kubernetes-mixin alert alike."""

    code: str
    area: str
    severity: str
    for_minutes: float
    kinds: list[str]
    mixin: str
    summary: str
    found: str
    quiet: str
    do: str


class RulePage(msgspec.Struct, frozen=True, gc=False):
    """Rules by area and code."""

    items: list[RuleItem]


def list_rules(code: str = "", area: str = "") -> RulePage:
    """Every rule, or the one of a code, or those of an area. Raises ``UnknownCode``."""
    rules = [rule_of(code)] if code else sorted(all_rules(), key=lambda rule: (rule.area, rule.code))
    return RulePage([rule_item(rule) for rule in rules if area in ("", rule.area)])


def rule_item(rule: Rule) -> RuleItem:
    """A rule in the form of the answers."""
    return RuleItem(
        code=rule.code, area=rule.area, severity=rule.severity.value, for_minutes=rule.for_minutes,
        kinds=[str(kind) for kind in rule.kinds or ()], mixin=rule.mixin, summary=rule.summary, found=rule.section("Found"),
        quiet=rule.section("Quiet"), do=rule.section("Do"),
    )  # fmt: skip
