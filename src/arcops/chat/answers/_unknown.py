"""Names that were asked for and are nowhere: said first, with the nearest, so that nothing else is taken for them."""

from __future__ import annotations

import re

from arcops.chat.answers._said import listed, many, step, told
from arcops.chat.asked import Asked
from arcops.chat.base import Block, Draft, FactType, Intent
from arcops.chat.selecting.images import images_of
from arcops.chat.selecting.leftovers import SPEAKING, leftover_checks
from arcops.chat.selecting.scope import POD
from arcops.chat.telling.words import moment
from arcops.kube.refs import GroupKind

_ENDS = r"(?=\s*(?:$|[?!.,;:)]|(?:and|or|with|without|that|which|who|now|right|currently|please|today|namespace|ns|at|since|sorted|by)\b))"
"""What may follow the name of a namespace; before another noun a word is no name."""
_LISTS = (Intent.LIST, Intent.COUNT)


async def unknown_names(asked: Asked) -> Draft | None:
    """The answer about names that are nowhere; None where every name was found, or something else was named too.

    In a list a strange word is a condition (an image, a label) and judged there; a strange namespace is not.
    """
    reading = asked.reading
    missing = tuple(name for name in reading.unknown if name not in SPEAKING) or _scope_words(asked)
    if not missing or reading.objects or reading.gone:
        return None
    is_space = reading.namespace in missing or not reading.unknown
    if reading.intent in _LISTS and (not is_space or _is_in_images(asked, missing)):
        return None
    blocks: list[Block] = []
    since = (await asked.services.store.stats()).since_ms
    record = f", nor does the record, which begins at {moment(since, reading.zone)}, know one" if since else ""
    if is_space:
        blocks.append(told(asked, FactType.COVERAGE, f"There is no namespace `{missing[0]}`."))
    else:
        names = listed([f"`{name}`" for name in missing], last="or")
        blocks.append(told(asked, FactType.COVERAGE, f"There is nothing called {names} in the cluster{record}."))
    if reading.near:
        near = listed([str(ref) for ref in reading.near[:3]], last="or")
        blocks.append(told(asked, FactType.COVERAGE, f"The nearest names are {near}.", ref=reading.near[0]))
    spaces = asked.inventory.namespaces()
    if spaces:
        said = f"There {'is' if len(spaces) == 1 else 'are'} {many(len(spaces), 'namespace')}: {listed(spaces, 12)}."
        blocks.append(told(asked, FactType.COUNT, said, rank=4))
    if not is_space:
        blocks += step(asked, "This searches all namespaces for a name", f"kubectl get all --all-namespaces | grep {missing[0]}")
    return Draft(tuple(blocks), can_tell=False)


def _is_in_images(asked: Asked, missing: tuple[str, ...]) -> bool:
    """Whether it is images that are asked for, by a registry that some have: ``images from mcr``."""
    if "image" not in asked.reading.question.lower():
        return False
    return any(word in image for word in missing for entry in asked.inventory.list(POD) for image in images_of(entry))


def _scope_words(asked: Asked) -> tuple[str, ...]:
    """Strange words of a list that stand where a namespace does: ``pods in foo``."""
    reading = asked.reading
    if reading.intent not in _LISTS or reading.namespace:
        return ()
    known = set(asked.inventory.namespaces())
    question = reading.question.lower()
    return tuple(
        word.lower()
        for word in reading.words
        if word.lower() not in known
        and re.search(rf"\b(?:in|inside|within|from|namespace|ns) (?:the )?(?:namespace |ns )?{re.escape(word.lower())}{_ENDS}", question)
        and not check_exists(word.lower(), asked)
    )


def check_exists(word: str, asked: Asked, kind: GroupKind | None = None) -> bool:
    """Whether some object of the kind asked for is named, labelled or running a word."""
    kind = kind or asked.reading.kind or POD
    checks, _ = leftover_checks((word,), asked.inventory.list(kind), "")
    return bool(checks) or word in SPEAKING
