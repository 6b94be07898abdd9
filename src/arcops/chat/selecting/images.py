"""Images: which objects run one, and how a person names it: whole, without its tag, or by the last part alone."""

from __future__ import annotations

from collections.abc import Iterator

from arcops.chat.selecting.check import Check
from arcops.inventory.base import Entry
from arcops.inventory.podspecs import spec_of


def images_of(entry: Entry) -> Iterator[str]:
    """The images of an object's containers, init containers among them."""
    at = spec_of(entry.obj)
    if at is None:
        return
    for container in (*(at.spec.containers or ()), *(at.spec.init_containers or ())):
        if container.image:
            yield container.image


def is_named(image: str, wanted: str) -> bool:
    """Whether a person may mean an image by a word: ``nginx``, ``nginx:1.27``, ``registry.example/team/nginx``, ``:latest``."""
    image, wanted = image.lower(), wanted.lower()
    if wanted.startswith(":"):
        return tag_of(image) == wanted[1:]
    last = image.rpartition("/")[2]
    return (
        wanted in (image, last) or image.partition("@")[0].rsplit(":", 1)[0] == wanted or wanted in (last.partition(":")[0], tag_of(image))
    )


def tag_of(image: str) -> str:
    """The tag; ``latest`` where there is none, "" where a digest stands for it."""
    last = image.rpartition("/")[2]
    if "@" in last and ":" not in last.partition("@")[0]:
        return ""
    return last.partition("@")[0].partition(":")[2] or "latest"


def image_check(wanted: str, *, negated: bool = False) -> Check:
    """Objects that run an image; a part of its name will do where no whole name fits."""
    plain = wanted.lower()
    known: dict[str, bool] = {}

    def is_meant(image: str) -> bool:
        found = known.get(image)
        if found is None:
            found = known[image] = is_named(image, wanted) or bool(plain and plain in image.lower())
        return found

    def holds(entry: Entry) -> bool:
        return any(map(is_meant, images_of(entry))) is not negated

    return Check(f"{{do}} not run image {wanted}" if negated else f"run{{s}} image {wanted}", holds)
