"""Label selectors: the text form of ``kubectl -l`` and the structured one of workloads, budgets and policies."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from arcops.base.errors import BadSelector
from arcops.kube.objects.selector import LabelSelector, LabelSelectorRequirement

Labels = Mapping[str, str]

_OPERATORS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!", "Gt": "gt", "Lt": "lt"}
_NAME = re.compile(r"(?:[a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?", re.ASCII)
_VALUE = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?", re.ASCII)
_TOKEN = re.compile(r"\s*(==|!=|[=!<>(),]|[^\s=!<>(),]+)")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One demand on labels. ``operator`` is ``=``, ``!=``, ``in``, ``notin``, ``exists``, ``!``, ``gt`` or ``lt``."""

    key: str
    operator: str
    values: frozenset[str] = frozenset()

    def matches(self, labels: Labels) -> bool:
        """Whether ``labels`` meet it; a missing key meets ``!=`` and ``notin``, as in Kubernetes."""
        value = labels.get(self.key)
        match self.operator:
            case "=" | "in":
                return value in self.values
            case "!=" | "notin":
                return value not in self.values
            case "exists":
                return value is not None
            case "!":
                return value is None
            case _:
                return value is not None and self._compares(value)

    def _compares(self, value: str) -> bool:
        try:
            left, right = int(value), int(next(iter(self.values)))
        except ValueError:
            return False
        return left > right if self.operator == "gt" else left < right

    def __str__(self) -> str:
        """As kubectl writes it."""
        values = ",".join(sorted(self.values))
        match self.operator:
            case "=" | "!=":
                return f"{self.key}{self.operator}{values}"
            case "in" | "notin":
                return f"{self.key} {self.operator} ({values})"
            case "exists":
                return self.key
            case "!":
                return f"!{self.key}"
            case _:
                return f"{self.key}{'>' if self.operator == 'gt' else '<'}{values}"


@dataclass(frozen=True, slots=True)
class Selector:
    """Requirements that must all be met; without any, everything matches. ``nothing`` matches no object at all."""

    requirements: tuple[Requirement, ...] = ()
    nothing: bool = False

    def matches(self, labels: Labels | None) -> bool:
        """Whether an object with these labels is selected."""
        if self.nothing:
            return False
        present = labels or {}
        return all(requirement.matches(present) for requirement in self.requirements)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Labels every selected object must have: for finding candidates in an index."""
        return tuple((r.key, next(iter(r.values))) for r in self.requirements if r.operator in ("=", "in") and len(r.values) == 1)

    def __str__(self) -> str:
        """The text form, keys in order."""
        return ",".join(str(r) for r in sorted(self.requirements, key=lambda r: r.key))


EVERYTHING = Selector()
NOTHING = Selector(nothing=True)


def selector_of_labels(labels: Labels | None) -> Selector:
    """The selector of a Service or ReplicationController, whose empty or absent labels select nothing."""
    if not labels:
        return NOTHING
    return Selector(tuple(Requirement(key, "=", frozenset((value,))) for key, value in labels.items()))


def selector_of(struct: LabelSelector | None) -> Selector:
    """The selector of a structured one: absent selects nothing, empty everything. An unknown operator selects nothing."""
    if struct is None:
        return NOTHING
    equal = [Requirement(key, "=", frozenset((value,))) for key, value in (struct.match_labels or {}).items()]
    try:
        others = [requirement_of(expression) for expression in struct.match_expressions or ()]
    except BadSelector:
        return NOTHING
    return Selector((*equal, *others))


def requirement_of(expression: LabelSelectorRequirement) -> Requirement:
    """One structured expression, of pods or (with ``Gt`` and ``Lt``) of nodes. Raises ``BadSelector``."""
    operator = _OPERATORS.get(expression.operator)
    text = f"{expression.key} {expression.operator}"
    if operator is None:
        raise BadSelector(selector=text, why="the operator is not known")
    values = frozenset(expression.values or ())
    if operator in ("gt", "lt") and len(values) != 1:
        raise BadSelector(selector=text, why="the operator takes exactly one value")
    return Requirement(expression.key, operator, values)


def parse_selector(text: str) -> Selector:
    """The selector of ``kubectl -l``: ``app=web,tier!=db,env in (a,b),!legacy,weight>3``. Raises ``BadSelector``."""
    return _Parser(text).read()


class _Parser:
    """Reads one text from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _TOKEN.findall(text)
        self.at = 0

    def read(self) -> Selector:
        found: list[Requirement] = []
        while self.peek():
            found.append(self.requirement())
            if self.peek() and self.take() != ",":
                raise self.error("a comma is missing")
            if not self.peek() and self.text.rstrip().endswith(","):
                raise self.error("it ends with a comma")
        return Selector(tuple(found))

    def requirement(self) -> Requirement:
        if self.peek() == "!":
            self.take()
            return Requirement(self.key(), "!")
        key = self.key()
        operator = self.peek()
        if operator in ("", ","):
            return Requirement(key, "exists")
        self.take()
        if operator in ("in", "notin"):
            return Requirement(key, operator, self.values())
        if operator in ("=", "==", "!="):
            return Requirement(key, "!=" if operator == "!=" else "=", frozenset((self.value(),)))
        if operator in (">", "<"):
            return Requirement(key, "gt" if operator == ">" else "lt", frozenset((self.whole_number(),)))
        raise self.error(f'"{operator}" is not an operator')

    def key(self) -> str:
        key = self.take()
        if not _NAME.fullmatch(key):
            raise self.error(f'"{key}" is not a label key' if key else "a label key is missing")
        return key

    def value(self) -> str:
        """One value; nothing before a comma, a parenthesis or the end is the empty one."""
        if self.peek() in ("", ",", ")"):
            return ""
        value = self.take()
        if not _VALUE.fullmatch(value):
            raise self.error(f'"{value}" is not a label value')
        return value

    def values(self) -> frozenset[str]:
        if self.take() != "(":
            raise self.error("an opening parenthesis is missing")
        found = {self.value()}
        while (mark := self.take()) == ",":
            found.add(self.value())
        if mark != ")":
            raise self.error("a closing parenthesis is missing")
        return frozenset(found)

    def whole_number(self) -> str:
        value = self.take()
        if not re.fullmatch(r"-?[0-9]{1,18}", value):
            raise self.error("greater and less than need a whole number")
        return value

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        self.at += 1
        return token

    def error(self, why: str) -> BadSelector:
        return BadSelector(selector=self.text, why=why)


def is_apart(one: Selector, other: Selector) -> bool:
    """Whether no labels can meet both: they ask for different values of the same key. False where it cannot be told so."""
    if one.nothing or other.nothing:
        return True
    wanted = {each.key: each.values for each in one.requirements if each.operator in ("=", "in")}
    return any(
        each.operator in ("=", "in") and each.key in wanted and wanted[each.key].isdisjoint(each.values) for each in other.requirements
    )


def near_misses(selector: Selector, labels: Labels | None) -> Collection[Requirement]:
    """The requirements that ``labels`` do not meet: one of several is a near miss worth naming."""
    return [requirement for requirement in selector.requirements if not requirement.matches(labels or {})]
