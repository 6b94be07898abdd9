"""The words of tables: a column, and the small forms that many columns share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar, cast

from arcops.kube.objects.container import Container
from arcops.kube.objects.meta import KubeObject, ObjectMeta
from arcops.kube.objects.pod import PodTemplate
from arcops.kube.objects.selector import LabelSelector
from arcops.kube.refs import GroupKind
from arcops.kube.selectors import selector_of
from arcops.kube.times import age_text

NONE = "<none>"
UNSET = "<unset>"
UNKNOWN = "<unknown>"


class Typed(Protocol):
    """A class of objects that knows its kind."""

    GROUP_KIND: GroupKind


class HasMetadata(Protocol):
    """Any object."""

    metadata: ObjectMeta


T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Column(Generic[T_contra]):
    """One column: its header as kubectl writes it, and the text of a cell. ``wide`` ones show only with ``-o wide``."""

    header: str
    text: Callable[[T_contra, int], str]
    wide: bool = False


Columns = tuple[Column[KubeObject], ...]


def columns_of(kind: type[T], *columns: Column[T]) -> tuple[GroupKind, Columns]:
    """The columns of a kind, for a module's ``COLUMNS``; NAME is put before them."""
    return cast("Typed", kind).GROUP_KIND, (NAME, *cast("Columns", columns))


def plain(header: str, text: Callable[[T], str], *, wide: bool = False) -> Column[T]:
    """A column that does not depend on the time."""
    return Column(header, lambda obj, _now_ms: text(obj), wide)


def number(header: str, value: Callable[[T], int | None], *, wide: bool = False) -> Column[T]:
    """A column of counts; an absent one is 0."""
    return Column(header, lambda obj, _now_ms: str(value(obj) or 0), wide)


NAME: Column[KubeObject] = Column("NAME", lambda obj, _now_ms: obj.metadata.name)


def age() -> Column[T]:
    """The AGE column."""
    return Column("AGE", lambda obj, now_ms: age_text(cast("HasMetadata", obj).metadata.creation_timestamp, now_ms))


def labels_text(labels: Mapping[str, str] | None) -> str:
    """``app=web,tier=db``, keys in order."""
    return ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items())) or NONE


def selector_text(selector: LabelSelector | None) -> str:
    """A structured selector in text form."""
    return str(selector_of(selector)) or NONE


def containers_of(template: PodTemplate | None) -> tuple[Container, ...]:
    """The containers of a template."""
    return (template.spec.containers if template and template.spec else None) or ()


def template_columns(template: Callable[[T], PodTemplate | None]) -> tuple[Column[T], Column[T]]:
    """The wide columns CONTAINERS and IMAGES."""
    return (
        plain("CONTAINERS", lambda obj: ",".join(c.name for c in containers_of(template(obj))), wide=True),
        plain("IMAGES", lambda obj: ",".join(c.image or "" for c in containers_of(template(obj))), wide=True),
    )


def bool_text(value: bool | None) -> str:
    """``true`` or ``false``, which is also what absence means."""
    return str(bool(value)).lower()


def some_of(values: Sequence[str], count: int, *, most: int = 3, empty: str = UNSET) -> str:
    """The first few of ``count`` values: ``a,b,c + 4 more...``."""
    shown = ",".join(values[:most])
    return f"{shown} + {count - most} more..." if count > most else shown or empty


def joined(values: Iterable[str]) -> str:
    """Values with commas, or ``<none>``."""
    return ",".join(values) or NONE
