"""Label selectors, as text and as structs, select what Kubernetes selects."""

import pytest

from arcops.base.errors import BadSelector
from arcops.kube.objects.selector import LabelSelector, LabelSelectorRequirement
from arcops.kube.selectors import near_misses, parse_selector, requirement_of, selector_of, selector_of_labels

WEB = {"app": "web", "tier": "front", "weight": "5", "example.org/team": "a"}


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("", True), ("app=web", True), ("app==web", True), ("app = web", True), ("app=db", False), ("app!=db", True), ("app!=web", False),
        ("none!=x", True), ("app", True), ("none", False), ("!none", True), ("!app", False), ("! none", True), ("app in (web,db)", True),
        ("app in (db)", False), ("app notin (db)", True), ("none notin (x)", True), ("none in ()", False), ("app=web,tier=front", True),
        ("app=web,tier=back", False), ("example.org/team=a", True), ("weight>4", True), ("weight>5", False), ("weight<6", True),
        ("app>4", False), ("none<4", False), ("none=", False), ("app in (web),!none,tier", True), ("in=x", False), ("notin in (x)", False),
    ],
)  # fmt: skip
def test_a_text_selects_as_kubectl_does(text: str, selected: bool) -> None:
    assert parse_selector(text).matches(WEB) is selected


def test_an_empty_value_matches_only_the_empty_label() -> None:
    assert parse_selector("a=").matches({"a": ""})
    assert parse_selector("a in (,b)").matches({"a": ""})
    assert not parse_selector("a=").matches({"a": "b"})


@pytest.mark.parametrize(
    "text",
    ["=web", "app=web,", ",", "app=a=b", "app in web", "app in (web", "app in web)", "a b", "app>x", "app=we b", "a@b=c", "!",
     "app=-x", "(a)",
     "app=web,,tier", "app>1.5", "x/y/z=1", "app!web"],
)  # fmt: skip
def test_what_is_no_selector_is_refused_with_the_reason(text: str) -> None:
    with pytest.raises(BadSelector, match="cannot be read"):
        parse_selector(text)


def test_an_absent_struct_selects_nothing_and_an_empty_one_everything() -> None:
    assert not selector_of(None).matches(WEB)
    assert selector_of(LabelSelector()).matches(WEB)
    assert selector_of(LabelSelector()).matches(None)


def test_a_struct_needs_all_its_labels_and_expressions() -> None:
    struct = LabelSelector(
        {"app": "web"}, (LabelSelectorRequirement("tier", "In", ("front", "back")), LabelSelectorRequirement("old", "DoesNotExist"))
    )
    assert selector_of(struct).matches(WEB)
    assert not selector_of(struct).matches(WEB | {"old": "yes"})
    assert str(selector_of(struct)) == "app=web,!old,tier in (back,front)"


def test_a_struct_with_an_unknown_operator_selects_nothing() -> None:
    struct = LabelSelector(match_expressions=(LabelSelectorRequirement("a", "Near", ("b",)),))
    assert not selector_of(struct).matches({"a": "b"})
    with pytest.raises(BadSelector, match="not known"):
        requirement_of(LabelSelectorRequirement("a", "Near"))


def test_a_service_without_selector_selects_nothing() -> None:
    assert not selector_of_labels(None).matches(WEB)
    assert not selector_of_labels({}).matches(WEB)
    assert selector_of_labels({"app": "web"}).matches(WEB)


def test_the_pairs_of_a_selector_are_labels_every_match_has() -> None:
    assert set(parse_selector("app=web,tier in (a),zone in (a,b),!x,y!=z").pairs) == {("app", "web"), ("tier", "a")}


def test_near_misses_are_the_requirements_that_fail() -> None:
    assert [str(r) for r in near_misses(parse_selector("app=web,tier=back"), WEB)] == ["tier=back"]


@pytest.mark.parametrize("text", ["app=web", "app!=web", "a in (b,c)", "a notin (b)", "a", "!a", "a>3", "a<3"])
def test_a_selector_prints_as_it_was_written(text: str) -> None:
    assert str(parse_selector(text)) == text
