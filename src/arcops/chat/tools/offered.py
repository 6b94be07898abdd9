"""Which tools there are, and the question a call asks. Arguments are checked here, whatever the server claims to have enforced."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal, Protocol

import msgspec

from arcops.base.errors import UsageError
from arcops.base.guard import safe_line
from arcops.chat.backends.base import Tool, ToolCall

_MOST_ARGUMENT_CHARS = 500
_MOST_WHY_CHARS = 200
_WEEK_MINUTES = 7 * 24 * 60
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*(?:/[A-Za-z0-9][A-Za-z0-9._:-]*){0,2}")
_MOST_NAME_CHARS = 320

Name = Annotated[str, msgspec.Meta(description="as the facts write it: Pod/shop/web-0")]
Namespace = Annotated[str, msgspec.Meta(description="empty for all")]


class BadCall(UsageError):
    """The call is wrong: {why}."""

    code = "bad-call"


class Call(Protocol):
    """The arguments of a call."""

    WHAT: ClassVar[str]

    def question(self) -> str:
        """What is asked with them. Raises ``BadCall``."""


class FindObjects(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Arguments of ``find_objects``."""

    WHAT: ClassVar[str] = "Which objects of a kind there are, and how they are."
    kind: Annotated[str, msgspec.Meta(description="such as pods or deployments")]
    namespace: Namespace = ""
    only: Literal["all", "not ready", "restarted"] = "all"

    def question(self) -> str:
        """``list pods that are not ready in namespace shop``."""
        which = {"all": "", "not ready": " that are not ready", "restarted": " that restarted"}[self.only]
        return f"list {_named(self.kind, 'kind')}{which}{_within(self.namespace)}"


class ShowObject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Arguments of ``show_object``."""

    WHAT: ClassVar[str] = "How one object is now: its state and what it is made of."
    name: Name

    def question(self) -> str:
        """``describe Pod/shop/web-0``."""
        return f"describe {_named(self.name, 'name')}"


class Logs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Arguments of ``logs``."""

    WHAT: ClassVar[str] = "The last lines of a pod or workload."
    name: Name
    errors_only: bool = False
    previous_run: bool = False

    def question(self) -> str:
        """``error lines in the previous logs of Pod/shop/web-0``."""
        errors, previous = "error lines in the " if self.errors_only else "", "previous " if self.previous_run else ""
        return f"{errors}{previous}logs of {_named(self.name, 'name')}"


class WhatChanged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Arguments of ``what_changed``."""

    WHAT: ClassVar[str] = "What was changed on an object, in a namespace or everywhere, and by whom."
    name: Annotated[str, msgspec.Meta(description="an object as the facts write it, or empty")] = ""
    namespace: Namespace = ""
    minutes: Annotated[int, msgspec.Meta(ge=1, le=_WEEK_MINUTES, description="how far back")] = 60

    def question(self) -> str:
        """``what changed on Deployment/shop/web in the last 60 minutes``."""
        where = f" on {_named(self.name, 'name')}" if self.name else _within(self.namespace)
        return f"what changed{where} in the last {self.minutes} minutes"


class History(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Arguments of ``history``."""

    WHAT: ClassVar[str] = "The life of an object, also of one that is gone: versions, restarts, troubles."
    name: Name

    def question(self) -> str:
        """``history of Pod/shop/web-0``."""
        return f"history of {_named(self.name, 'name')}"


_CALLS: Mapping[str, type[FindObjects | ShowObject | Logs | WhatChanged | History]] = {
    "find_objects": FindObjects,
    "show_object": ShowObject,
    "logs": Logs,
    "what_changed": WhatChanged,
    "history": History,
}


def _tool(name: str, kind: type) -> Tool:
    _, parts = msgspec.json.schema_components([kind])
    fields = parts[kind.__name__]
    parameters = {"type": "object", "properties": fields["properties"], "required": fields["required"], "additionalProperties": False}
    return Tool(name, kind.WHAT, parameters)  # type: ignore[attr-defined]  # each of _CALLS has one


TOOLS = tuple(_tool(name, kind) for name, kind in _CALLS.items())
"""What is offered to a model; the same for every question, so that servers keep it ready."""


def question_of(call: ToolCall) -> str:
    """The question a call asks. Raises ``BadCall`` with words the model can learn from."""
    kind = _CALLS.get(call.name)
    if kind is None:
        raise BadCall(why=f"there is no tool {safe_line(call.name, 60)!r}, there are {', '.join(_CALLS)}")
    if len(call.arguments) > _MOST_ARGUMENT_CHARS:
        raise BadCall(why=f"its arguments are longer than {_MOST_ARGUMENT_CHARS:,} characters")
    try:
        arguments = msgspec.json.decode(call.arguments or "{}", type=kind)
    except (msgspec.DecodeError, UnicodeEncodeError, RecursionError) as error:
        raise BadCall(why=f"its arguments are no use: {safe_line(str(error), _MOST_WHY_CHARS)}") from error
    return arguments.question()


def _within(namespace: str) -> str:
    return f" in namespace {_named(namespace, 'namespace')}" if namespace else ""


def _named(name: str, field: str) -> str:
    """A name with nothing in it that would ask for something else."""
    if len(name) > _MOST_NAME_CHARS or not _NAME.fullmatch(name):
        raise BadCall(why=f"{field} must be a name and nothing else")
    return name
