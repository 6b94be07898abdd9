"""The ways programs say what went wrong: for each family of failure the words that give it away, and what it is about.

The order is that of trust: a family whose words are hardly ever used for anything else comes before one that is vague.
"""

from __future__ import annotations

from arcops.findings.text.signs import HOST, PATH, Family, Signs, signs
from arcops.findings.text.special import SPECIAL

__all__ = ["SIGNS", "Family", "Signs"]

_HOST_NAME = r"(?:lookup|host(?: name)?:?|ENOTFOUND|EAI_AGAIN|UnknownHostException:) [\"']?([\w.\-]+)"
_MODULE = r"(?:module named|find module|NotFoundException:?|DefFoundError:?|libraries:) [\"']?([\w./\-]+)"
_SETTING = r"\b([A-Z][A-Z0-9]*_[A-Z0-9_]+)\b"
_POSITION = r"((?:line|position|offset|column|char) \d+(?:,? (?:column|char) \d+)?)"
_FLAG = r"[\"' ](--?[\w\-]+)"
_ACCOUNT = r"(system:serviceaccount:[\w:.\-]+)"

SIGNS: tuple[Signs, ...] = (
    *SPECIAL,
    signs(
        Family.EXEC_FORMAT,
        (
            "exec format error", "cannot execute binary file", "bad cpu type", r"qemu-\S{1,20}: could not open", "rosetta error",
        ),
    ),
    signs(
        Family.FORBIDDEN,
        (
            r"system:serviceaccount:\S+ cannot", "is forbidden: user", "permission denied for (?:table|schema)",
        ),
        _ACCOUNT,
    ),
    signs(
        Family.REFUSED,
        (
            "connection refused(?!: not authori)", "econnrefused", "could not connect to server",
            r"connect(?:ion)? to \S{1,80} (?:failed|refused)",
        ),
        HOST,
    ),
    signs(
        Family.NO_SUCH_HOST,
        (
            "no such host", "could not resolve host", "could not translate host name", r"\benotfound\b", "eai_again",
            "unknownhostexception", "name or service not known", "temporary failure in name resolution", "getaddrinfo", "nxdomain",
            "name does not resolve", "name resolution failed", "dns resolution failed", "can't resolve '", "bad address '",
            "no address associated with host", "nodename nor servname", "unknown (?:mysql server )?host", "host not found",
            "server misbehaving", "domain name not found", "failed to (?:lookup|resolve) ", "dns lookup failed",
            "could not resolve address",
        ),
        f"{HOST}|{_HOST_NAME}",
    ),
    signs(Family.UNREACHABLE, ("no route to host", "network is unreachable", "ehostunreach", "enetunreach"), HOST),
    signs(
        Family.TLS,
        (
            "x509:", "certificate (?:has expired|verify failed|is not valid|signed by unknown)", "tls handshake", "ssl routines",
            "sslhandshakeexception", "unable to verify the first certificate", "(?:tls|ssl) (?:is )?(?:required|mandatory)",
            "requires? (?:tls|ssl)", "key values mismatch", "unable to load (?:ca certificates|server (?:key|certificate))",
            r"badcertificate\w*", "badsecuritychecksfailed", "pkix path building failed",
            "self[- ]signed certificate in certificate chain", "depth_zero_self_signed",
        ),
        HOST,
    ),
    signs(
        Family.AUTHENTICATION,
        (
            "authentication fail", "access denied for user", "invalid (?:password|credentials|username or password)", "login failed",
            "unauthori[sz]ed", "wrongpass", r"\bnoauth\b", "auth(?:entication)? ?error", "535 ", "bad credentials",
            "(?:token|jwt|credentials?) (?:has |have |is )?expired", "expired (?:token|jwt)", "invalid (?:token|api key|signature)",
            "ora-01017", "sasl authentication", "access_refused", "login was refused", "no pg_hba.conf entry", "default credentials",
            "authenticationerror", "auth_failed", "invalid login", "not authori[sz]ed", r"badidentitytoken\w*", "baduseraccessdenied",
            "not allowed to connect to this", "does not support authentication protocol",
        ),
        HOST,
    ),
    signs(Family.READ_ONLY, ("read-only file system", "erofs", "readonly database"), PATH),
    signs(
        Family.NO_SPACE,
        (
            "no space left on device", "enospc", "disk quota exceeded", "database space exceeded", "disk (?:is )?full",
        ),
        PATH,
    ),
    signs(
        Family.LOW_PORT,
        (
            r"bind\b[^\n]{0,60}:(?:\d{1,3}|10[01]\d|102[0-3])\b[^\n]{0,40}permission denied",
            r"listen (?:tcp|udp)\S* \S*:(?:\d{1,3}|10[01]\d|102[0-3])\b[^\n]{0,20}permission denied",
            r"(?:eacces|permission denied)[^\n]{0,60}:(?:\d{1,3}|10[01]\d|102[0-3])\b(?!:)",
        ),
        r":(\d{1,4})\b",
    ),
    signs(Family.IN_USE, ("address (?:is )?(?:already )?in use", "eaddrinuse", r"port \d+ (?:is|was) already"), HOST),
    signs(
        Family.PERMISSION,
        (
            "permission denied", "eacces", "operation not permitted", "eperm", "must not be run as root",
            r"execution [^\n]{0,60}(?:as root|is not permitted)", "access is denied", "cannot be run as root", "accessdeniedexception",
            "has invalid permissions", "bad permissions", "is not writable", "group or world access", "are too open",
        ),
        PATH,
    ),
    signs(
        Family.NODE_SETTING,
        (
            r"vm\.max_map_count", r"fs\.(?:inotify|file-max|aio)[\w.]*", "inotify (?:instances|watches)", r"net\.core\.\w+",
            "max_map_count",
        ),
        r"((?:vm|fs|net|kernel)\.[\w.]*\w)",
    ),
    signs(
        Family.RUNTIME,
        (
            "unsupportedclassversionerror", r"requires (?:node|python|java|php|ruby)\b", "unsupported engine", r"install or update \.net",
            "node_module_version", "against a different node", "digital envelope routines::unsupported",
            r"(?:python|node|java|php|ruby|go) (?:version )?[\d.]+ (?:or (?:newer|later|higher|above) )?is required",
        ),
    ),
    signs(
        Family.MISSING_DATABASE,
        (
            r"(?:database|relation|table|column|schema|role|keyspace|collection|index|topic) \S{1,80} (?:does not|doesn't) exist",
            "unknown database", "no such table", "unknown column", r"table \S{1,80} doesn't exist", "unknown_topic_or_partition",
            "ora-125(?:05|14)", "cannot open database",
        ),
        r"[\"'`]([\w.\-]+)[\"'`]",
    ),
    signs(
        Family.MISSING_MODULE,
        (
            "modulenotfounderror", "cannot find module", "classnotfoundexception", "noclassdeffounderror",
            "error while loading shared libraries", "error loading shared library", "importerror", "could not load file or assembly",
            "could not find or load main class", "cannot load such file", r"version [`']?glibc\S+ not found",
            "unable to load shared library", "cannot open shared object", "dllnotfoundexception", "couldn't find a valid icu package",
        ),
        _MODULE,
    ),
    signs(
        Family.MISSING_SETTING,
        (
            r"(?:environment variable|env var|setting|config key)s? \S{1,60} (?:is |are )?(?:not set|missing|required|undefined)",
            "missing (?:required )?(?:environment variable|env var|setting|config)", "keyerror:",
            "[A-Z]+_[A-Z_]+ (?:environment variable )?(?:is |was )?(?:not (?:set|provided|defined)|must be set|required|missing|empty)",
            r"environment variable[^\n]{0,60}(?:not (?:set|found|defined|provided)|missing|required|must be set)",
            r"(?:must (?:set|specify)|please (?:set|provide)|you need to specify) [^\n]{0,40}[A-Z]+_[A-Z_]+",
            "you need to specify one of", "could not resolve placeholder", "'url' attribute is not specified",
            "key material not provided", "missing required (?:configuration|property|option)", "no hostname setting",
            "has no default value",
        ),
        _SETTING,
    ),
    signs(
        Family.MISSING_FILE,
        (
            "no such file or directory", "enoent", "filenotfound", "(?:file|command) not found", ": not found",
            "unable to access jarfile", "unable to open database file",
        ),
        PATH,
    ),
    signs(Family.SYNTAX, ("syntax error", "syntaxerror", "unexpected (?:token|end of file)", "unterminated quoted")),
    signs(
        Family.BAD_FLAG,
        (
            "(?:unknown|unrecogni[sz]ed|undefined|illegal|invalid) (?:flag|option|argument|command|shorthand)",
            "flag provided but not defined", "no such option", r"bad option\b", "unknown variable '", "unrecognized vm option",
            "invalid (?:maximum|initial) heap size", "initial heap size set", "unrecognized configuration parameter",
        ),
        _FLAG,
    ),
    signs(
        Family.PARSE,
        (
            r"(?:json|yaml|toml|xml|config(?:uration)?)\b[^\n]{0,60}(?:parse|syntax|decod|unmarshal|invalid|malformed|not valid)",
            r"(?:failed|unable|cannot|could not|error)\b[^\n]{0,20}(?:pars|load|unmarshal|decod)\w*[^\n]{0,60}(?:json|ya?ml|toml|config)",
            "jsondecodeerror", r"yaml: line \d+", "did not find expected", "unmarshal error", "unexpected end of json", "parse error",
            "invalid character .{1,12} (?:looking|after|in)", "(?:unknown|invalid) directive", r"unexpected \S{1,20} in \S{1,80}:\d+",
            r"parsing \[\S{1,200}\]", "unknown (?:keyword|key|field) ", r"field \S{1,60} not found in type",
            "unknown configuration variable", "unrecogni[sz]ed directive", "invalid number of arguments in", "has invalid keys",
            "unknown type: ", "field not found, node", "fatal config file error", "reading the configuration file, at line",
            "missing field `", "configuration specified the fields", "is missing a plugin name", "mapping values are not allowed",
            "could not find expected ':'", "bad (?:yaml|json|indentation)",
        ),
        f"{PATH}|{_POSITION}",
    ),
    signs(
        Family.LOCKED,
        (
            r"migrat\w+[^\n]{0,60}(?:fail|lock|dirty)", r"(?:fail|cannot|could not|unable)\w*[^\n]{0,30}migrat", "unable to lock",
            r"lock file [^\n]{0,60}exists", "already locked", "dirty database", "lock (?:wait )?timeout",
            "could not (?:obtain|acquire) lock", "deadlock detected", "another instance is", r"another \S{1,30} (?:instance|process) is",
            "database is locked", "lock db directory", "directory lock", "change ?log lock", "can't locate revision",
            "checksum mismatch for migration", "inconsistentmigrationhistory",
        ),
    ),
    signs(
        Family.EXHAUSTED,
        (
            "too many clients", "too many connections", "no free connections", "remaining connection slots", "emfile",
            "too many open files", "pool (?:is )?(?:exhausted|timeout|acquire)", "(?:connection|database) pool",
            "unable to create (?:new )?native thread", "resource temporarily unavailable",
        ),
    ),
    signs(
        Family.MEMORY,
        (
            "outofmemoryerror", "heap out of memory", "cannot allocate memory", "memoryerror", "bad_alloc",
            "insufficient memory for the java", r"machine with at least \d+ (?:mega|giga)bytes of memory", "cuda out of memory",
        ),
    ),
    signs(
        Family.TIMEOUT,
        (
            "i/o timeout", "connection timed out", "etimedout", "deadline exceeded", "timed? ?out (?:waiting|connecting|after)",
        ),
        HOST,
    ),
    signs(
        Family.CRASH,
        (
            "^panic:", "' panicked at", "segmentation fault", "unhandled exception", "uncaught exception", r"traceback \(most recent",
            "fatal error:", "core dumped", "unhandledpromiserejection",
        ),
    ),
    signs(Family.ERROR, (r"\bfatal\b", r"\bcritical\b", r"\berror\b", r"exception\b", r"\bemerg\b", r"\bfailed\b")),
)  # fmt: skip
