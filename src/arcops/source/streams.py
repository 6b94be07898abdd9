"""Bytes to typed objects: one line of a watch, one page of a list.

The fast path decodes an event once: the envelope the API server writes is known byte for byte, so the object is cut out
and decoded straight into its Struct; ``raw`` is that cut. Anything that does not look so takes the slow path, and
nothing that a server sends can raise out of here.
"""

from __future__ import annotations

import re
from functools import partial
from typing import Any, NamedTuple

import msgspec

from arcops.kube.kinds import ApiResource
from arcops.kube.objects.decode import LAST_APPLIED, decode
from arcops.kube.objects.meta import KubeObject, ObjectMeta, PartialObject
from arcops.kube.refs import GroupKind
from arcops.kube.watch import Op
from arcops.source.failures import Failure, Status, failure_of_status, shown
from arcops.source.lines import Oversized
from arcops.source.versions import key_of

Body = dict[str, Any]
"""A raw object body."""

METADATA_ONLY = frozenset({GroupKind("", "Secret")})
"""Kinds that are only ever read as metadata, so that their data never enters this process."""

INITIAL_END = "k8s.io/initial-events-end"

BAD_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""All that decoding foreign bytes may raise; the last for nesting beyond the interpreter's bound."""

Seen = tuple[Op, KubeObject, bytes]
"""An object of an event or of a list: what happened, the typed object, its JSON."""


class Bookmark(NamedTuple):
    """Nothing happened up to ``resource_version``; ``is_initial_end`` closes a streaming list."""

    resource_version: str
    is_initial_end: bool = False


class Unreadable(NamedTuple):
    """An object that could not be decoded: ``cause`` counts it, ``key`` is ``namespace/name`` if that much was legible."""

    cause: str
    why: str
    key: str = ""
    uid: str = ""
    resource_version: str = ""
    is_deletion: bool = False


Item = Seen | Bookmark | Unreadable | Failure


class _TypeMeta(msgspec.Struct, gc=False, rename="camel"):
    kind: str | None = None
    api_version: str | None = None


class _Envelope(msgspec.Struct, gc=False):
    object: msgspec.Raw = msgspec.Raw(b"null")
    type: str | None = None


class _Metadata(msgspec.Struct):
    metadata: Body = msgspec.field(default_factory=dict)


class _ListMeta(msgspec.Struct, gc=False, rename={"continue_token": "continue", "resource_version": "resourceVersion"}):
    resource_version: str | None = None
    continue_token: str | None = None


class _List(msgspec.Struct, gc=False):
    kind: str | None = None
    metadata: _ListMeta | None = None
    items: list[msgspec.Raw] | None = None


_ENVELOPE = msgspec.json.Decoder(_Envelope)
_PARTIAL = msgspec.json.Decoder(PartialObject)
_TYPE_META = msgspec.json.Decoder(_TypeMeta)
_LIST = msgspec.json.Decoder(_List)
_METADATA = msgspec.json.Decoder(_Metadata)
_STATUS = msgspec.json.Decoder(Status)
_OPS = {"ADDED": Op.ADDED, "MODIFIED": Op.MODIFIED, "DELETED": Op.DELETED}
# Keyed by the tenth byte, the first letter of the type.
_FAST = {ord(word[0]): (f'{{"type":"{word}","object":'.encode(), op) for word, op in _OPS.items()}
_RV = re.compile(rb'"resourceVersion":"([^"]{1,64})"')
_NAME = re.compile(rb'"name":"([^"]{1,253})"')
_UID = re.compile(rb'"uid":"([^"]{1,64})"')
_NAMESPACE = re.compile(rb'"namespace":"([^"]{1,63})"')


class Page(NamedTuple):
    """One page of a list: items still undecoded, the version of the whole list and the mark of the next page."""

    items: list[msgspec.Raw]
    resource_version: str
    continue_token: str


class ObjectReader:
    """Reads the events and list pages of one kind."""

    def __init__(self, resource: ApiResource) -> None:
        """Objects are decoded into the kind's Struct; for Secrets only metadata is accepted."""
        self.metadata_only = resource.group_kind in METADATA_ONLY
        self._kind = resource.kind
        self._decode = partial(decode, resource.group_kind)
        kind, version = resource.kind.encode(), resource.api_version.encode()
        # Go's structs write kind first, unstructured objects (custom resources) their keys in order.
        self._heads = (b'{"kind":"%b","apiVersion":' % kind, b'{"apiVersion":"%b","kind":"%b",' % (version, kind))
        self._own_head = b'{"kind":"%b","apiVersion":"%b",' % (kind, version)

    def event(self, line: bytes | Oversized) -> Item:
        """What one line of a watch says."""
        if isinstance(line, Oversized):
            return _oversized(line)
        fast = _FAST.get(line[9]) if len(line) > 30 and not self.metadata_only else None  # noqa: PLR2004 - longer than any envelope
        if fast is not None and line.startswith(fast[0]):
            raw = line[len(fast[0]) : -1]
            if raw.startswith(self._heads):
                try:
                    return fast[1], self._decode(raw), raw
                except BAD_JSON:
                    pass  # the slow path finds out what is wrong with it
        return self._slow(line)

    def _slow(self, line: bytes) -> Item:
        try:
            envelope = _ENVELOPE.decode(line)
        except BAD_JSON as error:
            return Unreadable("decode", shown(f"event: {error}"))
        if envelope.type in _OPS:
            return self.item(bytes(envelope.object), _OPS[envelope.type])
        try:
            if envelope.type == "BOOKMARK":
                meta = _PARTIAL.decode(envelope.object).metadata
                return Bookmark(meta.resource_version, INITIAL_END in (meta.annotations or {}))
            if envelope.type == "ERROR":
                return failure_of_status(_STATUS.decode(envelope.object), in_stream=True)
        except BAD_JSON as error:
            return Unreadable("decode", shown(f"{envelope.type}: {error}"))
        return Unreadable("unknown_event", shown(f"event type {envelope.type!r}"))

    def item(self, raw: bytes, op: Op) -> Item:
        """An object of a list (or of an event), with the kind and version a list leaves out of its items."""
        try:
            if not raw.startswith(self._heads):
                found = _TYPE_META.decode(raw)
                if self.metadata_only:
                    return self._metadata(raw, op, found.kind)
                if found.kind and found.kind != self._kind:
                    return Unreadable("wrong_kind", shown(f"a {found.kind} among {self._kind} objects"))
                if not found.kind:
                    raw = self._own_head + raw.lstrip()[1:]
            elif self.metadata_only:
                return Failure("secret_data", f"the server sent whole {self._kind} objects where only metadata was asked for")
            return op, self._decode(raw), raw
        except BAD_JSON as error:
            return _illegible(raw, str(error), op)

    def _metadata(self, raw: bytes, op: Op, kind: str | None) -> Item:
        if kind not in {"PartialObjectMetadata", None}:
            return Failure("secret_data", f"the server sent {kind} objects where only metadata was asked for")
        meta = _METADATA.decode(raw).metadata
        annotations = meta.get("annotations")
        if isinstance(annotations, dict):
            annotations.pop(LAST_APPLIED, None)
        clean = self._own_head + b'"metadata":' + msgspec.json.encode(meta) + b"}"
        return op, self._decode(clean), clean

    def versions(self, page: Page) -> dict[str, str]:
        """Key and version of every item of a page of metadata; what cannot be read is left out."""
        found = {}
        for raw in page.items:
            try:
                meta = _PARTIAL.decode(raw).metadata
            except BAD_JSON:
                continue
            found[key_of(meta)] = meta.resource_version
        return found

    def page(self, body: bytes | memoryview) -> Page | Failure:
        """A page of a list, its items still to be read with ``item``."""
        try:
            page = _LIST.decode(body)
        except BAD_JSON as error:
            return Failure("bad_body", shown(f"the list is not what it should be: {error}"))
        kind = page.kind or ""
        if self.metadata_only and kind != "PartialObjectMetadataList":
            return Failure("secret_data", f"the server sent a {shown(kind)} where only metadata was asked for")
        if not kind or kind in {"Table", "Status"} or page.metadata is None:
            return Failure("bad_body", f"the server sent a {shown(kind or 'body without kind')} in place of a list")
        return Page(page.items or [], page.metadata.resource_version or "", page.metadata.continue_token or "")


def _oversized(line: Oversized) -> Unreadable:
    version, name, namespace, uid = (_first(pattern, line.head) for pattern in (_RV, _NAME, _NAMESPACE, _UID))
    key = f"{namespace}/{name}" if namespace else name
    return Unreadable("too_big", f"{line.size_bytes} bytes, above the cap", key, uid, version, line.head.startswith(b'{"type":"DELETED"'))


def _first(pattern: re.Pattern[bytes], text: bytes) -> str:
    found = pattern.search(text)
    return found[1].decode("ascii", "replace") if found else ""


def _illegible(raw: bytes, why: str, op: Op) -> Unreadable:
    """An object its Struct does not fit; metadata alone usually does."""
    try:
        meta = _PARTIAL.decode(raw).metadata
    except BAD_JSON:
        meta = ObjectMeta(resource_version=_first(_RV, raw[:65536]), name=_first(_NAME, raw[:65536]))
    key = f"{meta.namespace}/{meta.name}" if meta.namespace else meta.name
    return Unreadable("decode", shown(why), key, meta.uid, meta.resource_version, op is Op.DELETED)
