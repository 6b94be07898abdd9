"""Any question, facts and history make a prompt that fits its window, or none."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcops.base.guard import safe_line
from arcops.chat.base import Fact, FactType
from arcops.chat.budget import LARGE_BUDGET, SMALL_BUDGET, SMALL_WINDOW, Fitted, Room, Turn, fit
from arcops.chat.prompts import Form, system_prompt

LONG = st.text(min_size=0, max_size=60).flatmap(lambda text: st.integers(1, 80).map(lambda times: (text * times)[:4_000]))
FACTS = st.lists(st.tuples(LONG, st.integers(0, 5), st.sampled_from(FactType)), max_size=200).map(
    lambda rows: [
        Fact(id=f"F{number}", type=type_, text=safe_line(text), rank=rank, object="Pod/shop/web-0", at="2026-11-24T14:29:12Z")
        for number, (text, rank, type_) in enumerate(rows, 1)
    ]
)
TURNS = st.lists(st.builds(Turn, LONG, LONG), max_size=4)
ROOMS = st.builds(Room, st.integers(0, 40_000), st.integers(32, 4_000), st.floats(1.0, 3.0))


def size(text: str) -> int:
    return math.ceil(len(text.encode()) / 3)


def fitted(question: str, facts: list[Fact], turns: list[Turn], room: Room) -> Fitted:
    made = fit(question, facts, turns, room)
    assert made is not None
    return made


@given(LONG, FACTS, TURNS, ROOMS)
def test_prompt_and_answer_are_within_the_budget_and_the_window(question: str, facts: list[Fact], turns: list[Turn], room: Room) -> None:
    made = fit(question, facts, turns, room)
    if made is None:
        assert room.window < 4_096 or not facts or not safe_line(question)
        return
    prompt = made.prompt
    sent = sum(size(message.content) for message in prompt.messages)
    assert sent <= prompt.tokens
    assert prompt.tokens <= (SMALL_BUDGET if room.window < SMALL_WINDOW else LARGE_BUDGET)
    assert prompt.tokens + prompt.max_tokens <= room.window
    assert prompt.messages[0].content == system_prompt()
    _, _, end = prompt.messages[1].content.rpartition("\nQuestion: ")
    asked = safe_line(question, 4_000)
    assert end == asked or (asked.startswith(end.split(" […] ")[0]) and asked.endswith(end.split(" […] ")[-1]))
    assert prompt.messages[1].content.count("Earlier question:") <= 2
    assert all(f"\n{identity} {line}" in prompt.messages[1].content for identity, line in made.shown.items())


def fact(number: int, rank: int, text: str = "pod shop/web-0: app killed OOMKilled, limit 128Mi, 12 times") -> Fact:
    return Fact(id=f"F{number}", type=FactType.FIELD, text=text, rank=rank)


@pytest.mark.parametrize("form", Form)
def test_the_system_prompt_is_short_and_the_same_for_every_question(form: Form) -> None:
    assert size(system_prompt(form)) <= 220
    assert "{form}" not in system_prompt(form)
    first, second = fitted("a", [fact(1, 0)], [], Room()), fitted("b", [fact(2, 3)], [Turn("x", "y")], Room(16_000))
    assert first.prompt.messages[0] == second.prompt.messages[0]


def test_what_was_asked_about_is_shown_first_and_the_rest_is_counted() -> None:
    made = fitted("why?", [fact(number, 5 - number % 6) for number in range(1, 301)], [], Room())
    shown = list(made.shown)
    assert 20 < len(shown) < 60
    assert shown[0] == "F5"
    assert f"Facts (showing {len(shown)} of 300 facts, the most important first):" in made.prompt.messages[1].content
    ranks = [5 - int(identity[1:]) % 6 for identity in shown]
    assert ranks == sorted(ranks)
    assert fitted("why?", [fact(1, 0)], [], Room()).prompt.messages[1].content.startswith("Facts:\nF1 pod")


def test_a_long_question_keeps_its_ends_and_leaves_room_for_facts() -> None:
    made = fitted("Why is this? " + "log line " * 400 + "Please explain.", [fact(number, 0) for number in range(1, 301)], [], Room())
    content = made.prompt.messages[1].content
    assert "Question: Why is this? log" in content
    assert content.endswith("Please explain.")
    assert len(made.shown) > 10


def test_the_newest_turn_is_told_when_both_do_not_fit() -> None:
    turns = [Turn("old one", "x" * 240), Turn("new one", "y" * 240)]
    assert "old one" in fitted("q", [fact(1, 0)], turns, Room()).prompt.messages[1].content
    small = fitted("q", [fact(1, 0)], turns, Room(1_200)).prompt.messages[1].content
    assert "new one" in small
    assert "old one" not in small


def test_tokens_that_the_server_counts_shorter_make_a_shorter_prompt() -> None:
    facts = [fact(number, 0) for number in range(1, 301)]
    assert len(fitted("q", facts, [], Room(bytes_per_token=1.0)).shown) < len(fitted("q", facts, [], Room()).shown) / 2


def test_a_window_without_room_for_a_fact_gives_no_prompt() -> None:
    assert fit("why?", [fact(1, 0)], [], Room(256)) is None
    assert fit("why?", [], [], Room()) is None
