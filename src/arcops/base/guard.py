"""Text of others made safe: the one way by which it gets into a log answer, the record, an error, a fact or a prompt.

Names, messages, annotations and log lines are written by whoever can run a pod. Three things are done to them, always in
this order, so that doing them twice changes nothing:

- cleaned: no terminal codes, no control characters, nothing that is invisible or turns the direction of writing;
- masked: no credentials (``base/redact.py`` knows what one looks like);
- defused: what a model's server would take for a control token has a zero-width space in it. Foundry Local and llama-server
  do take ``<|end|>`` in a log line for the end of the message; with the space it is six letters.

``safe_line`` also takes the life out of Markdown, HTML and addresses, for texts that end in sentences.
"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import ip_address

from arcops.base.redact import mask_text, mask_value

BREAK = "\u200b"
"""What breaks a token: shown as nothing, and no letter to any tokenizer."""
LINE_CAP_CHARS = 16 * 1024
"""A longer line is cut: one line without an end must not fill a screen, or our memory."""
MOST_LINE_CHARS = 400
"""Characters of one safe line; longer ones are cut with an ellipsis."""
_MOST_READ = 16 * 1024

# CSI sequences, strings (OSC, DCS, SOS, PM, APC; ended by BEL or ST), other escapes, then every control character but tab and newline.
_TERMINAL = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c\n]*(?:\x07|\x9c|\x1b\\)?"
    r"|\x1b[ -/]*[0-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
)
# Zero-width, bidirectional and deprecated format characters, tags and selectors that can hide words, halves of characters.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0"
    "\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_CONTROL_NAMES = (
    r"s|bos|eos|pad|unk|mask|think|thinking|reasoning|(?:start|end)_of_(?:turn|image|role)|begin_of_text|end_of_text|endoftext"
    r"|tool[_ ]?(?:calls?|responses?|results?|outputs?)|function(?==)|function[_ ]?(?:calls?|results?)|invoke|parameter(?=[ =])"
    r"|fim_\w{1,12}|im_(?:start|end|sep)|sys|inst"
)
_TOKENS = re.compile(
    rf"[<＜](?=\s{{0,3}}(?:[|｜¦]|[<＜]?\s{{0,3}}[/／]?\s{{0,3}}(?:{_CONTROL_NAMES})\s{{0,3}}[\s>＞=|｜]))"
    r"|[\[［](?=\s{0,3}[/／]?\s{0,3}(?:INST|SYS|SYSTEM(?:_PROMPT)?|AVAILABLE_TOOLS|TOOL_(?:CALLS?|RESULTS?|CONTENT)|IMG|THINK|ARGS)\s{0,3}[\]］])",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[<＜](?=[A-Za-z/!?])|!(?=\[)|\](?=[(\[]|:(?!\d{1,5}\b))|\[(?=\s*F\d)")
_ADDRESS = re.compile(r"(?i)(https?|ftps?|wss?):(?=//(?:[^\s/@]*@)?(\[[0-9a-f:.]+\]|[^\s/:?#\"'<>)\]]*))|(?<![\w./-])(www)(?=\.)")
_SPACE = re.compile(r"\s+")


def clean(text: str) -> str:
    """Text without terminal codes, control and invisible characters; tabs and newlines stay, endless lines are cut."""
    if not (text.isascii() and text.isprintable()):
        text = _INVISIBLE.sub("", _TERMINAL.sub("", text))
    if len(text) <= LINE_CAP_CHARS:
        return text
    return "\n".join(_cut(line) for line in text.split("\n"))


def _cut(line: str) -> str:
    return line if len(line) <= LINE_CAP_CHARS else f"{line[:LINE_CAP_CHARS]}… ({len(line) - LINE_CAP_CHARS} more)"


def defused(text: str) -> str:
    """Clean text in which no control token of a model is alive."""
    return _TOKENS.sub(_broken, text) if "<" in text or "[" in text or not text.isascii() else text


def safe_text(text: str) -> str:
    """Text of any length, cleaned, masked and defused; its lines stay as they are."""
    return defused(mask_text(clean(text)))


safe_message = lru_cache(maxsize=8_192)(safe_text)
"""``safe_text`` for short texts that are shown again and again: each is made safe once."""


def safe_value(name: str, value: str) -> str:
    """The value of a field or variable of that name: masked whole where the name says credential."""
    return defused(mask_value(name, clean(value)))


def safe_line(text: str, most: int = MOST_LINE_CHARS) -> str:
    """The same as one line of bounded length, in which no Markdown, HTML or address is alive either.

    Addresses within the site (single names, ``.svc``, ``.local``, private IP addresses) stay as they can be copied: they leak nothing.
    """
    line = _SPACE.sub(" ", safe_text(text[:_MOST_READ])).strip()
    line = without_markup(line)
    return line if len(line) <= most else f"{line[: most - 1]}…"


def without_markup(text: str) -> str:
    """Text in which links, images, HTML and addresses that lead out of the site are dead, and no citation is forged."""
    return _ADDRESS.sub(_dead_address, _MARKUP.sub(_broken, text))


def still(text: str) -> str:
    """Prose of ours that quotes others, as it may be shown: what a writer forgot to make safe is dead too. Masks nothing."""
    return without_markup(defused(clean(text)))


def visible(text: str) -> str:
    """The text without the zero-width spaces that broke its tokens: to compare it, never to send it."""
    return text.replace(BREAK, "")


def _broken(match: re.Match[str]) -> str:
    return match[0] + BREAK


def _dead_address(match: re.Match[str]) -> str:
    return match[0] if match[3] is None and is_in_site(match[2]) else match[0] + BREAK


def is_in_site(host: str) -> bool:
    """Whether a host of an address is one of the cluster or its network."""
    name = host.strip("[]").lower().removesuffix(".")
    try:
        return not ip_address(name).is_global
    except ValueError:
        return "." not in name or name.endswith((".svc", ".local", ".internal", ".localdomain"))
