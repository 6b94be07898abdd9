"""Words in log excerpts: what is passed over must hold nothing, whatever the words, the stretch and the memory for it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from arcops.store.base import LogFilter, Window
from arcops.store.days.file import OPEN_END
from arcops.store.days.lexicons import STRETCH, Lexicons, words_of
from arcops.store.days.opening import open_for_reading
from arcops.store.days.questions import Range
from arcops.store.engines.sqlite import SqliteStore
from arcops.store.filters import has_lines
from arcops.store.retention import DAY_MS
from tests.observations import START_MS, ManualClock, ref

pytestmark = pytest.mark.anyio

EVER = Window(0, START_MS * 2)
WORDS = ("connection", "refused", "Größe", "STRASSE", "straße", "timeout=30s", "10.0.3.7:5432", "[warn]", "ошибка", "日本", "x", "a_b")


def line(rng: random.Random) -> str:
    return " ".join(rng.choice([*WORDS, str(rng.randrange(10_000)), f"id-{rng.randrange(1 << 30):x}"]) for _ in range(rng.randrange(1, 8)))


async def filled(folder: Path, rng: random.Random, count: int = 3 * STRETCH + 40) -> SqliteStore:
    """Excerpts of two days and two pods."""
    store = SqliteStore(folder, ManualClock(START_MS))
    await store.start()
    for turn in range(count):
        at_ms = START_MS + turn * 2 * DAY_MS // count
        name = rng.choice(("web", "api"))
        text = "\n".join(line(rng) for _ in range(4)) + "\n"
        await store.append_log(ref(name), f"uid-{name}", "main", text, at_ms, previous=turn % 2 == 0)
    return store


async def test_a_search_finds_what_reading_everything_finds(tmp_path: Path) -> None:
    rng = random.Random(11)
    store = await filled(tmp_path, rng)
    everything = await store.logs(EVER, LogFilter(), 10_000)
    for turn in range(120):
        text = rng.choice(everything).text
        start = rng.randrange(len(text))
        sought = rng.choice((text[start : start + rng.randrange(1, 14)], rng.choice(WORDS).swapcase(), "no such word", "=", " 3"))
        match = LogFilter(text=sought, pod=rng.choice((None, "web")))
        window = Window(START_MS + rng.randrange(DAY_MS), START_MS + rng.randrange(DAY_MS, 2 * DAY_MS)) if turn % 3 else EVER
        wanted = [one for one in everything if has_lines(match, one) and window.since_ms <= one.seen_ms <= window.until_ms]
        assert await store.logs(window, match, 10_000) == wanted, (sought, match)
        assert await store.logs(window, match, 3) == wanted[:3]
    await store.aclose()


async def test_what_is_written_after_a_search_is_found_by_the_next(tmp_path: Path) -> None:
    rng = random.Random(3)
    store = await filled(tmp_path, rng, STRETCH + 1)
    assert await store.logs(EVER, LogFilter(text="novelty")) == []
    for turn in range(2 * STRETCH):
        await store.append_log(ref("web"), "uid-web", "main", f"novelty {turn}\n", START_MS + 2 * DAY_MS - 1, previous=False)
    assert len(await store.logs(EVER, LogFilter(text="NOVELTY"), 1_000)) == 2 * STRETCH
    await store.aclose()


@pytest.mark.parametrize("most_bytes", [1, 1 << 20])
async def test_only_stretches_with_every_word_are_read(tmp_path: Path, most_bytes: int) -> None:
    store = await filled(tmp_path, random.Random(5))
    await store.append_log(ref("web"), "uid-web", "main", "a needle in hay\n", START_MS + 2 * DAY_MS - 1, previous=False)
    for turn in range(STRETCH):
        await store.append_log(ref("web"), "uid-web", "main", f"filler {turn}\n", START_MS + 2 * DAY_MS - 1, previous=False)
    await store.aclose()
    lexicons = Lexicons(most_bytes)
    for _ in range(2):
        assert full_stretches(tmp_path, lexicons, "needle in") == 1
        assert full_stretches(tmp_path, lexicons, "needle absent") == 0


def full_stretches(folder: Path, lexicons: Lexicons, text: str) -> int:
    """How many full stretches a search would read; the rest of a file is always read."""
    found = 0
    for path in sorted(folder.glob("*.sqlite")):
        connection = open_for_reading(path, closed=True)
        found += sum(part.until < OPEN_END for part in lexicons.parts(path, connection, Range(0, OPEN_END), text))
        connection.close()
    return found


def test_words_are_runs_of_letters_and_digits_in_any_script() -> None:
    assert words_of("GET /api?id=Straße-7 [ошибка]") == [b"get", b"api", b"id", b"strasse", b"7", "ошибка".encode()]
