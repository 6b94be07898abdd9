"""Why an image could not be pulled, from what the kubelet and the container runtime say."""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable
from typing import NamedTuple


class PullFailure(enum.StrEnum):
    """The kinds of failure, each with its own remedy."""

    NOT_FOUND = "not found"
    UNAUTHORIZED = "unauthorized"
    UNREACHABLE = "unreachable"
    WRONG_PLATFORM = "wrong platform"
    INVALID_NAME = "invalid name"
    NEVER_PULLED = "never pulled"
    RATE_LIMITED = "rate limited"
    NO_SPACE = "no space"
    UNKNOWN = "unknown"


class PullProblem(NamedTuple):
    """What is wrong and the part of the message that says so."""

    failure: PullFailure
    said: str


_WORDS: dict[PullFailure, tuple[str, ...]] = {
    PullFailure.WRONG_PLATFORM: ("no match for platform", "no matching manifest", "does not match the specified platform"),
    PullFailure.RATE_LIMITED: ("toomanyrequests", "too many requests", "rate limit", r"\b429\b"),
    PullFailure.NO_SPACE: ("no space left on device", "disk quota exceeded"),
    PullFailure.INVALID_NAME: ("invalid reference format", "couldn't parse image", "InvalidImageName", "failed to apply default image tag"),
    PullFailure.NEVER_PULLED: ("ErrImageNeverPull", "pull policy (?:of )?[\"']?never"),
    PullFailure.UNREACHABLE: (
        "no such host", "server misbehaving", "connection refused", "connection reset", "no route to host", "network is unreachable",
        "i/o timeout", "time(?:d )?out", "deadline exceeded", "x509", "tls:", "certificate", "proxyconnect", r"\beof\b",
        "server gave http response", r"\b50[0234]\b", "temporary failure",
    ),
    PullFailure.UNAUTHORIZED: (
        "unauthorized", "authentication required", "authorization failed", r"\b401\b", r"\b403\b", "forbidden", "denied",
        "no basic auth credentials", "insufficient_scope", "may require 'docker login'",
    ),
    PullFailure.NOT_FOUND: ("not found", "manifest unknown", "name unknown", "not exist", r"\b404\b"),
}  # fmt: skip
_SIGNS = {failure: re.compile("|".join(words), re.IGNORECASE) for failure, words in _WORDS.items()}
_ABOUT_THE_BACK_OFF = re.compile(r"^Back-off pulling image", re.IGNORECASE)


def pull_problem(messages: Iterable[str]) -> PullProblem:
    """The kind of failure the most telling message names. ``denied … or does not exist`` counts as not authorised."""
    said = [message for message in messages if message]
    for failure, pattern in _SIGNS.items():
        for message in said:
            if pattern.search(message):
                return PullProblem(failure, message)
    telling = [message for message in said if not _ABOUT_THE_BACK_OFF.match(message)]
    return PullProblem(PullFailure.UNKNOWN, (telling or said or [""])[0])


def registry_of(image: str) -> str:
    """The registry's host: ``registry.local`` of ``registry.local/shop/web:1``; ``docker.io`` where none is named."""
    first, slash, _ = image.partition("/")
    return first if slash and ("." in first or ":" in first or first == "localhost") else "docker.io"
