"""The key a model server wants: from the settings, or from a file that is read again when the server refuses it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from arcops.chat.backends.base import FailureKind, ModelFailure
from arcops.chat.settings import ModelSettings

_MOST_BYTES = 16_384


class Key:
    """One key, sent in one header: both at once is an error to Foundry Local on Azure Local."""

    def __init__(self, settings: ModelSettings) -> None:
        """Nothing is read yet."""
        self._file = settings.key_file
        self._header = settings.key_header
        self._value = settings.key.get_secret_value().strip()
        self._is_read = not self._file

    async def headers(self) -> dict[str, str]:
        """The header with the key; empty without one. Raises ``ModelFailure`` for a file that cannot be read."""
        if not self._is_read:
            await self.read_again()
        if not self._value:
            return {}
        if self._header == "api-key":
            return {"api-key": self._value}
        return {"Authorization": f"Bearer {self._value}"}

    async def read_again(self) -> bool:
        """Read the file again; whether the key is another one now. A rotated key is found like that."""
        if not self._file:
            return False
        before = self._value
        self._value, self._is_read = await asyncio.to_thread(_read, self._file), True
        return self._value != before


def _read(file: str) -> str:
    try:
        with Path(file).open(encoding="utf-8") as opened:
            key = opened.read(_MOST_BYTES).strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not text"
        raise ModelFailure(kind=FailureKind.REFUSED, why=f"the key file {file} cannot be read ({reason})") from error
    if not key or not all("!" <= character <= "~" for character in key):
        raise ModelFailure(kind=FailureKind.REFUSED, why=f"the key file {file} holds no key that a header can carry")
    return key
