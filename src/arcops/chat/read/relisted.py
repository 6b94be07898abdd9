"""Lists that were asked for in the words of something else, and the contrary: what pods use, versions of what runs, who uses a thing."""

from __future__ import annotations

import re

from arcops.chat.base import Intent
from arcops.chat.read.found import Found
from arcops.chat.read.intents import Weighed
from arcops.chat.read.kinds import CRON_JOB, DAEMON_SET, DEPLOYMENT, JOB, NAMESPACE, NODE, POD, SERVICE, STATEFUL_SET
from arcops.kube.refs import ObjectRef

_IMAGES = re.compile(r"\bimages?\b")
_WHO_USES = re.compile(
    r"^(?:and |so )*(?:who|what) (?:\w+ )?(?:uses?|using|mounts?|needs?|depends? on|talks? to|calls?|scales?) (?:the|this|that|our) KIND"
)
_VERSION_OF = re.compile(r"\bversions? (?:of|is|are|runs?)\b|\bversion$")
_WITH_IMAGES = frozenset((POD, DEPLOYMENT, STATEFUL_SET, DAEMON_SET, CRON_JOB, JOB, SERVICE))


def rather(found: Found, weighed: Weighed, named: tuple[ObjectRef, ...], intent: Intent) -> Intent:
    """The intent that is meant, mostly the one given."""
    if intent is Intent.LIST:
        is_of_one = not named and not is_plural(found) and _WHO_USES.search(weighed.sentence)
        return Intent.DEPENDS if is_of_one else intent
    if intent is Intent.STATE:
        is_many = not named and is_plural(found) and found.kind not in {NODE, NAMESPACE}
        return Intent.LIST if is_many or _is_of_images(found, weighed, named) else intent
    is_of_images = intent is Intent.HISTORY and not named and _IMAGES.search(weighed.sentence)
    return Intent.LIST if is_of_images or _is_of_kind(found, named, intent) else intent


def _is_of_kind(found: Found, named: tuple[ObjectRef, ...], intent: Intent) -> bool:
    """Whether objects of a kind are asked for by what they use, and no object by who uses it: ``pods using the host network``."""
    return intent is Intent.DEPENDS and not named and not found.names.unknown and is_plural(found)


def _is_of_images(found: Found, weighed: Weighed, named: tuple[ObjectRef, ...]) -> bool:
    """Whether the version of something that runs is asked for, or what images there are: nothing but its image tells that."""
    if named and named[0].group_kind not in _WITH_IMAGES:
        return False
    if _VERSION_OF.search(weighed.sentence):
        return bool(named or found.names.unknown)
    return not named and _IMAGES.search(weighed.sentence) is not None


def is_plural(found: Found) -> bool:
    """Whether the kind that is asked for was said in the plural."""
    return any(at in found.plural for at, kind in found.kinds.items() if kind == found.kind)
