"""What the record promises (size, speed, memory, a burst, a week), measured by the modules beside this one."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks import record_burst
from benchmarks.child import run
from benchmarks.record_day import FIRST_BUFFER_BYTES, GENERATOR, generated
from benchmarks.table import Row, at_least, below, beside


def measured() -> dict[str, Any]:
    """All figures; those of a generated day only beside a checkout that has its generator, the week only with ``--week``."""
    figures: dict[str, Any] = {
        "rate": run("benchmarks.record_rate", "--here"),
        "burst": record_burst.measure(),
        "past": run("benchmarks.past_rate", "--here", timeout_s=600),
    }
    if GENERATOR.exists():
        with tempfile.TemporaryDirectory() as folder:
            day = str(generated(Path(folder)))
            figures["day"] = run("benchmarks.record_day", "--here", day, timeout_s=600)
            figures["search"] = run("benchmarks.log_search", "--here", day, timeout_s=600)
    if "--week" in sys.argv:
        figures["week"] = run("benchmarks.record_week", "--here", "500", "200", "7", timeout_s=7200, pin=None)
    return figures


def rows(figures: dict[str, Any]) -> list[Row]:
    """The table."""
    table = [*_size(figures["day"])] if "day" in figures else []
    table += _past(figures["past"])
    if "search" in figures:
        table += _search(figures["search"])
    return [*table, *_writing(figures["rate"], figures["burst"]), *(_week(figures["week"]) if "week" in figures else ())]


def _size(day: dict[str, Any]) -> list[Row]:
    seen, kept = day["bytes per version seen, all tables"], day["bytes per version kept, all tables"]
    raw = day["raw bytes per version"] / seen
    wrong, carried = day["  never seen so"], day["carried over midnight, % of a day's bytes"]
    ratio = day["  the same, decoded and compared, p50 ms"] / day["changes of a namespace, 24 h, p50 ms"]
    return [
        Row("bytes per version of the generated day, leases included, all tables", f"{seen:.1f} B", "<= 200 B", seen <= 200),
        Row("  raw JSON / record", f"{raw:.1f}x", ">= 25x", raw >= 25),
        beside("  the same per version kept (renewals of leases are not)", f"{kept:.1f} B"),
        beside("  zlib, each version for itself, bodies alone", f"{day['bytes per version seen, zlib one by one']:,} B"),
        beside("  the first version's buffer, for each pod of each snapshot", f"{FIRST_BUFFER_BYTES:,} B"),
        beside("  the first version's buffer, 1,000 snapshots of 1,000 pods", f"{FIRST_BUFFER_BYTES * 1e6 / 2**30:.1f} GiB"),
        beside("  the record of that day, 500 pods", f"{day['bytes on disk'] / 1e6:.1f} MB"),
        Row("  its versions read back, those never seen so", f"{day['versions read back']:,}, {wrong}", "0", wrong == 0),
        Row("  carried over midnight, of a day's bytes", f"{carried} %", "<= 5 %", carried <= 5),
        Row("changes of a namespace in 24 h: decoding and comparing / listing", f"{ratio:.0f}x", ">= 10x", ratio >= 10),
    ]  # fmt: skip


def _past(past: dict[str, float]) -> list[Row]:
    found = []
    for name, figure in past.items():
        if not name.endswith("(bar)"):
            bar = past.get(f"{name} (bar)")
            found.append(below(f"{name}, p50", figure, bar, "ms", 2) if bar else beside(f"{name}, p50", f"{figure:,.2f} ms"))
    return found


def _search(search: dict[str, float]) -> list[Row]:
    words = {"absent": "nowhere", "once": "once in the week", "once a day": "once a day", "everywhere": "everywhere"}
    table = [below(f"words in a week of log excerpts, {where}, p50", search[name], 200, "ms") for name, where in words.items()]
    return [*table, beside("  the first search after a start", f"{search['first']:,.0f} ms")]


def _writing(rate: dict[str, float], burst: dict[str, float]) -> list[Row]:
    lost = 20_000 - burst["kept"] + burst["dropped"]
    is_whole = lost == 0 and burst["flushed_after_s"] < 1
    share, grown = rate["changed_per_s"] / rate["raw_per_s"], burst["grown"]
    late = f"{lost:,.0f} lost, {burst['flushed_after_s']:.2f} s late"
    return [
        at_least("changes decoded, framed and committed, one core", rate["changed_per_s"], 5_000, "/s"),
        beside("  new objects, the same way", f"{rate['new_per_s']:,}/s"),
        Row("  against raw JSON in the same tables", f"{share:.2f}x", ">= 0.33x", share >= 1 / 3),
        Row("20,000 changes in 10 s", late, "0 lost, < 1 s late", is_whole),
        Row("memory of the record, 10,000 pods + 5,000 others", f"+{burst['memory_mb']:.0f} MB", "<= 60 MB", burst["memory_mb"] <= 60),
        Row("  memory of index and record, ten times the objects", f"{grown:.1f}x", "<= 2x", grown <= 2),
    ]  # fmt: skip


def _week(week: dict[str, Any]) -> list[Row]:
    pause, above = week["commit of a minute, most ms"], week["most above cap and open file, MB"]
    wrong = week["states wrong"]
    return [
        below("seven days at 500 changes/min, cap 200 MB: longest pause of the writer", pause, 200, "ms"),
        beside("  of it work, not waiting for the disk or others", f"{week['commit of a minute, most ms of CPU']} ms"),
        beside("  minutes of 10,080 with a commit above 200 ms", f"{week['commits above 200 ms']}"),
        Row("  most above the cap and the open file", f"{above:.1f} MB", "0", above <= 0),
        Row("  states read back wrong", f"{wrong} of {week['states checked']}", "0", wrong == 0),
        beside("  versions kept, days reached back", f"{week['versions kept now']:,}, {week['days reached back']}"),
        beside("  changes per CPU second; peak memory", f"{week['changes per CPU second']:,}; {week['peak memory MB']} MB"),
    ]  # fmt: skip


if __name__ == "__main__":
    from benchmarks.table import on_terminal

    print("\n".join(on_terminal(rows(measured()))))
