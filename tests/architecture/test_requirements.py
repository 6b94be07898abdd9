"""Every promise of the first version names the tests that hold us to it, and those tests exist."""

import ast
from functools import cache
from typing import Any

import pytest
import yaml

from tests.architecture.checkout import ROOT, syntax

PROMISES: list[dict[str, Any]] = yaml.safe_load((ROOT / "tests" / "requirements.yaml").read_text())


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the test functions of a file."""
    if not (ROOT / path).exists():
        return frozenset()
    functions = (node for node in ast.walk(syntax(ROOT / path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return frozenset(function.name for function in functions if function.name.startswith("test_"))


def is_there(node: str) -> bool:
    """Whether a pytest node id names a test that exists."""
    path, _, test = node.partition("::")
    return test in names_in(path)


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise["id"])
def test_a_promise_names_tests_that_exist(promise: dict[str, Any]) -> None:
    measured = promise.get("measured", [])
    assert promise["tests"] or measured, "neither a test nor a measurement holds us to it"
    assert not [node for node in promise["tests"] if not is_there(node)]
    assert not [path for path in measured if not (ROOT / path).exists()]


def test_no_promise_is_forgotten() -> None:
    assert [promise["id"] for promise in PROMISES] == [f"P{number}" for number in range(1, 12)]


def test_a_test_that_is_gone_is_noticed() -> None:
    assert is_there("tests/architecture/test_requirements.py::test_no_promise_is_forgotten")
    assert not is_there("tests/architecture/test_requirements.py::test_that_was_removed")
    assert not is_there("tests/architecture/test_gone.py::test_x")
