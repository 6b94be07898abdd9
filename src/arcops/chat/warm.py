"""Makes ready what the first question would wait 0.3 s for: the answers' modules, the patterns of the reading, commands and meanings."""

from __future__ import annotations

import asyncio
from datetime import UTC

from arcops.chat.answers import answerer_of
from arcops.chat.base import Intent
from arcops.chat.commands.tasks import tasks
from arcops.chat.read.conditions import read_conditions
from arcops.chat.read.intents import weigh
from arcops.chat.read.times import read_times
from arcops.chat.read.words import words_of


async def warm() -> None:
    """Do it beside the event loop, once, when the service starts."""
    await asyncio.to_thread(_warm)


def _warm() -> None:
    for intent in Intent:
        answerer_of(intent)
    words = words_of("why is the first question slow?")
    weigh("why is OBJ slow", {})
    read_conditions(words, None)
    read_times(words, 0, UTC)
    tasks()
