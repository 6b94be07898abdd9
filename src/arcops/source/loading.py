"""A list under way: its pages, or the initial events of a streaming list, kept aside until it is complete."""

from __future__ import annotations

from arcops.kube.watch import Op
from arcops.source.steps import ListPage
from arcops.source.streams import Seen
from arcops.source.versions import is_newer, key_of


class Loading:
    """What has come of a list so far, and which page is next.

    Follows client-go's pager: the version of the list is that of its first page, further pages name only their mark; a
    mark that expires restarts the list once from the first page, and after that asks for everything in one piece.
    """

    def __init__(self, page_limit: int) -> None:
        """Ask for pages of ``page_limit`` objects."""
        self.not_older_than = ""
        """Version the list must have reached; "" asks for the newest."""
        self.resource_version = ""
        self.has_pages = False
        self._limit = page_limit
        self._token = ""
        self._restarts = 0
        self._whole = False
        self._seen: dict[str, Seen] = {}
        self._untold: list[Seen] = []

    def next_page(self) -> ListPage:
        """The page to fetch now."""
        limit = 0 if self._whole else self._limit
        return ListPage(limit, self._token) if self._token else ListPage(limit, "", self.not_older_than)

    def start(self) -> None:
        """A streaming list begins: nothing kept from before."""
        self.abandon()

    def keep(self, seen: Seen) -> None:
        """An object of a page."""
        self._seen[key_of(seen[1].metadata)] = seen
        self._untold.append(seen)

    def change(self, seen: Seen) -> None:
        """An event of a streaming list; they come in no order, so the newest state of an object counts."""
        key = key_of(seen[1].metadata)
        known = self._seen.get(key)
        if known and is_newer(known[1].metadata.resource_version, seen[1].metadata.resource_version):
            return
        if seen[0] is Op.DELETED:
            self._seen.pop(key, None)
        else:
            self._seen[key] = seen
            self._untold.append(seen)

    def tell(self) -> list[Seen]:
        """What has come since the last call, with its bodies; of what is kept aside they are dropped."""
        told, self._untold = self._untold, []
        for op, obj, _ in told:
            key = key_of(obj.metadata)
            if key in self._seen:
                self._seen[key] = (op, self._seen[key][1], b"")
        return told

    def page_done(self, resource_version: str, continue_token: str) -> None:
        """A page is complete; another follows if there is a mark."""
        if not self.has_pages:
            self.resource_version = resource_version
        self.has_pages, self._token = True, continue_token

    def take(self) -> dict[str, Seen]:
        """Everything of the complete list, by key; this begins anew."""
        seen = self._seen
        self.abandon()
        self.not_older_than, self._restarts, self._whole = "", 0, False
        return seen

    def abandon(self) -> None:
        """Forget what came of an unfinished list."""
        self._seen, self._untold, self._token, self.has_pages = {}, [], "", False

    def restart(self) -> bool:
        """The mark of the next page expired: True if another try in another way is due, False if this was the last."""
        if not self._token:
            return False
        self._restarts += 1
        self._whole = self._restarts > 1
        return True

    def shrink(self) -> bool:
        """A page was too big: ask for a quarter next time; False when it cannot get smaller."""
        self._limit, can = max(1, self._limit // 4), self._limit > 1
        return can
