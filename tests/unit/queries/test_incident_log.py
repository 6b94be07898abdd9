"""What becomes of incidents while rights come and go between runs: what cannot be looked at is never called over."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from arcops.findings.base import Hit, Since, rule
from arcops.findings.base import Severity as Level
from arcops.findings.coverage import Coverage
from arcops.findings.engine import Engine
from arcops.findings.past import Recall
from arcops.findings.report import report
from arcops.findings.view import RuleView
from arcops.inventory.index import Inventory
from arcops.kube.kinds import KindCatalog
from arcops.kube.objects.config import ConfigMap
from arcops.kube.objects.decode import decode
from arcops.kube.objects.node import Node
from arcops.kube.objects.service import Service
from arcops.kube.refs import GroupKind, ObjectRef
from arcops.kube.watch import Observation, Op
from arcops.queries.findings import FindingScope
from arcops.queries.incident_log import PEER_MS, SETTLE_MS, IncidentLog, note_of, onsets
from arcops.queries.sight import Sight
from arcops.queries.stories import told
from arcops.store.notes import MemoryNotes

pytestmark = pytest.mark.anyio
SERVICE, CONFIG, NODE = Service.GROUP_KIND, ConfigMap.GROUP_KIND, Node.GROUP_KIND
HOUR_MS = 3_600_000
BEGAN_MS = 1_795_500_000_000
FULL = Coverage()


@rule(Service, severity=Level.CRITICAL)
def lacks_settings(service: Service, view: RuleView) -> Iterator[Hit]:
    """A Service needs a ConfigMap of its name; a Node of that name is to blame where nodes can be seen."""
    wanted = ObjectRef.of(CONFIG, view.subject.namespace, service.metadata.name)
    if view.get(wanted) is None:
        node = ObjectRef.of(NODE, "", service.metadata.name)
        yield Hit(title=f"{view.subject} has no settings", cause=node if view.sees(NODE) and view.get(node) else None)


def seen(kind: GroupKind, name: str) -> Observation:
    space = {} if kind == NODE else {"namespace": "shop"}
    raw = msgspec.json.encode({"apiVersion": "v1", "kind": kind.kind, "metadata": {"name": name, "uid": f"{kind}-{name}", **space}})
    return Observation(Op.ADDED, kind, decode(kind, raw), raw, BEGAN_MS)


WEB = seen(SERVICE, "web")


class Run:
    """One life of a service: an engine of its own over what may be seen, and the notes of the runs before."""

    def __init__(self, notes: MemoryNotes, *objects: Observation, without: frozenset[GroupKind] = frozenset()) -> None:
        self.notes = notes
        self.inventory = Inventory()
        self.inventory.apply([one for one in objects if one.group_kind not in without])
        self.engine = Engine([lacks_settings], self.inventory, Coverage(forbidden=without), Recall())
        self.engine.remember(onsets(notes.latest("incident")))
        self.log = IncidentLog(notes)
        self.since: list[Since] = []

    async def at(self, minutes: float, coverage: Coverage | None = None) -> list[str]:
        """Look at everything so long after the beginning; what was noted."""
        now_ms = BEGAN_MS + int(minutes * 60_000)
        self.engine.evaluate(now_ms, coverage)
        made = report(self.engine, now_ms)
        self.since = [one.since for one in made.findings if one.resolved_ms is None]
        story = told(made, self.engine, KindCatalog(), FindingScope())
        return [note.op for note in await self.log.take(story, now_ms, Sight(self.engine))]


async def test_what_is_gone_and_seen_to_be_gone_is_over_after_a_minute() -> None:
    notes = MemoryNotes()
    assert await Run(notes, WEB).at(0) == ["opened"]
    later = Run(notes, WEB, seen(CONFIG, "web"))
    assert [await later.at(5), await later.at(5.5), await later.at(6)] == [[], [], ["resolved"]]


@pytest.mark.parametrize("kind", [SERVICE, CONFIG], ids=str)
async def test_what_cannot_be_looked_at_after_a_restart_is_out_of_sight_and_says_why(kind: GroupKind) -> None:
    notes = MemoryNotes()
    await Run(notes, WEB).at(0)
    later = Run(notes, WEB, without=frozenset({kind}))
    assert [await later.at(5), await later.at(7), await later.at(60)] == [["unseen"], [], []]
    (note,) = notes.latest("incident")
    assert (note.is_over, note_of(note).unseen) == (False, f"{kind} may not be listed")
    again = Run(notes, WEB, without=frozenset({kind}))
    assert [await again.at(90), await again.at(95)] == [[], []]


async def test_what_comes_back_into_sight_goes_on_with_its_onset() -> None:
    notes = MemoryNotes()
    first = Run(notes, WEB)
    await first.at(0)
    later = Run(notes, WEB, without=frozenset({CONFIG}))
    assert await later.at(5) == ["unseen"]
    assert later.log.is_due(BEGAN_MS + 300_000 + PEER_MS)
    assert await later.at(30, FULL) == ["seen again"]
    assert later.since == first.since
    assert not later.log.is_due(BEGAN_MS + HOUR_MS)


async def test_what_comes_back_into_sight_healed_is_over() -> None:
    notes = MemoryNotes()
    await Run(notes, WEB).at(0)
    later = Run(notes, WEB, without=frozenset({CONFIG}))
    assert await later.at(5) == ["unseen"]
    later.inventory.apply([seen(CONFIG, "web")])
    assert [await later.at(30, FULL), await later.at(30 + SETTLE_MS / 60_000)] == [[], ["resolved"]]


async def test_an_object_that_is_gone_is_over_even_where_its_rule_is_blind() -> None:
    notes = MemoryNotes()
    await Run(notes, WEB).at(0)
    later = Run(notes, without=frozenset({CONFIG}))
    assert [await later.at(5), await later.at(6)] == [[], ["resolved"]]


async def test_a_kind_that_has_not_come_yet_ends_nothing() -> None:
    notes = MemoryNotes()
    await Run(notes, WEB).at(0)
    later = Run(notes)
    assert [await later.at(5, Coverage(loading=frozenset({SERVICE}))), await later.at(9)] == [["unseen"], []]
    assert note_of(notes.latest("incident")[0]).unseen == "Service is not loaded"
    later.inventory.apply([WEB])
    assert await later.at(10, FULL) == ["seen again"]


async def test_the_same_fault_with_a_cause_out_of_sight_is_no_second_incident() -> None:
    notes = MemoryNotes()
    node = seen(NODE, "web")
    assert await Run(notes, WEB, node).at(0) == ["opened"]
    later = Run(notes, WEB, node, without=frozenset({NODE}))
    assert [await later.at(5), await later.at(10)] == [["unseen"], []]
    assert [await later.at(15, FULL), await later.at(16)] == [[], ["resolved", "opened"]]  # the node is gone: it has another root


async def test_what_was_found_with_the_same_eyes_is_over_when_they_see_it_no_more() -> None:
    notes, narrow = MemoryNotes(), frozenset({NODE})
    first = Run(notes, WEB, without=narrow)
    assert await first.at(0) == ["opened"]
    first.inventory.apply([seen(CONFIG, "web")])
    assert [await first.at(5), await first.at(6)] == [[], ["resolved"]]
    assert not first.since
