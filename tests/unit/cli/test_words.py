"""The words behind ``get``."""

from __future__ import annotations

import pytest

from arcops.base.errors import BadInput
from arcops.cli.words import Wanted, maybe_object, one_object, wanted_objects


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["pods"], [Wanted("pods")]),
        (["po,svc,po"], [Wanted("po"), Wanted("svc")]),
        (["po", "a", "b", "a"], [Wanted("po", ("a", "b"))]),
        (["po,svc", "a"], [Wanted("po", ("a",)), Wanted("svc", ("a",))]),
        (["po/a", "deploy/b", "po/c"], [Wanted("po", ("a", "c")), Wanted("deploy", ("b",))]),
    ],
)
def test_words_name_kinds_and_objects(words: list[str], wanted: list[Wanted]) -> None:
    assert wanted_objects(words) == wanted


def test_all_is_the_category_of_kubectl() -> None:
    kinds = [one.kind for one in wanted_objects(["all"])]
    assert kinds[0] == "pods"
    assert "deployments.apps" in kinds
    assert "secrets" not in kinds


@pytest.mark.parametrize("words", [["po/a", "b"], ["po/"], ["/a"], ["po/a/b"], [","]])
def test_a_mixture_is_refused(words: list[str]) -> None:
    with pytest.raises(BadInput):
        wanted_objects(words)


@pytest.mark.parametrize(
    ("words", "found"),
    [((), (None, None)), (("cm",), ("cm", None)), (("deploy/web",), ("deploy", "web")), (("deploy", "web"), ("deploy", "web"))],
)
def test_a_scope_may_be_nothing_a_kind_or_an_object(words: tuple[str, ...], found: tuple[str | None, str | None]) -> None:
    assert maybe_object(words, "diff") == found


@pytest.mark.parametrize("words", [("a", "b", "c"), ("deploy/",), ("/web",), ("deploy/web", "x")])
def test_what_names_no_object_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(BadInput, match="a timeline is of one object"):
        one_object(words, "a timeline")
