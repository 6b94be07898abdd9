"""The settings page and .env.example, from `arcops.runtime.settings`."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from arcops.base.settings import Section
from arcops.runtime.settings import Settings
from scripts.reference.markdown import WRITTEN_BY, cell, code, table

INTRODUCTION = """\
# Settings

Every setting has a default that works. A flag of `arcops serve` wins over the environment, the environment over a file
`.env` in the working folder. A misspelt name in a section is an error, not silence. Lists are written as JSON:
`ARCOPS_SERVER__CORS_ORIGINS='["https://console.example"]'`.
"""


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as an operator sees it."""

    variable: str
    kind: str
    default: str
    meaning: str


def page() -> str:
    """The whole page."""
    parts = [f"{WRITTEN_BY}\n\n{INTRODUCTION}".rstrip()]
    for name, section in sections():
        rows = [(code(s.variable), s.kind, code(s.default), s.meaning) for s in settings_of(name, section)]
        parts.append(f"## {name}\n\n{section.__doc__ or ''}\n\n{table(('variable', 'type', 'default', 'meaning'), rows)}")
    return "\n\n".join(parts) + "\n"


def example() -> str:
    """A file to copy to `.env`: every setting, commented out, with its default."""
    lines = ["# Copy to .env and change what you need. Written by `make reference` from the code."]
    for name, section in sections():
        lines += ["", f"# {section.__doc__ or name}"]
        for setting in settings_of(name, section):
            lines += [f"# {cell(setting.meaning)}", f"#{setting.variable}={setting.default}"]
    return "\n".join(lines) + "\n"


def sections() -> Iterator[tuple[str, type[Section]]]:
    """The sections by name, in the order of the code."""
    for name, declared in Settings.model_fields.items():
        if isinstance(declared.annotation, type) and issubclass(declared.annotation, Section):
            yield name, declared.annotation


def settings_of(name: str, section: type[Section]) -> Iterator[Setting]:
    """The settings of one section."""
    for field, declared in section.model_fields.items():
        variable = f"ARCOPS_{name}__{field}".upper()
        yield Setting(variable, type_word(declared.annotation), default_word(declared), declared.description or "")


def type_word(annotation: Any) -> str:
    """A type in a word a person would use."""
    words = {str: "text", SecretStr: "text", int: "whole number", float: "number", bool: "true or false", Path: "path"}
    if annotation in words:
        return words[annotation]
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ", ".join(f"`{member.value}`" for member in annotation)
    arguments = [argument for argument in get_args(annotation) if argument not in {type(None), Ellipsis}]
    if get_origin(annotation) in {Union, UnionType}:
        return " or ".join(type_word(argument) for argument in arguments)
    if get_origin(annotation) in {tuple, list, frozenset}:
        return f"list of {type_word(arguments[0])}"
    return ", ".join(f"`{argument}`" for argument in arguments) or str(annotation)


def default_word(declared: FieldInfo) -> str:
    """A default as it would be written in the environment, without the path of this machine's home."""
    value = declared.get_default(call_default_factory=True, validated_data={})
    if isinstance(value, Path):
        home = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
        return str(value).replace(home, "~/.local/share")
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple | list | frozenset):
        return "[" + ", ".join(f'"{item}"' for item in value) + "]"
    if isinstance(value, Enum):
        return str(value.value)
    return "" if value is None else str(value)
