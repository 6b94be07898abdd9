"""Settings: the only place that reads the environment.

A setting is written ``ARCOPS_SECTION__FIELD`` in the environment or in ``.env`` of the working folder; a command's flag
wins over both. Every floor declares its own ``Section``; ``runtime/settings.py`` puts them together.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from arcops.base.errors import BadInput


class Section(BaseModel):
    """One floor's settings: immutable; a misspelt name is an error, not silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Root(BaseSettings):
    """All sections together. Values come from arguments, then the environment, then ``.env``, then the defaults."""

    model_config = SettingsConfigDict(
        env_prefix="ARCOPS_",
        env_nested_delimiter="__",
        env_file=".env",
        env_file_encoding="utf-8",
        frozen=True,
        extra="ignore",
    )


R = TypeVar("R", bound=Root)


def load(kind: type[R], overrides: Mapping[str, Mapping[str, Any]] | None = None) -> R:
    """The settings in force; ``overrides`` are a command's flags by section, None values left out.

    Raises ``BadInput`` that names the setting and what is wrong with its value.
    """
    given = {section: {k: v for k, v in fields.items() if v is not None} for section, fields in (overrides or {}).items()}
    try:
        return kind(**{section: fields for section, fields in given.items() if fields})
    except ValidationError as error:
        first = error.errors()[0]
        name = "ARCOPS_" + "__".join(str(part) for part in first["loc"]).upper()
        raise BadInput(what=f"The setting {name}", why=str(first["msg"])) from error


def user_data_dir() -> Path:
    """Where a user's programs keep what they must not lose: XDG_DATA_HOME, LOCALAPPDATA, else ``~/.local/share``."""
    for name in ("XDG_DATA_HOME", "LOCALAPPDATA"):
        if value := os.environ.get(name):
            return Path(value)
    return Path.home() / ".local" / "share"
