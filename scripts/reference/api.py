"""The API page, from the description the service gives of itself (`/openapi.json`)."""

from collections.abc import Iterator
from inspect import cleandoc
from typing import Any

from scripts.reference.description import openapi
from scripts.reference.markdown import WRITTEN_BY, code, table

Raw = Any
"""A part of the OpenAPI document."""

INTRODUCTION = """\
# API

The service describes itself at `/openapi.json`, and lets you try it at `/docs`. Times are RFC 3339 in UTC. Errors are
`application/problem+json` with `code`, `title`, `status`, `detail` and `hint`; `detail` is a sentence. Answers carry an
`ETag`. Every path can also answer 401 (a token is wanted), 403 (refused), 422 (the request cannot be understood) and 503
(the cluster or the record cannot be reached).
"""
EVERYWHERE = {"401", "403", "422", "503"}
"""Statuses that the introduction tells once."""


def page() -> str:
    """The whole page."""
    document = openapi()
    parts = [f"{WRITTEN_BY}\n\n{INTRODUCTION}".rstrip()]
    for path, operations in document["paths"].items():
        parts += [about(path, method, operation) for method, operation in operations.items()]
    parts.append("# Shapes")
    parts += [shape(name, schema) for name, schema in sorted(document.get("components", {}).get("schemas", {}).items())]
    return "\n\n".join(parts) + "\n"


def about(path: str, method: str, operation: Raw) -> str:
    """One path and method: what it gives, its parameters, its answers."""
    parts = [f"## {method.upper()} {path}", f"{operation.get('summary', '')}. {operation.get('description', '')}"]
    rows = [parameter_row(parameter) for parameter in operation.get("parameters", [])]
    parts.append(table(("parameter", "in", "type", "default", "meaning"), rows) if rows else "")
    bodies = operation.get("requestBody", {}).get("content", {}).values()
    parts += [f"Body: {type_word(body.get('schema', {}))}" for body in bodies]
    told = {status: answer for status, answer in operation["responses"].items() if status not in EVERYWHERE}
    answers = [(status, answer_word(answer), answer.get("description", "")) for status, answer in told.items()]
    return "\n\n".join(part for part in [*parts, table(("status", "answer", "when"), answers)] if part)


def parameter_row(parameter: Raw) -> tuple[str, str, str, str, str]:
    """One parameter as a row."""
    schema = parameter.get("schema", {})
    return code(parameter["name"]), parameter["in"], type_word(schema), default_word(parameter), parameter.get("description", "")


def shape(name: str, schema: Raw) -> str:
    """One named shape: what it is, and its fields."""
    required = set(schema.get("required", []))
    rows = [
        (code(field), type_word(about) + ("" if field in required else ", optional"), about.get("description", ""))
        for field, about in schema.get("properties", {}).items()
    ]
    described = any(meaning for _, _, meaning in rows)
    fields = table(("field", "type", "meaning"), rows) if described else table(("field", "type"), [row[:2] for row in rows])
    about = cleandoc(schema.get("description", "")).replace("``", "`")
    return "\n\n".join(part for part in (f"## {name}", about, fields if rows else "") if part)


def answer_word(answer: Raw) -> str:
    """What an answer's body is."""
    return ", ".join(type_word(content["schema"]) if content.get("schema") else kind for kind, content in answer.get("content", {}).items())


def type_word(schema: Raw) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in schema:
        return ", ".join(code(value) for value in schema["enum"])
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            return " or ".join(dict.fromkeys(type_word(option) for option in schema[word]))
    kind = schema.get("type", "anything")
    if isinstance(kind, list):
        return " or ".join(kind)
    if kind == "array":
        return f"list of {type_word(schema.get('items', {}))}"
    return " ".join([kind, *limits(schema)])


def limits(schema: Raw) -> Iterator[str]:
    """The bounds of a number or a text."""
    if "minimum" in schema or "maximum" in schema:
        yield f"{schema.get('minimum', '')}..{schema.get('maximum', '')}"
    if "maxLength" in schema:
        yield f"{schema.get('minLength', 0)}..{schema['maxLength']} characters"


def default_word(parameter: Raw) -> str:
    """The default, or that there is none."""
    schema = parameter.get("schema", {})
    if "default" in schema and schema["default"] is not None:
        return code(str(schema["default"]).lower() if isinstance(schema["default"], bool) else schema["default"])
    return "required" if parameter.get("required") else ""
