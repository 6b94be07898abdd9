"""The columns of a kind's table: Kubernetes' own, those a CRD declares, or name and age."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec

from arcops.base.errors import ArcopsError
from arcops.cli.jsonpath import Path, parse_path, text_of
from arcops.cli.questions import Questions
from arcops.kube.columns import GENERIC, columns_for, row
from arcops.kube.kinds import ApiResource
from arcops.kube.objects.decode import decoder_for
from arcops.kube.objects.meta import PartialObject
from arcops.kube.times import age_text

_CRDS = "customresourcedefinitions.apiextensions.k8s.io"


@dataclass(frozen=True, slots=True)
class Printer:
    """Heads, and a function from an object's JSON and the present (Unix milliseconds) to its cells."""

    heads: tuple[str, ...]
    row: Callable[[bytes, int], list[str]]


def printer_for(asked: Questions, resource: ApiResource, *, wide: bool) -> Printer:
    """How objects of a kind are shown; ``wide`` adds columns."""
    kind = resource.group_kind
    columns = columns_for(kind, wide=wide)
    if columns == GENERIC:
        return _declared(asked, resource, wide=wide)
    decode = decoder_for(kind).decode
    partial = msgspec.json.Decoder(PartialObject).decode

    def cells(body: bytes, now_ms: int) -> list[str]:
        try:
            return row(kind, decode(body), now_ms, wide=wide)
        except msgspec.ValidationError:
            return row(kind, partial(body), now_ms, wide=wide)

    return Printer(tuple(column.header for column in columns), cells)


def _declared(asked: Questions, resource: ApiResource, *, wide: bool) -> Printer:
    """The columns a CRD declares as additionalPrinterColumns, behind the name; NAME and AGE where it declares none."""
    columns = [
        (str(c["name"]).upper(), parse_path(c["jsonPath"]), c.get("type") == "date") for c in _printer_columns(asked, resource, wide=wide)
    ]
    columns = columns or [("AGE", parse_path(".metadata.creationTimestamp"), True)]

    def cells(body: bytes, now_ms: int) -> list[str]:
        fields = msgspec.json.decode(body)
        return [fields["metadata"]["name"], *(_cell(path, fields, now_ms, is_date=is_date) for _, path, is_date in columns)]

    return Printer(("NAME", *(head for head, _, _ in columns)), cells)


def _printer_columns(asked: Questions, resource: ApiResource, *, wide: bool) -> list[dict[str, Any]]:
    if "." not in resource.group or resource.group.endswith(".k8s.io"):
        return []
    try:
        definition = msgspec.json.decode(asked.object(_CRDS, "", resource.resource_name))
    except ArcopsError:
        return []
    version: dict[str, Any] = next((v for v in definition["spec"]["versions"] if v["name"] == resource.version), {})
    columns = version.get("additionalPrinterColumns") or []
    return [column for column in columns if wide or not column.get("priority")]


def _cell(path: Path, fields: dict[str, Any], now_ms: int, *, is_date: bool) -> str:
    values = path.values(fields)
    if is_date:
        return age_text(values[0] if values and isinstance(values[0], str) else None, now_ms)
    return ",".join(text_of(value) for value in values)
