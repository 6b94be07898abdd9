"""Quantities, selectors and durations hold for any input, not only for those somebody thought of."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from arcops.base.errors import BadInput, BadSelector
from arcops.kube.fields import parse_field_selector, parse_path, values_at
from arcops.kube.objects.selector import LabelSelector, LabelSelectorRequirement
from arcops.kube.quantities import milli, number, whole
from arcops.kube.selectors import parse_selector, selector_of
from arcops.kube.times import duration_text, time_ms

POWERS = {
    "n": Fraction(1, 10**9), "u": Fraction(1, 10**6), "m": Fraction(1, 1000), "": Fraction(1), "k": Fraction(10**3), "M": Fraction(10**6),
    "G": Fraction(10**9), "Ki": Fraction(2**10), "Mi": Fraction(2**20), "Gi": Fraction(2**30), "Ei": Fraction(2**60),
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=2), inner, max_size=3),
    max_leaves=12,
)
WORDS = st.text("abc", min_size=1, max_size=2)
LABELS = st.dictionaries(WORDS, WORDS, max_size=4)


@given(st.integers(-(10**9), 10**12), st.integers(0, 6), st.sampled_from(sorted(POWERS)))
def test_a_quantity_is_exact(digits: int, decimals: int, suffix: str) -> None:
    exact = Fraction(digits, 10**decimals)
    text = (
        f"{'-' if digits < 0 else ''}{abs(digits) // 10**decimals}.{abs(digits) % 10**decimals:0{decimals}d}" if decimals else str(digits)
    )
    value = exact * POWERS[suffix]
    found = number(text + suffix)
    assert found == (int(value) if value.denominator == 1 else float(value))
    assert (milli(text + suffix), whole(text + suffix)) == (-(-value * 1000 // 1), -(-value // 1))


@given(st.text(max_size=80) | st.text("0123456789.eEnumkKMGTPi+-", max_size=12))
def test_any_text_is_a_quantity_or_refused(text: str) -> None:
    try:
        number(text)
    except BadInput:
        return


@given(st.text(max_size=60) | st.text("ab=!,()<> inot", max_size=20), LABELS)
def test_any_text_is_a_selector_or_refused(text: str, labels: dict[str, str]) -> None:
    try:
        selector = parse_selector(text)
    except BadSelector:
        return
    assert parse_selector(str(selector)).matches(labels) is selector.matches(labels)


@given(st.text(max_size=60) | st.text("ab=!,.[]*'\\ 01", max_size=20), JSON)
def test_any_text_is_a_field_selector_or_refused_and_any_json_can_be_asked(text: str, body: object) -> None:
    try:
        parse_field_selector(text).matches(body)
    except BadSelector:
        return


@given(JSON, st.sampled_from(["a", "a.b", "a[*].b", "a[0]", "['a']['b'][1]", "a.b.c.a"]))
def test_what_a_path_finds_is_never_a_list_nor_null(body: object, path: str) -> None:
    assert not any(value is None or isinstance(value, list) for value in values_at(body, parse_path(path)))


@given(
    LABELS,
    st.lists(
        st.tuples(WORDS, st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]), st.lists(WORDS, min_size=1, max_size=3)), max_size=3
    ),
    LABELS,
)
def test_a_struct_and_its_text_select_alike(
    equal: dict[str, str], demands: list[tuple[str, str, list[str]]], labels: dict[str, str]
) -> None:
    struct = LabelSelector(equal, tuple(LabelSelectorRequirement(key, operator, tuple(values)) for key, operator, values in demands))
    selector = selector_of(struct)
    assert parse_selector(str(selector)).matches(labels) is selector.matches(labels)
    if selector.matches(labels):
        assert set(selector.pairs) <= set(labels.items())


@given(st.integers(-(10**15), 10**15))
def test_every_duration_has_a_short_text(ms: int) -> None:
    assert 0 < len(duration_text(ms)) <= 9


@given(st.datetimes() | st.text(max_size=40))
def test_any_text_is_a_time_or_none(value: object) -> None:
    text = value if isinstance(value, str) else f"{value.isoformat()}Z"  # type: ignore[attr-defined]
    found = time_ms(text)
    assert found is None or isinstance(found, int)
    assert isinstance(value, str) or found is not None
