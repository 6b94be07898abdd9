"""What an exit code means."""

from __future__ import annotations

import re

_SIGNALS = {
    1: "SIGHUP", 2: "SIGINT", 3: "SIGQUIT", 4: "SIGILL (an instruction this CPU does not have)", 6: "SIGABRT (the program aborted itself)",
    7: "SIGBUS", 8: "SIGFPE (arithmetic error)", 9: "SIGKILL", 11: "SIGSEGV (invalid memory access)", 13: "SIGPIPE", 15: "SIGTERM",
}  # fmt: skip
_CODES = {
    0: "it ended normally, though it is meant to go on running",
    1: "the program reported an error",
    2: "wrong use of the program: a bad flag, or a syntax error in a shell command",
    126: "the command is there but cannot be executed (permission denied, or not a program)",
    127: "the command was not found in the image",
    128: "the container could not be started, or it exited with an invalid code",
    255: "the program exited with -1",
}
_FIRST_SIGNAL = 128
_WRONG_USE = re.compile(
    r"\b(?:usage|flags?|options?|arguments?|syntax|unexpected|unrecogni[sz]ed|unterminated|unmatched|not valid)\b", re.IGNORECASE
)
_GO_PANIC, _PANIC = 2, "a Go program that panicked"


def meaning_of(code: int) -> str:
    """An exit code in words; "" for one that only the program itself can explain."""
    if code in _CODES:
        return _CODES[code]
    signal = _SIGNALS.get(code - _FIRST_SIGNAL)
    return f"it was ended by signal {code - _FIRST_SIGNAL}, {signal}" if signal else ""


def _of_two(said: str) -> str:
    """What exit code 2 means, which shells, Go and others use for different things: nothing, where the words speak of something else."""
    if said.startswith(("panic:", "fatal error:")):
        return _PANIC
    return _CODES[2] if _WRONG_USE.search(said) else ""


def described(code: int, said: str = "") -> str:
    """``exit code 137 (it was ended by signal 9, SIGKILL)``; what the program ``said`` last makes an ambiguous code clear."""
    meaning = _of_two(said) if code == _GO_PANIC and said else meaning_of(code)
    return f"exit code {code} ({meaning})" if meaning else f"exit code {code}"
