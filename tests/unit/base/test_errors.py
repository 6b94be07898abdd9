"""Every error is one clear sentence, a stable code and a hint."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from inline_snapshot import snapshot

from arcops.base import errors
from arcops.base.errors import ArcopsError, ObjectNotFound


def tree(root: type[ArcopsError] = ArcopsError) -> Iterator[type[ArcopsError]]:
    yield root
    for child in root.__subclasses__():
        yield from tree(child)


OURS = [kind for kind in tree() if kind.__module__ == errors.__name__]


def test_an_error_says_what_and_what_next() -> None:
    error = ObjectNotFound(kind="pod", name="shop/nobody", near="Did you mean shop/cart-0?")
    assert str(error) == "There is no pod shop/nobody in the cluster."
    assert error.advice == "Did you mean shop/cart-0?"


def test_a_field_that_was_not_given_never_breaks_the_message() -> None:
    assert str(ObjectNotFound(kind="pod")) == "There is no pod ? in the cluster."


@pytest.mark.parametrize("kind", OURS)
def test_every_error_has_a_sentence_and_a_code_of_its_own(kind: type[ArcopsError]) -> None:
    assert (kind.__doc__ or "").splitlines()[0].endswith(".")
    assert "code" in vars(kind)
    assert sum(other.code == kind.code for other in OURS) == 1


def test_codes_are_a_contract() -> None:
    assert sorted(kind.code for kind in OURS) == snapshot(
        [
            "bad-continue",
            "bad-input",
            "bad-request",
            "bad-selector",
            "bad-time",
            "busy",
            "cluster-error",
            "cluster-forbidden",
            "cluster-unauthorized",
            "cluster-unreachable",
            "container-not-found",
            "credential-failed",
            "host-refused",
            "internal-error",
            "kubeconfig-unusable",
            "logs-not-found",
            "never-seen",
            "not-allowed",
            "not-found",
            "not-then",
            "object-not-found",
            "record-unusable",
            "server-unreachable",
            "token-needed",
            "unknown-kind",
            "unreachable",
        ]
    )
