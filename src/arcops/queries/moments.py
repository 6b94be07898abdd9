"""What a moment means and whether the record saw it, before anything else is asked about it."""

from __future__ import annotations

from arcops.queries.coverage import Moment, past_ms, seen_at
from arcops.queries.services import Services
from arcops.queries.times import zone_of


async def moment(services: Services, at: str, zone: str | None = None, kind: str | None = None) -> Moment:
    """The moment ``at`` means, and what the record can say of it; of one kind (any word for it) or of all.

    Raises ``BadTime``, ``BadInput`` for a moment that has not come, and ``UnknownKind``.
    """
    kinds = (services.source.catalog.find(kind).group_kind,) if kind else ()
    return await seen_at(services, past_ms(services, at, zone_of(zone)), kinds)
