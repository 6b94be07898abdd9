"""What the demo's containers write to their logs."""

from __future__ import annotations

from arcops.base.clock import rfc3339
from arcops.demo.pods import Pod

_DAILY = (
    'level=info msg="request" method=GET path=/healthz status=200 duration=1ms',
    'level=info msg="request" method=GET path=/api/v1/items status=200 duration=14ms',
    'level=info msg="request" method=POST path=/api/v1/items status=201 duration=31ms',
    'level=debug msg="cache hit" key=items:popular',
)

_ENDS = {
    "oom": (
        'level=info msg="warming order cache" entries=48000',
        'level=warning msg="heap is at 96% of the limit" limit=64Mi',
    ),
    "crash": (
        'level=info msg="connecting" host=smtp.mail.example port=587',
        'level=error msg="dial tcp: lookup smtp.mail.example: no such host"',
        "panic: no mail server",
        "goroutine 1 [running]:",
        "main.main()",
        "\t/src/cmd/email/main.go:41 +0x1d2",
    ),
}  # fmt: skip


def lines_of(pod: Pod, now_ms: int, *, previous: bool = False) -> list[str]:
    """The container's lines so far; of the run before, if ``previous`` (empty if there was none)."""
    if not pod.started_ms or (previous and not pod.restarts):
        return []
    start = pod.started_ms
    lines = [_at(start, f'level=info msg="starting {pod.workload.name}" image={pod.image}')]
    ending = _ENDS.get(pod.behaviour, ())
    if ending:
        return lines + [_at(start + 500 * (i + 1), text) for i, text in enumerate(ending)]
    lines.append(_at(start + 400, f'level=info msg="listening" port={pod.workload.port}'))
    seconds = min((now_ms - start) // 1000, 2000)
    first = (now_ms // 1000 - seconds) // 3 * 3  # on the beat: a line written once stays the same in the next answer
    return lines + [_at((first + s) * 1000, _DAILY[(first + s) % len(_DAILY)]) for s in range(3, seconds, 3)]


def _at(ms: int, text: str) -> str:
    return f"time={rfc3339(ms // 1000 * 1000)} {text}"
