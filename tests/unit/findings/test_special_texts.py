"""What well-known programs say of their data, licences, devices, clocks and settings is read for what it means."""

import pytest

from arcops.findings.text.lines import Family, decisive

SAID = [
    ("FATAL:  database files are incompatible\nDETAIL:  The data was initialized by PostgreSQL version 14", Family.ERROR, "version 14"),
    ("FATAL:  database files are incompatible with server\nDETAIL:  made by version 14", Family.DATA_VERSION, "version 14"),
    ("[ERROR] Cannot boot server version 8\n[ERROR] Data Dictionary initialization failed.", Family.DATA_VERSION, "boot server version 8"),
    ("# Can't handle RDB format version 11\n# Fatal error loading the DB, check server logs. Exiting.", Family.DATA_VERSION, "RDB format"),
    ("PANIC:  could not locate a valid checkpoint record\nLOG:  database system is shut down", Family.CORRUPT, "checkpoint record"),
    ("InconsistentClusterIdException: The Cluster ID A doesn't match stored clusterId Some(B)", Family.CLUSTER_MISMATCH, "Some(B)"),
    ('initdb: error: directory "/data" exists but is not empty\ninitdb: hint: use a subdirectory', Family.NOT_EMPTY, "/data"),
    ("ERROR License check failed: no valid license found for feature OPCUA", Family.LICENCE, "OPCUA"),
    ("docker-entrypoint.sh: line 416: 27 Illegal instruction (core dumped) mongod", Family.CPU, "Illegal instruction"),
    ("CUDA driver version is insufficient for CUDA runtime version", Family.GPU, "insufficient"),
    ("could not open port /dev/ttyUSB0: [Errno 2] No such file or directory: '/dev/ttyUSB0'", Family.DEVICE, "/dev/ttyUSB0"),
    ("mv: cannot move 'a' to '/etc/app.conf': Device or resource busy\nfatal: giving up", Family.ERROR, "giving up"),
    ("x509: certificate has expired or is not yet valid: current time 2019-01-01T00:00:00Z is before 2024", Family.CLOCK, "is before"),
    ("x509: certificate has expired or is not yet valid: current time 2026-01-01T00:00:00Z is after 2024-01-01", Family.TLS, "is after"),
    ("env: 'bash\\r': No such file or directory", Family.LINE_ENDS, "bash"),
    ('Get "https://a.b": proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused', Family.PROXY, "10.0.0.9:3128"),
    ("locale.Error: unsupported locale setting", Family.LOCALE, "unsupported locale"),
    ("ValueError: invalid literal for int() with base 10: 'tcp://10.43.118.9:6379'", Family.SERVICE_LINK, "tcp://10.43.118.9:6379"),
    ("broker at tcp://10.43.118.9:1883 connected\nError: no topic", Family.CRASH, "no topic"),
    ("Error: You need to specify one of:\n    - MYSQL_ROOT_PASSWORD\n    - OTHER", Family.MISSING_SETTING, "- MYSQL_ROOT_PASSWORD"),
    (
        "*** FATAL CONFIG FILE ERROR ***\nReading the configuration file, at line 12\n>>> 'maxmemory-policy allkey-lru'\nargument(s) must",
        Family.PARSE, "allkey-lru",
    ),
    ("Description:\n\nA bean of type 'Plc' could not be found.\n\nAction:\n\nThe start failed", Family.ERROR, "'Plc'"),
    ("Unrecognized VM option 'UseX'\nError: Could not create the Java Virtual Machine.", Family.BAD_FLAG, "UseX"),
    ("terminate called after throwing an instance of 'E'\n  what():  no /c/plc.xml\nAborted (core dumped)", Family.CRASH, "plc.xml"),
]  # fmt: skip


@pytest.mark.parametrize("said", SAID, ids=lambda said: said[1].name)
def test_the_line_that_decides_is_found_and_means_what_it_says(said: tuple[str, Family, str]) -> None:
    found = decisive(said[0])
    assert found is not None
    assert (found.family, said[2] in found.line) == (said[1], True)
