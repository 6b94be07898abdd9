"""The unified diff of two bodies as YAML, credentials masked: every field, noise too."""

from __future__ import annotations

from difflib import unified_diff

import msgspec

from arcops.base.redact import mask_json


def raw_diff(name: str, before: bytes, after: bytes, since: str, until: str) -> str:
    """Lines as ``diff -u`` prints them; an absent body is empty."""
    return "".join(unified_diff(_lines(before), _lines(after), f"{name}\t{since}", f"{name}\t{until}"))


def _lines(body: bytes) -> list[str]:
    if not body:
        return []
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(mask_json(msgspec.json.decode(body)), Dumper=dumper, sort_keys=False, allow_unicode=True, width=1 << 20)
    return text.splitlines(keepends=True)
