"""Why a container runtime could not start a container, in words."""

from __future__ import annotations

import re

_REASONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), words)
    for pattern, words in (
        (r"exec:? \"(?P<what>[^\"]+)\": executable file not found in \$PATH", "its command {what} does not exist in the image"),
        (r"exec:? \"(?P<what>[^\"]+)\": stat \S+: no such file or directory", "its command {what} does not exist in the image"),
        (r"exec:? \"(?P<what>[^\"]+)\": permission denied", "its command {what} may not be executed (permission denied)"),
        (r"exec:? \"(?P<what>[^\"]+)\": is a directory", "its command {what} is a directory"),
        (r"exec (?P<what>/\S+): no such file or directory", "its command {what}, or the interpreter it names, is not in the image"),
        (r"(?:sh|bash|ash): (?:line )?(?:\d+: )?(?P<what>\S+): (?:command )?not found", "the command {what} does not exist in the image"),
        (
            r"(?:sh|bash|ash): (?:line )?(?:\d+: )?(?:can't open |can't execute )?'?(?P<what>[^:']+)'?: no such file",
            "there is no file {what}",
        ),
        (r"mkdir (?P<what>\S+): read-only file system", "{what} cannot be made: the file system is read-only"),
        (
            r"error mounting \"[^\"]*/volume-subpaths/.*\bat \"(?P<what>[^\"]+)\".*not a directory",
            "a directory is mounted over the file {what}, or the other way round: the subPath is likely no key of its ConfigMap",
        ),
        (r"error mounting \"(?P<what>[^\"]+)\".*not a directory", "a file is mounted over a directory, or the other way round ({what})"),
        (r"chdir to cwd \(\"(?P<what>[^\"]+)\"\).*(?:no such file|permission denied)", "its working directory {what} cannot be entered"),
        (r"(?:unable to find|user) (?:user )?(?P<what>\S+):? no (?:such user|matching entries)", "the image has no user {what}"),
        (r"container has runAsNonRoot and image will run as root(?P<what>)", "the image runs as root, and runAsNonRoot forbids that"),
        (r"memory limit too low|possible oom-kill|memory.max(?P<what>)", "its memory limit is too low to start anything"),
        (r"name \"(?P<what>[^\"]+)\" is reserved", "the runtime still holds a container of this name"),
        (r"apparmor|seccomp(?P<what>)", "its AppArmor or seccomp profile is not on the node"),
        (r"context deadline exceeded(?P<what>)", "the container runtime does not answer in time"),
        (r"no command specified(?P<what>)", "neither the image nor the pod names a command"),
        (r"nvidia-container-cli|no cdi device|unresolvable cdi(?P<what>)", "the GPU's driver or runtime is not set up on the node"),
        (r"poststart.?hook(?P<what>)", "its postStart hook fails"),
    )
)


def start_failure(message: str) -> str:
    """What a runtime's message means; "" for one that is not known."""
    for pattern, words in _REASONS:
        found = pattern.search(message)
        if found:
            return words.format(what=found.groupdict().get("what") or "")
    return ""
