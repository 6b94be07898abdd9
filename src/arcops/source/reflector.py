"""List, then watch, as a machine without transport: it says what to do next and is told what came of it.

One ``Reflector`` follows one kind. Whoever drives it asks ``next_step``, does that (fetch a page, open a watch, wait)
and reports with ``page_read``, ``watch_opened``, ``saw``, ``ended`` or ``failed``; what the cluster is to be told about
comes back as source events. It reads no clock, opens no socket and draws no random number of its own, so every
behaviour can be tested by itself. The rules are client-go's reflector's and pager's, and kopf's for a hostile network.

    load ── pages, or the initial events of a streaming list ──> Replaced ──> follow ── Observed … ──┐
      ^                                                                                               │
      └──────────── history expired, server behind us, drift found, errors for too long ──────────────┘
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from arcops.base.backoff import Backoff
from arcops.kube.kinds import ApiResource
from arcops.kube.objects.meta import ObjectMeta, PartialObject
from arcops.kube.watch import Observation, Op
from arcops.source.base import GapSeen, KindPhase, KindState, Listed, Observed, Replaced, SourceEvent
from arcops.source.failures import Failure
from arcops.source.loading import Loading
from arcops.source.steps import Moment, OpenWatch, Probe, Step, Wait
from arcops.source.streams import Bookmark, Item, Seen, Unreadable
from arcops.source.versions import SeenVersions, is_newer, key_of
from arcops.source.watch_options import WatchOptions

_NO_STREAMING_LIST = frozenset({400, 404, 405, 406, 415, 422, 501})
_FORBIDDEN = 403
_MOST_UNREADABLE = 1000
_PASSING_REFUSALS = 5
"""So many tries in a row are made soon (within about 25 s) before a refusal is taken for lasting."""
_RETURN_SPREAD_S = 1.0
"""Kinds that waited for a lost server do not all come back in one moment."""


@dataclass(slots=True)
class ServerTraits:
    """What one server was found to be able to do, shared by the reflectors of all kinds."""

    streaming_lists: bool | None = None


class Reflector:
    """Follows one kind. ``state`` is always current; ``versions`` is what the audit compares."""

    def __init__(self, resource: ApiResource, options: WatchOptions, rng: random.Random, traits: ServerTraits | None = None) -> None:
        """``rng`` gives every jitter; ``traits`` carries what other kinds have learnt of the server."""
        self.resource = resource
        self.state = KindState(resource)
        self.versions = SeenVersions()
        self._group_kind = resource.group_kind
        self._options = options
        self._rng = rng
        self._traits = traits or ServerTraits()
        self._backoff = Backoff(options.first_retry_s, options.most_retry_s, options.calm_s, rng)
        self._loading = Loading(options.page_limit)
        self._must_load = True
        self._streams = options.watch_list
        self._why = "start"
        self._not_before_s = 0.0
        self._must_probe = False
        self._waits_for_server = False
        self._expiries = 0
        self._errors_since_s: float | None = None
        self._opened_s = 0.0
        self._had_progress = False

    @property
    def is_loading(self) -> bool:
        """A list is needed or under way."""
        return self._must_load

    def next_step(self, at: Moment) -> Step:
        """What to do now."""
        if at.mono_s < self._not_before_s:
            return Wait(self._not_before_s - at.mono_s)
        if not self._must_load:
            if self._must_probe:
                return Probe()
            return OpenWatch(self.state.resource_version, self._rng.uniform(*self._options.watch_timeout_s))
        if self._uses_streaming():
            return OpenWatch(self._loading.not_older_than, self._rng.uniform(*self._options.watch_timeout_s), is_load=True)
        return self._loading.next_page()

    # ── loading ──────────────────────────────────────────────────────────────────────────────────────────────────

    def page_read(self, items: Iterable[Item], resource_version: str, continue_token: str, at: Moment) -> list[SourceEvent]:
        """A page has come; gives the Replaced (and the gap before it) with the last one."""
        if not self._loading.has_pages:
            self.state.lists += 1
        for item in items:
            if isinstance(item, Unreadable):
                self._mark(item)
            elif not isinstance(item, (Bookmark, Failure)):
                self._loading.keep(item)
        events = self._told(at)
        self._loading.page_done(resource_version, continue_token)
        return events if continue_token else events + self._loaded(self._loading.resource_version, at)

    def _told(self, at: Moment) -> list[SourceEvent]:
        """The bodies that came since the last call, if they are to be told before the list is complete."""
        told = self._loading.tell() if self._options.bodies_first else []
        return [Listed(self.resource, self._relisted(told, at))] if told else []

    def _relisted(self, seen: Iterable[Seen], at: Moment) -> tuple[Observation, ...]:
        return tuple(Observation(Op.RELISTED, self._group_kind, obj, raw, at.wall_ms, unseen=True) for _, obj, raw in seen)

    def _loaded(self, resource_version: str, at: Moment) -> list[SourceEvent]:
        """The list is complete: swap it in whole."""
        state, first = self.state, not self.state.synced_ms
        seen = self._loading.take()
        observations = self._relisted(seen.values(), at)
        events: list[SourceEvent] = []
        if not first:
            since = max(state.last_event_ms, state.last_bookmark_ms, state.synced_ms)
            events.append(GapSeen(self._group_kind, min(since, at.wall_ms), at.wall_ms, self._why))
        self.versions.replace({key: obj.metadata.resource_version for key, (_, obj, _) in seen.items()})
        self._must_load, self._must_probe = False, False
        self._errors_since_s = None
        state.synced_ms = at.wall_ms
        state.objects = len(self.versions)
        state.resource_version = resource_version
        self._enter(KindPhase.SYNCED, at)
        events.append(Replaced(self.resource, observations, resource_version, at.wall_ms, first))
        return events

    def initial_overdue(self, quiet_s: float, at: Moment) -> Failure | None:
        """Why a streaming list that has been quiet for ``quiet_s`` should be given up, or None."""
        if not self._must_load:
            return None
        if quiet_s >= self._options.initial_events_quiet_s or at.mono_s - self._opened_s >= self._options.list_timeout_s:
            return Failure("no_initial_end", "the streaming list did not end")
        return None

    # ── following ────────────────────────────────────────────────────────────────────────────────────────────────

    def watch_opened(self, at: Moment) -> None:
        """The server accepted a watch."""
        self.state.watches += 1
        self._opened_s = at.mono_s
        self._had_progress = False
        if self._must_load:
            self.state.lists += 1
            self._loading.start()
        else:
            self._enter(KindPhase.SYNCED, at)

    def saw(self, items: Iterable[Item], at: Moment) -> tuple[list[SourceEvent], Failure | None]:
        """Events of an open watch, in order. A failure among them ends it: close the stream, then report ``failed``."""
        events: list[SourceEvent] = []
        observations: list[Observation] = []
        failure: Failure | None = None
        was_loading = self._must_load
        self._had_progress = True
        done = 0
        for item in items:
            if type(item) is tuple and not self._must_load:  # the hot path: objects of a followed stream
                self._event(cast("Seen", item), observations, at)
            elif isinstance(item, Failure):
                failure = item
                break
            else:
                if observations and isinstance(item, Bookmark):
                    self._flush(observations, events)
                failure = self._other(item, events, observations, at)
                if failure:
                    break
            done += 1
        self._flush(observations, events)
        if self._must_load:
            events += self._told(at)
        if done and not was_loading:
            self._backoff.reset()
            self._expiries, self._errors_since_s = 0, None
        return events, failure

    def _event(self, item: Seen, observations: list[Observation], at: Moment) -> None:
        op, obj, raw = item
        meta = obj.metadata
        version, key = meta.resource_version, meta.uid or key_of(meta)
        state = self.state
        state.events += 1
        state.last_event_ms = at.wall_ms
        news = self.versions.is_deletion(key, version) if op is Op.DELETED else self.versions.is_news(key, version)
        if news:
            observations.append(Observation(op, self._group_kind, obj, raw, at.wall_ms))
            if state.unreadable:
                self._legible(meta)
        if is_newer(version, state.resource_version):
            state.resource_version = version

    def _other(self, item: Item, events: list[SourceEvent], observations: list[Observation], at: Moment) -> Failure | None:
        """Everything but an object of a followed stream."""
        if isinstance(item, Bookmark):
            return self._bookmark(item, events, at)
        if isinstance(item, Unreadable):
            self._mark(item)
            self._skip(item, observations, at)
        elif not isinstance(item, Failure):
            self._loading.change(item)
            self.state.events += 1
        return None

    def _bookmark(self, mark: Bookmark, events: list[SourceEvent], at: Moment) -> Failure | None:
        state = self.state
        state.last_bookmark_ms = at.wall_ms
        if self._must_load:
            if mark.is_initial_end:
                self._traits.streaming_lists = True
                events += self._told(at)
                events += self._loaded(mark.resource_version, at)
            return None
        if mark.resource_version == state.resource_version:
            return None
        if not is_newer(mark.resource_version, state.resource_version):
            return Failure("too_large", f"the server is at {mark.resource_version}, before {state.resource_version}")
        state.resource_version = mark.resource_version
        return None

    def _skip(self, item: Unreadable, observations: list[Observation], at: Moment) -> None:
        """Go past what could not be read; a deletion needs no more than the name."""
        state = self.state
        if self._must_load or not item.resource_version:
            return
        state.last_event_ms = at.wall_ms
        if item.is_deletion and item.key and self.versions.is_deletion(item.uid or item.key, item.resource_version):
            namespace, _, name = item.key.rpartition("/")
            meta = ObjectMeta(name=name, namespace=namespace, uid=item.uid, resource_version=item.resource_version)
            observations.append(Observation(Op.DELETED, self._group_kind, PartialObject(meta), b"", at.wall_ms))
            state.unreadable.pop(item.key, None)
        if is_newer(item.resource_version, state.resource_version):
            state.resource_version = item.resource_version

    def _flush(self, observations: list[Observation], events: list[SourceEvent]) -> None:
        if observations:
            self.state.objects = len(self.versions)
            events.append(Observed(self.resource, tuple(observations), self.state.resource_version))
            observations.clear()

    def _mark(self, item: Unreadable) -> None:
        self._count(item.cause, item.why)
        if item.uid and not item.is_deletion:
            self.versions.skip(item.uid, item.resource_version)
        if item.key and len(self.state.unreadable) < _MOST_UNREADABLE:
            self.state.unreadable[item.key] = item.why

    def _legible(self, meta: ObjectMeta) -> None:
        self.state.unreadable.pop(f"{meta.namespace}/{meta.name}" if meta.namespace else meta.name, None)

    # ── ends and failures ────────────────────────────────────────────────────────────────────────────────────────

    def ended(self, at: Moment) -> Failure | None:
        """The server closed the stream in order: resume at once, unless it does so all the time. Gives what it counted as."""
        lived_s = at.mono_s - self._opened_s
        if self._must_load:
            return self.failed(Failure("cut", "the stream ended before the list was complete"), at)
        if lived_s < self._options.short_watch_s and not self._had_progress:
            return self.failed(Failure("short", f"the watch was closed after {lived_s:.1f} s without an event"), at)
        if lived_s > self._options.calm_s:
            self._backoff.reset()
        return None

    def fell_silent(self, failure: Failure) -> None:
        """An open stream brought nothing for too long: count it, ask the server how far it is, and open the stream anew.

        A dead connection looks like that, and so does a quiet kind where etcd reports no progress: then the API server
        has no bookmarks to send. Only a server that does not answer either is lost.
        """
        self._count(failure.cause, failure.message)
        self._must_probe = True

    def probed(self, resource_version: str, at: Moment) -> None:
        """The list's version now. Older than what we have seen means history was put back: load everything again."""
        self._must_probe = False
        if resource_version.isdigit() and is_newer(self.state.resource_version, resource_version):
            self._history_reset(at, f"the server is at {resource_version}, before {self.state.resource_version}")

    def demand_load(self, why: str) -> None:
        """Load again as soon as the stream is closed: the audit found a difference."""
        self._relist(why)

    def failed(self, failure: Failure, at: Moment) -> Failure:
        """A step or a stream failed: decide what comes next. Gives the failure back."""
        self._must_probe = self._must_probe or failure.is_lost
        wait_s = 0.0
        if not self._gives_up_streaming(failure):
            self._count(failure.cause, failure.message)
            wait_s = self._decide(failure, at)
            failing = KindPhase.STALE if self.state.synced_ms else KindPhase.FAILING
            self._enter(KindPhase.FORBIDDEN if failure.status == _FORBIDDEN else failing, at)
        self._loading.abandon()
        self._waits_for_server = failure.is_lost
        self._not_before_s = at.mono_s + wait_s
        return failure

    def server_returned(self, at: Moment) -> None:
        """The server answers again: who waited for that goes on within a second; a refusal keeps its own time."""
        if self._waits_for_server:
            self._waits_for_server = False
            self._not_before_s = min(self._not_before_s, at.mono_s + self._rng.random() * _RETURN_SPREAD_S)

    def _gives_up_streaming(self, failure: Failure) -> bool:
        """Whether the server has just said (or shown) that it cannot stream a list: from now on this kind asks for pages."""
        if not (self._must_load and self._uses_streaming()):
            return False
        if failure.status not in _NO_STREAMING_LIST and failure.cause != "no_initial_end":
            return False
        self._streams = False
        if failure.cause == "no_initial_end":
            self._count(failure.cause, failure.message)
        if self._traits.streaming_lists is None:
            self._traits.streaming_lists = False
        return True

    def _decide(self, failure: Failure, at: Moment) -> float:
        """Take back what can no longer be used; how many seconds to wait."""
        cause = failure.cause
        if cause == "expired":
            return self._expired()
        if cause == "too_large":
            self._history_reset(at, failure.message)
            self._expiries += 1
            return 0.0 if self._expiries == 1 else self._backoff.next_s()
        if failure.status == _FORBIDDEN or cause == "secret_data":
            return max(self._refused(), failure.retry_after_s)
        if cause == "page_too_big":
            return 0.0 if self._loading.shrink() else self._backoff.next_s()
        if cause == "server_error":
            self._server_error(at)
        return self._backoff.next_s(min(failure.retry_after_s, self._options.retry_after_most_s))

    def _refused(self) -> float:
        """A refusal may pass: an API server that has just started refuses everything until it has read its roles."""
        soon, later = self._backoff.next_s(), self._rng.uniform(*self._options.forbidden_retry_s)
        return min(soon, later) if self._backoff.tries <= _PASSING_REFUSALS else later

    def _uses_streaming(self) -> bool:
        return self._streams and self._traits.streaming_lists is not False

    def _expired(self) -> float:
        """A page mark that expired restarts the list; a watch whose history is gone needs a new list; at once the first time."""
        if self._must_load and self._loading.restart():
            return 0.0
        again = self._must_load
        self._relist("expired")
        if again:
            self._loading.not_older_than = ""
        self._expiries += 1
        return 0.0 if self._expiries == 1 else self._backoff.next_s()

    def _history_reset(self, at: Moment, message: str) -> None:
        self._relist("history_reset")
        self._loading.not_older_than = ""
        self.state.last_error = message
        if self.state.synced_ms:
            self._enter(KindPhase.STALE, at)

    def _server_error(self, at: Moment) -> None:
        """An ERROR event (a change of etcd's leader): resume for a bounded time, then load again."""
        if self._errors_since_s is None:
            self._errors_since_s = at.mono_s
        elif at.mono_s - self._errors_since_s > self._options.internal_error_s:
            self._errors_since_s = None
            self._relist("server_error")

    def _relist(self, why: str) -> None:
        if not self._must_load:
            self._why = why
            self._loading.not_older_than = self.state.resource_version
        self._must_load = True
        self._must_probe = False

    def _count(self, cause: str, message: str) -> None:
        self.state.errors[cause] = self.state.errors.get(cause, 0) + 1
        self.state.last_error = message

    def _enter(self, phase: KindPhase, at: Moment) -> None:
        if self.state.phase is not phase or not self.state.since_ms:
            self.state.phase, self.state.since_ms = phase, at.wall_ms
