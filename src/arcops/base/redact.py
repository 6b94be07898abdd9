"""Credentials found and masked, in text and in JSON bodies, before anything is written, shown or sent on.

Three signs are used, each of which is enough: a form that only credentials have (a JWT, ``user:password@host``), a name
that says so (``DB_PASSWORD=…``), and for the rest a long run of characters that no one would write by hand. Names of
things (``secretName: db``), digests, uids and certificates are not credentials and stay.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise
from typing import Any

MASK = "***"

Body = Any
"""A raw JSON value."""

_DATA = ("data", "stringData")
_QUOTES = "\\\"'"
_MOST_DEPTH = 100

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SECRET_WORDS = _words(
    "password passwords passwd pwd passphrase passcode secret secrets token tokens apikey apitoken credential credentials authtoken"
    " authorization cookie dsn accesskey secretkey privatekey connectionstring sharedaccesskey accountkey pgpassword"
)
_KEY_OWNERS = _words("api access secret private account shared signing encryption master license storage subscription primary")
_DESCRIBES = _words(
    "name names ref refs file files path dir url uri ttl length min max policy type id ids enabled expiry expires expiration timeout count"
    " limit mount namespace class provider store issuer audience audiences header version kind selector seconds minutes days rotation"
    " required reviewer review reviews field prefix suffix lifetime source size usage index position algorithm volume"
)
_PASSWORD = re.compile(r"(?i)(?:passw(?:or)?d|passphrase|pwd)$")
_JUDGES = _words(
    "wrong incorrect invalid required missing expired denied failed unauthorized rejected mismatch mismatched unknown error empty not is"
    " was has must too for authentication changed unset given provided accepted ok bad no yes none prompt please enter does cannot of in"
)
"""What is said of a password, and is none."""
_PLAIN_VALUE = re.compile(r"(?:true|false|yes|no|on|off|null|none|nil|\*+|\$\(.*\)|\$\{.*\}|\{\{.*\}\}|<[\w .-]*>)?", re.IGNORECASE)

_NAME = (
    r"[A-Za-z0-9_.\-]{0,60}?(?:pass(?:word|wd|phrase|code)|pwd|secret|token|credential|dsn"
    r"|(?:api|access|account|private|signing|encryption)[_\-]?key|connection[_\-]?string)[A-Za-z0-9_.\-]{0,40}"
)
_PEM = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----).*?(-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|\Z)", re.DOTALL)
_URL_LOGIN = re.compile(r"((?<![\w+.\-])\w[\w+.\-]{0,30}://[^\s/:@'\"]{0,200}:)(?!\d{1,5}/)([^\s@'\"]{1,500})(?=@[\w\[])")
_GO_LOGIN = re.compile(r"(?<![\w.\-])([\w.\-]+:)([^\s:@/]+)(?=@(?:tcp|unix|udp)?\()")
_HEADER = re.compile(
    r"(?im)((?:proxy-)?authorization[\"']?\s*[:=]\s*[\"']?)((?:bearer|basic|token|negotiate|digest)\s+)?"
    r"(?!(?:bearer|basic|token|negotiate|digest)\s)([^\s\"',]{4,})"
)
_COOKIE = re.compile(r"(?im)(^(?:set-)?cookie\s*:\s*|(?<![\w-])(?:set-)?cookie\s*:\s*(?=[\w.\-]+=))(\S.*)$")
_SCHEME = re.compile(r"(?i)\b(bearer|basic)(\s+)(?=[A-Za-z0-9._~+/\-]*[0-9=_.+/])([A-Za-z0-9._~+/\-]{8,}=*)")
_FLAG = re.compile(rf"(?i)((?<![\w\-])--?{_NAME}[ \t]+)(?!-)([\"']?)([^\s\"']+)")
_LOGIN_FLAG = re.compile(r"((?<![\w\-])(?:-u|--user)[ =][\"']?[\w.\-]+:)([^\s\"']+)")
_ASSIGNED = re.compile(
    rf"(?i)(?<![A-Za-z0-9_.\-])({_NAME})(\\?[\"']?\s*(?:=>|:=|=|:)\s*)"
    r"(\\?\"(?:[^\"\\]|\\[^\"])*\\?\"|'[^']*'|\$\([^)]*\)|\$\{[^}]*\}|[^\s\"',;&|)\]}]+)"
)
_TOO_PLAIN = re.compile(r"[A-Za-z0-9._/\-]{0,14}|\d{4}-\d\d-\d\dT[\d:.]+Z")
"""Texts in which no pattern below can match: half of all strings of an object."""

_OBJECT_NAME = re.compile(r"[a-z0-9\-]+/[a-z0-9.\-]+")
_SIGNATURE = re.compile(r"(?i)([?&;](?:sig|signature|x-amz-signature|code|access_token|auth)=)([^&\s\"';]{6,})")
_KNOWN = re.compile(
    r"(?<![A-Za-z0-9_\-])(?:"
    r"eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{4,}(?:\.[A-Za-z0-9_\-]*){0,3}"  # JWT, JWE
    r"|(?:AKIA|ASIA|AGPA|AROA)[A-Z0-9]{16}"  # AWS
    r"|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_\-]{16,}"
    r"|xox[abeoprs]-[A-Za-z0-9\-]{10,}|sk-[A-Za-z0-9_\-]{16,}|sk_live_[A-Za-z0-9]{10,}|rk_live_[A-Za-z0-9]{10,}"
    r"|fndry-[ps]k-[A-Za-z0-9\-]{8,}|AIza[A-Za-z0-9_\-]{30,}|ya29\.[A-Za-z0-9_\-]{20,}|SG\.[A-Za-z0-9_\-]{16,}\.[A-Za-z0-9_\-]{16,}"
    r"|hf_[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{30,}|dop_v1_[a-f0-9]{40,}|pypi-[A-Za-z0-9_\-]{30,}|hvs\.[A-Za-z0-9_\-]{20,}|K10[a-f0-9]{48,}::server:\S+"
    r")"
)
_BOOTSTRAP = re.compile(r"(?<![\w.\-])[a-z0-9]{6}\.(?=[a-f0-9]*[g-z])[a-z0-9]{16}(?![\w.\-])")
_LONG = re.compile(r"-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----|[A-Za-z0-9+/_\-]{32,}={0,2}")
_CERTIFICATE = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS"
"""``-----BEGIN CERTIFICATE`` in base64: public by nature."""


@lru_cache(maxsize=4096)
def is_secret_name(name: str) -> bool:
    """Whether a key, variable or flag of this name holds a credential (not the name, place or age of one)."""
    words = [word.lower() for word in _WORDS.findall(name.rsplit("/", 1)[-1])]
    if not words or words[-1] in _DESCRIBES:
        return False
    if any(word in _SECRET_WORDS for word in words) or words[-1] == "pass":
        return True
    pairs = list(pairwise(words))
    return ("connection", "string") in pairs or any(last in {"key", "keys"} and first in _KEY_OWNERS for first, last in pairs)


def mask_value(name: str, value: str) -> str:
    """The value of a field or variable: masked whole where the name says credential, else only what looks like one."""
    return MASK if is_secret_name(name) and _is_telling(name, value) else mask_text(value)


def mask_text(text: str) -> str:
    """The text with every credential in it replaced by ``***``; what stands around it stays. Masking twice changes nothing."""
    if _TOO_PLAIN.fullmatch(text):
        return text
    lower = text.lower() if text.isascii() else ""  # beyond ASCII there are letters that count as others, whatever their case
    for signs, masked in _STEPS:
        if not lower or any(sign in lower for sign in signs):
            text = masked(text)
    return text


def mask_json(body: Body) -> Body:
    """A copy of a JSON value with every credential masked; the data of a Secret is left out whole.

    Follows the shapes of Kubernetes: ``{name: DB_PASSWORD, value: …}``, flags whose value is the next argument, and
    JSON inside strings (``last-applied-configuration``).
    """
    return _masked(body, "", 0)


def _masked(node: Body, name: str, depth: int) -> Body:
    if depth > _MOST_DEPTH:
        return MASK
    if isinstance(node, dict):
        return _masked_object(node, depth)
    if isinstance(node, list):
        return _masked_list(node, name, depth)
    if isinstance(node, str):
        return _masked_string(node, name, depth)
    return node


def _masked_object(node: dict[str, Body], depth: int) -> dict[str, Body]:
    secret = node.get("kind") == "Secret" and ("apiVersion" in node or any(key in node for key in _DATA))
    own_name = node.get("name") or node.get("key")
    masked: dict[str, Body] = {}
    for key, value in node.items():
        if secret and key in _DATA:
            continue
        name = own_name if key == "value" and isinstance(own_name, str) else str(key)
        masked[key] = _masked(value, name, depth + 1)
    return masked


def _masked_list(node: list[Body], name: str, depth: int) -> list[Body]:
    masked: list[Body] = []
    after_flag = False
    for item in node:
        is_text = isinstance(item, str)
        if after_flag and is_text and not item.startswith("-"):
            masked.append(MASK)
        else:
            masked.append(_masked(item, name if is_text else "", depth + 1))
        after_flag = is_text and item.startswith("-") and not re.search(r"[=\s]", item) and is_secret_name(item)
    return masked


def _masked_string(value: str, name: str, depth: int) -> str:
    if value[:1] in {"{", "["} and value.rstrip()[-1:] in {"}", "]"}:
        try:
            inner = json.loads(value)
        except (ValueError, RecursionError):
            return mask_value(name, value)
        return MASK if is_secret_name(name) else _again(value, inner, depth)
    return _mask_again(name, value) if len(value) <= _MOST_KEPT else mask_value(name, value)


_MOST_KEPT = 256
_mask_again = lru_cache(maxsize=16_384)(mask_value)
"""Objects repeat their texts: pods of a workload differ in a few only. At most 8 MB."""


def _again(value: str, inner: Body, depth: int) -> str:
    masked = _masked(inner, "", depth + 1)
    return value if masked == inner else json.dumps(masked, separators=(",", ":"), ensure_ascii=False)


def _is_telling(name: str, value: str) -> bool:
    """Whether a value under a secret name is a credential: not a switch, a reference to a variable or a number of tokens."""
    if _PLAIN_VALUE.fullmatch(value.strip()):
        return False
    counts = name.lower().endswith("s") and value.strip().isdigit()
    return not counts


def _masked_flag(match: re.Match[str]) -> str:
    name, value = match[1].strip(), match[3]
    return match[1] + match[2] + MASK if is_secret_name(name) and _is_telling(name, value) else match[0]


def _mask_assignments(text: str) -> str:
    """Mask the values of ``key=value`` and ``key: value``; a value that is kept may itself begin with a key."""
    parts: list[str] = []
    done = 0
    match = _ASSIGNED.search(text)
    while match is not None:
        value = match[3]
        if _is_assigned_secret(match):
            core = value.strip(_QUOTES)
            parts += [text[done : match.start(3)], value.replace(core, MASK, 1)]
            done = match.end()
        match = _ASSIGNED.search(text, done if done == match.end() else match.start(3))
    return "".join(parts) + text[done:] if parts else text


def _is_assigned_secret(match: re.Match[str]) -> bool:
    name, between, value = match[1], match[2], match[3]
    bare = value.strip(_QUOTES)
    if not is_secret_name(name) or not _is_telling(name, bare) or bare.endswith(":"):
        return False
    if "=" in between or (between[0] in _QUOTES and value[0] in _QUOTES) or _is_whole_line(match):
        return True
    # "key: value" inside a sentence: the name of an object is no credential, a plain word is one of a password only, unless it judges it.
    if bare.isalpha():
        return _PASSWORD.search(name) is not None and bare.lower() not in _JUDGES
    return not _OBJECT_NAME.fullmatch(bare)


def _is_whole_line(match: re.Match[str]) -> bool:
    """Whether the assignment is all that stands on its line, as in YAML."""
    text = match.string
    end = text.find("\n", match.end())
    before = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    after = text[match.end() : end if end >= 0 else len(text)]
    return not before.strip(" \t-'\"{,") and not after.strip(" \t\r'\",}")


def _kind_of(character: str) -> int:
    checks: tuple[Callable[[str], bool], ...] = (str.islower, str.isupper, str.isdigit)
    return next((number for number, check in enumerate(checks) if check(character)), 3)


def _looks_random(run: str) -> bool:
    """Whether nobody wrote this by hand.

    In random base64 small letters, capitals and digits alternate at two places of three; in words, paths and names
    written together at one of four. Hexadecimal runs (digests, uids) and plain names have no mix at all.
    """
    if run.islower() or run.isupper() or run.startswith((_CERTIFICATE, "-----BEGIN")):
        return False
    kinds = [_kind_of(character) for character in run.rstrip("=")]
    if kinds.count(0) < 4 or kinds.count(1) < 4 or kinds.count(2) < 2 or len(set(run)) < 16:  # noqa: PLR2004 - see above
        return False
    changes = sum(first != second for first, second in pairwise(kinds))
    return changes >= 0.45 * (len(kinds) - 1)


_NAMING = ("pass", "pwd", "secret", "token", "credential", "dsn", "key", "string")
_STEPS: tuple[tuple[tuple[str, ...], Callable[[str], str]], ...] = (
    (("private key",), lambda text: _PEM.sub(rf"\1{MASK}\2", text)),
    (("authorization",), lambda text: _HEADER.sub(lambda m: f"{m[1]}{m[2] or ''}{MASK}", text)),
    (("cookie",), lambda text: _COOKIE.sub(rf"\1{MASK}", text)),
    (("://",), lambda text: _URL_LOGIN.sub(rf"\1{MASK}", text)),
    (("@",), lambda text: _GO_LOGIN.sub(rf"\1{MASK}", text)),
    (("-u",), lambda text: _LOGIN_FLAG.sub(rf"\1{MASK}", text)),
    (("bearer", "basic"), lambda text: _SCHEME.sub(rf"\1\2{MASK}", text)),
    (("",), lambda text: _KNOWN.sub(MASK, text)),
    (_NAMING, lambda text: _FLAG.sub(_masked_flag, text)),
    (_NAMING, _mask_assignments),
    (("=",), lambda text: _SIGNATURE.sub(rf"\1{MASK}", text)),
    ((".",), lambda text: _BOOTSTRAP.sub(MASK, text)),
    (("",), lambda text: _LONG.sub(lambda m: MASK if _looks_random(m[0]) else m[0], text)),
)
"""What is masked one after the other, each only in texts that hold one of its signs: looking for those is cheap."""
