"""A service whose source keeps a thread busy for a minute, as a name that nobody answers for does: ``python -m … FOLDER``."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

from arcops.base.clock import Clock
from arcops.base.logs import LogSettings
from arcops.runtime.lifecycle import serve
from arcops.runtime.settings import RecordSettings, ServerSettings, Settings
from arcops.runtime.sources import Chosen
from arcops.source.base import SourceEvent
from arcops.source.drivers.fake import FakeSource


class StuckSource(FakeSource):
    """Never gives anything."""

    async def observe(self) -> AsyncIterator[SourceEvent]:
        """Wait for a thread."""
        await asyncio.to_thread(time.sleep, 60)
        async for event in super().observe():
            yield event


def main(folder: Path) -> int:
    """Serve until a signal comes."""

    def open_source(clock: Clock) -> Chosen:
        return Chosen(StuckSource(clock), "stuck")

    settings = Settings(record=RecordSettings(directory=folder), server=ServerSettings(port=0), log=LogSettings(format="json"))
    return serve(settings, open_source)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
