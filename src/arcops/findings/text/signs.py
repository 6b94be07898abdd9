"""What a sign of a failure is: the family it belongs to, the words that give it away, and the pattern that finds what it is about."""

from __future__ import annotations

import enum
import re
from typing import NamedTuple


class Family(enum.StrEnum):
    """Ways to fail."""

    SERVICE_LINK = (
        "a variable that Kubernetes sets for a Service of the namespace (service links: NAME_PORT=tcp://address:port) is read as a setting "
        "of the program; enableServiceLinks: false in the pod, or another name of the Service, keeps it out"
    )
    DATA_VERSION = "the data were written by another version of the program, which this one cannot read or upgrade from"
    CLUSTER_MISMATCH = "the data belong to another cluster or to another member of it"
    NOT_EMPTY = "the data directory is not empty, so it cannot be made ready; a volume's root holds lost+found: use a directory below it"
    CORRUPT = "the data are damaged"
    LICENCE = "a licence is missing, expired, not accepted or not valid"
    CPU = "the program needs instructions (such as AVX) that the CPU of the node does not have"
    GPU = "the GPU or its driver on the node is absent or does not fit the program"
    DEVICE = "a device is missing, busy, or not given to the container"
    CLOCK = "the clock of one side is wrong"
    LINE_ENDS = "a script has Windows line ends (CRLF)"
    PROXY = "the HTTP proxy refuses or does not answer"
    LOCALE = "a locale, time zone or character set is missing in the image, or is not set"
    EXEC_FORMAT = "the program is built for another CPU architecture (platform)"
    FORBIDDEN = "the account lacks a right"
    REFUSED = "a connection was refused"
    NO_SUCH_HOST = "a host name does not resolve"
    UNREACHABLE = "a host cannot be reached"
    TLS = "a TLS connection could not be made"
    AUTHENTICATION = "the credentials were not accepted"
    READ_ONLY = "the file system is read-only"
    NO_SPACE = "there is no space left"
    LOW_PORT = "a port below 1024 needs a right that the process lacks"
    IN_USE = "the address is already in use"
    PERMISSION = "access was denied"
    RUNTIME = "the program needs another version of its runtime"
    NODE_SETTING = "a kernel setting of the node is too low"
    MISSING_DATABASE = "a database, table or column is missing"
    MISSING_MODULE = "a module, class or library is missing"
    MISSING_SETTING = "a setting is missing"
    MISSING_FILE = "a file or command is missing"
    SYNTAX = "there is a syntax error"
    BAD_FLAG = "a flag or argument is not understood"
    PARSE = "a configuration cannot be read"
    LOCKED = "a lock or a migration is in the way"
    EXHAUSTED = "there are no free connections, files or threads"
    MEMORY = "memory ran out"
    TIMEOUT = "something did not answer in time"
    CRASH = "the program crashed"
    ERROR = "the program reported an error"


class Signs(NamedTuple):
    """The words of a family, and the pattern that finds what the line is about."""

    family: Family
    words: re.Pattern[str]
    about: re.Pattern[str] | None


HOST = r"(?:lookup |host:? |connect to |dial tcp:? |https?://|\b)([a-z][\w\-]*(?:\.[\w\-]+)*:\d{1,5}|\d+\.\d+\.\d+\.\d+:\d+)"
PATH = r"[\"'`( ](/[^\s\"'`:,;)]+)"
"""Patterns that find the host and the path a line is about."""


def signs(family: Family, words: tuple[str, ...], about: str = "") -> Signs:
    """A family with its words, each a pattern in any case."""
    return Signs(family, re.compile("|".join(words), re.IGNORECASE), re.compile(about) if about else None)
