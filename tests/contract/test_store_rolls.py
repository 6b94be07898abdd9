"""How a file follows another: each row in one of them, names in order, whatever begins it and whatever went before."""

from __future__ import annotations

from pathlib import Path

import pytest

from arcops.kube.watch import Op
from arcops.store.base import Scope, Window
from arcops.store.retention import Retention
from tests.contract.records import fields, opened
from tests.observations import POD, START_MS, ref, seen

pytestmark = pytest.mark.anyio

T = START_MS
EVER = Window(0, T * 2)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.sqlite"))


async def test_a_file_begun_by_a_cursor_alone_does_not_tell_the_version_before_it_twice(tmp_path: Path) -> None:
    store = await opened(tmp_path, T, Retention(max_bytes=1))
    await store.append([seen(Op.ADDED, "a", 1, T)])
    await store.flush()
    await store.append([], {POD: "1"})
    await store.flush()
    assert len(names(tmp_path)) == 2
    assert len(await store.versions(ref("a"), EVER)) == 1
    assert len(await store.change_list(EVER, Scope())) == 1
    await store.aclose()
    store = await opened(tmp_path, T + 1, Retention(max_bytes=1))
    await store.append([], {POD: "2"})
    assert len(await store.versions(ref("a"), EVER)) == 1
    await store.aclose()


async def test_names_of_files_that_went_are_not_given_again_and_hundreds_of_a_day_stay_in_order(tmp_path: Path) -> None:
    store = await opened(tmp_path, T, Retention(max_bytes=8 * 1000))
    for turn in range(120):
        await store.append([seen(Op.MODIFIED if turn else Op.ADDED, "busy", turn + 1, T + turn, fields=fields(turn))])
        await store.flush()
        if turn % 5 == 0:
            await store.prune(T + turn)
            found = await store.object_at(ref("busy"), T + turn)
            assert found is not None
            assert found.resource_version == str(turn + 1)
    assert names(tmp_path)[-1] == "2026-11-24-119.sqlite"
    await store.aclose()
    store = await opened(tmp_path, T + 3_600_000)
    head = await store.head(ref("busy"))
    assert head is not None
    assert head.resource_version == "120"
    await store.aclose()
