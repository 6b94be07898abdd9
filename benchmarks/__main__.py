"""Every figure that README, docs and notes may claim: measured here and now, in one run, beside its reference.

``python -m benchmarks`` (``make bench``) prints one table. The bars are ratios or the promises of the first version;
bare milliseconds depend on the machine and are shown beside them. ``--json`` prints the raw figures, ``--write`` writes
``docs/reference/benchmarks.md`` too, and ``--week`` lives a week of the record first, which takes half an hour.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import chat_rate, record_table
from benchmarks.child import run, standin
from benchmarks.context_append import context_append
from benchmarks.service import large, small
from benchmarks.table import Row, as_page, on_terminal

PODS = 10_000
PAGE = Path(__file__).parents[1] / "docs" / "reference" / "benchmarks.md"


def reading() -> dict[str, Any]:
    """LIST and watch of 10,000 pods: the official client as documented, and arcops, on the same server."""
    with standin(PODS, -1) as url:
        lists = {"official": run("benchmarks.official", "list", url), "ours": run("benchmarks.ours", "list", url)}
    with standin(PODS, 0) as url:
        watches = {
            "official": run("benchmarks.official", "watch", url),
            "ours": run("benchmarks.ours", "watch", url),
            "record": run("benchmarks.ours", "record", url),
        }
    return {"list": lists, "watch": watches}


def rows(figures: dict[str, Any]) -> list[Row]:
    """The table."""
    lists, watches, big, little = figures["list"], figures["watch"], figures["large"], figures["small"]
    cpu = lists["official"]["cpu_s"] / lists["ours"]["cpu_s"]
    memory = lists["official"]["peak_mb"] / lists["ours"]["peak_mb"]
    rate = {name: each["events"] / each["cpu_s"] for name, each in watches.items()}
    sustained = watches["record"]["events"] / watches["record"]["seconds"]
    judged, then = figures["findings"], figures["findings_at"]
    append_ms = figures["context_append_ms"]
    return [
        Row("LIST of 10,000 pods, CPU, official / ours", f"{cpu:.0f}x  ({lists['ours']['cpu_s']:.2f} s)", ">= 20x", cpu >= 20),
        Row(
            "LIST of 10,000 pods, peak memory, official / ours", f"{memory:.1f}x  ({lists['ours']['peak_mb']:.0f} MB)", ">= 5x", memory >= 5
        ),
        Row("watch events/s, one core, decode and index", f"{rate['ours']:,.0f}", ">= 25,000", rate["ours"] >= 25_000),
        Row("the same, ours / official", f"{rate['ours'] / rate['official']:.0f}x", ">= 20x", rate["ours"] >= 20 * rate["official"]),
        Row("through the record too, events/s sustained", f"{sustained:,.0f}", ">= 4,000", sustained >= 4_000),
        Row(
            "10,000 pods + 5,000 others: process start to synced",
            f"{big['ready_s']:.1f} s",
            "< 3 s + start",
            big["ready_s"] < 3 + little["ready_s"],
        ),
        Row("  resident memory, record and diagnosis on", f"{big['rss_mb']:.0f} MB", "< 200 MB", big["rss_mb"] < 200),
        Row("  the same after ten callers of every pod's status", f"{big['rss_asked_mb']:.0f} MB", "< 320 MB", big["rss_asked_mb"] < 320),
        Row("  lag stamp to answer at 500 events/s, p99", f"{big['lag_p99_ms']:.1f} ms", "< 50 ms", big["lag_p99_ms"] < 50),
        Row("  GET /api/cluster/status, 10 callers, p99", f"{big['status_p99_ms']:.0f} ms", "< 150 ms", big["status_p99_ms"] < 150),
        Row("  GET /livez meanwhile, p99", f"{big['livez_p99_ms']:.0f} ms", "< 50 ms", big["livez_p99_ms"] < 50),
        Row("9 pods: process start to ready", f"{little['ready_s']:.2f} s", "< 2 s", little["ready_s"] < 2),
        Row("  GET /api/cluster/status, p50", f"{little['status_p50_ms']:.1f} ms", "< 20 ms", little["status_p50_ms"] < 20),
        Row("  context buffer append, p99", f"{append_ms:.2f} ms", "< 1 ms", append_ms < 1),
        Row("  resident memory", f"{little['rss_mb']:.0f} MB", "< 110 MB", little["rss_mb"] < 110),
        *_of_findings(judged, then),
    ]


def _of_findings(judged: dict[str, float], then: dict[str, float]) -> list[Row]:
    """What the rules cost."""
    return [
        Row("all rules, 10,000 pods + 5,000 others", f"{judged['first_look_s']:.2f} s", "< 0.5 s", judged["first_look_s"] < 0.5),
        Row("  memory of it", f"{judged['held_mb']:.0f} MB", "<= 60 MB", judged["held_mb"] <= 60),
        Row("  one change to its findings, p99", f"{judged['change_p99_ms']:.1f} ms", "< 10 ms", judged["change_p99_ms"] < 10),
        Row("  changes/s, one core", f"{judged['changes_per_s']:,.0f}", ">= 500", judged["changes_per_s"] >= 500),
        Row("all rules as of a moment, 2,000 pods + 1,000 others", f"{then['as_of_s']:.2f} s", "< 1 s", then["as_of_s"] < 1),
    ]


def measured() -> dict[str, Any]:
    """All figures; a line on stderr before each part, because it takes a minute or two."""
    parts: list[tuple[str, Callable[[], dict[str, Any]]]] = [
        ("reading", reading),
        ("context buffer", lambda: {"context_append_ms": context_append()}),
        ("a small cluster", lambda: {"small": small()}),
        ("a large cluster", lambda: {"large": large()}),
        (
            "findings",
            lambda: {"findings": run("benchmarks.findings_rate", "--json"), "findings_at": run("benchmarks.diagnosis_at", "--json")},
        ),
        ("the chat", lambda: {"chat": run("benchmarks.chat_rate", "--json", timeout_s=300)}),
        ("the record", lambda: {"record": record_table.measured()}),
    ]
    figures: dict[str, Any] = {"load_average": os.getloadavg()[0], "cores": len(os.sched_getaffinity(0))}
    for name, part in parts:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        figures |= part()
    return figures


def main() -> int:
    """Print the table; 1 if a bar was missed."""
    figures = measured()
    if "--json" in sys.argv:
        print(json.dumps(figures, indent=1))
        return 0
    sections = [
        ("Live cluster", rows(figures)),
        ("Chat", chat_rate.rows(figures["chat"])),
        ("Record", record_table.rows(figures["record"])),
    ]
    table = [row for _, part in sections for row in part]
    print("\n".join(on_terminal(table)))
    ran_on = (
        f"{figures['cores']} cores, load average {figures['load_average']:.1f} at the start: other work spoils milliseconds, not ratios."
    )
    print(f"\n{ran_on}")
    if "--write" in sys.argv:
        PAGE.write_text(as_page(sections, ran_on))
    return 0 if all(row.is_met for row in table) else 1


if __name__ == "__main__":
    sys.exit(main())
