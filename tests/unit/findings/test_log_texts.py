"""Log lines are read for time, level and meaning, and a log is told in short."""

import pytest

from arcops.findings.text.digest import digest, template_of
from arcops.findings.text.entries import Grade, entry_of
from arcops.findings.text.lines import Family, decisive
from arcops.findings.text.traces import cause_of_trace
from arcops.kube.times import time_ms

NOW_MS = time_ms("2026-03-02T12:00:00Z") or 0

GRADES = [
    ("2026-03-02T11:59:00Z ERROR cannot save", Grade.ERROR, "cannot save"),
    ("2026-03-02 11:59:00,123 - app - WARNING - slow", Grade.WARNING, "- slow"),
    ('{"level":"error","ts":1772452740,"msg":"no route"}', Grade.ERROR, "no route"),
    ('{"level":50,"time":1772452740000,"msg":"boom"}', Grade.ERROR, "boom"),
    ('{"severity":"INFO","message":"0 errors"}', Grade.FINE, "0 errors"),
    ('time="2026-03-02T11:59:00Z" level=fatal msg="no key"', Grade.FATAL, ""),
    ("E0302 11:59:00.123456       1 reflector.go:150] Failed to watch", Grade.ERROR, "Failed to watch"),
    ("2026/03/02 11:59:00 [error] 31#31: *1 connect() failed", Grade.ERROR, "31#31: *1 connect() failed"),
    ("[Mon Mar 02 11:59:00 2026] [notice] ready", Grade.FINE, "ready"),
    ("panic: runtime error: index out of range [3]", Grade.FATAL, "panic: runtime error: index out of range [3]"),
    ("\x1b[31mERROR\x1b[0m broken", Grade.ERROR, "broken"),
    ("INFO handled request with error code 0", Grade.FINE, "handled request with error code 0"),
    ("listening on :8080", Grade.UNKNOWN, "listening on :8080"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "grade", "text"), GRADES)
def test_the_level_of_a_line_is_the_one_its_program_gave(line: str, grade: Grade, text: str) -> None:
    found = entry_of(line, "2026")
    assert found.grade is grade
    assert found.text == text or not text


TIMES = [
    "2026-03-02T11:59:00Z INFO x", "2026-03-02 11:59:00 x", "[2026-03-02T11:59:00+00:00] x", '{"ts":1772452740,"msg":"x"}',
    '{"@timestamp":"2026-03-02T11:59:00.000Z"}', "ts=2026-03-02T11:59:00Z level=info", "I0302 11:59:00.000000 1 a.go:1] x",
]  # fmt: skip


@pytest.mark.parametrize("line", TIMES)
def test_the_time_of_a_line_is_read_in_every_usual_form(line: str) -> None:
    assert entry_of(line, "2026").time_ms == NOW_MS - 60_000


def _log(*lines: str) -> str:
    return "\n".join(lines)


def test_errors_that_differ_in_numbers_are_one_template_with_its_count() -> None:
    lines = [f"2026-03-02T11:5{i}:{s:02}Z ERROR order {i * 60 + s} lost after {s}ms" for i in range(5, 10) for s in range(0, 60, 20)]
    found = digest(_log("2026-03-02T11:54:00Z INFO up", *lines), NOW_MS)
    assert found is not None
    assert [(one.times, template_of(one.example.text)) for one in found.errors] == [(15, "order # lost after #ms")]
    assert found.is_frequent
    assert found.first_ms == time_ms("2026-03-02T11:55:00Z")


def test_a_log_that_says_all_is_well_has_no_errors() -> None:
    assert digest("INFO build done: 0 errors\nERROR count: 0 errors\nWARN failover to b done\nINFO error_log on", NOW_MS) is None


def test_a_few_old_errors_are_no_alarm() -> None:
    lines = [f"2026-03-02T08:00:{s:02}Z ERROR cannot reach db" for s in range(10)] + ["2026-03-02T11:59:00Z INFO fine"]
    found = digest(_log(*lines), NOW_MS)
    assert found is not None
    assert not found.is_grave


def test_a_log_that_ends_with_a_last_word_ends_badly() -> None:
    found = digest("2026-03-02T11:58:00Z INFO ok\n2026-03-02T11:59:00Z ERROR giving up, worker stopped", NOW_MS)
    assert found is not None
    assert found.ends_badly


def test_the_change_just_before_the_first_error_is_told() -> None:
    found = digest("INFO up\nINFO configuration reloaded: host a -> b\nERROR b refused", NOW_MS)
    assert found is not None
    assert found.before == "INFO configuration reloaded: host a -> b"


TRACES = [
    ('Traceback (most recent call last):\n  File "a.py", line 3, in <module>\n    x()\nValueError: bad row 7', "ValueError: bad row 7"),
    ('Exception in thread "main" a.B: no\n\tat a.B.c(B.java:3)\nCaused by: java.io.IOException: disk\n\t... 3 more',
     "Caused by: java.io.IOException: disk"),
    ("panic: assignment to entry in nil map\n\ngoroutine 1 [running]:\nmain.main()\n\t/a/main.go:9 +0x1d",
     "panic: assignment to entry in nil map"),
    ("/app/a.js:3\n    throw x\nTypeError: x is not a function\n    at main (/app/a.js:3:9)", "TypeError: x is not a function"),
    ("Unhandled exception. System.InvalidOperationException: no\n   at A.B()", "Unhandled exception. System.InvalidOperationException: no"),
    ("thread 'main' panicked at src/main.rs:4:5:\nindex out of bounds\nnote: run with RUST_BACKTRACE=1",
     "thread 'main' panicked at src/main.rs:4:5: index out of bounds"),
]  # fmt: skip


@pytest.mark.parametrize(("trace", "line"), TRACES)
def test_of_a_trace_the_line_that_names_the_cause_is_told(trace: str, line: str) -> None:
    assert cause_of_trace(trace.splitlines()) == line


def test_a_trace_is_read_behind_the_times_that_a_supervisor_writes() -> None:
    stamped = [
        "2026-11-14 17:08:36.640  [2026-11-14 17:08:36] detector ERROR : No device was detected",
        "2026-11-14 17:08:36.656  Traceback (most recent call last):",
        '2026-11-14 17:08:36.656    File "/app/interpreter.py", line 160, in load_delegate',
        "2026-11-14 17:08:36.656      delegate = Delegate(library)",
        "2026-11-14 17:08:36.656  ValueError: Failed to load delegate from libedgetpu.so.1.0",
    ]
    assert cause_of_trace(stamped) == "ValueError: Failed to load delegate from libedgetpu.so.1.0"


def test_the_detail_of_a_line_stands_beside_it() -> None:
    log = "FATAL:  database files are incompatible with server\nDETAIL:  The data directory was initialized by PostgreSQL version 15.\n"
    found = decisive(log)
    assert found is not None
    assert found.line.endswith("incompatible with server: The data directory was initialized by PostgreSQL version 15.")


MORE = [
    ("nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)", Family.LOW_PORT, "80"),
    ("bind() to 0.0.0.0:80 failed (98: Address in use)", Family.IN_USE, ""),
    ("Error: listen EACCES: permission denied 0.0.0.0:443", Family.LOW_PORT, "443"),
    ("dial tcp 10.0.0.9:5432: connect: no route to host", Family.UNREACHABLE, "10.0.0.9:5432"),
    ("Error: Could not find or load main class com.shop.Main", Family.MISSING_MODULE, ""),
    ('FATAL: database "orders" does not exist', Family.MISSING_DATABASE, "orders"),
    ("FATAL: sorry, too many clients already", Family.EXHAUSTED, ""),
    ("java.lang.UnsupportedClassVersionError: com/shop/A has been compiled by a more recent version", Family.RUNTIME, ""),
    ("Dirty database version 7. Fix and force version.", Family.LOCKED, ""),
    ("environment variable STRIPE_KEY not found", Family.MISSING_SETTING, "STRIPE_KEY"),
    ("json: cannot unmarshal: unexpected end of JSON input at line 4 column 9", Family.PARSE, "line 4 column 9"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "family", "about"), MORE)
def test_a_line_of_the_field_is_read(line: str, family: Family, about: str) -> None:
    found = decisive(line)
    assert found is not None
    assert found.family is family
    assert found.about == about or not about


VAGUE = [
    (
        _log('{"level":"ERROR","message":"vm.max_map_count [65530] is too low"}', "ERROR: it did not exit normally - check the logs"),
        "vm.max_map_count [65530] is too low",
    ),
    (
        _log("E1 modprobe failed: module rbd not found", "F1 failed to initialize: exit status 1"),
        "E1 modprobe failed: module rbd not found",
    ),
    (_log("ERROR: the ledger is shut", "ERROR: shutting down"), "ERROR: the ledger is shut"),
    ("ERROR: shutting down", "ERROR: shutting down"),
]


@pytest.mark.parametrize(("text", "line"), VAGUE)
def test_a_line_that_only_says_that_it_failed_gives_way_to_one_that_says_why(text: str, line: str) -> None:
    found = decisive(text)
    assert found is not None
    assert found.line == line
