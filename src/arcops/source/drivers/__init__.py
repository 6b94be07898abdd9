"""One file for each place objects may come from; all of them are a ``source.base.Source``."""

from __future__ import annotations

from arcops.source.lazy_packages import make_lazy

make_lazy("kubernetes", "kubernetes.aio")
