"""How arcops reads the values of its flags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import click
from click.shell_completion import CompletionItem

_DURATION = re.compile(r"^(?:\d+(?:\.\d+)?(?:ms|[smhd]))+$")
_UNIT_S = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


class Output(NamedTuple):
    """What ``-o`` asks for: a form, and for ``jsonpath`` and ``custom-columns`` what stands behind the ``=``."""

    form: str = ""
    argument: str = ""

    @property
    def is_table(self) -> bool:
        """A table is to be printed, the plain or the wide one."""
        return self.form in {"", "wide"}


class OutputForm(click.ParamType[Output]):
    """``json``, ``yaml``, ``wide``, ``name``, ``jsonpath=TEMPLATE``, ``custom-columns=HEAD:PATH,…``: those a command knows."""

    name = "output"
    _WITH_ARGUMENT = ("jsonpath", "custom-columns")

    def __init__(self, forms: Sequence[str]) -> None:
        """Accept ``forms`` only."""
        self.forms = tuple(forms)

    def described(self) -> str:
        """The forms as help and errors show them."""
        return "|".join(f"{form}=…" if form in self._WITH_ARGUMENT else form for form in self.forms)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Output:
        """Read the form and its argument."""
        if isinstance(value, Output):
            return value
        form, equals, argument = str(value).partition("=")
        if form and form not in self.forms:
            self.fail(f'"{value}" is not an output form here. Known are {self.described()}.', param, ctx)
        if bool(equals) != (form in self._WITH_ARGUMENT):
            need = "needs something behind" if form in self._WITH_ARGUMENT else "takes nothing after"
            self.fail(f'-o {form} {need} "=".', param, ctx)
        return Output(form, argument)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """The forms that begin like this."""
        del ctx, param
        known = (f"{form}=" if form in self._WITH_ARGUMENT else form for form in self.forms)
        return [CompletionItem(form) for form in known if form.startswith(incomplete)]


class Duration(click.ParamType[float]):
    """``90s``, ``1h30m``, ``2d`` or plain seconds, as seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds."""
        if isinstance(value, float):
            return value
        text = str(value).strip()
        if re.fullmatch(r"\d+(\.\d+)?", text):
            return float(text)
        if not _DURATION.match(text):
            self.fail(f'"{value}" is not a duration. Write 90s, 15m, 1h30m or 2d.', param, ctx)
        return sum(float(number) * _UNIT_S[unit] for number, unit in re.findall(r"(\d+(?:\.\d+)?)(ms|[smhd])", text))


class LabelNames(click.ParamType[tuple[str, ...]]):
    """``app,tier`` as its names."""

    name = "labels"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        """The names."""
        del param, ctx
        return tuple(part.strip() for part in str(value).split(",") if part.strip())


DURATION = Duration()
LABELS = LabelNames()
