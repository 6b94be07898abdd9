"""What the API must know of its surroundings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """Who may ask.

    ``token`` or the text of ``token_file`` (read again when the file changes) must come with every request if one is
    set. ``allowed_hosts`` are names under which the service may be called, beside loopback and the address a request
    came in at; ``cors_origins`` are the origins of other pages that may read the answers.
    """

    token: str = ""
    token_file: str = ""
    allowed_hosts: tuple[str, ...] = ()
    cors_origins: tuple[str, ...] = ()
