"""Findings do not depend on the order in which things are seen, and no object, however odd, makes a rule raise."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from arcops.inventory.index import Inventory
from arcops.kube.objects.decode import decode
from arcops.kube.watch import Observation
from tests.case_pictures import FILES, engine_over, observations, picture, told

Body = Any
"""A JSON value."""


@given(path=st.sampled_from(FILES), other=st.sampled_from(FILES), seed=st.integers(0, 2**32))
@settings(max_examples=60, deadline=None)
def test_any_order_of_arrival_gives_the_findings_of_one_look(path: Path, other: Path, seed: int) -> None:
    now_ms = max(picture(path).steps[-1].at_ms, picture(other).steps[-1].at_ms)
    seen = {one.obj.metadata.uid: one for one in (*observations(path), *observations(other))}
    shuffled = list(seen.values())
    random.Random(seed).shuffle(shuffled)
    inventory, whole = Inventory(), Inventory()
    step_by_step, at_once = engine_over(inventory), engine_over(whole)
    step_by_step.evaluate(now_ms)
    for one in shuffled:
        step_by_step.update(inventory.apply([one]), now_ms)
    whole.apply(sorted(shuffled, key=lambda one: one.obj.metadata.uid))
    at_once.evaluate(now_ms)
    assert told(step_by_step.findings) == told(at_once.findings)


@given(path=st.sampled_from(FILES), seed=st.integers(0, 2**32))
@settings(max_examples=150, deadline=None)
def test_no_damaged_object_makes_a_rule_raise(path: Path, seed: int) -> None:
    rng = random.Random(seed)
    inventory = Inventory()
    for one in observations(path):
        raw = msgspec.json.encode(damaged(msgspec.json.decode(one.raw), rng))
        try:
            obj = decode(one.group_kind, raw)
        except msgspec.DecodeError:
            continue
        if obj.metadata.name:
            inventory.apply([Observation(one.op, one.group_kind, obj, raw, one.seen_ms)])
    engine_over(inventory).evaluate(picture(path).steps[-1].at_ms)


def damaged(value: Body, rng: random.Random, depth: int = 0) -> Body:
    """The same with some fields gone, emptied or nonsense; names and uids mostly stay."""
    if isinstance(value, dict):
        kept = {key: member for key, member in value.items() if depth < 2 or rng.random() > 0.08}
        return {key: damaged(member, rng, depth + 1) for key, member in kept.items()}
    if isinstance(value, list):
        return [] if rng.random() < 0.05 else [damaged(member, rng, depth + 1) for member in value]
    if isinstance(value, str) and depth > 2 and rng.random() < 0.05:
        return rng.choice(["", "0", "-1", "x" * 300, "9e99", "Ω", "2026-13-45T99:99:99Z"])
    return value
