"""Prints an answer in the form ``-o`` asked for. Data goes to stdout, everything else to stderr.

JSON and YAML are a contract: objects of the cluster as the cluster has them, several of them as a ``v1`` List; arcops' own
answers with ``apiVersion: arcops/v1`` and a ``kind``. New fields may come, none changes its meaning.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import click
import msgspec

from arcops.base.errors import BadInput
from arcops.cli.jsonpath import Path, parse_path, render_template, text_of
from arcops.cli.params import Output
from arcops.cli.render import table
from arcops.cli.terminal import wants_color

API_VERSION = "arcops/v1"
ObjectBody = dict[str, Any]
"""The raw JSON body of one object."""


def print_table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, headers: bool = True) -> None:
    """Print a table."""
    print_lines(table(heads, rows, headers=headers, color=stdout_color()))


def print_lines(lines: Any) -> None:
    """Print lines with one write, so that a long list costs no more than its bytes."""
    text = "\n".join(lines)
    if text:
        click.echo(text, color=stdout_color())


def print_answer(kind: str, answer: Any, output: Output) -> None:
    """Print one of arcops' own answers as JSON, YAML or by a path. ``answer`` is a Struct, or a list of them (as ``items``)."""
    body = msgspec.json.decode(msgspec.json.encode(answer))  # bodies inside an answer are raw JSON; this opens them
    fields = {"items": body} if isinstance(body, list) else body
    print_value({"apiVersion": API_VERSION, "kind": kind, **fields}, output)


def print_objects(bodies: Sequence[ObjectBody], output: Output, *, as_list: bool) -> None:
    """Print objects of the cluster: one as itself, several (``as_list``) as a List."""
    if output.form == "custom-columns":
        print_lines(_custom_columns(bodies, output.argument))
    elif as_list:
        print_value({"apiVersion": "v1", "kind": "List", "metadata": {"resourceVersion": ""}, "items": list(bodies)}, output)
    else:
        for body in bodies:
            print_value(body, output)


def print_value(value: Any, output: Output) -> None:
    """Print any value as JSON, YAML or by a JSONPath template."""
    if output.form == "json":
        click.echo(json.dumps(value, indent=4, ensure_ascii=False))
    elif output.form == "yaml":
        click.echo(to_yaml(value), nl=False)
    elif output.form == "jsonpath":
        click.echo(render_template(output.argument, value), nl=sys.stdout.isatty())
    else:
        raise BadInput(what=f"The output form {output.form}", why="it does not fit this answer")


def print_json_line(value: Any) -> None:
    """Print one value as one line of JSON: for streams."""
    click.echo(msgspec.json.encode(value).decode())
    sys.stdout.flush()


def to_yaml(value: Any) -> str:
    """YAML as kubectl writes it: long text as blocks, lists at the level of their name, nothing folded."""
    import yaml

    class Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
        """Safe YAML with blocks for text of several lines."""

    Dumper.add_representer(str, _yaml_text)
    return str(yaml.dump(value, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=1 << 20))


def _yaml_text(dumper: Any, text: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


def stdout_color() -> bool:
    """Whether stdout gets colour."""
    context = click.get_current_context(silent=True)
    return wants_color(context.color if context else None, sys.stdout)


def _custom_columns(bodies: Sequence[ObjectBody], argument: str) -> Any:
    columns = [_custom_column(part) for part in argument.split(",")]
    rows = [[",".join(text_of(v) for v in path.values(body)) or "<none>" for _, path in columns] for body in bodies]
    return table([head for head, _ in columns], rows, color=stdout_color())


def _custom_column(part: str) -> tuple[str, Path]:
    head, colon, path = part.partition(":")
    if not (head and colon and path):
        raise BadInput(what=f'The column "{part}"', why="it is not HEAD:PATH", hint="For example: -o custom-columns=NAME:.metadata.name")
    return head, parse_path(path)
