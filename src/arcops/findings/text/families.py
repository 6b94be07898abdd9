"""The ways programs say what went wrong: for each family of failure the words that give it away, and what it is about.

The order is that of trust: a family whose words are hardly ever used for anything else comes before one that is vague.
"""

from __future__ import annotations

import enum
import re
from typing import NamedTuple


class Family(enum.StrEnum):
    """Ways to fail."""

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


_HOST = r"(?:lookup |host:? |connect to |dial tcp:? |https?://|\b)([a-z][\w\-]*(?:\.[\w\-]+)*:\d{1,5}|\d+\.\d+\.\d+\.\d+:\d+)"
_HOST_NAME = r"(?:lookup|host(?: name)?:?|ENOTFOUND|EAI_AGAIN|UnknownHostException:) [\"']?([\w.\-]+)"
_PATH = r"[\"'`( ](/[^\s\"'`:,;)]+)"
_MODULE = r"(?:module named|find module|NotFoundException:?|DefFoundError:?|libraries:) [\"']?([\w./\-]+)"
_SETTING = r"\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b"
_POSITION = r"((?:line|position|offset|column|char) \d+(?:,? (?:column|char) \d+)?)"
_FLAG = r"[\"' ](--?[\w\-]+)"
_ACCOUNT = r"(system:serviceaccount:[\w:.\-]+)"


def _signs(family: Family, words: tuple[str, ...], about: str = "") -> Signs:
    return Signs(family, re.compile("|".join(words), re.IGNORECASE), re.compile(about) if about else None)


SIGNS: tuple[Signs, ...] = (
    _signs(Family.EXEC_FORMAT, ("exec format error", "cannot execute binary file", "bad cpu type")),
    _signs(
        Family.FORBIDDEN, (r"system:serviceaccount:\S+ cannot", "is forbidden: user", "permission denied for (?:table|schema)"), _ACCOUNT
    ),
    _signs(
        Family.REFUSED,
        ("connection refused", "econnrefused", "could not connect to server", r"connect(?:ion)? to \S{1,80} (?:failed|refused)"),
        _HOST,
    ),
    _signs(
        Family.NO_SUCH_HOST,
        (
            "no such host", "could not resolve host", "could not translate host name", r"\benotfound\b", "eai_again",
            "unknownhostexception",
            "name or service not known", "temporary failure in name resolution", "getaddrinfo", "nxdomain", "name does not resolve",
            "name resolution failed", "dns resolution failed", "can't resolve '", "bad address '", "no address associated with host",
            "nodename nor servname", "unknown (?:mysql server )?host", "host not found", "server misbehaving", "domain name not found",
            "failed to (?:lookup|resolve) ", "dns lookup failed",
        ),
        f"{_HOST}|{_HOST_NAME}",
    ),
    _signs(Family.UNREACHABLE, ("no route to host", "network is unreachable", "ehostunreach", "enetunreach"), _HOST),
    _signs(
        Family.TLS,
        (
            "x509:", "certificate (?:has expired|verify failed|is not valid|signed by unknown)", "tls handshake", "ssl routines",
            "sslhandshakeexception", "unable to verify the first certificate", "(?:tls|ssl) (?:is )?(?:required|mandatory)",
            "requires? (?:tls|ssl)",
        ),
        _HOST,
    ),
    _signs(
        Family.AUTHENTICATION,
        (
            "authentication fail", "access denied for user", "invalid (?:password|credentials|username or password)", "login failed",
            "unauthori[sz]ed", "wrongpass", r"\bnoauth\b", "auth(?:entication)? ?error", "535 ", "bad credentials",
            "(?:token|jwt|credentials?) (?:has |have |is )?expired", "expired (?:token|jwt)", "invalid (?:token|api key|signature)",
            "ora-01017", "sasl authentication", "access_refused", "login was refused", "no pg_hba.conf entry", "default credentials",
            "authenticationerror", "auth_failed", "invalid login",
        ),
        _HOST,
    ),
    _signs(Family.READ_ONLY, ("read-only file system", "erofs"), _PATH),
    _signs(Family.NO_SPACE, ("no space left on device", "enospc", "disk quota exceeded"), _PATH),
    _signs(
        Family.LOW_PORT,
        (
            r"bind\b[^\n]{0,60}:(?:\d{1,3}|10[01]\d|102[0-3])\b[^\n]{0,40}permission denied",
            r"(?:eacces|permission denied)[^\n]{0,60}:(?:\d{1,3}|10[01]\d|102[0-3])\b(?!:)",
        ),
        r":(\d{1,4})\b",
    ),
    _signs(Family.IN_USE, (r"address (?:is )?(?:already )?in use", "eaddrinuse", r"port \d+ (?:is|was) already"), _HOST),
    _signs(
        Family.PERMISSION,
        (
            "permission denied", "eacces", "operation not permitted", "eperm", "must not be run as root",
            r"execution [^\n]{0,60}(?:as root|is not permitted)",
            "access is denied", "cannot be run as root",
        ),
        _PATH,
    ),
    _signs(
        Family.NODE_SETTING,
        (r"vm\.max_map_count", r"fs\.(?:inotify|file-max|aio)[\w.]*", "inotify (?:instances|watches)", r"net\.core\.\w+", "max_map_count"),
        r"((?:vm|fs|net|kernel)\.[\w.]*\w)",
    ),
    _signs(Family.RUNTIME, ("unsupportedclassversionerror", r"requires (?:node|python|java|php|ruby)\b", "unsupported engine")),
    _signs(
        Family.MISSING_DATABASE,
        (
            r"(?:database|relation|table|column|schema|role|keyspace|collection|index|topic) \S{1,80} (?:does not|doesn't) exist",
            "unknown database", "no such table", "unknown column", "table \\S{1,80} doesn't exist", "unknown_topic_or_partition",
        ),
        r"[\"'`]([\w.\-]+)[\"'`]",
    ),
    _signs(
        Family.MISSING_MODULE,
        (
            "modulenotfounderror", "cannot find module", "classnotfoundexception", "noclassdeffounderror",
            "error while loading shared libraries", "error loading shared library", "importerror", "could not load file or assembly",
            "could not find or load main class", "cannot load such file", r"version [`']?glibc\S+ not found",
        ),
        _MODULE,
    ),
    _signs(
        Family.MISSING_SETTING,
        (
            r"(?:environment variable|env var|setting|config key)s? \S{1,60} (?:is |are )?(?:not set|missing|required|undefined)",
            "missing (?:required )?(?:environment variable|env var|setting|config)", "keyerror:",
            r"[A-Z]+_[A-Z_]+ (?:environment variable )?(?:is |was )?(?:not (?:set|provided|defined)|must be set|required|missing|empty)",
            r"environment variable[^\n]{0,60}(?:not (?:set|found|defined|provided)|missing|required|must be set)",
            r"(?:must set|please (?:set|provide)|you need to specify) [^\n]{0,40}[A-Z]+_[A-Z_]+",
        ),
        _SETTING,
    ),
    _signs(
        Family.MISSING_FILE,
        ("no such file or directory", "enoent", "filenotfound", "(?:file|command) not found", ": not found"),
        _PATH,
    ),
    _signs(Family.SYNTAX, ("syntax error", "syntaxerror", "unexpected (?:token|end of file)", "unterminated quoted")),
    _signs(
        Family.BAD_FLAG,
        (
            "(?:unknown|unrecogni[sz]ed|undefined|illegal|invalid) (?:flag|option|argument|command|shorthand)",
            "flag provided but not defined", "no such option",
        ),
        _FLAG,
    ),
    _signs(
        Family.PARSE,
        (
            r"(?:json|yaml|toml|xml|config(?:uration)?)\b[^\n]{0,60}(?:parse|syntax|decod|unmarshal|invalid|malformed|not valid)",
            r"(?:failed|unable|cannot|could not|error)\b[^\n]{0,20}(?:pars|load|unmarshal|decod)\w*[^\n]{0,60}(?:json|ya?ml|toml|config)",
            "jsondecodeerror", r"yaml: line \d+", "did not find expected", "unmarshal error", "unexpected end of json", "parse error",
            "invalid character .{1,12} (?:looking|after|in)", r"(?:unknown|invalid) directive", r"unexpected \S{1,20} in \S{1,80}:\d+",
            r"parsing \[\S{1,200}\]", r"unknown (?:keyword|key|field) ", r"field \S{1,60} not found in type",
            "mapping values are not allowed", "could not find expected ':'", "bad (?:yaml|json|indentation)",
        ),
        f"{_PATH}|{_POSITION}",
    ),
    _signs(
        Family.LOCKED,
        (
            r"migrat\w+[^\n]{0,60}(?:fail|lock|dirty)", r"(?:fail|cannot|could not|unable)\w*[^\n]{0,30}migrat", "unable to lock",
            "lock file [^\\n]{0,60}exists", "already locked", "dirty database", "lock (?:wait )?timeout",
            "could not (?:obtain|acquire) lock",
            "deadlock detected", "another instance is",
        ),
    ),
    _signs(
        Family.EXHAUSTED,
        (
            "too many clients", "too many connections", "no free connections", "remaining connection slots", "emfile",
            "too many open files",
            "pool (?:is )?(?:exhausted|timeout|acquire)", r"(?:connection|database) pool", "unable to create (?:new )?native thread",
            "resource temporarily unavailable",
        ),
    ),
    _signs(Family.MEMORY, ("outofmemoryerror", "heap out of memory", "cannot allocate memory", "memoryerror", "bad_alloc")),
    _signs(
        Family.TIMEOUT,
        ("i/o timeout", "connection timed out", "etimedout", "deadline exceeded", "timed? ?out (?:waiting|connecting|after)"),
        _HOST,
    ),
    _signs(
        Family.CRASH,
        (
            "^panic:", "' panicked at", "segmentation fault", "unhandled exception", "uncaught exception", "traceback \\(most recent",
            "fatal error:", "core dumped", "unhandledpromiserejection",
        ),
    ),
    _signs(Family.ERROR, (r"\bfatal\b", r"\bcritical\b", r"\berror\b", r"exception\b", r"\bemerg\b", r"\bfailed\b")),
)  # fmt: skip
