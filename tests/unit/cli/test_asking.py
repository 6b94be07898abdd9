"""`ask` and `chat` about files: what is printed, in which form, and how it ends."""

from __future__ import annotations

import io
import json

import pytest

from tests.architecture.checkout import ROOT
from tests.unit.cli.conftest import Terminal

CASE = ROOT / "tests/cases/findings/OomKilled/shop-1.yaml"


def test_a_question_is_answered_with_the_facts_of_each_sentence(terminal: Terminal) -> None:
    told = terminal("ask", "why", "is", "web", "restarting?", "-f", CASE, "--no-model")
    assert told.status == 0
    first = told.out.splitlines()[0]
    assert "web" in first
    assert "OOMKilled" in first
    assert "64Mi" in first
    assert "[F1]" in first
    assert "`" not in told.out
    assert "**" not in told.out


def test_as_json_an_answer_holds_its_facts_its_scope_and_who_worded_it(terminal: Terminal) -> None:
    answer = json.loads(terminal("ask", "why is web restarting?", "-f", CASE, "--no-model", "-o", "json").out)
    assert {"answer", "intent", "facts", "model", "dropped", "tokens", "scope"} <= answer.keys()
    assert (answer["intent"], answer["model"], answer["dropped"]) == ("why", "direct-mode", 0)
    assert answer["scope"]["objects"][0] == "Deployment/shop/web"
    assert {"id", "type", "text"} <= answer["facts"][0].keys()


def test_the_prompt_is_shown_without_a_model_and_nothing_is_sent(terminal: Terminal) -> None:
    told = terminal("ask", "why is web restarting?", "-f", CASE, "--show-prompt")
    assert told.out.startswith("[system]\n")
    assert "[user]\nFacts" in told.out
    assert "Question: why is web restarting?" in told.out


def test_a_question_nobody_can_answer_ends_with_one(terminal: Terminal) -> None:
    told = terminal("ask", "purple monkey dishwasher", "-f", CASE, "--no-model")
    assert told.status == 1
    assert "Why is web in shop" in told.out


def test_a_time_that_cannot_be_read_is_said(terminal: Terminal) -> None:
    told = terminal("ask", "what is wrong?", "-f", CASE, "--at", "tomorrowish")
    assert told.status == 2
    assert "tomorrowish" in told.err


def test_a_conversation_takes_follow_ups_and_commands_and_survives_mistakes(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ("why is web restarting?", "since when?", "/facts", "/nope", "/at tomorrowish", "/bad long", "/help", "/quit", "never asked")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    told = terminal("chat", "-f", CASE, "--no-model")
    assert told.status == 0
    assert told.out.count("64Mi") >= 2
    assert "- F1 " in told.out
    assert "There is no command /nope." in told.err
    assert "tomorrowish" in told.err
    assert "Kept." in told.err
    assert "never asked" not in told.out


def test_the_model_belongs_to_a_service(terminal: Terminal) -> None:
    told = terminal("model", "status", "--server", "http://127.0.0.1:9")
    assert told.status == 3
    assert terminal("model", "load", "--server", "http://127.0.0.1:9").status == 2
