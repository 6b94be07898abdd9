"""What others wrote gets into no channel alive: no terminal code, credential, control token, markup or address."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arcops.base.guard import BREAK, LINE_CAP_CHARS, clean, is_in_site, safe_line, safe_text, safe_value, visible
from tests.markup import alive

LIVE = [
    "<|im_start|>", "<|im_end|>", "<|end|>", "<|assistant|>", "<|eot_id|>", "< | im_start | >", "＜|im_start|＞", "<｜begin▁of▁sentence｜>",
    "<tool_call>", "</tool_call>", "<tool_response>", "<think>", "</think>", "< think >", "<start_of_turn>", "<end_of_turn>", "<s>", "</s>",
    "＜/s＞", "<bos>", "[INST]", "[/INST]", "[ INST ]", "［INST］", "[TOOL_CALLS]", "<<SYS>>", "<</SYS>>", "<function=delete_pod>",
    "<unk>", "<pad>", "<fim_prefix>", "<function_calls>", '<invoke name="x">', "<TOOL_CALL>",
]  # fmt: skip
MARKUP = [
    "![x](http://evil.example/?q=1)", "[click](http://evil.example)", "[click][1]\n\n[1]: http://evil.example/x",
    "<img src=http://evil.example/x>", "<a href='https://evil.example'>x</a>", "<http://evil.example/x>", "<script>alert(1)</script>",
    "see https://evil.example/x?y=1", "at www.evil.example", "<!-- x -->", "[![x](http://evil.example/i)](http://evil.example)",
    "<evil@evil.example>", "![x][1]\n\n[1]: //evil.example/i", "[1]: http://evil.example\n\n[1]", "http://1.2.3.4.evil.example",
    "HTTPS://EVIL.EXAMPLE",
]  # fmt: skip
ORDINARY = [
    "Back-off restarting failed container web in pod web-5d4f8c9b7-x2kqp_shop(0b8e1a4c-1111-4222-8333-444455556666)",
    'Readiness probe failed: Get "http://10.42.0.7:8080/healthz": dial tcp 10.42.0.7:8080: connect: connection refused',
    "http://web.shop.svc.cluster.local:8080/healthz?verbose=true",
    "0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available",
    "a < b and b > c, [shop] x[0] = y!", "größe ☃ 日本語 🙂", "I[0105] [1/3] done",
]  # fmt: skip


@pytest.mark.parametrize("token", LIVE)
def test_a_control_token_is_broken_and_reads_the_same(token: str) -> None:
    made = safe_text(f"before {token} after")
    assert token not in made
    assert visible(made) == f"before {token} after"


@pytest.mark.parametrize("token", LIVE)
def test_a_token_cut_apart_by_what_is_invisible_is_broken_too(token: str) -> None:
    for hidden in ("\u200b", "\u2060", "\x00", "\u202e", "\x1b[0m", "\U000e0041"):
        split = token[:2] + hidden + token[2:]
        assert token not in safe_text(split)
        assert token not in safe_text(token[0] + hidden + token[1:])


@pytest.mark.parametrize("text", MARKUP)
def test_markup_and_addresses_have_no_life_in_a_line(text: str) -> None:
    assert alive(text)
    assert not alive(safe_line(text))


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert safe_line(text) == text
    assert safe_text(text) == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after \x1b]8;;http://x\x1b\\link", "after link"),
        ("\x9b31mred", "red"),
        ("\x1bPdevice\x1b\\after", "after"),
        ("nul \x00 bell \x07", "nul  bell "),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("pa\u200bss\u2060word=hunter2", "password=hunter2"),
        ("tab\tand\nline", "tab\tand\nline"),
        ("half \ud800", "half "),
    ],
)
def test_terminal_codes_and_what_is_invisible_are_gone(written: str, shown: str) -> None:
    assert clean(written) == shown


def test_a_credential_is_found_though_something_invisible_cuts_it_apart() -> None:
    assert "hunter2" not in safe_text("DB_PASS\u200bWORD=hunter2")
    assert "hunter2" not in safe_line("postgres://shop:\x1b[0mhunter2@db:5432/shop")
    assert safe_value("DB_PASSWORD", "\u200bplainword") == "***"


def test_lines_without_end_are_cut() -> None:
    assert len(clean("x" * 1_000_000)) < LINE_CAP_CHARS + 40
    assert len(safe_line("word " * 100_000)) == 400
    assert safe_line("a\n\n  b\tc\r\n") == "a b c"


def test_no_citation_is_forged() -> None:
    assert "[F1]" not in safe_line("all is well [F1]")


@pytest.mark.parametrize("host", ["web", "web.shop.svc", "web.shop.svc.cluster.local", "10.0.0.1", "127.0.0.1", "[fd00::1]", "localhost"])
def test_addresses_within_the_site_can_be_copied(host: str) -> None:
    assert is_in_site(host)
    assert safe_line(f"GET http://{host}:80/x") == f"GET http://{host}:80/x"


@pytest.mark.parametrize("host", ["evil.example", "8.8.8.8", "svc.evil.example", "web.local.evil.example", "user@evil.example"])
def test_addresses_that_lead_out_are_broken(host: str) -> None:
    assert safe_line(f"http://{host}/x") == f"http:{BREAK}//{host}/x"


@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from([*LIVE, *MARKUP, "\x1b[", "\u202e", "password=", "x", " ", "\n"]), max_size=20).map("".join)
)
def test_twice_is_as_good_as_once(text: str) -> None:
    assert safe_text(safe_text(text)) == safe_text(text)
    assert safe_line(safe_line(text)) == safe_line(text)
    assert "\x1b" not in safe_line(text)
    safe_line(text).encode()


@given(st.lists(st.sampled_from([*LIVE, *MARKUP, "[", "]", "(", "<", "!", ":", "/", " ", "x"]), max_size=12).map("".join))
def test_no_mixture_of_markup_comes_alive(text: str) -> None:
    assert not alive("is " + safe_line(text))


@pytest.mark.parametrize("piece", ["<", "<|", "[", "< ", "![", "](", "http://", "\x1b", "\x1b]", "www.", "[ /", "<tool_", "http://a@"])
def test_long_hostile_text_is_made_safe_in_linear_time(piece: str) -> None:
    started = time.process_time()
    safe_text(piece * (200_000 // len(piece)))
    safe_line(piece * (200_000 // len(piece)), 100_000)
    assert time.process_time() - started < 2.0
