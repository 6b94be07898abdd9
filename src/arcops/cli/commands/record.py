"""``arcops record``: the care of what is remembered."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from arcops.base.errors import ArcopsError, BadInput
from arcops.cli.command import command
from arcops.cli.options import Speech, Target, output_option, speech_options, target_options
from arcops.cli.params import Output

if TYPE_CHECKING:
    from arcops.queries.record import RecordReport
    from arcops.store.days.verify import Verdict

ACTIONS = ("stats", "verify", "backup", "restore", "export", "import")
_WANT_PATH = {"backup": "the folder of the backup", "restore": "the folder of a backup", "export": "the file", "import": "the file"}
_MOST_SHOWN = 20


@command(
    "record",
    examples=[
        ("record stats", "what the service remembers, since when, and where it has holes"),
        ("record verify", "check every byte of the record on this machine"),
        ("record backup /mnt/backup/arcops", "copy it while the service runs; a second time only what is new"),
        ("record restore /mnt/backup/arcops --data-dir ./data", "put a backup into an empty data folder"),
        ("record export incident.jsonl.gz --since 2h", "two hours as one file, for `diagnose -f` and `serve --replay`"),
        ("record import incident.jsonl.gz --data-dir ./lab", "make a record of such a file"),
    ],
)
@click.argument("action", type=click.Choice(ACTIONS))
@click.argument("path", required=False, default="", metavar="[FOLDER|FILE]", type=click.Path())
@click.option(
    "--data-dir", default="", type=click.Path(), metavar="DIR", help="The data folder; else the one `arcops serve` would use here."
)
@click.option("--since", default="", metavar="AGE|TIME", help="Export from then on, as 2h or 'yesterday 14:00'; else all there is.")
@click.option("--until", default="", metavar="AGE|TIME", help="Export until then; else until the end.")
@output_option("json", "yaml", "jsonpath")
@target_options()
@speech_options()
def record(
    target: Target, speech: Speech, output: Output, *, action: str, path: str, data_dir: str, since: str, until: str
) -> None:  # fmt: skip
    """Look after the record: figures, check, backup, export, import.

    stats asks the service. The others work on the data folder of this machine, and only restore and import want the
    service stopped. verify reads every version, recomputes what it says of itself, and ends with status 1 if a byte is
    not what was written. An export holds no credentials and can be read, played and imported anywhere.
    """
    if action in _WANT_PATH and not path:
        raise BadInput(what=f"record {action}", why=f"it wants {_WANT_PATH[action]}", hint=f"Write arcops record {action} PATH.")
    if action not in _WANT_PATH and path:
        raise BadInput(what=f'"{path}"', why=f"record {action} takes no path")
    if action == "stats":
        _stats(target, output, speech)
    elif action == "verify":
        _verify(data_folder(data_dir), output, speech)
    elif action == "backup":
        _backup(data_folder(data_dir), Path(path), speech)
    elif action == "restore":
        _restore(Path(path), data_folder(data_dir), speech)
    elif action == "export":
        _export(data_folder(data_dir), Path(path), (since, until), speech)
    else:
        _import(Path(path), data_folder(data_dir), speech)


def data_folder(named: str) -> Path:
    """The folder that was named, or that of the settings."""
    if named:
        return Path(named)
    import os

    from arcops.base.settings import load
    from arcops.runtime.settings import Settings

    os.environ.pop("ARCOPS_SERVER", None)  # names a service, not the settings' section of that name
    return load(Settings).record.directory


def _records(folder: Path) -> list[Path]:
    from arcops.base.errors import RecordError
    from arcops.store.days.archive import find_records

    found = find_records(folder)
    if not found:
        raise RecordError(path=folder, why="it holds no record", hint="Name the folder given to `arcops serve --data-dir`.")
    return found


def _stats(target: Target, output: Output, speech: Speech) -> None:
    from arcops.cli.connect import find_service
    from arcops.cli.output import print_answer
    from arcops.queries.record import RecordReport

    service = find_service(target)
    if service is None:
        raise NoService
    report = service.ask("/api/record", RecordReport)
    if not output.is_table:
        print_answer("Record", report, output)
        return
    _print_report(report, speech)


class NoService(ArcopsError):
    """No arcops service answers on this machine."""

    code = "server-unreachable"
    hint = "Start one with `arcops serve`, or name it with --server. `arcops record verify` reads the folder without one."


def _print_report(report: RecordReport, speech: Speech) -> None:
    from arcops.cli.output import print_table

    holds, logs = report.holds, report.log_excerpts
    per_version = f", {report.bytes_per_version} bytes a version" if report.bytes_per_version else ""
    rows = [
        ["state", f"{report.state}{': ' + report.detail if report.detail else ''}"],
        ["engine", f"{report.engine} {report.path}".rstrip()],
        ["reaches", f"{report.since or '-'} to {report.until or '-'}"],
        ["size", f"{report.size_bytes / 1e6:.1f} MB{per_version}"],
        ["versions", f"{holds.versions:,} of {holds.objects:,} objects, {holds.live_objects:,} live"],
        ["events", f"{holds.events:,}"],
        ["log excerpts", f"{holds.log_excerpts:,}, keeping is {logs.state}{': ' + logs.detail if logs.detail else ''}"],
        ["not kept", f"{holds.noise:,} renewals and heartbeats, {holds.dropped:,} versions the disk refused"],
    ]
    print_table(["RECORD", ""], rows, headers=False)
    for gap in report.gaps[-_MOST_SHOWN:]:
        speech.note(f"Nothing was seen{' of ' + gap.kind if gap.kind else ''} from {gap.since} to {gap.until}: {gap.why}.")


def _verify(folder: Path, output: Output, speech: Speech) -> None:
    from arcops.cli.output import print_answer
    from arcops.store.days.verify import verify

    verdicts = {path: verify(path) for path in _records(folder)}
    if not output.is_table:
        print_answer("RecordVerdictList", [_listed(path, verdict) for path, verdict in verdicts.items()], output)
    else:
        for path, verdict in verdicts.items():
            _print_verdict(path, verdict, speech)
    if not all(verdict.is_sound for verdict in verdicts.values()):
        raise click.exceptions.Exit(1)


def _listed(path: Path, verdict: Verdict) -> dict[str, object]:
    return {
        "record": str(path), "sound": verdict.is_sound, "files": verdict.files, "versions": verdict.versions, "events": verdict.sightings,
        "logs": verdict.logs, "notes": verdict.notes,
        "faults": [{"file": fault.file, "where": fault.where, "what": fault.what} for fault in verdict.faults],
    }  # fmt: skip


def _print_verdict(path: Path, verdict: Verdict, speech: Speech) -> None:
    counts = f"{verdict.files} files, {verdict.versions:,} versions, {verdict.sightings:,} events, {verdict.logs:,} log excerpts"
    click.echo(f"{path}: {'sound' if verdict.is_sound else f'{len(verdict.faults)} faults'} ({counts})")
    for fault in verdict.faults[:_MOST_SHOWN]:
        click.echo(f"  {fault.file}: {fault.where}: {fault.what}")
    if len(verdict.faults) > _MOST_SHOWN:
        speech.note(f"There are more faults; -o json lists {len(verdict.faults)}.")
    for note in verdict.notes:
        speech.note(note)


def _backup(folder: Path, target: Path, speech: Speech) -> None:
    from arcops.store.days.backup import backup

    for path in _records(folder):
        copied = backup(path, target / path.name)
        speech.note(f"{path.name}: {copied.files} files, {copied.size_bytes / 1e6:.1f} MB in {target / path.name}.")


def _restore(copy: Path, folder: Path, speech: Speech) -> None:
    from arcops.store.days.backup import restore

    for path in _records(copy):
        copied = restore(path, folder / path.name)
        speech.note(f"{path.name}: {copied.files} files, {copied.size_bytes / 1e6:.1f} MB in {folder / path.name}.")


def _export(folder: Path, file: Path, span: tuple[str, str], speech: Speech) -> None:
    import asyncio

    from arcops.base.clock import SystemClock, rfc3339
    from arcops.cli.record import only_record
    from arcops.cli.when import local_zone
    from arcops.queries.times import parse_time
    from arcops.runtime.bundle import export
    from arcops.store.base import Window
    from arcops.store.days.archive import Archive

    since, until = span
    now_ms = SystemClock().now_ms()

    async def write() -> tuple[Window, int]:
        archive = Archive(only_record(folder))
        try:
            since_ms = parse_time(since, now_ms, local_zone()) if since else archive.since_ms
            until_ms = parse_time(until, now_ms, local_zone()) if until else await archive.until_ms()
            window = Window(max(since_ms, archive.since_ms), until_ms)
            return window, await export(archive, window, file)
        finally:
            await archive.aclose()

    window, count = asyncio.run(write())
    size = file.stat().st_size / 1e6
    speech.note(f"{rfc3339(window.since_ms)} to {rfc3339(window.until_ms)}: {count:,} observations, {size:.1f} MB in {file}.")


def _import(file: Path, folder: Path, speech: Speech) -> None:
    import asyncio

    from arcops.base.clock import SystemClock
    from arcops.runtime.bundle import take_in

    target = folder / file.name.partition(".")[0]
    stats = asyncio.run(take_in(file, target, SystemClock()))
    speech.note(f"{stats.revisions:,} versions, {stats.sightings:,} events and {stats.logs:,} log excerpts in {target}.")
