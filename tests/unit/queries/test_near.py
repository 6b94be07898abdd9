"""Names that look like the one that was not found."""

from __future__ import annotations

import time

from arcops.queries.near import did_you_mean, near_names


def test_a_name_that_begins_so_comes_before_one_that_only_holds_it() -> None:
    assert near_names("cart", ["shopping-cart-1", "cart-5c4d8-bbbbb", "web-1"])[0] == "cart-5c4d8-bbbbb"


def test_a_typing_error_is_found() -> None:
    assert near_names("chekout", ["checkout", "catalog", "web"]) == ["checkout"]


def test_nothing_near_is_an_empty_answer() -> None:
    assert near_names("zzz", ["web", "cart"]) == []
    assert did_you_mean([]) == ""


def test_the_sentence_names_all() -> None:
    assert did_you_mean(["a"]) == "Did you mean a?"
    assert did_you_mean(["a", "b", "c"]) == "Did you mean a, b or c?"


def test_ten_thousand_names_are_looked_through_quickly() -> None:
    names = [f"web-{i % 500}-7d9f8b6c5-{i:05x}" for i in range(10_000)]
    began = time.process_time()
    assert near_names("wbe-17", names)[0].startswith("web-")
    assert time.process_time() - began < 0.05
