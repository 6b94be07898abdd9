"""Answers by rule, one file per intent, each with ``async def answer(asked: Asked) -> Draft``.

A file looks things up with ``arcops.queries`` and the moment's ``asked.inventory`` and ``asked.current``, writes down each thing it learns
with ``asked.book.add`` and returns blocks whose sentences carry the ids of the facts they rest on. Numbers are exact, lists
say how many there are beside how many are shown, and what cannot be told is said together with what would settle it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib import import_module

from arcops.chat.asked import Asked
from arcops.chat.base import Draft, Intent

Answerer = Callable[[Asked], Awaitable[Draft]]


def answerer_of(intent: Intent) -> Answerer:
    """The function that answers questions of an intent."""
    module = import_module(f"arcops.chat.answers.{intent.value}")
    found: Answerer = module.answer
    return found
