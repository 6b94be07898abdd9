"""Names that were asked for and are nowhere: said first, with the nearest, so that nothing else is taken for them."""

from __future__ import annotations

from arcops.chat.answers._said import listed, many, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Command, Draft, FactType, Said


def unknown_names(asked: Asked) -> Draft | None:
    """The answer about names that are nowhere; None where every name was found, or something else was named too."""
    reading = asked.reading
    if not reading.unknown or reading.objects or reading.gone:
        return None
    names = listed([f"`{name}`" for name in reading.unknown], last="or")
    blocks: list[Block] = [told(asked, FactType.COVERAGE, f"There is nothing called {names}, neither now nor in the record.")]
    if reading.near:
        near = listed([str(ref) for ref in reading.near[:3]], last="or")
        blocks.append(told(asked, FactType.COVERAGE, f"The nearest names are {near}.", ref=reading.near[0]))
    spaces = asked.inventory.namespaces()
    if spaces:
        said = f"There {'is' if len(spaces) == 1 else 'are'} {many(len(spaces), 'namespace')}: {listed(spaces, 12)}."
        blocks.append(told(asked, FactType.COUNT, said, rank=4))
    blocks.append(Said("This searches all namespaces for a name:"))
    blocks.append(Command(f"kubectl get all --all-namespaces | grep {reading.unknown[0]}"))
    return Draft(tuple(blocks), can_tell=False)
