"""Any text is read, the same way each time, in bounded time."""

from __future__ import annotations

import asyncio
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from arcops.chat.base import Intent, Reading
from arcops.chat.read.reading import read_question
from arcops.chat.read.spelling import Speller
from arcops.chat.read.tables import table
from tests.unit.chat.read.test_wordings import cluster

SECTIONS = ("grammar", "ordinary", "namelike", "terms", "before", "after")
KNOWN = sorted({word for section in SECTIONS for line in table("words").sections[section] for word in line.split()})
NAMES = [
    "checkout",
    "shop/checkout",
    "deploy/cart",
    "-n",
    "payments",
    "web-app-0",
    "`api`",
    "3pm",
    "2026-11-24T12:00:00Z",
    "last",
    "5",
    "app=x",
    "?",
]
LONGEST = 4_000
SLOWEST_S = 0.5
"""Far above the 15 ms that the longest text takes on an idle machine: what is looked for is time that grows without bound."""

SPOKEN = st.lists(st.sampled_from(KNOWN + NAMES * 20), max_size=700).map(lambda words: " ".join(words)[:LONGEST])
REPEATED = st.tuples(st.text(min_size=1, max_size=12), st.integers(1, LONGEST)).map(lambda made: (made[0] * made[1])[:LONGEST])
QUESTIONS = st.text(max_size=LONGEST) | SPOKEN | REPEATED


def read(question: str, previous: Reading | None = None) -> Reading:
    services = cluster("shop")
    now_ms = services.clock.now_ms()
    return asyncio.run(read_question(services, question, inventory=services.inventory, now_ms=now_ms, previous=previous))


@settings(max_examples=150, deadline=None)
@given(QUESTIONS)
def test_any_text_is_read_in_bounded_time_and_always_alike(question: str) -> None:
    started = time.process_time()
    first = read(question)
    spent_s = time.process_time() - started
    assert spent_s < SLOWEST_S
    assert first == read(question)
    assert first.question == question


@settings(max_examples=100, deadline=None)
@given(QUESTIONS, QUESTIONS)
def test_a_reading_is_of_what_exists_and_its_times_are_in_order(before: str, question: str) -> None:
    services = cluster("shop")
    reading = read(question, read(before))
    assert all(services.inventory.get(ref) is not None for ref in reading.objects if ref not in reading.gone)
    assert set(reading.gone) <= set(reading.objects)
    assert reading.since_ms is None or reading.until_ms is None or reading.since_ms <= reading.until_ms
    assert reading.at_ms is None or reading.at_ms <= services.clock.now_ms()
    assert reading.intent in Intent
    assert reading.back >= 0


@given(st.text(alphabet="abcd", min_size=1, max_size=9), st.text(alphabet="abcd", max_size=9))
def test_the_distance_of_words_is_that_of_the_textbook(one: str, other: str) -> None:
    assert Speller(one).distance(other) == textbook_distance(one, other)


def textbook_distance(one: str, other: str) -> int:
    """Optimal string alignment by its table."""
    rows = [[max(i, j) if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            cost = one[i - 1] != other[j - 1]
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost)
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]
