"""The list-then-watch machine against a model of a server: any writes, any faults, and the truth at the end."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from arcops.kube.kinds import ApiResource
from arcops.kube.objects.meta import ObjectMeta, PartialObject
from arcops.kube.watch import Op
from arcops.source.base import KindPhase, Observed, Replaced, SourceEvent
from arcops.source.failures import Failure
from arcops.source.reflector import Reflector
from arcops.source.steps import ListPage, Moment, OpenWatch, Probe, Wait
from arcops.source.streams import Bookmark, Item, Seen
from arcops.source.watch_options import WatchOptions

PODS = ApiResource("", "v1", "Pod", "pods")
REFUSED = Failure("refused", "nobody listens")


def pod(name: str, version: int, op: Op = Op.MODIFIED) -> Seen:
    return op, PartialObject(ObjectMeta(name=name, namespace="shop", uid=f"uid-{name}", resource_version=str(version))), b"{}"


@dataclass
class Model:
    """A true log: what a correct client must end up with is ``objects``."""

    version: int = 100
    floor: int = 100
    objects: dict[str, int] = field(default_factory=dict)
    log: list[tuple[int, Op, str]] = field(default_factory=list)

    def write(self, name: str, delete: bool) -> None:
        """Create, change or delete an object."""
        if delete and name not in self.objects:
            return
        self.version += 1
        op = Op.DELETED if delete else Op.MODIFIED if name in self.objects else Op.ADDED
        if delete:
            del self.objects[name]
        else:
            self.objects[name] = self.version
        self.log.append((self.version, op, name))

    def after(self, version: int) -> list[Item]:
        """What a watch from ``version`` brings."""
        return [pod(name, v, op=op) for v, op, name in self.log if v > version]


class Driver:
    """Does what the reflector asks for, on the model, with the faults it is told to make."""

    def __init__(self, model: Model, streaming: bool, seed: int) -> None:
        self.model = model
        self.streaming = streaming
        self.made = Reflector(PODS, WatchOptions(page_limit=2), random.Random(seed))
        self.index: dict[str, str] = {}
        self.now_s = 0.0
        self.pages: list[str] = []
        self.replaced = False
        self.snapshot: list[Seen] = []
        self.snapshot_version = 0

    def moment(self) -> Moment:
        """Now."""
        return Moment(self.now_s, round(self.now_s * 1000) + 1)

    def step(self, fault: str, cut: int) -> None:
        """One step, with a fault: none, refuse, expire, error, cut, duplicate."""
        step = self.made.next_step(self.moment())
        if isinstance(step, Wait):
            assert step.seconds > 0
            self.now_s += step.seconds
        elif fault == "refuse":
            self.made.failed(REFUSED, self.moment())
        elif isinstance(step, Probe):
            self.made.probed(str(self.model.version), self.moment())
        elif isinstance(step, ListPage):
            self._page(step, fault)
        else:
            self._watch(step, fault, cut)

    def _page(self, step: ListPage, fault: str) -> None:
        if fault == "expire" and step.continue_token:
            self.made.failed(Failure("expired", "mark", 410), self.moment())
            return
        names = sorted(self.model.objects)
        if step.continue_token:
            start, version, kept = self.pages.index(step.continue_token), self.snapshot_version, self.snapshot
        else:
            start, version, kept = 0, self.model.version, [pod(n, self.model.objects[n]) for n in names]
            self.snapshot, self.snapshot_version, self.pages = kept, version, [f"{n}:{version}" for n in range(len(kept) + 1)]
        end = start + (step.limit or len(kept))
        token = self.pages[end] if end < len(kept) else ""
        self.take(self.made.page_read(kept[start:end], str(version), token, self.moment()))

    def _watch(self, step: OpenWatch, fault: str, cut: int) -> None:
        if step.is_load and not self.streaming:
            self.made.failed(Failure("http_422", "no", 422), self.moment())
            return
        if not step.is_load and (fault == "expire" or int(step.resource_version) < self.model.floor):
            self.made.failed(Failure("expired", "old", 410), self.moment())
            return
        self.made.watch_opened(self.moment())
        items = self.model.after(int(step.resource_version)) if not step.is_load else self._initial()
        if fault == "duplicate":
            items = [item for item in items for _ in range(2)]
        if fault == "cut":
            items = items[: cut % (len(items) + 1)]
        if fault == "error":
            items = [*items[: cut % (len(items) + 1)], Failure("server_error", "leader", 500)]
        events, failure = self.made.saw(items, self.moment())
        self.take(events)
        self.now_s += 2.0
        if failure or fault == "cut":
            self.made.failed(failure or Failure("reset", "cut"), self.moment())
        else:
            self.made.ended(self.moment())

    def _initial(self) -> list[Item]:
        found: list[Item] = [pod(n, v, op=Op.ADDED) for n, v in self.model.objects.items()]
        return [*found, Bookmark(str(self.model.version), is_initial_end=True)]

    def take(self, events: list[SourceEvent]) -> None:
        """Apply what the reflector tells, and check that it tells it in order."""
        for event in events:
            if isinstance(event, Replaced):
                assert event.first is not self.replaced
                self.replaced = True
                self.index = {o.obj.metadata.name: o.obj.metadata.resource_version for o in event.observations}
            if isinstance(event, Observed):
                assert self.replaced
                for seen in event.observations:
                    if seen.op is Op.DELETED:
                        del self.index[seen.obj.metadata.name]
                    else:
                        self.index[seen.obj.metadata.name] = seen.obj.metadata.resource_version


WRITES = st.tuples(st.sampled_from("abcdefg"), st.booleans())
FAULTS = st.sampled_from(["none", "none", "refuse", "expire", "error", "cut", "duplicate", "forget"])
HISTORIES = st.lists(st.tuples(st.lists(WRITES, max_size=6), FAULTS, st.integers(0, 20)), max_size=40)


@settings(max_examples=300, deadline=None)
@given(HISTORIES, st.booleans(), st.integers(0, 1000))
def test_whatever_happens_the_index_ends_at_the_truth(
    history: list[tuple[list[tuple[str, bool]], str, int]], streaming: bool, seed: int
) -> None:
    """R1 to R23 together: any writes, any faults in any order; once they stop, a few steps bring the truth."""
    model = Model()
    driver = Driver(model, streaming, seed)
    for writes, fault, cut in history:
        for name, delete in writes:
            model.write(name, delete)
        if fault == "forget":
            model.floor = model.version
            model.log.clear()
        driver.step(fault, cut)
    for _ in range(30):
        driver.step("none", 0)
    assert driver.index == {name: str(version) for name, version in model.objects.items()}
    assert driver.made.state.phase is KindPhase.SYNCED
    assert driver.made.state.objects == len(model.objects)
    assert driver.made.state.resource_version == str(model.version)
