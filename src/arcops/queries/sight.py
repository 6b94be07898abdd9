"""Whether what was found once could be found again: a fault that cannot be looked at any more is not over."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from arcops.findings.engine import Engine
from arcops.kube.refs import GroupKind
from arcops.queries.findings import FindingItem, IncidentItem, Named
from arcops.queries.stories import ref_of


class Sight:
    """What the rules saw in their last round, asked about incidents of before."""

    def __init__(self, engine: Engine) -> None:
        """The sight of an engine after a round; ``gaps`` are the kinds, and ``*.group`` the API groups, that are kept from it."""
        self._engine = engine
        self._coverage = coverage = engine.coverage
        self._standing = {one.id: one for one in engine.findings if one.resolved_ms is None}
        self._told = {(one.code, one.subject) for one in self._standing.values()}
        self.gaps = frozenset({*map(str, coverage.blind), *(f"*.{group}" for group in coverage.lost_groups)})

    def lost(self, incident: IncidentItem, findings: Iterable[FindingItem], gaps: AbstractSet[str]) -> str:
        """Why an incident that stands no more may still go on, as a phrase; "" where it was seen to be over.

        ``gaps`` are those it was found with: what was seen to end with the same eyes that found it, is over.
        """
        for finding in findings:
            kinds, fault = self._unseen(finding, incident.root)
            news = [why for kind in sorted(kinds) if (why := self._coverage.gap(kind)) and gaps.isdisjoint((str(kind), f"*.{kind.group}"))]
            if news or fault:
                return ", ".join(news) or fault
        return ""

    def _unseen(self, finding: FindingItem, root: Named) -> tuple[set[GroupKind], str]:
        """The kinds for want of which a finding may be gone, told with another cause, or stand under another root."""
        missed, fault = self._engine.unseen_by(finding.code, ref_of(finding.subject))
        kinds = set(missed)
        if (now := self._standing.get(finding.id)) is not None:
            kinds |= {now.speaker.group_kind, ref_of(root).group_kind}
        elif finding.cause is not None and (finding.code, ref_of(finding.subject)) in self._told:
            kinds.add(ref_of(finding.cause).group_kind)
        return kinds, fault
